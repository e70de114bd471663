import { extname } from 'node:path'
import { type HttpRequest, type HttpResponse, header } from '../../gateway/http.ts'
import { isFromThisMachine } from '../../gateway/openapi/console-request.ts'
import { pathOf, type Route } from '../http/route.ts'
import { type Asset, type ConsoleFiles, encodings } from './files.ts'

export interface ConsoleRouteOptions {
  readonly files: ConsoleFiles
  /** the account may sign in from this machine without its secret */
  readonly developmentSignIn: boolean
  randomBytes(length: number): Uint8Array
}

const contentTypes: ReadonlyMap<string, string> = new Map([
  ['.js', 'text/javascript; charset=utf-8'],
  ['.css', 'text/css; charset=utf-8'],
  ['.svg', 'image/svg+xml'],
  ['.png', 'image/png'],
  ['.ico', 'image/x-icon'],
  ['.woff2', 'font/woff2'],
  ['.json', 'application/json'],
])

/** Where no page of the console is to be found, or nothing may be found at all. */
const everywhere = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
}

/**
 * The page may load and call nothing but its own origin, and nobody frames it (SEC-70). Style elements that it makes
 * itself need the nonce of the answer.
 */
const policyOf = (nonce: string): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join('; ')

const notBuilt = 'The console has not been built: run "npm run build".\n控制台尚未构建：请运行 "npm run build"。\n'

/** The console: its files below `/console/assets/`, its one page at every other path below `/console/`. */
export function consoleRoute(options: ConsoleRouteOptions): Route {
  return {
    name: 'console',
    matches: (request) => isRead(request) && (isBelow(pathOf(request)) || isVisit(request)),
    handle: async (request) => {
      const path = pathOf(request)
      if (!path.startsWith('/console/')) return moved
      const built = options.files.get()
      if (built === undefined) return text(503, notBuilt)
      if (!path.startsWith('/console/assets/')) return page(request, built.index, options)
      const asset = built.assets.get(path.slice('/console/assets/'.length))
      return asset === undefined ? text(404, 'There is no such file.\n') : assetAnswer(request, asset)
    },
  }
}

const isRead = ({ method }: HttpRequest): boolean => method === 'GET' || method === 'HEAD'
const isBelow = (path: string): boolean => path === '/console' || path.startsWith('/console/')
/** Somebody has typed the address of the server; no client of the API says so. */
const isVisit = (request: HttpRequest): boolean =>
  request.target === '/' && header(request, 'sec-fetch-mode') === 'navigate'

const moved: HttpResponse = {
  status: 308,
  headers: { ...everywhere, location: '/console/', 'cache-control': 'no-store' },
  body: '',
}

const text = (status: number, body: string): HttpResponse => ({
  status,
  headers: { ...everywhere, 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' },
  body,
})

function page(request: HttpRequest, index: string, options: ConsoleRouteOptions): HttpResponse {
  const nonce = Buffer.from(options.randomBytes(16)).toString('base64url')
  const signIn = options.developmentSignIn && isFromThisMachine(request) ? 'development' : 'access-key'
  return {
    status: 200,
    headers: {
      ...everywhere,
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'content-security-policy': policyOf(nonce),
    },
    body: index.replaceAll('__KEYHAVEN_NONCE__', nonce).replaceAll('__KEYHAVEN_SIGN_IN__', signIn),
  }
}

/** Names of assets hold a hash of their content, so a browser may keep them for ever. */
function assetAnswer(request: HttpRequest, { name, bodies }: Asset): HttpResponse {
  const accepted = acceptedEncodings(header(request, 'accept-encoding') ?? '')
  const encoding = encodings.map((one) => one.name).find((one) => bodies.has(one) && accepted.has(one)) ?? 'identity'
  const body = bodies.get(encoding)
  if (body === undefined) return text(406, 'This file is kept compressed.\n')
  return {
    status: 200,
    headers: {
      ...everywhere,
      'content-type': contentTypes.get(extname(name)) ?? 'application/octet-stream',
      'cache-control': 'public, max-age=31536000, immutable',
      vary: 'Accept-Encoding',
      ...(encoding === 'identity' ? {} : { 'content-encoding': encoding }),
    },
    body,
  }
}

/** @see RFC 9110 §12.5.3; a weight of 0 refuses */
const acceptedEncodings = (value: string): ReadonlySet<string> =>
  new Set(
    [...value.toLowerCase().split(','), 'identity']
      .map((one) => one.trim())
      .filter((one) => !/;\s*q=0(?:\.0*)?$/.test(one))
      .map((one) => one.split(';', 1)[0]?.trim() ?? ''),
  )

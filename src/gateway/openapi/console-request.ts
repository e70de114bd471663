import { KmsError } from '../../core/errors.ts'
import { type HttpRequest, header } from '../http.ts'
import { instanceOfHost } from '../instance-host.ts'

/** Where a request came in: may it be from a page of the console, must it be, or is the cookie nothing here (SEC-76)? */
export type ConsoleEntry = 'refused' | 'accepted' | 'only'

/** Browsers send no header of one's own to another origin unless that allows it, which this server never does. */
const consoleHeader = 'x-keyhaven-console'

export const isConsoleRequest = (request: HttpRequest): boolean => request.headers.has(consoleHeader)

/**
 * Proves that a request is from a page of the console on this very origin, which another page cannot make the browser
 * send (SEC-72): each of these alone would be enough in a browser of today.
 *
 * @throws KmsError `InvalidConsoleRequest`
 */
export function requireConsolePage(request: HttpRequest): void {
  const host = header(request, 'host')?.toLowerCase()
  const origin = `${request.secureTransport ? 'https' : 'http'}://${host}`
  const isOwn =
    request.method === 'POST' &&
    request.target === '/' &&
    header(request, consoleHeader) === '1' &&
    header(request, 'content-type') === 'application/x-www-form-urlencoded' &&
    header(request, 'sec-fetch-site') === 'same-origin' &&
    host !== undefined &&
    header(request, 'origin')?.toLowerCase() === origin &&
    instanceOfHost(request) === undefined
  if (!isOwn) throw new KmsError('InvalidConsoleRequest')
}

/**
 * The prefix makes browsers refuse the cookie from anything but this host over TLS (SEC-71). Without TLS, which is on
 * loopback in development mode, they would refuse it altogether.
 */
const cookieName = ({ secureTransport }: HttpRequest): string => `${secureTransport ? '__Host-' : ''}keyhaven-session`

/** What the session's cookie holds; nothing when there are two, of which one was planted. */
export function sessionToken(request: HttpRequest): string | undefined {
  const name = `${cookieName(request)}=`
  const cookies = (request.headers.get('cookie') ?? []).flatMap((line) => line.split(';')).map((pair) => pair.trim())
  const [token, ...others] = cookies.filter((pair) => pair.startsWith(name)).map((pair) => pair.slice(name.length))
  return others.length === 0 && token !== undefined && /^[\w-]{43}$/.test(token) ? token : undefined
}

/** @param token - `undefined`: the browser forgets its cookie */
export function setCookie(request: HttpRequest, token: string | undefined): string {
  const secure = request.secureTransport ? '; Secure' : ''
  const end = token === undefined ? '; Max-Age=0' : ''
  return `${cookieName(request)}=${token ?? ''}; Path=/; HttpOnly; SameSite=Strict${secure}${end}`
}

const loopbackAddress = /^(?:127(?:\.\d{1,3}){3}|::1|::ffff:127(?:\.\d{1,3}){3})$/
const loopbackHost = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d{1,5})?$/i

/** A browser on this machine that names this machine: a name that leads here by somebody else's DNS is another's page. */
export const isFromThisMachine = (request: HttpRequest): boolean =>
  loopbackAddress.test(request.sourceAddress) &&
  loopbackHost.test(header(request, 'host') ?? '') &&
  !request.headers.has('x-forwarded-for') &&
  !request.headers.has('forwarded')

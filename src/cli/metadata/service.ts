import { randomBytes } from 'node:crypto'
import type { IncomingMessage, Server } from 'node:http'
import { isIP, isIPv6 } from 'node:net'
import { sendResponse } from '../../server/http/exchange.ts'

const { createServer } = process.getBuiltinModule('node:http')

/** Temporary credentials of a role, as STS gives them. */
export interface RoleCredentials {
  readonly accessKeyId: string
  readonly accessKeySecret: string
  readonly securityToken: string
  /** `yyyy-MM-ddTHH:mm:ssZ` */
  readonly expiration: string
}

export interface MetadataOptions {
  readonly roleName: string
  readonly regionId: string
  /** answer only requests that carry a token obtained before: the hardened mode */
  readonly requireToken: boolean
  /** opens a session of the role */
  readonly assume: () => Promise<RoleCredentials>
  readonly now: () => Date
  /** told of what `assume` threw, which the caller learns as a status only */
  readonly onFailure?: (error: unknown) => void
}

interface Answer {
  readonly status: number
  readonly body: string
  readonly type?: string
}

/** The address at which the cloud's machines, and so their clients, look for it. */
const cloudAddress = '100.100.100.200'
const root = '/latest/meta-data'
const longestTokenSeconds = 21_600
/** Clients begin to renew what has less than 15 minutes left. */
const renewBeforeMs = 30 * 60_000

/**
 * The instance metadata service of a machine that has one role: clients that know nothing but "use the role of this
 * machine" get its credentials here. It listens where only this machine can reach it.
 *
 * @see ECS instance metadata, plain and token-hardened
 */
export function metadataServer(options: MetadataOptions): Server {
  const tokens = new Map<string, number>()
  const credentials = renewed(options)
  return createServer(async (request, response) => {
    request.resume()
    const { status, body, type = 'text/plain' } = await answer(request, options, tokens, credentials)
    sendResponse(response, { status, headers: { 'content-type': type, 'cache-control': 'no-store' }, body }, false)
  })
}

async function answer(
  request: IncomingMessage,
  options: MetadataOptions,
  tokens: Map<string, number>,
  credentials: () => Promise<RoleCredentials>,
): Promise<Answer> {
  if (!isLocal(request)) return { status: 403, body: 'Forbidden' }
  const path = request.url?.split('?')[0] ?? ''
  if (request.method === 'PUT' && path === '/latest/api/token') return newToken(request, tokens, options.now())
  if (request.method !== 'GET') return { status: 405, body: 'Method Not Allowed' }
  if (!hasToken(request, tokens, options)) return { status: 401, body: 'Unauthorized' }
  if (path === `${root}/region-id`) return { status: 200, body: options.regionId }
  if (path === `${root}/ram/security-credentials/`) return { status: 200, body: options.roleName }
  if (path !== `${root}/ram/security-credentials/${options.roleName}`) return { status: 404, body: 'Not Found' }
  return roleCredentials(credentials, options)
}

/**
 * A web page could make a browser on this machine ask (by a name that resolves to it), and a proxy could ask for
 * somebody else: the first shows in the Host header, the second in the header that proxies add.
 */
function isLocal({ headers }: IncomingMessage): boolean {
  const host = (headers.host ?? '').replace(/:\d+$/, '').replace(/^\[|\]$/g, '')
  return headers['x-forwarded-for'] === undefined && (host === 'localhost' || isIP(host) !== 0)
}

function newToken({ headers }: IncomingMessage, tokens: Map<string, number>, now: Date): Answer {
  const asked = headers['x-aliyun-ecs-metadata-token-ttl-seconds']
  const seconds = typeof asked === 'string' && /^\d{1,5}$/.test(asked) ? Number(asked) : 0
  if (seconds < 1 || seconds > longestTokenSeconds) return { status: 400, body: 'Bad Request' }
  for (const [token, expires] of tokens) if (expires <= now.getTime()) tokens.delete(token)
  const token = randomBytes(32).toString('base64url')
  tokens.set(token, now.getTime() + seconds * 1000)
  return { status: 200, body: token }
}

/** A wrong token is refused in either mode; clients then fall back to none if they may. */
function hasToken({ headers }: IncomingMessage, tokens: Map<string, number>, options: MetadataOptions): boolean {
  const token = headers['x-aliyun-ecs-metadata-token']
  if (token === undefined) return !options.requireToken
  return typeof token === 'string' && (tokens.get(token) ?? 0) > options.now().getTime()
}

async function roleCredentials(credentials: () => Promise<RoleCredentials>, options: MetadataOptions): Promise<Answer> {
  try {
    const { accessKeyId, accessKeySecret, securityToken, expiration } = await credentials()
    const body = {
      AccessKeyId: accessKeyId,
      AccessKeySecret: accessKeySecret,
      Expiration: expiration,
      SecurityToken: securityToken,
      LastUpdated: `${options.now().toISOString().slice(0, 19)}Z`,
      Code: 'Success',
    }
    return { status: 200, type: 'application/json', body: JSON.stringify(body) }
  } catch (error) {
    options.onFailure?.(error)
    return { status: 502, body: 'The role cannot be assumed.' }
  }
}

/** Credentials with enough time left; those who ask while new ones are fetched get the same. */
function renewed({ assume, now }: MetadataOptions): () => Promise<RoleCredentials> {
  let current: RoleCredentials | undefined
  let pending: Promise<RoleCredentials> | undefined
  const fetch = async (): Promise<RoleCredentials> => {
    try {
      current = await assume()
      return current
    } finally {
      pending = undefined
    }
  }
  return async () => {
    const left = current === undefined ? 0 : Date.parse(current.expiration) - now().getTime()
    if (current !== undefined && left > renewBeforeMs) return current
    pending ??= fetch()
    return pending
  }
}

/**
 * Where to listen: this machine's own addresses only, and the cloud's if it was given to this machine.
 *
 * @throws RangeError
 */
export function parseListenAddress(text: string): { readonly host: string; readonly port: number } {
  const [, bracketed, plain, port] = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(text) ?? []
  const host = bracketed ?? plain ?? ''
  const isOwn = host === '::1' || host === 'localhost' || /^127\.\d+\.\d+\.\d+$/.test(host) || host === cloudAddress
  if (!isOwn || Number(port) > 65_535) {
    throw new RangeError(`"${text}" is not 127.0.0.1:port, [::1]:port or ${cloudAddress}:port`)
  }
  return { host, port: Number(port) }
}

export const urlOf = (host: string, port: number): string => `http://${isIPv6(host) ? `[${host}]` : host}:${port}`

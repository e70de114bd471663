import type { IncomingMessage } from 'node:http'
import { KmsError } from '../../core/errors.ts'
import type { HttpRequest } from '../../gateway/http.ts'
import type { ClientAddresses } from './client-address.ts'

/** RFC 9112 §3.2: `uri-host [ ":" port ]`, empty when the target has no authority. */
const hostValue = /^(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._~!$&'()*+,;=%-]*)(?::\d{0,5})?$/
/** RFC 9112 §3.2.2: a target as for a proxy. There is no user information, and no authority that is empty. */
const absoluteForm = /^https?:\/\/([^/?#@]+)([/?].*)?$/i

export type RequestHead = Pick<HttpRequest, 'target' | 'headers' | 'sourceAddress'>

/**
 * Reads what stands before the body, strictly where Node's parser is lenient: one Host, a version and a framing that
 * are spoken here. A target in absolute form counts as its path, and its authority as the host.
 *
 * @throws KmsError `ParseRequestParameterException` naming the line at fault
 */
export function readHead(message: IncomingMessage, addresses: ClientAddresses): RequestHead {
  const headers = headersOf(message.rawHeaders)
  checkVersion(message.httpVersion)
  checkFraming(message.httpVersion, headers.get('transfer-encoding'))
  checkHost(headers.get('host') ?? [])
  const sourceAddress = addresses.ofRequest(message.socket, headers)
  return { target: originForm(message.url ?? '/', headers), headers, sourceAddress }
}

/** The target as for an origin server; of one in absolute form, the host goes to where hosts are looked for. */
function originForm(target: string, headers: Map<string, string[]>): string {
  if (target.includes('#')) throw malformed('The request target holds a fragment.')
  if (target.startsWith('/') || target === '*') return target
  const [, authority, path = '/'] = absoluteForm.exec(target) ?? []
  if (authority === undefined || !hostValue.test(authority)) throw malformed('The request target is not valid.')
  // RFC 9112 §3.2.2: the Host header is ignored. Whoever signed another one finds that the signature does not match.
  headers.set('host', [authority])
  return path.startsWith('/') ? path : `/${path}`
}

function headersOf(raw: readonly string[]): Map<string, string[]> {
  const headers = new Map<string, string[]>()
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const name = (raw[index] ?? '').toLowerCase()
    const values = headers.get(name)
    if (values) values.push(raw[index + 1] ?? '')
    else headers.set(name, [raw[index + 1] ?? ''])
  }
  return headers
}

/** Node's parser also takes 0.9 and 2.0, neither of which is written as it takes them. */
function checkVersion(version: string): void {
  if (version !== '1.1' && version !== '1.0') throw malformed('The HTTP version is not 1.1 or 1.0.')
}

/** RFC 9112 §6.1: HTTP/1.0 has no transfer codings; ours is `chunked` alone. */
function checkFraming(version: string, codings: readonly string[] | undefined): void {
  if (codings === undefined) return
  const [coding, ...others] = codings
  if (version === '1.1' && others.length === 0 && coding?.trim().toLowerCase() === 'chunked') return
  throw malformed('The header Transfer-Encoding is not valid.')
}

/** RFC 9112 §3.2: more than one Host, or one that is not valid, is refused. Node refuses HTTP/1.1 without any. */
function checkHost(values: readonly string[]): void {
  if (values.length > 1 || !hostValue.test(values[0]?.trim() ?? '')) throw malformed('The header Host is not valid.')
}

const malformed = (what: string): KmsError =>
  new KmsError('ParseRequestParameterException', { message: `Server parse parameters exception. ${what}` })

import type { IncomingMessage } from 'node:http'
import { type DetailedPeerCertificate, TLSSocket } from 'node:tls'
import { IssuerUnavailable } from '../../core/issuer-keys.ts'

const { request: httpRequest } = process.getBuiltinModule('node:http')
const { request: httpsRequest } = process.getBuiltinModule('node:https')

export interface Asking {
  /** CA certificates that are trusted, PEM; those of the system unless given */
  readonly ca?: readonly string[] | undefined
  /** lower-case hex, SHA-1 or SHA-256; one of the chain has to have one of them, when there are any */
  readonly fingerprints: readonly string[]
  /** ends it, whatever has come by then */
  readonly signal: AbortSignal
}

const maxBytes = 256 * 1024
/** How OpenSSL and Node name what is wrong with a certificate. */
const certificateFaults =
  /^(ERR_TLS_CERT|CERT_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|INVALID_|HOSTNAME_MISMATCH|PATH_LENGTH)/

/**
 * The JSON document at an address: no redirect is followed, nothing is uncompressed, and 256 KiB are enough.
 * @throws IssuerUnavailable, which quotes nothing of the document
 */
export async function getJson(url: URL, asking: Asking): Promise<unknown> {
  try {
    const response = await ask(url, asking)
    requireFingerprint(response, asking.fingerprints)
    return parse(await bodyOf(response))
  } catch (cause) {
    throw unavailable(url, asking, cause)
  }
}

function unavailable({ href }: URL, { signal }: Asking, cause: unknown): IssuerUnavailable {
  if (cause instanceof IssuerUnavailable) return new IssuerUnavailable(`${href}: ${cause.message}`, cause)
  if (signal.aborted) return new IssuerUnavailable(`${href}: it took too long`, { cause })
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
  const fault = certificateFaults.test(code) ? 'untrusted' : 'unreachable'
  return new IssuerUnavailable(`${href}: ${code === '' ? 'it broke off' : code}`, { fault, cause })
}

function ask(url: URL, { ca, signal }: Asking): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
  // A connection of its own each time: one that is resumed shows no certificate.
  const options = { headers: { accept: 'application/json' }, agent: false, signal } as const
  const trusted = ca === undefined ? {} : { ca: [...ca] }
  const request =
    url.protocol === 'https:'
      ? httpsRequest(url, { ...options, ...trusted, minVersion: 'TLSv1.2' })
      : httpRequest(url, options)
  // One that switches protocols is closed without response and without error.
  const close = () => reject(new IssuerUnavailable('it broke off'))
  request.on('response', resolve).on('error', reject).on('close', close).end()
  return promise
}

async function bodyOf(response: IncomingMessage): Promise<string> {
  const { statusCode, headers } = response
  try {
    if (statusCode !== 200) throw new IssuerUnavailable(`it answered ${statusCode}`)
    if ((headers['content-encoding'] ?? 'identity') !== 'identity') throw new IssuerUnavailable('it is compressed')
    const chunks: Uint8Array[] = []
    let length = 0
    for await (const chunk of response as AsyncIterable<Uint8Array>) {
      length += chunk.length
      if (length > maxBytes) throw new IssuerUnavailable(`it is longer than ${maxBytes} bytes`)
      chunks.push(chunk)
    }
    return Buffer.concat(chunks).toString('utf8')
  } finally {
    response.destroy()
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new IssuerUnavailable('it is not valid JSON')
  }
}

function requireFingerprint(response: IncomingMessage, fingerprints: readonly string[]): void {
  if (fingerprints.length === 0) return
  const { socket } = response
  const shown = socket instanceof TLSSocket ? chainOf(socket) : []
  if (shown.some((one) => fingerprints.includes(one))) return
  response.destroy()
  throw new IssuerUnavailable('no certificate of its chain has one of the fingerprints', { fault: 'fingerprint' })
}

/** Fingerprints of every certificate up to the CA. */
function chainOf(socket: TLSSocket): readonly string[] {
  const found: string[] = []
  let certificate: DetailedPeerCertificate | undefined = socket.getPeerCertificate(true)
  while (certificate?.fingerprint256 !== undefined && found.length < 20) {
    const { fingerprint, fingerprint256, issuerCertificate }: DetailedPeerCertificate = certificate
    found.push(...[fingerprint, fingerprint256].map((text) => text.replaceAll(':', '').toLowerCase()))
    // A root is its own issuer.
    certificate = issuerCertificate === certificate ? undefined : issuerCertificate
  }
  return found
}

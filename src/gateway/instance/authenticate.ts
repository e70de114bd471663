import { timingSafeEqual } from 'node:crypto'
import type { Caller } from '../../core/access/caller.ts'
import { type ClientKeyCredential, findClientKey } from '../../core/callers/client-keys.ts'
import { KmsError } from '../../core/errors.ts'
import { instanceScope } from '../../core/instances/instance-scope.ts'
import type { Kms } from '../../core/kms.ts'
import { bodyDigest, instanceProtocol } from '../../wire/instance-signature.ts'
import { type HttpRequest, header, peerFacts } from '../http.ts'
import { instanceOfHost } from '../instance-host.ts'
import { hasSigned } from './request-signature.ts'

const windowMs = 15 * 60 * 1000
// RFC 9110 §5.6.7, the one form that clients send.
const rfc1123 =
  /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{2} (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} \d{2}:\d{2}:\d{2} GMT$/

/**
 * Finds out who signed a request, in the order of checks that the service publishes. Nothing is looked up before the
 * headers are whole, and nothing is believed before the signature fits.
 *
 * @param wall - what the date of the request is compared with
 * @throws KmsError `InvalidParam`, `MissingParameter`, `RequestTimeTooSkewed`, `Unauthorized`, `SignatureNotMatch`
 */
export async function authenticateClientKey(
  kms: Kms,
  request: HttpRequest,
  wall: Date = kms.now(),
): Promise<{ readonly caller: Caller; readonly credential: ClientKeyCredential }> {
  checkDate(wall, header(request, 'date'))
  checkSignatureMethod(header(request, 'x-kms-signaturemethod'))
  const clientKeyId = header(request, instanceProtocol.accessKeyIdHeader)
  if (clientKeyId === undefined || clientKeyId === '') {
    const message = `Parameter ${instanceProtocol.accessKeyIdHeader} does not exist in http header or body.`
    throw new KmsError('MissingParameter', { message })
  }
  const signature = bearerOf(header(request, 'authorization'))
  checkBodyDigest(header(request, 'content-sha256'), request.body)
  const credential = await findClientKey(kms, clientKeyId)
  if (credential === undefined) throw new KmsError('Unauthorized', { parameter: printable(clientKeyId) })
  if (!hasSigned(credential.publicKey, request, signature)) throw new KmsError('SignatureNotMatch')
  checkValidity(kms, credential, clientKeyId)
  const scope = hostScope(kms, request, credential)
  return { caller: { ...credential.caller, ...(scope && (await scope)), ...peerFacts(request) }, credential }
}

/** The host decides which instance is asked; a server reached by another name asks the access point's own. */
function hostScope(
  kms: Kms,
  request: HttpRequest,
  { caller }: ClientKeyCredential,
): Promise<Partial<Caller>> | undefined {
  const instanceId = instanceOfHost(request)
  return instanceId === undefined ? undefined : instanceScope(kms, caller.accountId, instanceId)
}

function checkDate(wall: Date, date: string | undefined): void {
  if (date !== known.text) known = { text: date, time: timeOf(date) }
  if (Number.isNaN(known.time)) throw new KmsError('InvalidParam', { parameter: 'Date' })
  if (Math.abs(wall.getTime() - known.time) > windowMs) throw new KmsError('RequestTimeTooSkewed')
}

/** Many requests carry the same second. */
let known: { readonly text: string | undefined; readonly time: number } = { text: undefined, time: Number.NaN }

/** In milliseconds since 1970; NaN for what is no date. */
function timeOf(date = ''): number {
  const time = new Date(rfc1123.test(date) ? Date.parse(date) : Number.NaN)
  // Date.parse takes 30 February for 2 March.
  return time.getUTCDate() === Number(date.slice(5, 7)) ? time.getTime() : Number.NaN
}

function checkSignatureMethod(method: string | undefined): void {
  if (method === instanceProtocol.signatureMethod) return
  const base = 'The Param x-kms-signaturemethod is invalid.'
  throw new KmsError('InvalidParam', { message: method ? `${base} message:"${printable(method)}".` : base })
}

/** SDKs write `Bearer`, the documentation `TOKEN`. */
function bearerOf(authorization: string | undefined): string {
  const match = /^(?:bearer|token) +([A-Za-z0-9+/]+={0,2})$/i.exec(authorization ?? '')
  if (match?.[1] === undefined) throw new KmsError('InvalidParam', { parameter: 'Authorization' })
  return match[1]
}

function checkBodyDigest(claimed: string | undefined, body: Uint8Array): void {
  const actual = Buffer.from(bodyDigest(body))
  const given = Buffer.from(claimed ?? '')
  if (given.length === actual.length && timingSafeEqual(given, actual)) return
  throw new KmsError('InvalidParam', { parameter: 'Content-SHA256' })
}

/** An expired key is as good as none: official clients know `Unauthorized` as the answer to it. */
function checkValidity(kms: Kms, credential: ClientKeyCredential, clientKeyId: string): void {
  const now = kms.now().getTime()
  if (now < credential.notBefore.getTime() || now >= credential.notAfter.getTime()) {
    throw new KmsError('Unauthorized', { parameter: printable(clientKeyId) })
  }
}

/** What a stranger sent may be echoed only as far as it is short and harmless. */
export const printable = (text: string): string => text.replace(/[^\x20-\x7e]/g, '?').slice(0, 128)

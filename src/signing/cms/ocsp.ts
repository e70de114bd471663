import { createHash } from 'node:crypto'
import { type Certificate, readCertificate } from '../../certificates/certificate.ts'
import { parseExtendedKeyUsage } from '../../certificates/usage.ts'
import { derTag } from '../../crypto/der.ts'
import { isSignatureBy } from './algorithms.ts'
import { dottedOf, type Element, elementsOf, firstElement, octetsOf } from './ber.ts'
import type { CmsCertificate } from './certificate.ts'
import type { RevocationState } from './crl.ts'
import { derNull, objectIdentifier, octetString, sequence } from './der.ts'
import { oid } from './oids.ts'
import { partsOf } from './read-signed-data.ts'

const basicResponse = '1.3.6.1.5.5.7.48.1.1'
const digests: ReadonlyMap<string, string> = new Map([
  [oid.sha1, 'sha1'],
  [oid.sha256, 'sha256'],
])

/** The question whether a certificate is revoked (RFC 6960 §4.1), DER. Certificates are named by SHA-1, as all responders know it. */
export function ocspRequest(certificate: CmsCertificate, issuer: Certificate): Uint8Array {
  const hash = (bytes: Uint8Array): Uint8Array => octetString(createHash('sha1').update(bytes).digest())
  const names = [hash(certificate.issuerDer), hash(keyBits(issuer))]
  const algorithm = sequence(objectIdentifier(oid.sha1), derNull)
  return sequence(sequence(sequence(sequence(sequence(algorithm, ...names, certificate.serialNumberDer)))))
}

/** The BIT STRING of a SubjectPublicKeyInfo. */
function keyBits({ spki }: Certificate): Uint8Array {
  const [, bits] = partsOf(firstElement(spki).element, derTag.sequence)
  return bits?.content.subarray(1) ?? new Uint8Array()
}

/**
 * What an OCSP response says about a certificate at a time. `unknown` where it is about others, or not signed by the
 * issuer or whom the issuer has charged with it.
 */
export function stateByOcsp(
  response: Uint8Array,
  certificate: CmsCertificate | Certificate,
  issuer: Certificate,
  at: Date,
): RevocationState {
  try {
    const basic = basicOf(response)
    if (basic === undefined || !isGenuine(basic, issuer, at)) return 'unknown'
    const states = answersOf(basic).filter((answer) => isAbout(answer, certificate, issuer))
    return states.map((answer) => stateOf(answer, at)).find((state) => state !== 'unknown') ?? 'unknown'
  } catch {
    return 'unknown'
  }
}

/** undefined where the responder refuses to answer */
function basicOf(response: Uint8Array): readonly Element[] | undefined {
  const [status, wrapped] = partsOf(firstElement(response).element, derTag.sequence)
  const [body] = elementsOf(wrapped?.content ?? new Uint8Array())
  if (status?.content[0] !== 0 || body === undefined) return undefined
  const [type, bytes] = partsOf(body, derTag.sequence)
  if (type === undefined || bytes === undefined || dottedOf(type) !== basicResponse) return undefined
  return partsOf(firstElement(octetsOf(bytes)).element, derTag.sequence)
}

function isGenuine(
  [data, algorithm, signature, certificates]: readonly Element[],
  issuer: Certificate,
  at: Date,
): boolean {
  if (data === undefined || algorithm === undefined || signature === undefined) return false
  const [list] = certificates === undefined ? [] : elementsOf(certificates.content)
  const charged = (list === undefined ? [] : partsOf(list, derTag.sequence))
    .map(({ raw }) => readCertificate(Uint8Array.from(raw)))
    .filter((each) => isCharged(each, issuer, at))
  return [issuer, ...charged].some(({ spki }) =>
    isSignatureBy({
      ...{ spki, algorithm: algorithm.raw, message: data.raw },
      signature: signature.content.subarray(1),
    }),
  )
}

const ocspSigning = parseExtendedKeyUsage('OCSPSigning')

/** RFC 6960 §4.2.2.2: issued by the issuer itself, for this purpose. */
function isCharged(certificate: Certificate, issuer: Certificate, at: Date): boolean {
  const { extensions, notBefore, notAfter } = certificate
  const isFor = extensions.extendedKeyUsage?.includes(ocspSigning) === true
  return isFor && notBefore <= at && at <= notAfter && certificate.isSignedBy(issuer) === true
}

/** The answers in a ResponseData, each about one certificate. */
function answersOf([data]: readonly Element[]): readonly Element[] {
  const parts = data === undefined ? [] : partsOf(data, derTag.sequence)
  const list = parts.find(({ tag }) => tag === derTag.sequence)
  return list === undefined ? [] : elementsOf(list.content)
}

function isAbout(answer: Element, certificate: Certificate, issuer: Certificate): boolean {
  const [id] = partsOf(answer, derTag.sequence)
  const [algorithm, , keyHash, serial] = id === undefined ? [] : partsOf(id, derTag.sequence)
  const [named] = algorithm === undefined ? [] : partsOf(algorithm, derTag.sequence)
  const digest = named === undefined ? undefined : digests.get(dottedOf(named))
  if (digest === undefined || keyHash === undefined || serial === undefined) return false
  const isSerial = Buffer.from(serial.content).toString('hex').toUpperCase() === certificate.serialNumber
  return isSerial && createHash(digest).update(keyBits(issuer)).digest().equals(keyHash.content)
}

/** A revocation counts from its time on; `good` counts until the next answer is due. */
function stateOf(answer: Element, at: Date): RevocationState {
  const [, status, thisUpdate, next] = partsOf(answer, derTag.sequence)
  if (status?.tag === 0xa1) return timeOf(elementsOf(status.content)[0]) <= at ? 'revoked' : 'good'
  if (status?.tag !== 0x80) return 'unknown'
  const end = next?.tag === 0xa0 ? timeOf(elementsOf(next.content)[0]) : new Date(timeOf(thisUpdate).getTime() + dayMs)
  return end >= at ? 'good' : 'unknown'
}

const dayMs = 86_400_000

/** GeneralizedTime, in UTC. */
function timeOf(element: Element | undefined): Date {
  const text = Buffer.from(element?.content ?? []).toString('latin1')
  const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)/.exec(text) ?? []
  if (second === undefined) throw new TypeError('no time')
  return new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`)
}

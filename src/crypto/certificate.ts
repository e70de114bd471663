import { type KeyObject, sign } from 'node:crypto'
import { promisify } from 'node:util'
import { derTag, encodeDer, encodeUnsignedInteger } from './der.ts'
import { encodeOid } from './pbe.ts'

const signAsync = promisify(sign)

export interface CertificateContents {
  /** common name of both subject and issuer; letters and digits of ASCII */
  readonly name: string
  /** 8 to 20 random bytes */
  readonly serialNumber: Uint8Array
  readonly notBefore: Date
  readonly notAfter: Date
  readonly publicKey: KeyObject
  readonly privateKey: KeyObject
}

/** Content bytes in hexadecimal. */
const oid = { sha256WithRsa: '2a864886f70d01010b', keyUsage: '551d0f', commonName: '550403' } as const
const sha256WithRsa = encodeDer(derTag.sequence, encodeOid(oid.sha256WithRsa), encodeDer(0x05))
const version3 = encodeDer(0xa0, encodeDer(derTag.integer, Buffer.of(2)))
// keyUsage (RFC 5280 §4.2.1.3), critical: digitalSignature and nothing else.
const digitalSignature = encodeDer(
  derTag.sequence,
  encodeOid(oid.keyUsage),
  encodeDer(0x01, Buffer.of(0xff)),
  encodeDer(derTag.octetString, encodeDer(derTag.bitString, Buffer.of(7, 0x80))),
)
const extensions = encodeDer(0xa3, encodeDer(derTag.sequence, digitalSignature))

/**
 * An X.509 v3 certificate of an RSA key, signed by the key itself (RFC 5280 §4.1). It carries a public key to loaders
 * that expect a certificate; nobody derives trust from it.
 *
 * @returns DER
 */
export async function selfSignedCertificate(contents: CertificateContents): Promise<Uint8Array> {
  const name = distinguishedName(contents.name)
  const validity = encodeDer(derTag.sequence, encodeTime(contents.notBefore), encodeTime(contents.notAfter))
  const publicKey = contents.publicKey.export({ format: 'der', type: 'spki' })
  const serialNumber = encodeUnsignedInteger(contents.serialNumber)
  const parts = [version3, serialNumber, sha256WithRsa, name, validity, name, publicKey, extensions]
  const toBeSigned = encodeDer(derTag.sequence, ...parts)
  const signature = await signAsync('sha256', toBeSigned, contents.privateKey)
  return encodeDer(derTag.sequence, toBeSigned, sha256WithRsa, encodeDer(derTag.bitString, Buffer.of(0), signature))
}

function distinguishedName(commonName: string): Uint8Array {
  const attribute = encodeDer(derTag.sequence, encodeOid(oid.commonName), encodeDer(0x0c, Buffer.from(commonName)))
  return encodeDer(derTag.sequence, encodeDer(0x31, attribute))
}

/** RFC 5280 §4.1.2.5: UTCTime through 2049, GeneralizedTime from 2050 on. */
function encodeTime(time: Date): Uint8Array {
  const digits = time.toISOString().replace(/\.\d+|[-:T]/g, '')
  return time.getUTCFullYear() < 2050
    ? encodeDer(0x17, Buffer.from(digits.slice(2)))
    : encodeDer(0x18, Buffer.from(digits))
}

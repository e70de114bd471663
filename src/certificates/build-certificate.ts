import { AsnConvert } from '@peculiar/asn1-schema'
import { Certificate, SubjectPublicKeyInfo, TBSCertificate, Validity, Version } from '@peculiar/asn1-x509'
import type { Signer } from '../crypto/signer.ts'
import { certificateText } from './certificate.ts'
import { type ExtensionContents, encodeExtensions, keyIdentifierOf } from './extensions.ts'
import { type DistinguishedName, encodeName } from './name.ts'
import { algorithmIdentifier } from './signature-algorithm.ts'

export interface CertificateContents {
  /** 16 random bytes */
  readonly serialNumber: Uint8Array
  readonly issuer: DistinguishedName
  readonly subject: DistinguishedName
  readonly notBefore: Date
  readonly notAfter: Date
  /** SubjectPublicKeyInfo, DER */
  readonly spki: Uint8Array
  /** the key identifiers are added */
  readonly extensions: ExtensionContents
  /** of the issuer's key; of the own key unless given */
  readonly authorityKeyIdentifier?: Uint8Array
}

/**
 * An X.509 certificate, version 3 (RFC 5280), signed by the issuer's key.
 *
 * @returns PEM
 */
export async function buildCertificate(issuer: Signer, contents: CertificateContents): Promise<string> {
  const signatureAlgorithm = algorithmIdentifier(issuer.algorithm)
  const subjectPublicKeyInfo = AsnConvert.parse(contents.spki, SubjectPublicKeyInfo)
  const subjectKeyIdentifier = keyIdentifierOf(subjectPublicKeyInfo.subjectPublicKey)
  const { authorityKeyIdentifier = subjectKeyIdentifier } = contents
  const tbsCertificate = new TBSCertificate({
    version: Version.v3,
    serialNumber: positive(contents.serialNumber),
    signature: signatureAlgorithm,
    issuer: encodeName(contents.issuer),
    validity: new Validity({ notBefore: contents.notBefore, notAfter: contents.notAfter }),
    subject: encodeName(contents.subject),
    subjectPublicKeyInfo,
    extensions: encodeExtensions({ ...contents.extensions, subjectKeyIdentifier, authorityKeyIdentifier }),
  })
  const tbsCertificateRaw = AsnConvert.serialize(tbsCertificate)
  const signature = await issuer.sign(new Uint8Array(tbsCertificateRaw))
  const certificate = new Certificate({ tbsCertificate, tbsCertificateRaw, signatureAlgorithm })
  certificate.signatureValue = Uint8Array.from(signature).buffer
  return certificateText(new Uint8Array(AsnConvert.serialize(certificate)))
}

/** RFC 5280 §4.1.2.2: positive, at most 20 octets, and in as many octets as it needs. */
const positive = (bytes: Uint8Array): ArrayBuffer => Uint8Array.of(0x01, ...bytes.subarray(0, 16)).buffer

import { Attributes, CertificationRequest, CertificationRequestInfo } from '@peculiar/asn1-csr'
import { AsnConvert } from '@peculiar/asn1-schema'
import { Attribute, Extensions, SubjectPublicKeyInfo } from '@peculiar/asn1-x509'
import { encodePem } from '../crypto/pem.ts'
import { type PublicKey, readPublicKey } from '../crypto/public-key.ts'
import type { Signer } from '../crypto/signer.ts'
import { CertificateError } from './certificate-error.ts'
import { parsed, pemBlocks, signedParts } from './encoded.ts'
import { decodeExtensions, type ExtensionContents, encodeExtensions, type ReadExtensions } from './extensions.ts'
import { type DistinguishedName, decodeName, encodeName } from './name.ts'
import { algorithmIdentifier, isSigned, signatureAlgorithmName } from './signature-algorithm.ts'

const extensionRequest = '1.2.840.113549.1.9.14'
const label = 'CERTIFICATE REQUEST'

export interface RequestContents {
  readonly subject: DistinguishedName
  readonly extensions: ExtensionContents
}

/**
 * A certificate request (PKCS #10, RFC 2986), signed by the key that it is about.
 *
 * @returns PEM
 */
export async function buildRequest(signer: Signer, { subject, extensions }: RequestContents): Promise<string> {
  const info = new CertificationRequestInfo({
    subject: encodeName(subject),
    subjectPKInfo: AsnConvert.parse(signer.publicKey.spki, SubjectPublicKeyInfo),
    attributes: requestAttributes(extensions),
  })
  const certificationRequestInfoRaw = AsnConvert.serialize(info)
  const signature = await signer.sign(new Uint8Array(certificationRequestInfoRaw))
  const request = new CertificationRequest({
    certificationRequestInfo: info,
    certificationRequestInfoRaw,
    signatureAlgorithm: algorithmIdentifier(signer.algorithm),
    signature: Uint8Array.from(signature).buffer,
  })
  return encodePem(label, new Uint8Array(AsnConvert.serialize(request)))
}

function requestAttributes(contents: ExtensionContents): Attributes {
  const extensions = encodeExtensions(contents)
  if (extensions.length === 0) return new Attributes([])
  return new Attributes([new Attribute({ type: extensionRequest, values: [AsnConvert.serialize(extensions)] })])
}

/** A request whose signature has been verified. */
export interface CertificateRequest {
  readonly der: Uint8Array
  readonly subject: DistinguishedName
  /** SubjectPublicKeyInfo, DER */
  readonly spki: Uint8Array
  /** of a kind that signs here */
  readonly publicKey: PublicKey
  readonly signatureAlgorithm: string
  /** what it asks for */
  readonly extensions: ReadExtensions
}

/**
 * Reads a certificate request and verifies that it is signed by its own key.
 *
 * @param encoded - PEM or DER
 * @throws CertificateError `request`
 */
export function readRequest(encoded: string | Uint8Array): CertificateRequest {
  const wrong = (message: string) => new CertificateError('request', `The request ${message}`)
  const [der = new Uint8Array(), ...others] =
    typeof encoded === 'string' ? pemBlocks(encoded, [label, 'NEW CERTIFICATE REQUEST'], 'request') : [encoded]
  if (others.length > 0) throw wrong('is several; give one.')
  const parts = signedParts(der)
  if (parts === undefined) throw wrong('is no certificate request.')
  return parsed('request', 'certificate request', () => {
    const request = AsnConvert.parse(der, CertificationRequest)
    const { subject, subjectPKInfo, attributes } = request.certificationRequestInfo
    const spki = new Uint8Array(AsnConvert.serialize(subjectPKInfo))
    const publicKey = readPublicKey(spki)
    if (publicKey === undefined) throw wrong('is about a key of a kind that is not known here.')
    if (!isSigned(spki, request.signatureAlgorithm, parts.signed, parts.signature))
      throw wrong('is not signed by its key.')
    return {
      der,
      subject: decodeName(subject),
      spki,
      publicKey,
      signatureAlgorithm: signatureAlgorithmName(request.signatureAlgorithm),
      extensions: decodeExtensions(requestedExtensions(attributes), 'request'),
    }
  })
}

function requestedExtensions(attributes: Attributes | undefined): Extensions {
  const values = [...(attributes ?? [])].filter(({ type }) => type === extensionRequest).flatMap(({ values }) => values)
  const [value, ...others] = values
  if (others.length > 0) throw new TypeError('There is more than one list of extensions.')
  return value === undefined ? new Extensions([]) : AsnConvert.parse(value, Extensions)
}

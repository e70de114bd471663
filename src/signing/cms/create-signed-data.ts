import { derTag, encodeDer } from '../../crypto/der.ts'
import { sha256 } from '../../crypto/hash.ts'
import type { Signer } from '../../crypto/signer.ts'
import { digestAlgorithmDer, signatureAlgorithmDer } from './algorithms.ts'
import type { CmsCertificate } from './certificate.ts'
import { context, objectIdentifier, octetString, sequence, setOf } from './der.ts'
import { oid } from './oids.ts'

export interface SignedDataContents {
  readonly signer: Signer
  /** the signer's own certificate first */
  readonly certificates: readonly [CmsCertificate, ...CmsCertificate[]]
  /** of the content, which stays outside: SHA-256, or SM3 for SM2 */
  readonly messageDigest: Uint8Array
  /** Gives a time-stamp token over the signature. */
  readonly timeStamp?: ((signature: Uint8Array) => Promise<Uint8Array>) | undefined
}

const attribute = (type: string, value: Uint8Array): Uint8Array => sequence(objectIdentifier(type), setOf(value))
const version1 = encodeDer(derTag.integer, Buffer.of(1))

/**
 * A detached signature in CMS (RFC 5652 §5) with the attributes that CAdES and PAdES ask for (ETSI EN 319 142-1 §6.3): the
 * signer's certificate is itself signed, so no other with the same key can take its place; no signing time, which the PDF
 * has.
 */
export async function createSignedData(contents: SignedDataContents): Promise<Uint8Array> {
  const { signer, certificates, messageDigest } = contents
  const attributes = signedAttributes(certificates[0], messageDigest)
  const signature = await signer.sign(encodeDer(0x31, attributes))
  const token = await contents.timeStamp?.(signature)
  const signerInfo = sequence(
    version1,
    sequence(certificates[0].issuerDer, certificates[0].serialNumberDer),
    digestAlgorithmDer(signer.algorithm),
    context(0, attributes),
    signatureAlgorithmDer(signer.algorithm),
    octetString(signature),
    ...(token === undefined ? [] : [context(1, attribute(oid.timeStampToken, token))]),
  )
  const signedData = sequence(
    version1,
    setOf(digestAlgorithmDer(signer.algorithm)),
    sequence(objectIdentifier(oid.data)),
    context(0, ...certificates.map(({ der }) => der)),
    setOf(signerInfo),
  )
  return sequence(objectIdentifier(oid.signedData), context(0, signedData))
}

/** The content of the SET of signed attributes. */
function signedAttributes(certificate: CmsCertificate, messageDigest: Uint8Array): Uint8Array {
  // RFC 5035 §3: SHA-256 is the default and is left out.
  const certificateId = sequence(octetString(sha256(certificate.der)))
  return Buffer.concat(
    [
      attribute(oid.contentType, objectIdentifier(oid.data)),
      attribute(oid.messageDigest, octetString(messageDigest)),
      attribute(oid.signingCertificateV2, sequence(sequence(certificateId))),
    ].sort((a, b) => Buffer.compare(a, b)),
  )
}

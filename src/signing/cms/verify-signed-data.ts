import { createHash } from 'node:crypto'
import { SigningError } from '../errors.ts'
import { isSignatureBy } from './algorithms.ts'
import { dottedOf, elementsOf } from './ber.ts'
import type { CmsCertificate } from './certificate.ts'
import { digestNames, oid } from './oids.ts'
import { partsOf, type SignedData, type SignerInfo } from './read-signed-data.ts'

const wrong = (message: string): SigningError => new SigningError('signature', message)
const isSame = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0

/** What the digest of the content has to be computed with. @throws SigningError `signature` */
export function contentDigestName({ signerInfo }: SignedData): string {
  const name = digestNames.get(signerInfo.digestAlgorithm.oid)
  if (name !== undefined) return name
  throw wrong('The signature uses a digest that is unknown or too weak, such as SHA-1.')
}

/**
 * Verifies a message of CMS against the digest of its content; trust in the certificate is another matter.
 *
 * @param contentDigest - by `contentDigestName`
 * @returns the certificate whose key has signed
 * @throws SigningError `signature`
 */
export function verifySignedData(signed: SignedData, contentDigest: Uint8Array): CmsCertificate {
  try {
    return verified(signed, contentDigest)
  } catch (cause) {
    // Values of attributes are read here only, and may be anything.
    if (cause instanceof SigningError) throw cause
    throw new SigningError('signature', 'An attribute of the signature cannot be read.', { cause })
  }
}

function verified(signed: SignedData, contentDigest: Uint8Array): CmsCertificate {
  const { signerInfo } = signed
  const { signedAttributes: attributes } = signerInfo
  if (attributes === undefined) throw wrong('The signature has no signed attributes.')
  const type = attributes.values.get(oid.contentType)
  if (type === undefined || dottedOf(type) !== signed.contentType)
    throw wrong('The signature is about another content.')
  const digest = attributes.values.get(oid.messageDigest)
  if (digest === undefined || !isSame(digest.content, contentDigest))
    throw wrong('The content is not what was signed: its digest differs.')
  const certificate = signerCertificate(signed)
  requireNamedCertificate(signerInfo, certificate)
  const isGenuine = isSignatureBy({
    spki: certificate.spki,
    algorithm: signerInfo.signatureAlgorithm.der,
    digest: signerInfo.digestAlgorithm.oid,
    message: attributes.der,
    signature: signerInfo.signature,
  })
  if (!isGenuine) throw wrong('The signature is not by the key of its certificate.')
  return certificate
}

function signerCertificate({ certificates, signerInfo: { identifier } }: SignedData): CmsCertificate {
  const found = certificates.find((each) =>
    'keyId' in identifier
      ? isSame(each.keyIdentifier, identifier.keyId)
      : isSame(each.issuerDer, identifier.issuer) && isSame(each.serialNumberDer, identifier.serialNumber),
  )
  if (found === undefined) throw wrong("The signer's certificate is missing in the signature.")
  return found
}

/**
 * RFC 5035: the signed hash of the certificate, against putting another one with the same key in its place. Signatures of
 * before PAdES may have none.
 */
function requireNamedCertificate({ signedAttributes }: SignerInfo, { der }: CmsCertificate): void {
  const second = signedAttributes?.values.get(oid.signingCertificateV2)
  const first = signedAttributes?.values.get(oid.signingCertificate)
  const attribute = second ?? first
  if (attribute === undefined) return
  const [list] = elementsOf(attribute.content)
  const [id] = list === undefined ? [] : partsOf(list, 0x30)
  const parts = id === undefined ? [] : partsOf(id, 0x30)
  const hash = parts.find(({ tag }) => tag === 0x04)
  const named = parts[0]?.tag === 0x30 ? elementsOf(parts[0].content)[0] : undefined
  // The first form of the attribute has SHA-1 and nothing else.
  const digest = second === undefined ? 'sha1' : named === undefined ? 'sha256' : digestNames.get(dottedOf(named))
  if (digest === undefined || hash === undefined || !isSame(hash.content, createHash(digest).update(der).digest()))
    throw wrong('The signature names another certificate than the one it carries.')
}

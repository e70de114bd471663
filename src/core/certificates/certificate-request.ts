import { chooseAlgorithm, type KeySpecEntry, keySpecs } from '../../crypto/algorithms.ts'
import { loadKeyMaterial, publicKeySpki } from '../../crypto/key-material.ts'
import { publicKeyText, readPublicKey, type SignatureAlgorithm } from '../../crypto/public-key.ts'
import { signatureScheme } from '../../crypto/schemes.ts'
import { type Signer, signerOf } from '../../crypto/signer.ts'
import { KmsError } from '../errors.ts'
import { refusing, x509 } from './x509.ts'

/** What a request is made of, checked. */
export interface Wanted {
  readonly subject: string
  readonly alternativeNames: readonly string[]
  /** signs the request with new key material */
  request(entry: KeySpecEntry, material: Uint8Array): Promise<{ readonly csr: string; readonly publicKey: string }>
}

/**
 * Reads what a certificate is to be about.
 *
 * @throws KmsError `InvalidParameter` of Subject or SubjectAlternativeNames
 */
export async function wantedFrom(subjectText: string, names: readonly string[]): Promise<Wanted> {
  const { parseName, formatName, parseAlternativeName, formatAlternativeName, buildRequest } = await x509()
  // RFC 2253 begins with the last part of the name.
  const subject = refusing('Subject', () => parseName(subjectText)).toReversed()
  const alternativeNames = refusing('SubjectAlternativeNames', () => names.map(parseAlternativeName))
  return {
    subject: formatName(subject.toReversed()),
    alternativeNames: alternativeNames.map((name) => formatAlternativeName(name).replace(/^DNS:/, '')),
    async request(entry, material) {
      const signer = signerWith(entry, material)
      const csr = await buildRequest(signer, { subject, extensions: { alternativeNames } })
      return { csr, publicKey: publicKeyText(signer.publicKey) }
    },
  }
}

/** RSA signs requests by PKCS #1, which every CA reads. */
function signerWith(entry: KeySpecEntry, material: Uint8Array): Signer {
  const key = loadKeyMaterial(entry, material)
  const publicKey = readPublicKey(publicKeySpki(key))
  const algorithm = chooseAlgorithm(entry.signing, entry.kind === 'rsa' ? 'RSA_PKCS1_SHA_256' : '')
  if (publicKey === undefined || algorithm === undefined)
    throw new KmsError('InternalFailure', { cause: new Error(`a key of ${entry.spec} cannot sign`) })
  const scheme = signatureScheme(algorithm)
  return signerOf(publicKey, algorithm.name as SignatureAlgorithm, (digest) => scheme.sign(key, digest))
}

/** @throws KmsError `InternalFailure` */
export function entryOf(keySpec: string): KeySpecEntry {
  const entry = keySpecs.get(keySpec)
  if (!entry)
    throw new KmsError('InternalFailure', { cause: new Error(`a certificate has the unknown spec ${keySpec}`) })
  return entry
}

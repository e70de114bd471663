import { type KeySpecEntry, keySpecs } from '../crypto/algorithms.ts'
import { loadKeyMaterial, publicKeySpki, type UsableKey } from '../crypto/key-material.ts'
import { decodePem } from '../crypto/pem.ts'
import { readPublicKey, type SignatureAlgorithm } from '../crypto/public-key.ts'
import { signatureScheme } from '../crypto/schemes.ts'
import { type Signer, signerOf } from '../crypto/signer.ts'
import { chosenAlgorithm } from './algorithm.ts'
import { SigningError } from './errors.ts'

/**
 * A private key on this machine as a signer, for tests and for keys that are to be imported later.
 *
 * @param privateKey - PKCS #8, PEM or DER: RSA_2048, 3072 or 4096, EC P-256, P-256K or SM2
 * @throws SigningError `key`, `algorithm`
 */
export function localKey(privateKey: string | Uint8Array, wanted?: SignatureAlgorithm): Signer {
  const key = loadAny(typeof privateKey === 'string' ? decodePem('PRIVATE KEY', privateKey) : privateKey)
  const publicKey = key && readPublicKey(publicKeySpki(key))
  if (key === undefined || publicKey === undefined)
    throw new SigningError('key', 'The private key is no PKCS #8 key of a kind that signs.', {
      parameter: 'privateKey',
    })
  const algorithm = chosenAlgorithm(publicKey, wanted)
  return signerOf(publicKey, algorithm, (digest) => signatureScheme({ name: algorithm }).sign(key, digest))
}

/** The key specs differ enough that material of one is never material of another. */
function loadAny(material: Uint8Array | undefined): UsableKey | undefined {
  if (material === undefined) return undefined
  for (const entry of keySpecs.values()) {
    const key = entry.signing.length > 0 ? loaded(entry, material) : undefined
    if (key !== undefined) return key
  }
  return undefined
}

function loaded(entry: KeySpecEntry, material: Uint8Array): UsableKey | undefined {
  try {
    return loadKeyMaterial(entry, material)
  } catch {
    return undefined
  }
}

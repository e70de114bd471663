import { keySpecs } from '../../src/crypto/algorithms.ts'
import { generateKeyMaterial } from '../../src/crypto/key-material.ts'
import type { SignatureAlgorithm } from '../../src/crypto/public-key.ts'
import type { Signer } from '../../src/crypto/signer.ts'
import { localKey } from '../../src/signing/local-key.ts'

/** A fresh local key that signs. */
export async function newSigner(spec: string, algorithm?: SignatureAlgorithm): Promise<Signer> {
  const entry = keySpecs.get(spec)
  if (entry === undefined) throw new TypeError(`There is no key spec ${spec}.`)
  return localKey(await generateKeyMaterial(entry), algorithm)
}

/** What the openssl command needs to verify signatures of SM2 with the user id that KMS signs with. */
export const sm2Options: readonly string[] = ['-vfyopt', 'distid:1234567812345678']

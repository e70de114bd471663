import { composeAdvanceBlob } from '../cryptography/advance-blob.ts'
import { blockScheme, encryptUnder } from '../cryptography/block-encryption.ts'
import { invalidParameter } from '../errors.ts'
import { usableKey } from '../keys/find-key.ts'
import { primaryVersion } from '../keys/key-version.ts'
import { type InstanceCall, plainKey } from './instance-call.ts'

export interface SealedSecret {
  readonly keyId: string
  readonly keyVersionId: string
  readonly iv: Uint8Array
  readonly ciphertextBlob: Uint8Array
  readonly algorithm: string
}

interface SealOptions {
  readonly aad: Uint8Array
  readonly algorithm?: string
}

/** Seals a generated secret under the initial version; ciphertext and IV apart. GCM only. */
export async function sealPlain(
  call: InstanceCall,
  keyId: string,
  secret: Uint8Array,
  options: SealOptions,
): Promise<SealedSecret> {
  const { key, version } = await plainKey(call, keyId, 'ENCRYPT/DECRYPT', { kind: 'symmetric' })
  requireGcm(call, key.body.keySpec, options)
  const { keyVersionId, iv, ciphertext, scheme } = await encryptUnder(call, key, version, secret, sealingOf(options))
  return { keyId: key.id, keyVersionId, iv, ciphertextBlob: ciphertext, algorithm: scheme.algorithm.name }
}

/** Seals a generated secret under the primary version into a self-describing ciphertext. GCM only. */
export async function sealAdvance(
  call: InstanceCall,
  keyId: string,
  secret: Uint8Array,
  options: SealOptions,
): Promise<SealedSecret> {
  const key = await usableKey(call, keyId, 'ENCRYPT/DECRYPT')
  requireGcm(call, key.body.keySpec, options)
  const encrypted = await encryptUnder(call, key, await primaryVersion(call, key), secret, sealingOf(options))
  return {
    keyId: key.id,
    keyVersionId: encrypted.keyVersionId,
    iv: encrypted.iv,
    ciphertextBlob: composeAdvanceBlob(encrypted),
    algorithm: encrypted.scheme.algorithm.name,
  }
}

const sealingOf = ({ aad, algorithm }: SealOptions) => ({ algorithm, aad: aad.length === 0 ? undefined : aad })

function requireGcm(call: InstanceCall, keySpec: string, { algorithm }: SealOptions): void {
  if (blockScheme(call, keySpec, { algorithm }).algorithm.mode !== 'gcm') throw invalidParameter('Algorithm')
}

import { composeAdvanceBlob } from '../cryptography/advance-blob.ts'
import { encryptUnder } from '../cryptography/block-encryption.ts'
import { blockScheme } from '../cryptography/block-scheme.ts'
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

/** Seals one secret under a key that the caller may use. */
export type SealSecret = (secret: Uint8Array) => Promise<SealedSecret>

/**
 * Finds the key under whose initial version a generated secret is to be sealed; ciphertext and IV apart. GCM only.
 * Secrets are made afterwards: some take seconds of a processor, which nobody may spend who may not use the key.
 */
export async function plainSealing(call: InstanceCall, keyId: string, options: SealOptions): Promise<SealSecret> {
  const { key, version } = await plainKey(call, keyId, 'ENCRYPT/DECRYPT', { kind: 'symmetric' })
  requireGcm(call, key.body.keySpec, options)
  return async (secret) => {
    const { keyVersionId, iv, ciphertext, scheme } = await encryptUnder(call, key, version, secret, sealingOf(options))
    return { keyId: key.id, keyVersionId, iv, ciphertextBlob: ciphertext, algorithm: scheme.algorithm.name }
  }
}

/** As {@link plainSealing}, under the primary version into a self-describing ciphertext. */
export async function advanceSealing(call: InstanceCall, keyId: string, options: SealOptions): Promise<SealSecret> {
  const key = await usableKey(call, keyId, 'ENCRYPT/DECRYPT')
  requireGcm(call, key.body.keySpec, options)
  const version = await primaryVersion(call, key)
  return async (secret) => {
    const encrypted = await encryptUnder(call, key, version, secret, sealingOf(options))
    const { keyVersionId, iv, scheme } = encrypted
    const ciphertextBlob = composeAdvanceBlob(encrypted)
    return { keyId: key.id, keyVersionId, iv, ciphertextBlob, algorithm: scheme.algorithm.name }
  }
}

const sealingOf = ({ aad, algorithm }: SealOptions) => ({ algorithm, aad: aad.length === 0 ? undefined : aad })

function requireGcm(call: InstanceCall, keySpec: string, { algorithm }: SealOptions): void {
  if (blockScheme(call, keySpec, { algorithm }).algorithm.mode !== 'gcm') throw invalidParameter('Algorithm')
}

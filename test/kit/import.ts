import { GetParametersForImport, ImportKeyMaterial } from '../../src/api/key-material.ts'
import type { RequestOf } from '../../src/api/operation.ts'
import { getParametersForImport } from '../../src/core/key-material/get-parameters-for-import.ts'
import { importKeyMaterial } from '../../src/core/key-material/import-key-material.ts'
import { encryptSm2 } from '../../src/crypto/sm2-encryption.ts'
import { decodeSm2Spki } from '../../src/crypto/sm2-key.ts'
import type { Actor } from './calls.ts'

/** Import parameters with an SM2 wrapping key, which is quick to make. */
export const sm2Parameters = (actor: Actor, keyId: string) =>
  actor(GetParametersForImport, getParametersForImport, {
    keyId,
    wrappingKeySpec: 'EC_SM2',
    wrappingAlgorithm: 'SM2PKE',
  })

/** Wraps material as a caller does, with the public key of the import parameters. */
export const wrapSm2 = (publicKey: string, material: Uint8Array): Uint8Array =>
  encryptSm2(decodeSm2Spki(Buffer.from(publicKey, 'base64')), material)

/** A whole import. */
export async function importMaterial(
  actor: Actor,
  keyId: string,
  material: Uint8Array,
  more: Partial<RequestOf<typeof ImportKeyMaterial>> = {},
): Promise<void> {
  const { publicKey, importToken } = await sm2Parameters(actor, keyId)
  const encryptedKeyMaterial = wrapSm2(publicKey, material)
  await actor(ImportKeyMaterial, importKeyMaterial, { keyId, importToken, encryptedKeyMaterial, ...more })
}

import type { Client } from '../sdk/client.ts'
import { type MaterialWrapping, privateKeyDer, wrapKeyMaterial } from '../signing/index.ts'
import { decodeWrappedText } from './base64-text.ts'
import { CliError } from './failure.ts'

export const mostMaterialBytes = 16 * 1024

/** How symmetric material stands in a file. */
export type MaterialEncoding = 'raw' | 'hex' | 'base64'

/** What the import parameters are asked for. */
interface Wrapping {
  readonly wrappingKeySpec: 'RSA_2048' | 'EC_SM2'
  readonly wrappingAlgorithm: MaterialWrapping
}

export interface MaterialImport {
  readonly keyId: string
  readonly wrapping: Wrapping
  readonly material: Uint8Array
  /** when the service destroys it, in seconds; 0 for never */
  readonly keyMaterialExpireUnix: number
}

/** Sends material wrapped, and wipes it. */
export async function sendMaterial(client: Client, sent: MaterialImport): Promise<void> {
  const { keyId, wrapping, material, keyMaterialExpireUnix } = sent
  try {
    const { publicKey, importToken } = await client.getParametersForImport({ keyId, ...wrapping })
    const encryptedKeyMaterial = wrapKeyMaterial(publicKey, wrapping.wrappingAlgorithm, material)
    await client.importKeyMaterial({ keyId, importToken, encryptedKeyMaterial, keyMaterialExpireUnix })
  } finally {
    material.fill(0)
  }
}

/** A private key is longer than what RSA_2048 can wrap by itself. */
export function wrappingFor(keySpec: string, isSm2 = false): Wrapping {
  if (isSm2) return { wrappingKeySpec: 'EC_SM2', wrappingAlgorithm: 'SM2PKE' }
  const wrappingAlgorithm = isSecretText(keySpec) ? 'RSAES_OAEP_SHA_256' : 'RSAES_OAEP_SHA_256_AES_256_ECB_PKCS7_PAD'
  return { wrappingKeySpec: 'RSA_2048', wrappingAlgorithm }
}

/** Material that is bytes without a structure. */
const isSecretText = (keySpec: string): boolean => keySpec.startsWith('Aliyun_') || keySpec.startsWith('HMAC_')

/**
 * The material of a key as it is wrapped.
 *
 * @param read - what a file holds
 * @param name - of the file, for messages
 * @throws CliError `badMaterial`
 */
export function materialOf(read: Uint8Array, keySpec: string, form: MaterialEncoding, name: string): Uint8Array {
  if (!isSecretText(keySpec)) return privateKeyOf(read, name)
  if (form === 'raw') return Uint8Array.from(read)
  const text = Buffer.from(read).toString('latin1').trim()
  const bytes = form === 'base64' ? decodeWrappedText(text) : hexBytes(text)
  if (bytes === undefined) throw new CliError('badMaterial', `${name} is not ${form}`)
  return bytes
}

const hexBytes = (text: string): Uint8Array | undefined =>
  /^(?:[0-9a-fA-F]{2})+$/.test(text) ? Uint8Array.from(Buffer.from(text, 'hex')) : undefined

function privateKeyOf(read: Uint8Array, name: string): Uint8Array {
  const text = Buffer.from(read).toString('latin1')
  if (!text.includes('-----BEGIN')) return Uint8Array.from(read)
  const der = privateKeyDer(text.slice(text.indexOf('-----BEGIN')))
  if (der !== undefined) return der
  throw new CliError('badMaterial', `${name} holds no unencrypted private key: PKCS #8, or SEC 1 of an EC key`)
}

import { type Seal, unwrapUnder, wrapUnder } from './seal.ts'
import { readSecretFile, unusable } from './secret-file.ts'

const secretBytes = 32

/**
 * Seals with a secret from an environment variable. Fit for development and for orchestrators that inject secrets.
 *
 * @param value - 32 bytes as 64 hexadecimal digits or as Base64 (44 characters)
 * @throws RangeError, without the value, when it is neither
 */
export function environmentSeal(value: string): Seal {
  const secret = decodeSecretText(value)
  if (!secret) throw new RangeError('The root secret is 32 bytes, as 64 hexadecimal digits or in Base64.')
  return keySeal('environment', secret)
}

/**
 * Seals with a secret from a file: 32 raw bytes, or their 64 hexadecimal digits, or their Base64.
 *
 * @param dataDirectory - where the sealed data are; whoever takes that must not get the key with it (SEC-01)
 * @throws RangeError with one line that names the file, when it is somewhere it should not be, readable by others, or
 * not 32 bytes
 */
export async function keyFileSeal(path: string, dataDirectory: string): Promise<Seal> {
  return keySeal('key-file', await readKeyFile(path, dataDirectory))
}

/**
 * The 32 bytes of a key file.
 * @throws RangeError as `keyFileSeal`
 */
export async function readKeyFile(path: string, dataDirectory: string): Promise<Uint8Array> {
  const content = await readSecretFile({ path, what: 'key file', dataDirectory, maxBytes: 1024 })
  const secret = decodeSecret(content)
  content.fill(0)
  if (!secret) throw unusable('key file', path, 'does not hold 32 bytes, raw, in hexadecimal or in Base64')
  return secret
}

/** Seals under 32 bytes that have full entropy already. Each use erases a copy (`slice` of a Buffer would share). */
function keySeal(name: string, secret: Uint8Array): Seal {
  return {
    name,
    wrap: async (rootKey, aad) => ({ parameters: {}, ciphertext: wrapUnder(Uint8Array.from(secret), rootKey, aad) }),
    unwrap: async ({ ciphertext }, aad) => unwrapUnder(Uint8Array.from(secret), ciphertext, aad),
  }
}

/** 32 characters that are hexadecimal digits are half a secret in the wrong form, not raw bytes. */
function decodeSecret(content: Uint8Array): Uint8Array | undefined {
  const text = Buffer.from(content).toString('latin1')
  if (content.length === secretBytes && !/^[0-9a-fA-F]+$/.test(text)) return Uint8Array.from(content)
  return decodeSecretText(text)
}

/** Neither a byte order mark nor surrounding white space is part of the text. */
function decodeSecretText(text: string): Uint8Array | undefined {
  const trimmed = text.replace(/^(?:\uFEFF|\xEF\xBB\xBF)/, '').trim()
  if (/^[0-9a-fA-F]{64}$/.test(trimmed)) return Uint8Array.from(Buffer.from(trimmed, 'hex'))
  if (/^[A-Za-z0-9+/]{43}=$/.test(trimmed)) return Uint8Array.from(Buffer.from(trimmed, 'base64'))
  return undefined
}

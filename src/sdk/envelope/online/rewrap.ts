import { encodeBase64 } from '../../../crypto/base64.ts'
import { rewrapBlob } from '../data-keys/rewrap-blob.ts'
import type { RewrapOptions } from '../options.ts'
import type { Rewrapped } from '../verbs.ts'
import { once } from '../whole.ts'
import { parseOnline } from './blob.ts'

/** The ciphertext under another key. */
export async function rewrapOnline(text: Uint8Array, options: RewrapOptions): Promise<Rewrapped> {
  const key = await rewrapBlob(parseOnline(text), options)
  return { keys: [key], bytes: once(Buffer.from(encodeBase64(key.ciphertextBlob))) }
}

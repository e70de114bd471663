import { createHmac, hash } from 'node:crypto'

/** A secret that signs many short texts. */
export interface SigningSecret {
  readonly text: string
  /** HMAC-SHA-256 (FIPS 198-1) of a text under the secret's UTF-8, lower-case hex */
  readonly hmacSha256: (message: string) => string
}

/** of SHA-256 */
const blockBytes = 64
const digestBytes = 32
/** in characters; a string to sign of ACS3 has 81 */
const longest = 128

/**
 * The two blocks with which HMAC begins its two hashes are made here, once: OpenSSL makes an HMAC anew for every text,
 * which takes it longer than both hashes of a short one.
 */
export function signingSecret(text: string): SigningSecret {
  const key = Buffer.byteLength(text) > blockBytes ? hash('sha256', text, 'buffer') : Buffer.from(text)
  const inner = padded(key, 0x36, 3 * longest)
  const outer = padded(key, 0x5c, digestBytes)
  key.fill(0)
  return {
    text,
    hmacSha256(message) {
      if (message.length > longest) return createHmac('sha256', text).update(message).digest('hex')
      const length = inner.write(message, blockBytes)
      outer.write(hash('sha256', inner.subarray(0, blockBytes + length), 'latin1'), blockBytes, 'latin1')
      return hash('sha256', outer, 'hex')
    },
  }
}

function padded(key: Uint8Array, byte: number, roomBytes: number): Buffer {
  const block = Buffer.alloc(blockBytes + roomBytes)
  for (let at = 0; at < blockBytes; at++) block[at] = (key[at] ?? 0) ^ byte
  return block
}

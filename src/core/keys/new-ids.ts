import type { Kms } from '../kms.ts'

const alphabet = 'abcdefghijklmnopqrstuvwxyz0123456789'
// The largest multiple of 36 that a byte can reach; bytes above it would make some letters likelier than others.
const usableByteValues = 252

/** Version 4, lower case (RFC 9562 §5.4): 122 random bits. */
export function newGuid(kms: Kms): string {
  const bytes = kms.randomBytes(16)
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  const hex = Buffer.from(bytes).toString('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}

/** A GUID for a default key, `key-` and 21 random letters for a key of an instance. Nothing in it tells time or place. */
export const newKeyId = (kms: Kms, instanceId: string | undefined): string =>
  instanceId === undefined ? newGuid(kms) : `key-${randomLetters(kms, 21)}`

/** 36 characters either way: a GUID for a default key, the key id and 10 letters for an instance key. */
export const newKeyVersionId = (kms: Kms, keyId: string, instanceId: string | undefined): string =>
  instanceId === undefined ? newGuid(kms) : `${keyId}-${randomLetters(kms, 10)}`

/** Lower-case letters and digits, each equally likely. */
export function randomLetters(kms: Kms, length: number): string {
  let letters = ''
  while (letters.length < length) {
    for (const byte of kms.randomBytes(2 * length)) {
      if (byte < usableByteValues && letters.length < length) letters += alphabet.charAt(byte % alphabet.length)
    }
  }
  return letters
}

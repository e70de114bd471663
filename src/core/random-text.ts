import type { Kms } from './kms.ts'

export const digits = '0123456789'
const lettersAndDigits = `${digits}ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz`

/** Text of uniformly chosen characters. */
export function randomText(kms: Kms, length: number, alphabet = lettersAndDigits): string {
  // Bytes beyond the last whole multiple would make some characters likelier than others.
  const limit = 256 - (256 % alphabet.length)
  let text = ''
  while (text.length < length) {
    const bytes = kms.randomBytes(length).filter((byte) => byte < limit)
    text += [...bytes].map((byte) => alphabet[byte % alphabet.length]).join('')
  }
  return text.slice(0, length)
}

/** Version 4, lower case (RFC 9562 §5.4): 122 random bits. */
export function newGuid(kms: Kms): string {
  const bytes = kms.randomBytes(16)
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  const hex = bytes.toHex()
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

const lowerCaseAndDigits = 'abcdefghijklmnopqrstuvwxyz0123456789'

/** Lower-case letters and digits, each equally likely. */
export const randomLetters = (kms: Kms, length: number): string => randomText(kms, length, lowerCaseAndDigits)

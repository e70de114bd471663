import type { Kms } from './kms.ts'

export const digits = '0123456789'
export const lettersAndDigits = `${digits}ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz`

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

/** An id as RAM gives to users and roles: 18 digits, the first one telling which. */
export const entityId = (kms: Kms, kind: 'user' | 'role'): string =>
  `${kind === 'user' ? 2 : 3}${randomText(kms, 17, digits)}`

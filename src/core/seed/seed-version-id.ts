import { createHash } from 'node:crypto'

const instanceKeyId = /^key-[a-z0-9]{21}$/

/**
 * The id of a version that the seed leaves unnamed: the same at every start, since ciphertexts hold it. 36 characters, in
 * the form of ids that are drawn.
 */
export function seedVersionId(keyId: string, index: number): string {
  const hex = createHash('sha256').update(`keyhaven seed\0${keyId}\0${index}`).digest('hex')
  if (instanceKeyId.test(keyId)) return `${keyId}-${hex.slice(0, 10)}`
  const variant = ((Number.parseInt(hex.slice(16, 17), 16) & 3) | 8).toString(16)
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-')
}

/** Encrypt takes at most 6144 bytes of data. */
export const onlineLimitBytes = 6144

/** Lengths of the data keys that the formats use; a plaintext of that length could be one. */
export function isDataKeyLength(bytes: number): boolean {
  return bytes === 16 || bytes === 32
}

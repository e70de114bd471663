/**
 * The key version that a `CiphertextBlob` of the public gateway begins with: 36 ASCII characters, a GUID or
 * `key-…`. Clients need not know it; it is all that a sample file says about its key.
 *
 * @returns empty if the blob does not begin like that
 */
export function keyVersionOf(ciphertextBlob: Uint8Array): string {
  const start = Buffer.from(ciphertextBlob.subarray(0, 36)).toString('latin1')
  return /^(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|key-[0-9A-Za-z-]{32})$/.test(start) ? start : ''
}

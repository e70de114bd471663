/** Curves and kinds of key that the browser's cryptography reads. */
const readable = [
  { name: 'ECDSA', namedCurve: 'P-256' },
  { name: 'RSA-PSS', hash: 'SHA-256' },
] as const

/** @returns undefined for keys that JWK has no agreed form for here, such as SM2 and secp256k1 */
export async function publicJwk(pem: string): Promise<string | undefined> {
  const der = Uint8Array.fromBase64(pem.replaceAll(/-----[A-Z ]+-----|\s/g, ''))
  for (const algorithm of readable) {
    const key = await crypto.subtle.importKey('spki', der, algorithm, true, ['verify']).catch(() => undefined)
    if (key === undefined) continue
    const { kty, crv, x, y, n, e } = await crypto.subtle.exportKey('jwk', key)
    return JSON.stringify({ kty, crv, x, y, n, e }, null, 2)
  }
  return undefined
}

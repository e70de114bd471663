/** @returns undefined where OpenSSL alone has no single command for it */
export function wrapCommand(algorithm: string): string | undefined {
  const digest = algorithm === 'RSAES_OAEP_SHA_256' ? 'sha256' : algorithm === 'RSAES_OAEP_SHA_1' ? 'sha1' : undefined
  if (digest === undefined) return undefined
  return `openssl pkeyutl -encrypt -pubin -inkey wrapping-key.pem -in material.bin -pkeyopt rsa_padding_mode:oaep -pkeyopt rsa_oaep_md:${digest} -pkeyopt rsa_mgf1_md:${digest} -out wrapped.bin`
}

const bytesOf: Readonly<Record<string, number>> = {
  Aliyun_AES_256: 32,
  Aliyun_AES_192: 24,
  Aliyun_AES_128: 16,
  Aliyun_SM4: 16,
}

export interface WrappedMaterial {
  readonly wrapped: Uint8Array
  /** SHA-256 of the material, lower-case hex */
  readonly fingerprint: string
}

/** Random material for a symmetric key spec, wrapped by RSAES-OAEP with SHA-256 under the key, DER in Base64. */
export async function wrapMaterial(publicKey: string, keySpec: string): Promise<WrappedMaterial> {
  const material = crypto.getRandomValues(new Uint8Array(bytesOf[keySpec] ?? 32))
  const algorithm = { name: 'RSA-OAEP', hash: 'SHA-256' }
  const key = await crypto.subtle.importKey('spki', Uint8Array.fromBase64(publicKey), algorithm, false, ['encrypt'])
  const wrapped = new Uint8Array(await crypto.subtle.encrypt(algorithm, key, material))
  const fingerprint = new Uint8Array(await crypto.subtle.digest('SHA-256', material)).toHex()
  material.fill(0)
  return { wrapped, fingerprint }
}

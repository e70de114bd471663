import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, privateDecrypt } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'

/** Who is to receive a data key: an RSA key pair outside the KMS. */
export interface Receiver {
  /** SubjectPublicKeyInfo, DER: what is called PublicKeyBlob */
  readonly publicKeyBlob: Uint8Array
  /** opens what was exported; RSAES_OAEP_SHA_256 */
  open(exportedDataKey: Uint8Array): Uint8Array
}

/** Reads the private key of a receiver from a PEM file, which is made with a new RSA_2048 key if it isn't there. */
export async function receiverFrom(file: string): Promise<Receiver> {
  if (!existsSync(file)) await writeFile(file, newKey().export({ format: 'pem', type: 'pkcs8' }), { mode: 0o600 })
  const privateKey = createPrivateKey(await readFile(file))
  return {
    publicKeyBlob: createPublicKey(privateKey).export({ format: 'der', type: 'spki' }),
    open: (exportedDataKey) => privateDecrypt({ key: privateKey, oaepHash: 'sha256' }, exportedDataKey),
  }
}

const newKey = (): KeyObject => generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey

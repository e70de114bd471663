import { constants, createHash, createPublicKey, publicEncrypt, verify } from 'node:crypto'
import { check, isSame } from '../example.ts'
import { firstVersion } from '../keys.ts'
import { message, type Walk } from './walk.ts'

const digest = createHash('sha256').update(message).digest()

/** An RSA key that encrypts. */
export async function rsaEncryption({ client, station }: Walk, keyId: string): Promise<void> {
  const key = { keyId, keyVersionId: await firstVersion(client, keyId) }
  const algorithm = 'RSAES_OAEP_SHA_256'
  await station('GetPublicKey', async () => {
    const { publicKey } = await client.getPublicKey(key)
    check(/^-----BEGIN PUBLIC KEY-----\n([\w+/=]{1,64}\n)+-----END PUBLIC KEY-----\n$/.test(publicKey), 'it is PEM')
    check(createPublicKey(publicKey).asymmetricKeyType === 'rsa', 'it is an RSA key')
  })
  await station('AsymmetricEncrypt, AsymmetricDecrypt', async () => {
    const { ciphertextBlob } = await client.asymmetricEncrypt({ ...key, algorithm, plaintext: message })
    const { plaintext } = await client.asymmetricDecrypt({ ...key, algorithm, ciphertextBlob })
    check(isSame(plaintext, message), 'the message comes back')
  })
  await station('local RSA encryption', async () => {
    const { publicKey } = await client.getPublicKey(key)
    const oaep = { key: publicKey, oaepHash: 'sha256', padding: constants.RSA_PKCS1_OAEP_PADDING }
    const ciphertextBlob = publicEncrypt(oaep, message)
    const { plaintext } = await client.asymmetricDecrypt({ ...key, algorithm, ciphertextBlob })
    check(isSame(plaintext, message), 'the service decrypts what was encrypted here')
  })
}

/** A key that signs, of RSA or EC. */
export async function signing({ client, station }: Walk, keyId: string, kind: 'RSA' | 'ECDSA'): Promise<void> {
  const key = { keyId, keyVersionId: await firstVersion(client, keyId) }
  const algorithm = kind === 'RSA' ? 'RSA_PKCS1_SHA_256' : 'ECDSA_SHA_256'
  const { value } = await client.asymmetricSign({ ...key, algorithm, digest })
  await station(
    kind === 'RSA' ? 'AsymmetricSign, AsymmetricVerify' : 'AsymmetricSign and AsymmetricVerify (ECDSA)',
    async () => {
      const answer = await client.asymmetricVerify({ ...key, algorithm, digest, value })
      check(answer.value, 'the service verifies the signature')
    },
  )
  await station(`local ${kind} verification`, async () => {
    const { publicKey } = await client.getPublicKey(key)
    check(verify('sha256', message, publicKey, value), 'the signature is verified here')
  })
}

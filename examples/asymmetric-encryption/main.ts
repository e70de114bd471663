/** Encrypts to a public key, by the service and on this machine; only the service decrypts. */
import { constants, createPublicKey, publicEncrypt } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { Client } from '../../src/sdk/index.ts'
import { encryptLocally } from '../../src/signing/index.ts'
import { check, example, flags, isSame } from '../example.ts'
import { firstVersion, withKey } from '../keys.ts'
import { publicGateway } from '../settings.ts'

// RFC 8017: hash and MGF1 hash are the same, the label is empty.
const hashes = { RSAES_OAEP_SHA_256: 'sha256', RSAES_OAEP_SHA_1: 'sha1' } as const
const algorithms = ['RSAES_OAEP_SHA_256', 'RSAES_OAEP_SHA_1'] as const

await example(async () => {
  const given = flags({ 'rsa-key': '', 'sm2-key': '', in: '' })
  // RSA takes at most 190 bytes, so files are small here; for larger ones there is envelope encryption.
  const message = given.in ? await readFile(given.in) : Buffer.from('this is test 测试消息')
  await using client = new Client(publicGateway())
  const usage = { keyUsage: 'ENCRYPT/DECRYPT' } as const
  await withKey(client, { given: given['rsa-key'], keySpec: 'RSA_2048', ...usage }, (keyId) =>
    rsa(client, keyId, message),
  )
  await withKey(client, { given: given['sm2-key'], keySpec: 'EC_SM2', ...usage }, (keyId) =>
    sm2(client, keyId, message),
  )
})

async function rsa(client: Client, keyId: string, message: Uint8Array): Promise<void> {
  const key = { keyId, keyVersionId: await firstVersion(client, keyId) }
  const publicKey = createPublicKey((await client.getPublicKey(key)).publicKey)
  for (const algorithm of algorithms) {
    const { ciphertextBlob } = await client.asymmetricEncrypt({ ...key, algorithm, plaintext: message })
    const byService = await client.asymmetricDecrypt({ ...key, algorithm, ciphertextBlob })
    check(isSame(byService.plaintext, message), 'the service decrypts what it encrypted')
    const oaep = { key: publicKey, oaepHash: hashes[algorithm], padding: constants.RSA_PKCS1_OAEP_PADDING }
    const local = publicEncrypt(oaep, message)
    const { plaintext } = await client.asymmetricDecrypt({ ...key, algorithm, ciphertextBlob: local })
    check(isSame(plaintext, message), 'the service decrypts what was encrypted here')
    console.log(`RSA_2048 ${algorithm}: ${ciphertextBlob.length} bytes, encrypted by the service and here`)
  }
}

async function sm2(client: Client, keyId: string, message: Uint8Array): Promise<void> {
  const key = { keyId, keyVersionId: await firstVersion(client, keyId), algorithm: 'SM2PKE' } as const
  const { ciphertextBlob } = await client.asymmetricEncrypt({ ...key, plaintext: message })
  const { plaintext } = await client.asymmetricDecrypt({ ...key, ciphertextBlob })
  check(isSame(plaintext, message), 'the service decrypts what it encrypted')
  const { publicKey } = await client.getPublicKey({ keyId, keyVersionId: key.keyVersionId })
  const opened = await client.asymmetricDecrypt({ ...key, ciphertextBlob: encryptLocally(publicKey, message) })
  check(isSame(opened.plaintext, message), 'the service decrypts what was encrypted here')
  console.log(`EC_SM2 SM2PKE: ${ciphertextBlob.length} bytes, encrypted by the service and here`)
}

/**
 * The fourteen functions of the official transfer examples: programs written for KMS 1.0 keep their calls, and a KMS
 * instance carries them out. What an instance has no operation for still goes to the public gateway.
 */
import { createCipheriv, createDecipheriv, createHash, createPublicKey, randomBytes, verify } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { plaintextBytes, TransferClient } from '../../src/sdk/index.ts'
import { base64, check, example, flags, isSame } from '../example.ts'
import { firstVersion, withKey } from '../keys.ts'
import { instanceGateway, instanceId, keyId, publicGateway } from '../settings.ts'

const text = '测试消息'
const digest = createHash('sha256').update(text).digest()
const encryptionContext = { table: 'customers' }
const usage = { encrypting: { keyUsage: 'ENCRYPT/DECRYPT' }, signing: { keyUsage: 'SIGN/VERIFY' } } as const

await example(async () => {
  const given = flags({ key: keyId, in: '', out: 'transferred.cipher' })
  await using client = new TransferClient({ public: publicGateway(), instance: instanceGateway() })

  await createKey(client)
  const ciphertextBlob = await encrypt(client, given.key)
  await decrypt(client, ciphertextBlob)
  await generateDataKey(client, given.key)
  await generateDataKeyWithoutPlaintext(client, given.key)
  const content = given.in ? await readFile(given.in) : randomBytes(100_000)
  await envelopeEncrypt(client, given.key, content, given.out)
  await envelopeDecrypt(client, given.out, content)
  await withKey(client, { keySpec: 'RSA_2048', ...usage.encrypting }, async (rsaKey) => {
    const key = {
      keyId: rsaKey,
      keyVersionId: await firstVersion(client, rsaKey),
      algorithm: 'RSAES_OAEP_SHA_256',
    } as const
    await asymmetricDecrypt(client, key, await asymmetricEncrypt(client, key))
  })
  await withKey(client, { keySpec: 'EC_P256', ...usage.signing }, async (ecKey) => {
    const key = { keyId: ecKey, keyVersionId: await firstVersion(client, ecKey), algorithm: 'ECDSA_SHA_256' } as const
    const value = await asymmetricSign(client, key)
    await asymmetricVerify(client, key, value)
    await getPublicKey(client, key, value)
  })
  const secretName = `transferred-${Date.now()}`
  await createSecret(client, secretName)
  await getSecretValue(client, secretName)
  console.log('fourteen of fourteen')
})

async function createKey(client: TransferClient): Promise<void> {
  await withKey(client, { keySpec: 'Aliyun_AES_256', ...usage.encrypting }, async (created) => {
    const { keyMetadata } = await client.describeKey({ keyId: created })
    check(keyMetadata.keyState === 'Enabled', 'the new key can be used')
  })
  console.log('CreateKey: on the public gateway')
}

async function encrypt(client: TransferClient, key: string): Promise<Uint8Array> {
  const { ciphertextBlob } = await client.encrypt({ keyId: key, plaintext: text, encryptionContext })
  console.log(`Encrypt: ${ciphertextBlob.length} bytes`)
  return ciphertextBlob
}

async function decrypt(client: TransferClient, ciphertextBlob: Uint8Array): Promise<void> {
  const { plaintext } = await client.decrypt({ ciphertextBlob, encryptionContext })
  check(plaintext === text, 'the text comes back')
  console.log(`Decrypt: ${plaintext}`)
}

async function generateDataKey(client: TransferClient, key: string): Promise<void> {
  const { plaintext, ciphertextBlob } = await client.generateDataKey({ keyId: key, keySpec: 'AES_256' })
  const opened = await client.decrypt({ ciphertextBlob })
  check(isSame(plaintextBytes(opened.plaintext), plaintext), 'the data key comes back')
  console.log(`GenerateDataKey: ${plaintext.length} bytes`)
}

async function generateDataKeyWithoutPlaintext(client: TransferClient, key: string): Promise<void> {
  const { ciphertextBlob } = await client.generateDataKeyWithoutPlaintext({ keyId: key, numberOfBytes: 16 })
  const { plaintext } = await client.decrypt({ ciphertextBlob })
  check(plaintextBytes(plaintext).length === 16, 'the data key has the length that was asked for')
  console.log('GenerateDataKeyWithoutPlaintext: 16 bytes')
}

/** By hand, as the official example does it; `examples/envelope-encryption` is the comfortable way. */
async function envelopeEncrypt(client: TransferClient, key: string, content: Uint8Array, file: string): Promise<void> {
  const dataKey = await client.generateDataKey({ keyId: key, keySpec: 'AES_256' })
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', dataKey.plaintext, nonce)
  const ciphertext = Buffer.concat([cipher.update(content), cipher.final(), cipher.getAuthTag()])
  const lines = [dataKey.ciphertextBlob, nonce, ciphertext].map(base64)
  await writeFile(file, `${lines.join('\n')}\n`)
  console.log(`envelope encryption: ${content.length} bytes to ${file}`)
}

async function envelopeDecrypt(client: TransferClient, file: string, content: Uint8Array): Promise<void> {
  const lines = (await readFile(file, 'utf8')).trimEnd().split('\n')
  const [ciphertextBlob, nonce, sealed] = lines.map((line) => Buffer.from(line, 'base64'))
  check(ciphertextBlob !== undefined && nonce !== undefined && sealed !== undefined, 'the file has three lines')
  const { plaintext } = await client.decrypt({ ciphertextBlob })
  const decipher = createDecipheriv('aes-256-gcm', plaintextBytes(plaintext), nonce).setAuthTag(sealed.subarray(-16))
  const opened = Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()])
  check(isSame(opened, content), 'the content comes back')
  console.log('envelope decryption: the same bytes')
}

interface AsymmetricKey<Algorithm> {
  readonly keyId: string
  readonly keyVersionId: string
  readonly algorithm: Algorithm
}
type EncryptingKey = AsymmetricKey<'RSAES_OAEP_SHA_256'>
type SigningKey = AsymmetricKey<'ECDSA_SHA_256'>

async function asymmetricEncrypt(client: TransferClient, key: EncryptingKey): Promise<Uint8Array> {
  const { ciphertextBlob } = await client.asymmetricEncrypt({ ...key, plaintext: Buffer.from(text) })
  console.log(`AsymmetricEncrypt: ${ciphertextBlob.length} bytes`)
  return ciphertextBlob
}

async function asymmetricDecrypt(
  client: TransferClient,
  key: EncryptingKey,
  ciphertextBlob: Uint8Array,
): Promise<void> {
  const { plaintext } = await client.asymmetricDecrypt({ ...key, ciphertextBlob })
  check(Buffer.from(plaintext).toString() === text, 'the text comes back')
  console.log(`AsymmetricDecrypt: ${Buffer.from(plaintext)}`)
}

async function asymmetricSign(client: TransferClient, key: SigningKey): Promise<Uint8Array> {
  const { value } = await client.asymmetricSign({ ...key, digest })
  console.log('AsymmetricSign: a signature')
  return value
}

async function asymmetricVerify(client: TransferClient, key: SigningKey, value: Uint8Array): Promise<void> {
  const answer = await client.asymmetricVerify({ ...key, digest, value })
  check(answer.value, 'the signature is verified')
  console.log('AsymmetricVerify: true')
}

async function getPublicKey(
  client: TransferClient,
  { keyId: key, keyVersionId }: SigningKey,
  value: Uint8Array,
): Promise<void> {
  const { publicKey } = await client.getPublicKey({ keyId: key, keyVersionId })
  check(verify('sha256', Buffer.from(text), createPublicKey(publicKey), value), 'the signature is verified here')
  console.log('GetPublicKey: verifies the signature here')
}

async function createSecret(client: TransferClient, secretName: string): Promise<void> {
  await client.createSecret({ secretName, versionId: 'v1', secretData: text, dKMSInstanceId: instanceId })
  console.log('CreateSecret: on the public gateway')
}

async function getSecretValue(client: TransferClient, secretName: string): Promise<void> {
  try {
    const { secretData } = await client.getSecretValue({ secretName })
    check(secretData === text, 'the value comes back')
    console.log('GetSecretValue: the same value')
  } finally {
    await client.deleteSecret({ secretName, forceDeleteWithoutRecovery: true })
  }
}

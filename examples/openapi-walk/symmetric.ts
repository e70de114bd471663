import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { plaintextBytes } from '../../src/sdk/index.ts'
import { check, isSame } from '../example.ts'
import { message, type Walk } from './walk.ts'

export async function symmetric({ client, station }: Walk, keyId: string): Promise<void> {
  await station('Encrypt, Decrypt', async () => {
    const { ciphertextBlob } = await client.encrypt({ keyId, plaintext: message })
    const opened = await client.decrypt({ ciphertextBlob })
    check(isSame(plaintextBytes(opened.plaintext), message), 'the bytes come back')
    // The service takes any text: what was sent as text comes back as text, as the Java sample does it.
    const text = await client.encrypt({ keyId, plaintext: '测试消息' })
    const { plaintext } = await client.decrypt({ ciphertextBlob: text.ciphertextBlob })
    check(plaintext === '测试消息', 'the text comes back')
  })
  await station('GenerateDataKey', async () => {
    const { plaintext: dataKey, ciphertextBlob } = await client.generateDataKey({ keyId })
    check(dataKey.length === 32, 'the data key has 32 bytes')
    const sealed = seal(dataKey)
    const { plaintext } = await client.decrypt({ ciphertextBlob })
    check(isSame(open(plaintextBytes(plaintext), sealed), message), 'the data key opens what it sealed')
  })
  await station('GenerateDataKeyWithoutPlaintext', async () => {
    const { ciphertextBlob } = await client.generateDataKeyWithoutPlaintext({ keyId })
    const dataKey = plaintextBytes((await client.decrypt({ ciphertextBlob })).plaintext)
    check(isSame(open(dataKey, seal(dataKey)), message), 'the data key opens what it sealed')
  })
}

interface Sealed {
  readonly nonce: Uint8Array
  readonly ciphertext: Uint8Array
  readonly tag: Uint8Array
}

function seal(dataKey: Uint8Array): Sealed {
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', dataKey, nonce)
  const ciphertext = Buffer.concat([cipher.update(message), cipher.final()])
  return { nonce, ciphertext, tag: cipher.getAuthTag() }
}

function open(dataKey: Uint8Array, { nonce, ciphertext, tag }: Sealed): Uint8Array {
  const decipher = createDecipheriv('aes-256-gcm', dataKey, nonce).setAuthTag(tag)
  return Buffer.concat([decipher.update(ciphertext), decipher.final()])
}

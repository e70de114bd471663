/**
 * A client of the public gateway only: keys, encryption and data keys, with an AccessKey.
 *
 * `examples/settings.ts` tells what has to be there. In a project of your own, import from 'keyhaven'.
 */
import { Client, plaintextBytes, ServiceError } from '../src/sdk/index.ts'
import { keyId, publicGateway } from './settings.ts'

const client = new Client(publicGateway())
try {
  const { keyMetadata } = await client.describeKey({ keyId })
  console.log(`${keyMetadata.keySpec}, ${keyMetadata.keyState}`)

  // A context is no secret; it is bound to the ciphertext, and the same one is needed to decrypt.
  const encryptionContext = { purpose: 'example' }
  const { ciphertextBlob } = await client.encrypt({ keyId, plaintext: 'hello', encryptionContext })
  const { plaintext } = await client.decrypt({ ciphertextBlob, encryptionContext })
  console.log(plaintext)

  // The service seals a data key as text; plaintextBytes gives its bytes back.
  const dataKey = await client.generateDataKey({ keyId, keySpec: 'AES_256' })
  const opened = await client.decrypt({ ciphertextBlob: dataKey.ciphertextBlob })
  console.log(Buffer.from(dataKey.plaintext).equals(plaintextBytes(opened.plaintext)) ? 'the same data key' : 'another')

  await client.describeKey({ keyId: 'no-such-key' })
} catch (error) {
  if (!(error instanceof ServiceError)) throw error
  console.log(`${error.status} ${error.code}`)
} finally {
  await client.close()
}

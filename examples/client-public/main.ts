/** A client of the public gateway only: keys, encryption and data keys, with an AccessKey. */
import { Client, plaintextBytes, ServiceError } from '../../src/sdk/index.ts'
import { check, example, flags, isSame } from '../example.ts'
import { keyId, publicGateway } from '../settings.ts'

await example(async () => {
  const given = flags({ key: keyId })
  await using client = new Client(publicGateway())
  const { keyMetadata } = await client.describeKey({ keyId: given.key })
  console.log(`${keyMetadata.keySpec}, ${keyMetadata.keyState}`)

  // A context is no secret; it is bound to the ciphertext, and the same one is needed to decrypt.
  const encryptionContext = { purpose: 'example' }
  const { ciphertextBlob } = await client.encrypt({ keyId: given.key, plaintext: 'hello', encryptionContext })
  const { plaintext } = await client.decrypt({ ciphertextBlob, encryptionContext })
  console.log(plaintext)

  // The service seals a data key as text; plaintextBytes gives its bytes back.
  const dataKey = await client.generateDataKey({ keyId: given.key, keySpec: 'AES_256' })
  const opened = await client.decrypt({ ciphertextBlob: dataKey.ciphertextBlob })
  check(isSame(dataKey.plaintext, plaintextBytes(opened.plaintext)), 'it is the same data key')
  console.log('the same data key')

  // What the service refuses is a ServiceError, with the service's own code.
  const refusal = await client.describeKey({ keyId: 'no-such-key' }).catch((error: unknown) => error)
  check(refusal instanceof ServiceError, 'there is no such key')
  console.log(`${refusal.status} ${refusal.code}`)
})

/** From KMS 1.0 to 3.0: the same calls, carried out by a KMS instance. What either side encrypted, the other opens. */
import { Client, plaintextBytes, TransferClient } from '../../src/sdk/index.ts'
import { check, example, flags } from '../example.ts'
import { instanceGateway, publicGateway, keyId as usualKey } from '../settings.ts'

await example(async () => {
  const { key: keyId } = flags({ key: usualKey })
  await using before = new Client(publicGateway())
  await using after = new TransferClient({ public: publicGateway(), instance: instanceGateway() })
  const encryptionContext = { table: 'customers' }
  const old = await before.encrypt({ keyId, plaintext: 'kept for years', encryptionContext })
  const { plaintext } = await after.decrypt({ ciphertextBlob: old.ciphertextBlob, encryptionContext })
  check(plaintext === 'kept for years', 'the instance opens what the public gateway encrypted')
  console.log(`from before, opened by the instance: ${plaintext}`)

  const dataKey = await after.generateDataKey({ keyId, keySpec: 'AES_256' })
  const opened = await before.decrypt({ ciphertextBlob: dataKey.ciphertextBlob })
  console.log(`a new data key, opened as before: ${plaintextBytes(opened.plaintext).length} bytes`)

  // What an instance has no operation for still goes to the public gateway, and so does a call that asks to.
  const { keyMetadata } = await after.describeKey({ keyId })
  const checked = await after.decrypt({ ciphertextBlob: old.ciphertextBlob, encryptionContext }, { gateway: 'public' })
  console.log(`${keyMetadata.keySpec}, ${checked.plaintext}`)
})

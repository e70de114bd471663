/** One client of both gateways: keys are managed on the public one, and used on the instance. */
import { Client } from '../../src/sdk/index.ts'
import { check, example, flags } from '../example.ts'
import { instanceGateway, keyId, publicGateway } from '../settings.ts'

await example(async () => {
  const given = flags({ key: keyId })
  await using client = new Client({ public: publicGateway(), instance: instanceGateway() })
  // Only the public gateway can tell about keys, and only the instance has these operations: each call finds its way.
  const { keyMetadata } = await client.describeKey({ keyId: given.key })
  const { random } = await client.generateRandom({ length: 16 })
  console.log(`${keyMetadata.keySpec}, ${random.length} random bytes`)

  // An operation that both have goes to the public gateway, unless the call says otherwise.
  const { ciphertextBlob } = await client.encrypt({ keyId: given.key, plaintext: 'hello' })
  const { plaintext } = await client.decrypt({ ciphertextBlob }, { gateway: 'instance' })
  check(plaintext === 'hello', 'the text comes back')
  console.log(`encrypted by the public gateway, decrypted by the instance: ${plaintext}`)
})

/**
 * One client of both gateways: keys are managed on the public one, and used on the instance.
 *
 * `examples/settings.ts` tells what has to be there. In a project of your own, import from 'keyhaven'.
 */
import { Client } from '../src/sdk/index.ts'
import { instanceGateway, keyId, publicGateway } from './settings.ts'

const client = new Client({ public: publicGateway(), instance: instanceGateway() })
try {
  // Only the public gateway can tell about keys, and only the instance has these operations: each call finds its way.
  const { keyMetadata } = await client.describeKey({ keyId })
  const { random } = await client.generateRandom({ length: 16 })
  console.log(`${keyMetadata.keySpec}, ${random.length} random bytes`)

  // An operation that both have goes to the public gateway, unless the call says otherwise.
  const { ciphertextBlob } = await client.encrypt({ keyId, plaintext: 'hello' })
  const { plaintext } = await client.decrypt({ ciphertextBlob }, { gateway: 'instance' })
  console.log(`encrypted by the public gateway, decrypted by the instance: ${plaintext}`)
} finally {
  await client.close()
}

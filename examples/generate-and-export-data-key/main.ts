/** Generates a data key and exports it to somebody else's public key in one call. */
import { Client, plaintextBytes } from '../../src/sdk/index.ts'
import { base64, check, example, flags, isSame } from '../example.ts'
import { receiverFrom } from '../receiver.ts'
import { keyId, publicGateway } from '../settings.ts'

await example(async () => {
  const given = flags({ key: keyId, receiver: 'receiver.pem' })
  const receiver = await receiverFrom(given.receiver)
  await using client = new Client(publicGateway())
  const { ciphertextBlob, exportedDataKey } = await client.generateAndExportDataKey({
    keyId: given.key,
    publicKeyBlob: receiver.publicKeyBlob,
    wrappingKeySpec: 'RSA_2048',
    wrappingAlgorithm: 'RSAES_OAEP_SHA_256',
  })
  console.log(`CiphertextBlob: ${base64(ciphertextBlob)}`)
  console.log(`ExportedDataKey: ${base64(exportedDataKey)}`)
  const { plaintext } = await client.decrypt({ ciphertextBlob })
  check(isSame(receiver.open(exportedDataKey), plaintextBytes(plaintext)), 'both are the same data key')
  console.log('the receiver has the data key that Decrypt returns')
})

/**
 * Runs as programs do on a cloud server that has a RAM role: no AccessKey anywhere, credentials come from the metadata
 * service of the machine. On a laptop `keyhaven metadata` stands in for it, at the address in KEYHAVEN_METADATA.
 */
import { Client, ecsRoleCredentials, plaintextBytes } from '../../src/sdk/index.ts'
import { check, example, flags } from '../example.ts'
import { keyId, publicEndpoint } from '../settings.ts'

await example(async () => {
  const given = flags({ key: keyId, text: 'hello world' })
  const credentials = ecsRoleCredentials({ endpoint: process.env.KEYHAVEN_METADATA, isTokenRequired: true })
  await using client = new Client({ ...publicEndpoint(), credentials })
  const answer = await client.encrypt({ keyId: given.key, plaintext: Buffer.from(given.text) })
  const { plaintext } = await client.decrypt({ ciphertextBlob: answer.ciphertextBlob })
  check(Buffer.from(plaintextBytes(plaintext)).toString() === given.text, 'the text comes back')
  console.log(`KeyId: ${answer.keyId}`)
  console.log('encrypted and decrypted with the role of the server')
})

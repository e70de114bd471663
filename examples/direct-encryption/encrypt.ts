/** Encrypts a small file directly under a key: no data key, at most 6 KB. */
import { readFile, writeFile } from 'node:fs/promises'
import { Client } from '../../src/sdk/index.ts'
import { base64, example, flags } from '../example.ts'
import { keyId, publicGateway } from '../settings.ts'

await example(async () => {
  const given = flags({ key: keyId, in: 'certs/key.pem', out: '' })
  const target = given.out || `${given.in}.cipher`
  await using client = new Client(publicGateway())
  const content = await readFile(given.in)
  // Bytes are sent as Base64, as the official Go and Python samples do; their decryption reads this file.
  const { ciphertextBlob } = await client.encrypt({ keyId: given.key, plaintext: content })
  await writeFile(target, base64(ciphertextBlob))
  console.log(`${given.in}: ${content.length} bytes, encrypted to ${target}`)
})

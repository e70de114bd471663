/** Decrypts what `encrypt.ts` wrote. The ciphertext names its key. */
import { readFile, writeFile } from 'node:fs/promises'
import { Client, plaintextBytes } from '../../src/sdk/index.ts'
import { example, flags } from '../example.ts'
import { publicGateway } from '../settings.ts'

await example(async () => {
  const given = flags({ in: 'certs/key.pem.cipher', out: 'certs/decrypted_key.pem.cipher' })
  await using client = new Client(publicGateway())
  const ciphertextBlob = Buffer.from((await readFile(given.in, 'utf8')).trim(), 'base64')
  const { plaintext } = await client.decrypt({ ciphertextBlob })
  const content = plaintextBytes(plaintext)
  await writeFile(given.out, content, { mode: 0o600 })
  console.log(`${given.in}: ${content.length} bytes, decrypted to ${given.out}`)
})

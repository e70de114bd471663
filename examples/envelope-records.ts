/**
 * Encrypts many small records, such as the rows of a table, with few calls to the service, and one as the official
 * encryption SDK writes it.
 *
 * Needs a running server as `examples/envelope-encryption.ts` does.
 */
import { readFile } from 'node:fs/promises'
import { DataKeyCache, decrypt, encrypt } from '../src/sdk/envelope/index.ts'
import { Client } from '../src/sdk/index.ts'

const settings = process.env.KEYHAVEN_CLIENT ?? 'keyhaven-data/client.json'
const client = new Client(JSON.parse(await readFile(settings, 'utf8')))
const keyId = 'alias/Apollo/WorkKey'

// One data key for at most a minute and a thousand records; each record still gets keys of its own, derived from it.
const cache = new DataKeyCache({ maxAgeSeconds: 60, maxMessages: 1000 })

try {
  const rows = Array.from({ length: 200 }, (_, row) => Buffer.from(`row ${row}`))
  const sealed = await Promise.all(
    rows.map(async (row) => (await encrypt(row, { kms: client, keyId, cache })).ciphertext),
  )
  console.log(`${sealed.length} rows, ${cache.size} data key held`)

  const [first] = sealed
  if (first) {
    const { plaintext } = await decrypt(first, { kms: client, cache })
    console.log(Buffer.from(plaintext).toString())
  }

  const message = await encrypt(Buffer.from('for the Java SDK'), { kms: client, keyId, format: 'sdk-message' })
  console.log(`${message.format}, ${message.algorithm}, ${message.keys[0]?.name.split(':').slice(0, 3).join(':')}:…`)
} finally {
  cache.clear()
  await client.close()
}

/**
 * Encrypts many small records, such as the rows of a table, with few calls to the service, and one as the official
 * encryption SDK writes it.
 */
import { DataKeyCache, decrypt, encrypt } from '../../src/sdk/envelope/index.ts'
import { Client } from '../../src/sdk/index.ts'
import { check, example, flags } from '../example.ts'
import { publicGateway, keyId as usualKey } from '../settings.ts'

await example(async () => {
  const { key: keyId } = flags({ key: usualKey })
  await using client = new Client(publicGateway())
  // One data key for at most a minute and a thousand records; each record still gets keys of its own, derived from it.
  const cache = new DataKeyCache({ maxAgeSeconds: 60, maxMessages: 1000 })
  try {
    const rows = Array.from({ length: 200 }, (_, row) => Buffer.from(`row ${row}`))
    const sealed = await Promise.all(
      rows.map(async (row) => (await encrypt(row, { kms: client, keyId, cache })).ciphertext),
    )
    console.log(`${sealed.length} rows, ${cache.size} data key held`)

    const { plaintext } = await decrypt(sealed[0] ?? Buffer.alloc(0), { kms: client, cache })
    check(Buffer.from(plaintext).toString() === 'row 0', 'the first row comes back')
    console.log(Buffer.from(plaintext).toString())

    const message = await encrypt(Buffer.from('for the Java SDK'), { kms: client, keyId, format: 'sdk-message' })
    console.log(`${message.format}, ${message.algorithm}, ${message.keys[0]?.name.split(':').slice(0, 3).join(':')}:…`)
  } finally {
    cache.clear()
  }
})

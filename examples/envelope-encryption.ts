/**
 * Encrypts a table of sales for two keys, reads a part of it, takes one key away again, and decrypts.
 *
 * Start a server with `npm start`, make the keys with `npm run -s keyhaven -- key create --alias alias/Apollo/WorkKey`
 * (and the same for `alias/Apollo/BackupKey`), then: `npx node examples/envelope-encryption.ts`.
 * In a project of your own, import from 'keyhaven' and 'keyhaven/envelope'.
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { decryptFile, EnvelopeFile, encryptFile, inspectFile, rewrapFile } from '../src/sdk/envelope/index.ts'
import { Client } from '../src/sdk/index.ts'

// The server leaves this file in its data folder; elsewhere, give endpoint and credentials yourself.
const settings = process.env.KEYHAVEN_CLIENT ?? 'keyhaven-data/client.json'
const client = new Client(JSON.parse(await readFile(settings, 'utf8')))
const folder = await mkdtemp(join(tmpdir(), 'envelope-example-'))

try {
  const plain = join(folder, 'sales.csv')
  const sealed = join(folder, 'sales.csv.cipher')
  await writeFile(plain, `date,region,amount\n${'2024-01-01,Hangzhou,12345.67\n'.repeat(100_000)}`)

  // Any one of the keys opens the file. The context is no secret; it is bound to the file and needed to open it.
  const { algorithm } = await encryptFile(plain, sealed, {
    kms: client,
    keyId: ['alias/Apollo/WorkKey', 'alias/Apollo/BackupKey'],
    encryptionContext: { table: 'sales', year: '2024' },
  })
  console.log(`encrypted with ${algorithm}`)

  // What a file says about itself needs neither a key nor a server.
  const { keys, plaintextBytes } = await inspectFile(sealed)
  console.log(`${plaintextBytes} bytes for ${keys.map(({ name }) => name).join(' and ')}`)

  // Any part, without reading what lies before it.
  const file = await EnvelopeFile.open(sealed, { kms: client })
  for await (const bytes of file.read({ start: 19, end: 47 })) console.log(`one line: ${bytes}`)
  await file.close()

  // From now on only the work key opens it. The data is not touched.
  const { isInPlace } = await rewrapFile(sealed, { kms: client, to: 'alias/Apollo/WorkKey' })
  console.log(`rewrapped ${isInPlace ? 'in place' : 'into a copy'}`)

  const opened = join(folder, 'decrypted_sales.csv')
  await decryptFile(sealed, opened, { kms: client, encryptionContext: { table: 'sales' } })
  const isSame = (await readFile(plain)).equals(await readFile(opened))
  console.log(isSame ? 'the same again' : 'something else')
} finally {
  await rm(folder, { recursive: true })
  await client.close()
}

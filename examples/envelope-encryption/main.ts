/** Encrypts a file of any size for two keys, reads a part of it, takes one key away again, and decrypts. */
import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { decryptFile, EnvelopeFile, encryptFile, inspectFile, rewrapFile } from '../../src/sdk/envelope/index.ts'
import { Client } from '../../src/sdk/index.ts'
import { check, example, flags } from '../example.ts'
import { keyId, publicGateway } from '../settings.ts'

await example(async () => {
  const given = flags({ key: keyId, 'other-key': 'alias/Apollo/BackupKey', in: 'sales.csv' })
  const plain = given.in
  const sealed = `${plain}.cipher`
  if (!existsSync(plain))
    await writeFile(plain, `date,region,amount\n${'2024-01-01,Hangzhou,12345.67\n'.repeat(100_000)}`)
  await using client = new Client(publicGateway())

  // Any one of the keys opens the file. The context is no secret; it is bound to the file and needed to open it.
  const { algorithm } = await encryptFile(plain, sealed, {
    kms: client,
    keyId: [given.key, given['other-key']],
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

  // From now on only one key opens it. The data is not touched.
  const { isInPlace } = await rewrapFile(sealed, { kms: client, to: given.key })
  console.log(`rewrapped ${isInPlace ? 'in place' : 'into a copy'}`)

  const opened = `decrypted_${plain}`
  await decryptFile(sealed, opened, { kms: client, encryptionContext: { table: 'sales' } })
  check((await readFile(plain)).equals(await readFile(opened)), 'the file comes back')
  console.log(`the same again, in ${opened}`)
})

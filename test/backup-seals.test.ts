import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, type TestContext, test } from 'node:test'
import { Client } from '../src/sdk/client.ts'
import { type Naming, resealableDeployment } from './kit/every-seal.ts'
import { type PostgresServer, startPostgres } from './kit/postgres.ts'
import { printedEndpoint } from './kit/printed.ts'
import { type Ended, runKeyhaven, startKeyhaven } from './kit/process.ts'

let postgres: PostgresServer
before(async () => {
  postgres = await startPostgres()
})
after(() => postgres.stop())

/** Starts a server, lets it be used, and ends it. */
async function served<T>(
  place: readonly string[],
  { present, presentEnv = {} }: Naming,
  accessKey: { readonly accessKeyId: string; readonly accessKeySecret: string },
  use: (client: Client) => Promise<T>,
): Promise<T> {
  const server = await startKeyhaven(['server', ...place, ...present], { env: presentEnv })
  try {
    const endpoint = printedEndpoint(server.output().stdout)
    await using client = new Client({ endpoint, caFile: join(place[1] ?? '', 'tls/ca.pem'), ...accessKey })
    return await use(client)
  } finally {
    await server.stop()
  }
}

const run = (words: readonly string[], { present, presentEnv = {} }: Naming): Promise<Ended> =>
  runKeyhaven([...words, ...present], { env: presentEnv })

/** A backup for each seal of one deployment, each restored into a database of the other kind. */
async function everyBackup(t: TestContext, from: 'sqlite' | 'postgres'): Promise<void> {
  const { folder, place, kinds, namingOf, reseal, accessKey } = await resealableDeployment(
    t,
    from === 'postgres' ? await postgres.createDatabase() : undefined,
  )
  const ciphertextBlob = await served(place, namingOf('passphrase'), accessKey, async (client) => {
    const { keyId } = (await client.createKey()).keyMetadata
    return (await client.encrypt({ keyId, plaintext: 'from before' })).ciphertextBlob
  })
  for (const [index, kind] of kinds.entries()) {
    const former = kinds[index - 1]
    if (former !== undefined) await reseal(former, kind)
    const backup = await run(['backup', join(folder, `of-${kind}`), ...place], namingOf(kind))
    assert.equal(backup.status, 0, `${kind}: ${backup.stderr}`)
  }
  for (const [index, kind] of kinds.entries()) {
    const file = join(folder, `of-${kind}`)
    const verified = await run(['backup', 'verify', file, ...place], namingOf(kind))
    assert.match(verified.stdout, /is whole/, `${kind}: ${verified.stderr}`)
    const other = namingOf(kinds[(index + 1) % kinds.length] ?? '')
    const refused = await run(['backup', 'verify', file, ...place], other)
    assert.match(refused.stderr, new RegExp(`is sealed by ${kind}, not by [\\w-]+\\.\\n$`))
    const elsewhere = ['--data', join(folder, `restored-${kind}`)]
    if (from === 'sqlite') elsewhere.push('--store', await postgres.createDatabase())
    const restored = await run(['restore', file, ...elsewhere], namingOf(kind))
    assert.match(restored.stdout, /^Restored to /, `${kind}: ${restored.stderr}`)
    const opened = await served(elsewhere, namingOf(kind), accessKey, (client) => client.decrypt({ ciphertextBlob }))
    assert.equal(opened.plaintext, 'from before', kind)
  }
}

test('a backup of a file is opened by the seal of its time, every kind, and restored to PostgreSQL', (t) =>
  everyBackup(t, 'sqlite'))

test('a backup of PostgreSQL is opened by the seal of its time, every kind, and restored into a file', (t) =>
  everyBackup(t, 'postgres'))

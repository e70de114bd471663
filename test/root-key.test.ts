import assert from 'node:assert/strict'
import { cpSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { isAuthentic } from '../src/core/sealing/authentic-record.ts'
import { keyFileSeal } from '../src/core/sealing/key-seal.ts'
import { Keyring } from '../src/core/sealing/keyring.ts'
import type { RootKey } from '../src/core/sealing/root-key.ts'
import { unseal } from '../src/core/sealing/unseal.ts'
import { Client } from '../src/sdk/client.ts'
import { openStore } from '../src/store/open-store.ts'
import { Ledger, verify } from './crash/ledger.ts'
import { killRotations } from './crash/root-key.ts'
import { seeded, workThroughOutages } from './crash/workload.ts'
import { temporaryFolder } from './kit/audit.ts'
import { printedAccessKey, printedEndpoint } from './kit/printed.ts'
import { runKeyhaven, spawnServer } from './kit/process.ts'

const passphrase = 'correct horse battery staple'

/** A production deployment that a server runs on, sealed by a key file. */
async function running(t: TestContext) {
  const folder = temporaryFolder(t)
  const data = join(folder, 'data')
  const file = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text, { mode: 0o600 })
    return join(folder, name)
  }
  const keyFile = file('root.key', 'ab'.repeat(32))
  const init = await runKeyhaven(['init', '--data', data, '--key-file', keyFile])
  const { accessKeyId, accessKeySecret } = printedAccessKey(init.stdout)
  const start = async (flags: readonly string[]) => {
    const server = await spawnServer(t, ['server', '--data', data, ...flags])
    const endpoint = printedEndpoint(server.output().stdout)
    const options = { endpoint, caFile: join(data, 'tls/ca.pem'), accessKeyId, accessKeySecret }
    const client = new Client({ ...options, regionId: 'cn-hangzhou', retry: { attempts: 1 } })
    t.after(() => client.close())
    return { server, client }
  }
  const rootKey = async (): Promise<RootKey> => {
    const copy = join(folder, `copy-${Math.random()}`)
    cpSync(data, copy, { recursive: true, filter: (source) => !source.endsWith('.sock') })
    const store = await openStore({ engine: 'sqlite', path: join(copy, 'keyhaven.db') })
    const opened = await unseal(store, await keyFileSeal(keyFile, data))
    await store.close()
    return opened.rootKey
  }
  return { folder, data, file, keyFile, start, rootKey }
}

/** How many records of a database, and which, are authentic under a root key. */
async function writtenUnder(data: string, rootKey: RootKey): Promise<string[]> {
  const keyring = new Keyring()
  keyring.unseal({ rootKey })
  const store = await openStore({ engine: 'sqlite', path: join(data, 'keyhaven.db') })
  try {
    const { records } = await store.scan(0, 100_000)
    return records.filter((record) => isAuthentic(keyring, record)).map(({ kind, id }) => `${kind} ${id}`)
  } finally {
    await store.close()
  }
}

test('the root key and its seal are changed under a busy server, and what was before opens nothing', async (t) => {
  const { folder, data, file, keyFile, start, rootKey } = await running(t)
  const { server, client } = await start(['--key-file', keyFile])
  const ledger = new Ledger()
  const stopping = new AbortController()
  t.after(() => stopping.abort())
  const refused: string[] = []
  const load = [1, 2, 3].map((seed) =>
    workThroughOutages(client, ledger, seeded(seed), {
      signal: stopping.signal,
      hear: (outcome) => outcome === 'refused' && refused.push(outcome),
    }),
  )
  const former = await rootKey()
  assert.ok((await writtenUnder(data, former)).length > 3)
  const wrong = await runKeyhaven(['rotate-root-key', '--data', data, '--key-file', file('wrong', 'cd'.repeat(32))])
  assert.deepEqual([wrong.status, wrong.stderr], [1, 'keyhaven: configuration: Wrong root secret.\n'])
  const rotated = await runKeyhaven(['rotate-root-key', '--data', data, '--key-file', keyFile])
  assert.match(rotated.stdout, /^Root key 2 has taken over .* the former one is gone\.\n$/, rotated.stderr)
  assert.deepEqual(await writtenUnder(data, former), [])

  const passphraseFile = file('passphrase', passphrase)
  const toPassphrase = ['reseal', '--data', data, '--new-passphrase-file', passphraseFile]
  const refusal = await runKeyhaven([...toPassphrase, '--key-file', join(folder, 'wrong')])
  assert.deepEqual([refusal.status, refusal.stderr], [1, 'keyhaven: configuration: Wrong root secret.\n'])
  const resealed = await runKeyhaven([...toPassphrase, '--key-file', keyFile])
  assert.match(resealed.stdout, /opens with the new passphrase secret only/, resealed.stderr)
  await assert.rejects(rootKey(), /sealed by passphrase, not by key-file/)
  stopping.abort()
  await Promise.all(load)
  assert.deepEqual(refused, [])

  assert.equal((await runKeyhaven(['seal', '--data', data])).status, 0)
  const unsealed = await runKeyhaven(['unseal', '--data', data, '--passphrase-file', passphraseFile, '--json'])
  const { State, Seal, RootKeyVersion } = JSON.parse(unsealed.stdout)
  assert.deepEqual([State, Seal, RootKeyVersion], ['unsealed', 'passphrase', 2])
  await verify(client, ledger.since())
  const ended = await server.stop()
  assert.equal(ended.status, 0)
  assert.match(ended.stderr, /resealed: the root secret is now that of a passphrase seal/)

  // without a server
  const newKeyFile = join(folder, 'new.key')
  const back = ['reseal', '--data', data, '--passphrase-file', passphraseFile, '--new-key-file', newKeyFile]
  assert.match((await runKeyhaven(back)).stdout, /opens with the new key-file secret only/)
  const again = await runKeyhaven(['rotate-root-key', '--data', data, '--key-file', newKeyFile])
  assert.match(again.stdout, /^Root key 3 has taken over/, again.stderr)
  const { client: last, server: lastServer } = await start(['--key-file', newKeyFile])
  await verify(last, ledger.since())
  assert.equal((await lastServer.stop()).status, 0)
  const words = ['audit', 'verify', '--with-root-key', '--data', data, '--key-file', newKeyFile]
  const audit = await runKeyhaven(words)
  assert.match(audit.stdout, /the log is what was written/, audit.stderr)
  const query = await runKeyhaven(['audit', 'query', '--data', data, '--json'])
  for (const action of ['RotateRootKeyBegin', 'RotateRootKey', 'Reseal'])
    assert.match(query.stdout, new RegExp(`"action":"${action}"`))
})

test('what cannot be done to a root secret is said in one line', async (t) => {
  const { data, file, keyFile } = await running(t)
  const said = async (...words: string[]) => {
    const { status, stderr, stdout } = await runKeyhaven(words)
    assert.equal(stdout, '')
    assert.notEqual(status, 0)
    return stderr
  }
  const given = ['--data', data, '--key-file', keyFile]
  assert.match(
    await said('reseal', ...given, '--new-passphrase-file', file('short', 'short')),
    /^keyhaven: \S+: .*16 characters\.\n$/,
  )
  assert.match(
    await said('reseal', ...given, '--new-key-file', join(data, 'inside')),
    /^keyhaven: \S+: .*inside the data directory.*\n$/,
  )
  assert.match(
    await said('reseal', ...given, '--new-passphrase-fd', 'x'),
    /^keyhaven: usage: --new-passphrase-fd: .*\n$/,
  )
  assert.match(await said('rotate-root-key', '--data', `${data}-no`), /holds no deployment\n$/)
  const development = join(temporaryFolder(t), 'dev')
  mkdirSync(development)
  const { stop } = await spawnServer(t, ['server', '--dev', '--data', development])
  assert.match(
    await said('reseal', '--data', development),
    /^keyhaven: configuration: a development deployment keeps .*\n$/,
  )
  await stop()
})

// `npm run crash -- --only root-key` does the same fifty times, and `--only root-key-postgres` on PostgreSQL.
test('a server may be killed at any moment of either', { timeout: 170_000 }, () =>
  killRotations({ rounds: 1, random: seeded(3), report: () => {} }),
)

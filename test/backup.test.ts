import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { keyFileSeal } from '../src/core/sealing/key-seal.ts'
import { UnsealFailure } from '../src/core/sealing/seal.ts'
import { Client } from '../src/sdk/client.ts'
import { openBackup } from '../src/server/backup/open-backup.ts'
import { ConfigError } from '../src/server/config/load.ts'
import { Ledger, verify } from './crash/ledger.ts'
import { seeded, workThroughOutages } from './crash/workload.ts'
import { temporaryFolder } from './kit/audit.ts'
import { startPostgres } from './kit/postgres.ts'
import { printedAccessKey, printedEndpoint } from './kit/printed.ts'
import { runKeyhaven, spawnServer } from './kit/process.ts'

/** A production deployment, made and ready to be started. */
async function deployment(t: TestContext, store?: string) {
  const folder = temporaryFolder(t)
  const keyFile = join(folder, 'root.key')
  const flags = (data: string, place = store): string[] => [
    ...['--data', data, '--key-file', keyFile, '--node', 'one'],
    ...(place === undefined ? [] : ['--store', place]),
  ]
  const data = join(folder, 'data')
  const init = await runKeyhaven(['init', ...flags(data)])
  const { accessKeyId, accessKeySecret } = printedAccessKey(init.stdout)
  const start = async (at: string, place = store) => {
    const server = await spawnServer(t, ['server', ...flags(at, place)])
    const endpoint = printedEndpoint(server.output().stdout)
    const options = { endpoint, caFile: join(at, 'tls/ca.pem'), accessKeyId, accessKeySecret }
    const client = new Client({ ...options, regionId: 'cn-hangzhou', retry: { attempts: 1 } })
    t.after(() => client.close())
    return { server, client }
  }
  return { folder, data, keyFile, flags, start }
}

async function untilAcknowledged(ledger: Ledger, count: number, load: Promise<unknown>): Promise<void> {
  let ended = false
  const end = (): void => {
    ended = true
  }
  load.then(end, end)
  while (ledger.requestIds.length < count && !ended) await new Promise((resolve) => setImmediate(resolve))
}

/** Backs up under load and restores elsewhere. */
async function drill(t: TestContext, stores: { readonly from?: string; readonly to?: string }) {
  const { folder, data, flags, start } = await deployment(t, stores.from)
  const { server, client } = await start(data)
  const ledger = new Ledger()
  const stopping = new AbortController()
  t.after(() => stopping.abort())
  const load = Promise.all(
    [1, 2].map((seed) =>
      workThroughOutages(client, ledger, seeded(seed), { signal: stopping.signal, hear: () => undefined }),
    ),
  )
  await untilAcknowledged(ledger, 25, load)
  const marked = { keys: ledger.keys.map((key) => ({ ...key, versionIds: [...key.versionIds] })) }
  const claims = { ...ledger.since(), keys: marked.keys }
  const file = join(folder, 'backup')
  const backup = await runKeyhaven(['backup', file, ...flags(data)])
  assert.match(backup.stdout, /\d+ records, and the audit log with \d+ signed records\.\n$/, backup.stderr)
  assert.equal(statSync(file).mode & 0o777, 0o600)
  stopping.abort()
  await load
  // what was disabled since is not disabled there
  const settled = claims.keys.filter(({ keyId }) => !ledger.keys.find((key) => key.keyId === keyId)?.mayBeDisabled)
  await server.stop()

  const verified = await runKeyhaven(['backup', 'verify', file, ...flags(data)])
  assert.match(
    verified.stdout,
    /is whole: deployment \S+ at \S+, \d+ records, an audit log of \d+ records\.\n$/,
    verified.stderr,
  )
  const place = join(folder, 'elsewhere')
  const restored = await runKeyhaven(['restore', file, ...flags(place, stores.to)])
  assert.match(restored.stdout, /^Restored to .* as it was at /, restored.stderr)
  assert.equal(existsSync(`${place}.restoring`), false)
  const again = await start(place, stores.to)
  const ciphertexts = claims.ciphertexts.filter(({ key }) => !key.mayBeDisabled)
  await verify(again.client, { ...claims, keys: settled, ciphertexts })
  assert.equal((await again.server.stop()).status, 0)
  const audit = await runKeyhaven(['audit', 'verify', '--with-root-key', ...flags(place, stores.to)])
  assert.match(audit.stdout, /the log is what was written/, audit.stderr)
  const query = await runKeyhaven(['audit', 'query', '--data', place, '--action', 'AuditLossAccepted', '--json'])
  assert.match(query.stdout, /restored from a backup/)
  return { file, folder, data, flags, place }
}

test('a backup taken under load is restored elsewhere with everything acknowledged before, and its audit log verifies', async (t) => {
  const { file, folder, data, flags, place } = await drill(t, {})
  const said = async (...words: string[]) => {
    const { status, stderr } = await runKeyhaven(words)
    assert.notEqual(status, 0)
    assert.match(stderr, /^[^\n]+\n$/)
    return stderr
  }
  // beside the living one, in a folder of somebody else's, over a backup
  assert.match(await said('restore', file, ...flags(place)), /holds this very deployment, with \d+ records/)
  mkdirSync(join(folder, 'full/of'), { recursive: true })
  assert.match(
    await said('restore', file, ...flags(join(folder, 'full'))),
    /is not empty: restore into a new data directory/,
  )
  assert.match(await said('backup', file, ...flags(data)), /is there already/)
  assert.match(await said('backup', 'verify', join(folder, 'none'), ...flags(data)), /none cannot be read \(ENOENT\)/)
  const other = join(folder, 'other.key')
  writeFileSync(other, 'cd'.repeat(32), { mode: 0o600 })
  assert.match(await said('backup', 'verify', file, '--data', data, '--key-file', other), /Wrong root secret/)
  // a second place that knows more
  const second = join(folder, 'checkpoints')
  const notes = readFileSync(join(data, 'audit/checkpoints'), 'utf8')
  writeFileSync(second, notes)
  const third = join(folder, 'third')
  const older = await said('restore', file, ...flags(third), '--audit-checkpoint-file', second)
  assert.match(older, /is older than what .* knows: \d+ audit records of \S+, of which it has \d+/)
  assert.equal(existsSync(third), false)

  // how that is told; the test below flips bits all along
  const bytes = readFileSync(file)
  const headEnd = 12 + bytes.readUInt32BE(8)
  const places = [0, 8, 40, headEnd, Math.floor((headEnd + bytes.length) / 2), bytes.length - 1]
  const flipped = join(folder, 'flipped')
  for (const at of places) {
    const copy = Buffer.from(bytes)
    copy.writeUInt8(copy.readUInt8(at) ^ 1, at)
    writeFileSync(flipped, copy)
    await said('backup', 'verify', flipped, ...flags(data))
    await said('restore', flipped, ...flags(third))
    assert.deepEqual([existsSync(third), existsSync(`${third}.restoring`)], [false, false], `byte ${at}`)
  }
  for (const length of [0, 5, headEnd, headEnd + 50, bytes.length - 1]) {
    writeFileSync(flipped, bytes.subarray(0, length))
    await said('backup', 'verify', flipped, ...flags(data))
  }
})

test('a backup of PostgreSQL is restored to PostgreSQL, and into a file', async (t) => {
  const postgres = await startPostgres()
  t.after(() => postgres.stop())
  const to = await postgres.createDatabase()
  const { file, folder, flags } = await drill(t, { from: await postgres.createDatabase(), to })
  const full = await runKeyhaven(['restore', file, ...flags(join(folder, 'third'), to)])
  assert.match(full.stderr, /holds records already: restore into an empty one/)
  assert.equal(existsSync(join(folder, 'third')), false)
  const alone = ['--data', join(folder, 'alone'), '--key-file', join(folder, 'root.key'), '--node', 'one']
  const inFile = await runKeyhaven(['restore', file, ...alone])
  assert.match(inFile.stdout, /^Restored to /, inFile.stderr)
  const audit = await runKeyhaven(['audit', 'verify', '--with-root-key', ...alone])
  assert.match(audit.stdout, /the log is what was written/, audit.stderr)
})

test('a bit that was changed is found wherever it is in a backup', async (t) => {
  const { folder, data, keyFile, flags, start } = await deployment(t)
  const { server, client } = await start(data)
  for (let key = 0; key < 5; key++) await client.createKey()
  await server.stop()
  const file = join(folder, 'backup')
  assert.equal((await runKeyhaven(['backup', file, ...flags(data)])).status, 0)
  const seal = await keyFileSeal(keyFile, data)
  const read = async (path: string): Promise<number> => {
    const { entries } = await openBackup(path, async () => seal)
    let met = 0
    for await (const { type } of entries) met += type === 'end' ? 0 : 1
    return met
  }
  assert.ok((await read(file)) > 10)
  const bytes = readFileSync(file)
  const headEnd = 12 + bytes.readUInt32BE(8)
  const places: number[] = []
  for (let at = 0; at < headEnd; at += 3) places.push(at)
  const step = Math.ceil((bytes.length - headEnd) / 200)
  for (let at = headEnd; at < bytes.length; at += step) places.push(at)
  const flipped = join(folder, 'flipped')
  for (const at of places) {
    const copy = Buffer.from(bytes)
    copy.writeUInt8(copy.readUInt8(at) ^ (1 << (at % 8)), at)
    writeFileSync(flipped, copy)
    await assert.rejects(read(flipped), expected, `byte ${at} of ${bytes.length}`)
  }
})

const expected = (error: unknown): boolean => error instanceof ConfigError || error instanceof UnsealFailure

test('a backup taken while the root key is changed is restored, and the change is ended there', async (t) => {
  const { folder, data, flags, start } = await deployment(t)
  const { server, client } = await start(data)
  const { keyId } = (await client.createKey()).keyMetadata
  const { ciphertextBlob } = await client.encrypt({ keyId, plaintext: 'text' })
  const rotating = runKeyhaven(['rotate-root-key', ...flags(data)])
  while (!server.output().stderr.includes('a new root key takes over')) await new Promise(setImmediate)
  const file = join(folder, 'backup')
  const backup = await runKeyhaven(['backup', file, ...flags(data)])
  assert.equal(backup.status, 0, backup.stderr)
  assert.match((await rotating).stdout, /^Root key 2 has taken over/)
  await server.stop()
  const verified = await runKeyhaven(['backup', 'verify', file, ...flags(data)])
  assert.match(verified.stdout, /is whole/, verified.stderr)
  const place = join(folder, 'elsewhere')
  const restored = await runKeyhaven(['restore', file, ...flags(place)])
  assert.match(restored.stdout, /^Restored to /, restored.stderr)
  const again = await start(place)
  assert.equal((await again.client.decrypt({ ciphertextBlob })).plaintext, 'text')
  const takenOver = 'the new root key has taken over; the former one is gone'
  while (!again.server.output().stderr.includes(takenOver)) await new Promise((resolve) => setTimeout(resolve, 20))
  assert.equal((await again.client.decrypt({ ciphertextBlob })).plaintext, 'text')
})

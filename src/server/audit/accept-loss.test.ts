import assert from 'node:assert/strict'
import { existsSync, readFileSync, renameSync, rmSync, truncateSync } from 'node:fs'
import { basename, join } from 'node:path'
import { test } from 'node:test'
import { type AuditFixture, auditFixture, auditRecord, formerLog, testSeal } from '../../../test/kit/audit.ts'
import { acceptLoss } from './accept-loss.ts'
import type { Anchor } from './anchor.ts'
import { auditFolder } from './folder.ts'
import { verifyWithRootKey } from './verify.ts'

const interval = { records: 1000, seconds: 3600 }
const now = new Date('2026-11-22T09:30:00Z')

const accept = async ({ path, keys }: AuditFixture, checkpointFile?: string) => {
  const folder = await auditFolder(path)
  try {
    return await acceptLoss({ folder, interval, checkpointFile, reason: 'the disk broke', now }, keys())
  } finally {
    await folder.release()
  }
}

const start = async ({ path, open }: AuditFixture): Promise<void> =>
  (await open({ folder: await auditFolder(path) })).close()

const recordsOf = (path: string) =>
  readFileSync(join(path, '00000001.log'), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line).record)

async function verified({ path, keys }: AuditFixture): Promise<readonly string[]> {
  const publicKey = readFileSync(join(path, 'audit.pub'), 'utf8')
  const [origin = ''] = publicKey.split('+')
  const findAnchor = () => keys().anchors.get(origin)
  const { faults } = await verifyWithRootKey({ folder: path, publicKey }, { seal: testSeal, findAnchor })
  return faults.map(({ problem }) => problem)
}

async function brokenLog(t: Parameters<typeof auditFixture>[0]): Promise<AuditFixture> {
  const fixture = await auditFixture(t)
  const log = await fixture.open()
  await log.append(auditRecord())
  await log.close()
  return fixture
}

test('a log that lost records is set aside, and another one begins by saying so', async (t) => {
  const fixture = await brokenLog(t)
  const { path, keys } = fixture
  truncateSync(join(path, '00000001.log'), 10)
  await assert.rejects(start(fixture), { name: 'AuditDamaged' })
  const accepted = await accept(fixture)
  const problem = `records 1 to 3 are missing from ${path}`
  assert.deepEqual(accepted, { problem, setAside: `${path}-20261122T093000Z`, origin: 'keyhaven/test/2' })
  assert.equal(readFileSync(join(`${path}-20261122T093000Z`, '00000001.log')).length, 10)
  await start(fixture)
  assert.deepEqual(
    recordsOf(path).map(({ action, resource }) => [action, resource]),
    [
      ['AuditOpened', 'checkpoints every 1000 records or 3600 s'],
      ['AuditLossAccepted', `the disk broke (2026-11-22T09:30:00.000Z: ${problem})`],
      ['AuditClosed', undefined],
    ],
  )
  assert.deepEqual(await verified(fixture), [])
  const [former, successor] = await Promise.all(['keyhaven/test', 'keyhaven/test/2'].map((o) => keys().anchors.get(o)))
  const loss = { at: '2026-11-22T09:30:00.000Z', reason: 'the disk broke', problem }
  assert.deepEqual([former?.size, former?.givenUp, successor?.accepted], [3, loss, undefined])
  // it is said once
  await start(fixture)
  assert.equal(recordsOf(path).filter(({ action }) => action === 'AuditLossAccepted').length, 1)
})

test('the log that was given up does not come back', async (t) => {
  const fixture = await brokenLog(t)
  const { path } = fixture
  renameSync(path, `${path}.copy`)
  await accept(fixture)
  renameSync(`${path}.copy`, path)
  await assert.rejects(start(fixture), { name: 'AuditDamaged', message: /keyhaven\/test was given up at 2026/ })
})

test('a folder that is gone is accepted as well, and a second loss after the first', async (t) => {
  const fixture = await brokenLog(t)
  for (const origin of ['keyhaven/test/2', 'keyhaven/test/3']) {
    rmSync(fixture.path, { recursive: true })
    const accepted = await accept(fixture)
    assert.deepEqual([accepted?.setAside, accepted?.origin], [undefined, origin])
    await start(fixture)
    assert.deepEqual(await verified(fixture), [])
  }
})

test('when it was cut off in the middle, it can be done again', async (t) => {
  const fixture = await brokenLog(t)
  const { path } = fixture
  truncateSync(join(path, '00000001.log'), 10)
  // the folder was set aside, and then the power failed
  renameSync(path, `${path}-20261122T093000Z`)
  assert.equal((await accept(fixture))?.setAside, undefined)
  await start(fixture)
})

test('a log that is whole goes on when it is the store that was put back', async (t) => {
  const fixture = await brokenLog(t)
  const { path, store } = fixture
  const before = await store.store.get('audit-log', 'keyhaven/test')
  await start(fixture)
  const after = await store.store.get('audit-log', 'keyhaven/test')
  assert.ok(before && after)
  await store.store.commit([{ type: 'delete', kind: 'audit-log', id: 'keyhaven/test', revision: after.revision }])
  await store.store.commit([{ type: 'insert', record: before }])
  store.records.forgetAll()
  const accepted = await accept(fixture)
  assert.deepEqual([accepted?.setAside, accepted?.origin], [undefined, 'keyhaven/test'])
  await start(fixture)
  const told = recordsOf(path).filter(({ action }) => action === 'AuditLossAccepted')
  assert.match(told[0]?.resource, /^the disk broke \(2026-11-22T09:30:00.000Z: the store knows 3 records .* of which 5/)
  assert.deepEqual(await verified(fixture), [])
})

test('a former version’s log that cannot be believed is set aside as well', async (t) => {
  const fixture = await auditFixture(t)
  await formerLog(fixture.path, 20)
  for (const name of ['audit.pub', 'checkpoints', 'state.json']) rmSync(join(fixture.path, name))
  await assert.rejects(start(fixture), { name: 'AuditDamaged' })
  const accepted = await accept(fixture)
  assert.equal(basename(accepted?.setAside ?? ''), 'audit-20261122T093000Z')
  await start(fixture)
})

test('of a log with nothing wrong nothing is accepted, nor when its row was edited', async (t) => {
  const fixture = await brokenLog(t)
  const { path, store } = fixture
  assert.equal(await accept(fixture), undefined)
  const row = await store.store.get('audit-log', 'keyhaven/test')
  assert.ok(row)
  const body: Anchor = { ...JSON.parse(row.body), size: 1 }
  await store.store.commit([{ type: 'delete', kind: row.kind, id: row.id, revision: row.revision }])
  await store.store.commit([{ type: 'insert', record: { ...row, body: JSON.stringify(body) } }])
  store.records.forgetAll()
  await assert.rejects(accept(fixture), { name: 'AuditDamaged', part: 'row' })
  assert.ok(existsSync(join(path, '00000001.log')))
})

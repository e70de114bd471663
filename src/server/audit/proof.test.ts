import assert from 'node:assert/strict'
import { appendFileSync, cpSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import { type AuditFixture, auditFixture, auditRecord, formerLog, testSigner } from '../../../test/kit/audit.ts'
import type { StoredRecord } from '../../core/store.ts'
import { type ChainEnd, chainStart } from './chain.ts'
import { encodeLine } from './line.ts'
import type { AuditOptions } from './options.ts'

const segmentOf = (path: string): string => join(path, '00000001.log')
const linesOf = (path: string): string[] => readFileSync(segmentOf(path), 'utf8').trimEnd().split('\n')
const write = (path: string, lines: readonly string[]): void =>
  writeFileSync(segmentOf(path), lines.map((line) => `${line}\n`).join(''))

/** What somebody can write who has no key: a chain that fits, with MACs that look like some. */
function forged(lines: readonly string[], from: number): string[] {
  const kept = lines.slice(0, from)
  let end: ChainEnd = from === 0 ? chainStart : { seq: from + 1, hash: JSON.parse(kept.at(-1) ?? '').hash }
  for (const text of lines.slice(from)) {
    const { record } = JSON.parse(text)
    const forgery = { ...record, principal: 'acs:ram::1234567890123456:user/nobody' }
    const line = encodeLine(end.seq, end.hash, record.node, forgery, () => 'AAAAAAAAAAAAAAAAAAAAAA==')
    kept.push(line.text)
    end = { seq: end.seq + 1, hash: line.hash }
  }
  return kept
}

/** Takes what is signed out of a folder, but for the first so many checkpoints. */
function keepCheckpoints(path: string, count: number): void {
  rmSync(join(path, 'state.json'))
  const notes = readFileSync(join(path, 'checkpoints'), 'utf8').match(/[^\n]+\n\d+\n[^\n]+\n\n[^\n]+\n/g) ?? []
  assert.ok(notes.length > count)
  writeFileSync(
    join(path, 'checkpoints'),
    notes
      .slice(0, count)
      .map((note) => `\n${note}\n`)
      .join(''),
  )
}

/** A log of 24 records that was closed in order. */
async function closedLog(t: TestContext, options: Partial<AuditOptions> = {}): Promise<AuditFixture> {
  const fixture = await auditFixture(t)
  const log = await fixture.open(options)
  for (let count = 1; count <= 22; count++) await log.append(auditRecord(`Action${count}`))
  await log.close()
  return fixture
}

/** A log whose server was killed: 22 records, of which the store and the checkpoints know one. */
async function killedLog(t: TestContext): Promise<AuditFixture> {
  const fixture = await auditFixture(t)
  const log = await fixture.open()
  for (let count = 1; count <= 21; count++) await log.append(auditRecord(`Action${count}`))
  await fixture.folder.release()
  return fixture
}

const anchorOf = ({ store }: AuditFixture): Promise<StoredRecord | undefined> =>
  store.store.get('audit-log', testSigner.origin)

/** Puts the row of the log back as it once was, or takes it away. */
async function putBack(fixture: AuditFixture, record: StoredRecord | undefined): Promise<void> {
  const { store, records } = fixture.store
  const now = await anchorOf(fixture)
  if (now) await store.commit([{ type: 'delete', kind: now.kind, id: now.id, revision: now.revision }])
  if (record) await store.commit([{ type: 'insert', record }])
  records.forgetAll()
}

const refusedWith = (message: RegExp, part = 'log') => ({ name: 'AuditDamaged', message, part })
const notSigned = /the records up to \d+ are not the ones that were signed/
const missing = /records? \d+ (?:to \d+ are|is) missing from/

describe('a history that was forged while the server was down is refused, and nothing is signed', () => {
  test('rewritten from the second record on, its chain rebuilt, the first checkpoint kept, the state removed', async (t) => {
    const { path, open } = await closedLog(t)
    keepCheckpoints(path, 1)
    write(path, forged(linesOf(path), 1))
    const before = readFileSync(segmentOf(path))
    for (let start = 1; start <= 2; start++) await assert.rejects(open(), refusedWith(notSigned))
    assert.deepEqual(readFileSync(segmentOf(path)), before)
    assert.equal(readFileSync(join(path, 'checkpoints'), 'utf8').match(/^— /gm)?.length, 1)
  })

  test('rewritten altogether, with all checkpoints, the state and the public key removed', async (t) => {
    const { path, open } = await closedLog(t)
    for (const name of ['checkpoints', 'state.json', 'audit.pub']) rmSync(join(path, name))
    write(path, forged(linesOf(path), 0))
    await assert.rejects(open(), refusedWith(notSigned))
  })

  test('rewritten, and made to look as if a former version had written it', async (t) => {
    const { path, open } = await closedLog(t)
    rmSync(path, { recursive: true })
    await formerLog(path, 24)
    await assert.rejects(open(), refusedWith(notSigned))
  })

  test('rewritten where no checkpoint covers it yet', async (t) => {
    for (const from of [1, 5, 21]) {
      const { path, open } = await killedLog(t)
      write(path, forged(linesOf(path), from))
      await assert.rejects(open(), refusedWith(/\(record \d+\) was not written with the key of this deployment/))
    }
  })

  test('continued with records that nobody made', async (t) => {
    const { path, open } = await killedLog(t)
    const lines = linesOf(path)
    const { hash } = JSON.parse(lines.at(-1) ?? '')
    const line = (mac: () => string) => encodeLine(23, hash, 'node-1', auditRecord('DeleteKey'), mac).text
    write(path, [...lines, line(() => 'none')])
    await assert.rejects(open(), refusedWith(/record 23\) is of a request, and was written without a key/))
    const stolen = JSON.parse(lines.at(-1) ?? '').mac
    write(path, [...lines, line(() => stolen)])
    await assert.rejects(open(), refusedWith(/record 23\) was not written with the key/))
  })

  test('cut off, with the checkpoints of what is gone', async (t) => {
    const { path, open } = await closedLog(t)
    keepCheckpoints(path, 1)
    write(path, linesOf(path).slice(0, 10))
    await assert.rejects(open(), refusedWith(missing))
    truncateSync(segmentOf(path), 0)
    await assert.rejects(open(), refusedWith(missing))
  })

  test('deleted, as a folder, or but for the public key', async (t) => {
    const { path, open } = await closedLog(t)
    const publicKey = readFileSync(join(path, 'audit.pub'))
    for (const name of ['00000001.log', 'checkpoints', 'state.json']) rmSync(join(path, name))
    await assert.rejects(open(), refusedWith(missing))
    rmSync(join(path, 'audit.pub'))
    await assert.rejects(open(), refusedWith(missing))
    writeFileSync(join(path, 'audit.pub'), publicKey)
    await assert.rejects(open(), refusedWith(missing))
  })

  test('put back to a copy of the whole folder from before', async (t) => {
    const { path, open } = await closedLog(t)
    cpSync(path, `${path}.before`, { recursive: true })
    const log = await open()
    await log.append(auditRecord('DeleteKey'))
    await log.close()
    rmSync(path, { recursive: true })
    cpSync(`${path}.before`, path, { recursive: true })
    await assert.rejects(open(), refusedWith(missing))
  })

  test('replaced by the log of another server of the same deployment', async (t) => {
    const { path, open, keys } = await auditFixture(t)
    const other = await open({}, keys({ node: 'node-2', origin: 'keyhaven/other', isShared: true }))
    await other.close()
    cpSync(path, `${path}.other`, { recursive: true })
    rmSync(path, { recursive: true })
    cpSync(`${path}.other`, path, { recursive: true })
    const mine = keys({ isShared: true })
    for (const name of ['00000001.log', 'checkpoints', 'state.json', 'audit.pub']) rmSync(join(path, name))
    await (await open({}, mine)).close()
    rmSync(path, { recursive: true })
    cpSync(`${path}.other`, path, { recursive: true })
    await assert.rejects(
      open({}, keys({ isShared: true })),
      refusedWith(/keyhaven\/test of node-1 .* is not in its folder/),
    )
  })

  test('signed with another key', async (t) => {
    const { path, open } = await closedLog(t)
    writeFileSync(join(path, 'audit.pub'), 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW\n')
    await assert.rejects(open(), refusedWith(/is not in its folder/))
    writeFileSync(join(path, 'audit.pub'), 'no key')
    await assert.rejects(open(), refusedWith(/audit.pub is no public key/))
  })
})

describe('what the store says', () => {
  test('a store that was put back to an older copy is older than the log, and refused', async (t) => {
    const fixture = await closedLog(t)
    const before = await anchorOf(fixture)
    const log = await fixture.open()
    await log.append(auditRecord('DisableKey'))
    await log.close()
    await putBack(fixture, before)
    await assert.rejects(fixture.open(), refusedWith(/it was put back to an older copy/, 'store'))
  })

  test('a store from which the log was removed does not make it a new one', async (t) => {
    const fixture = await closedLog(t)
    await putBack(fixture, undefined)
    await assert.rejects(fixture.open(), refusedWith(/holds an audit log that the store does not know/))
    keepCheckpoints(fixture.path, 0)
    await assert.rejects(fixture.open(), refusedWith(/holds an audit log that the store does not know/))
  })

  test('a row that was edited is named', async (t) => {
    const fixture = await closedLog(t)
    const row = await anchorOf(fixture)
    if (row) await putBack(fixture, { ...row, body: row.body.replace('"size":24', '"size":1') })
    await assert.rejects(
      fixture.open(),
      refusedWith(/record audit-log keyhaven\/test is not as this .*: remove it/, 'row'),
    )
  })

  test('two servers that write one log are found out at the next checkpoint', async (t) => {
    const { path, folder, reports, open } = await auditFixture(t)
    const one = await open({ checkpointRecords: 1 })
    cpSync(path, `${path}.clone`, { recursive: true })
    const { auditFolder } = await import('./folder.ts')
    const other = await open({ folder: await auditFolder(`${path}.clone`) })
    await one.append(auditRecord())
    while (one.healthy) await new Promise(setImmediate)
    assert.equal(one.problem, 'damaged')
    assert.match(reports.join('\n'), /^damaged: another server writes the audit log keyhaven\/test$/)
    await Promise.all([one.close(), other.close()])
    await folder.release()
  })

  test('a server that was given another name goes on with its log', async (t) => {
    const { open, keys } = await closedLog(t)
    for (const isShared of [true, false]) {
      const log = await open({ node: 'node-2' }, keys({ node: 'node-2', isShared }))
      await log.close()
      await (await open({}, keys({ isShared }))).close()
    }
  })

  test('checkpoints that were taken from the folder are missed, in the log itself', async (t) => {
    const { path, open } = await closedLog(t)
    keepCheckpoints(path, 0)
    await (await open()).close()
    assert.match(readFileSync(segmentOf(path), 'utf8'), /"action":"AuditCheckpointsMissing"/)
  })
})

describe('the second place', () => {
  const elsewhere = (path: string): string => join(path, '..', 'elsewhere')

  test('finds out an older copy of folder and store together, also while sealed', async (t) => {
    const fixture = await auditFixture(t)
    const { path } = fixture
    const options = { checkpointFile: elsewhere(path) }
    await (await fixture.open(options)).close()
    cpSync(path, `${path}.before`, { recursive: true })
    const before = await anchorOf(fixture)
    await (await fixture.open(options)).close()
    rmSync(path, { recursive: true })
    cpSync(`${path}.before`, path, { recursive: true })
    await putBack(fixture, before)
    for (const open of [fixture.open, fixture.openSealed]) await assert.rejects(open(options), refusedWith(missing))
    // without it nothing could tell
    await (await fixture.open()).close()
  })

  test('finds out that folder and row are gone', async (t) => {
    const fixture = await auditFixture(t)
    const options = { checkpointFile: elsewhere(fixture.path) }
    await (await fixture.open(options)).close()
    for (const name of ['00000001.log', 'checkpoints', 'state.json', 'audit.pub']) rmSync(join(fixture.path, name))
    await putBack(fixture, undefined)
    await assert.rejects(fixture.open(options), refusedWith(missing))
  })

  test('may hold the checkpoints of several logs, and whatever else', async (t) => {
    const { path, open } = await auditFixture(t)
    const options = { checkpointFile: elsewhere(path) }
    writeFileSync(elsewhere(path), '\n\nsomething else\n12\n')
    await (await open(options)).close()
    appendFileSync(
      elsewhere(path),
      `\n${testSigner.sign({ origin: 'keyhaven/other', size: 1e6, root: new Uint8Array(32) })}\n`,
    )
    await (await open(options)).close()
  })
})

describe('while sealed', () => {
  test('events are kept without a key, requests are not; the key closes them in', async (t) => {
    const { path, open, openSealed } = await auditFixture(t)
    await (await open()).close()
    const sealed = await openSealed()
    await sealed.event('TrustClock')
    await assert.rejects(sealed.append(auditRecord()), { code: 'ServiceUnavailableTemporary' })
    await sealed.close()
    const again = await open()
    again.forgetKey()
    await again.event('TrustClock')
    await assert.rejects(again.append(auditRecord()), { code: 'ServiceUnavailableTemporary' })
    await again.close()
    await (await open()).close()
    const lines = linesOf(path).map((line) => JSON.parse(line))
    assert.deepEqual(
      lines.map(({ mac, record }) => [record.action, mac === 'none' ? 'none' : 'MAC']),
      [
        ['AuditOpened', 'MAC'],
        ['AuditClosed', 'MAC'],
        ['AuditOpened', 'none'],
        ['TrustClock', 'none'],
        ['AuditClosed', 'none'],
        ['AuditOpened', 'MAC'],
        ['TrustClock', 'none'],
        ['AuditClosed', 'none'],
        ['AuditOpened', 'MAC'],
        ['AuditClosed', 'MAC'],
      ],
    )
  })

  test('a server that was never unsealed before may be later', async (t) => {
    const { open, openSealed } = await auditFixture(t)
    await (await openSealed()).close()
    const log = await openSealed()
    await log.close()
    await (await open()).close()
  })
})

describe('the log of a former version', () => {
  test('is gone on with, and its records are covered from then on', async (t) => {
    const fixture = await auditFixture(t)
    const { path, open } = fixture
    await formerLog(path, 40)
    await (await open()).close()
    const row = await anchorOf(fixture)
    assert.equal(JSON.parse(row?.body ?? '{}').size, 43)
    keepCheckpoints(path, 1)
    write(path, forged(linesOf(path), 1))
    await assert.rejects(open(), refusedWith(notSigned))
  })

  test('is gone on with after a crash, also one amid a record', async (t) => {
    const { path, open } = await auditFixture(t)
    await formerLog(path, 40, 30)
    appendFileSync(segmentOf(path), '{"seq":41,')
    await (await open()).close()
    assert.equal(linesOf(path).length, 43)
  })

  test('is refused when much more is uncovered than an interval explains, or anything and there is no checkpoint', async (t) => {
    const { path, open } = await auditFixture(t)
    await formerLog(path, 6000, 1)
    await assert.rejects(
      open({ checkpointRecords: 100 }),
      refusedWith(/has 5999 requests .* after its last checkpoint/),
    )
    for (const name of ['checkpoints', 'state.json', 'audit.pub']) rmSync(join(path, name))
    await assert.rejects(open(), refusedWith(/has no checkpoint signed by this deployment/))
  })

  test('that was only ever sealed needs no checkpoint', async (t) => {
    const { path, open } = await auditFixture(t)
    await formerLog(path, 0)
    for (const name of ['checkpoints', 'state.json', 'audit.pub']) rmSync(join(path, name))
    await (await open()).close()
  })
})

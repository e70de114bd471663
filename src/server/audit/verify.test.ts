import assert from 'node:assert/strict'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import fc from 'fast-check'
import { auditFixture, auditRecord, formerLog, testSeal, testSigner } from '../../../test/kit/audit.ts'
import type { AuditRecord } from '../../core/audit.ts'
import { checkpointSigner } from './checkpoint.ts'
import { encodeLine } from './line.ts'
import type { AuditOptions } from './options.ts'
import { verifyAudit, verifyWithRootKey } from './verify.ts'

/** A closed log of 32 records (two of its own) in one segment, with checkpoints at its first record and at its end. */
async function writtenLog(t: TestContext, prefix = 'Action'): Promise<{ path: string; lines: string[] }> {
  const { path, open } = await auditFixture(t)
  const log = await open()
  for (let count = 0; count < 30; count++) await log.append(auditRecord(`${prefix}${count}`))
  await log.close()
  const lines = readFileSync(join(path, '00000001.log'), 'utf8').trimEnd().split('\n')
  return { path, lines }
}

function faultsOf(path: string, lines: readonly string[], key = testSigner.verifierKey): string[] {
  writeFileSync(join(path, '00000001.log'), lines.map((line) => `${line}\n`).join(''))
  return verifyAudit({ folder: path, publicKey: key }).faults.map(({ seq, problem }) => `${seq} ${problem}`)
}

test('a log as it was written has no faults, and its checkpoint covers all of it', async (t) => {
  const { path } = await writtenLog(t)
  assert.deepEqual(verifyAudit({ folder: path, publicKey: testSigner.verifierKey }), {
    faults: [],
    records: 32,
    checkpoints: 2,
    signedRecords: 32,
    unfinished: 0,
    withRootKey: false,
  })
})

test('an edited record is found where it stands', async (t) => {
  const { path, lines } = await writtenLog(t)
  const edited = lines.with(9, lines[9]?.replace('Success', 'Failure') ?? '')
  assert.deepEqual(faultsOf(path, edited), ['10 was changed: its hash does not fit'])
})

test('removed records are found by the gap they leave', async (t) => {
  const { path, lines } = await writtenLog(t)
  assert.deepEqual(faultsOf(path, lines.toSpliced(4, 1)), ['6 comes after a gap: record 5 is missing'])
  assert.deepEqual(faultsOf(path, lines.toSpliced(4, 3)), ['8 comes after a gap: records 5 to 7 are missing'])
  assert.deepEqual(faultsOf(path, lines.slice(1)), ['2 comes after a gap: record 1 is missing'])
})

test('records in another order are found', async (t) => {
  const { path, lines } = await writtenLog(t)
  const swapped = lines.with(4, lines[5] ?? '').with(5, lines[4] ?? '')
  const [first] = faultsOf(path, swapped)
  assert.equal(first, '6 comes after a gap: record 5 is missing')
})

test('a cut-off end is found by the checkpoint that signed it', async (t) => {
  const { path, lines } = await writtenLog(t)
  assert.deepEqual(faultsOf(path, lines.slice(0, 20)), [
    '21 ends too early: records 21 to 32 were signed and are missing',
  ])
  assert.deepEqual(faultsOf(path, []), ['1 ends too early: records 1 to 32 were signed and are missing'])
})

test('records spliced in from another log, such as a restored backup, are found where they begin', async (t) => {
  const [{ path, lines }, other] = await Promise.all([writtenLog(t), writtenLog(t, 'Other')])
  const spliced = [...lines.slice(0, 10), ...other.lines.slice(10)]
  assert.deepEqual(faultsOf(path, spliced), ['11 does not continue the record before it'])
})

test('a chain written anew without a gap is found by the checkpoint', async (t) => {
  const { path, lines } = await writtenLog(t)
  const rewritten: string[] = []
  let prevHash = JSON.parse(lines[0] ?? '').prevHash
  for (const seq of lines.keys()) {
    const line = encodeLine(seq + 1, prevHash, 'node-1', auditRecord('Encrypt'))
    rewritten.push(line.text)
    prevHash = line.hash
  }
  assert.deepEqual(faultsOf(path, rewritten), ['1 ends records 1 to 1 that are not the ones signed'])
})

test('a checkpoint signed with another key is refused', async (t) => {
  const { path, lines } = await writtenLog(t)
  const forger = checkpointSigner(testSigner.origin, new Uint8Array(32).fill(9))
  const note = forger.sign({ origin: testSigner.origin, size: 32, root: new Uint8Array(32) })
  writeFileSync(join(path, 'checkpoints'), `\n${note}\n`)
  assert.deepEqual(faultsOf(path, lines), [
    'undefined is a checkpoint not signed by this key',
    'undefined has no checkpoint signed by this key: anybody could have written it',
  ])
})

test('a log from which all checkpoints were taken is not believed', async (t) => {
  const { path, lines } = await writtenLog(t)
  rmSync(join(path, 'checkpoints'))
  const fault = 'undefined has no checkpoint signed by this key: anybody could have written it'
  assert.deepEqual(faultsOf(path, lines), [fault])
})

test('whatever byte of the records is changed, it is found', async (t) => {
  const { path, lines } = await writtenLog(t)
  const text = Buffer.from(lines.map((line) => `${line}\n`).join(''))
  fc.assert(
    fc.property(fc.nat(text.length - 1), fc.integer({ min: 1, max: 255 }), (position, flip) => {
      const changed = Buffer.from(text)
      changed[position] = (changed[position] ?? 0) ^ flip
      writeFileSync(join(path, '00000001.log'), changed)
      assert.notDeepEqual(verifyAudit({ folder: path, publicKey: testSigner.verifierKey }).faults, [])
    }),
    { numRuns: 200 },
  )
})

const minutes = (count: number): string => new Date(Date.parse('2026-11-21T10:00:00Z') + count * 60_000).toISOString()

/** A log of which only the first checkpoint is left, with a request each minute. */
async function uncoveredLog(t: TestContext, requests: number, options: Partial<AuditOptions> = {}): Promise<string> {
  const { path, open } = await auditFixture(t)
  const log = await open(options)
  const kept = readFileSync(join(path, 'checkpoints'))
  for (let count = 0; count < requests; count++) await log.append(auditRecord('Encrypt', { time: minutes(count) }))
  await log.close()
  writeFileSync(join(path, 'checkpoints'), kept)
  return path
}

const problemsOf = (path: string): readonly string[] =>
  verifyAudit({ folder: path, publicKey: testSigner.verifierKey }).faults.map(({ problem }) => problem)

test('more after the last checkpoint than its interval explains is a fault, by time and by number', async (t) => {
  const path = await uncoveredLog(t, 4, { checkpointSeconds: 60 })
  assert.deepEqual(problemsOf(path), [
    'has 4 requests of 180 s after its last checkpoint, more than checkpoints every 1000 records or 60 s explains',
  ])
  assert.deepEqual(problemsOf(await uncoveredLog(t, 3, { checkpointSeconds: 60 })), [])
  assert.deepEqual(problemsOf(await uncoveredLog(t, 4, { checkpointSeconds: 90 })), [])
  const busy = await auditFixture(t)
  const log = await busy.open({ checkpointRecords: 100 })
  const kept = readFileSync(join(busy.path, 'checkpoints'))
  await Promise.all(Array.from({ length: 4297 }, () => log.append(auditRecord())))
  await log.close()
  writeFileSync(join(busy.path, 'checkpoints'), kept)
  assert.match(problemsOf(busy.path).join(), /^has 4297 requests of 0 s after its last checkpoint/)
})

test('what a log says of its interval counts only where a checkpoint covers it', async (t) => {
  const path = await uncoveredLog(t, 4, { checkpointSeconds: 60 })
  const lines = readFileSync(join(path, '00000001.log'), 'utf8').trimEnd().split('\n')
  let { hash } = JSON.parse(lines[0] ?? '')
  const opened = {
    ...auditRecord('AuditOpened'),
    phase: 'event',
    resource: 'checkpoints every 9 records or 9999 s',
  } as const
  const records = [opened, ...lines.slice(1).map((line) => JSON.parse(line).record)]
  const forged = records.map((record, index) => {
    const line = encodeLine(index + 2, hash, 'node-1', record, () => 'AAAAAAAAAAAAAAAAAAAAAA==')
    hash = line.hash
    return line.text
  })
  assert.match(faultsOf(path, [lines[0] ?? '', ...forged]).join(), /more than checkpoints every 1000 records or 60 s/)
})

test('the root key tells who wrote what no checkpoint covers, and what the store knows', async (t) => {
  const { path, open, keys } = await auditFixture(t)
  const log = await open()
  for (let count = 0; count < 5; count++) await log.append(auditRecord(`Action${count}`))
  const { anchors } = keys()
  const verify = async (findAnchor = () => anchors.get('keyhaven/test')) => {
    const found = await verifyWithRootKey(
      { folder: path, publicKey: testSigner.verifierKey },
      { seal: testSeal, findAnchor },
    )
    return found.faults.map(({ seq, problem }) => `${seq} ${problem}`)
  }
  assert.deepEqual(await verify(), [])
  const lines = readFileSync(join(path, '00000001.log'), 'utf8').trimEnd().split('\n')
  await log.close()
  assert.deepEqual(await verify(), [])
  assert.deepEqual(await verify(async () => undefined), ['8 ends a log that the store does not know'])
  const anchor = await anchors.get('keyhaven/test')
  assert.ok(anchor)
  const older = await verify(async () => ({ ...anchor, size: 1 }))
  assert.deepEqual(older, [
    '1 ends records that are not the ones that the store knows',
    '8 was signed up to 7, of which the store knows 1: it is an older copy',
  ])
  // the last checkpoint goes, and another one's word is put in for the last record
  writeFileSync(join(path, 'checkpoints'), readFileSync(join(path, 'checkpoints'), 'utf8').slice(0, 200))
  const { hash } = JSON.parse(lines[4] ?? '')
  const forgery = encodeLine(6, hash, 'node-1', auditRecord('Forged'), () => JSON.parse(lines[5] ?? '').mac)
  assert.deepEqual(faultsOf(path, [...lines.slice(0, 5), forgery.text]), [])
  assert.deepEqual(await verify(), [
    '6 was not written with the key of this deployment',
    '7 ends too early: records 7 to 7 were known to the store and are missing',
  ])
})

test('requests of a time without a key are a fault, and a write without an end counts for nothing', async (t) => {
  const { path, lines } = await writtenLog(t)
  const { hash } = JSON.parse(lines.at(-1) ?? '')
  const next = (record: AuditRecord, mac?: () => string) => encodeLine(33, hash, 'node-1', record, mac).text
  const event: AuditRecord = { ...auditRecord('TrustClock'), phase: 'event' }
  assert.deepEqual(faultsOf(path, [...lines, next(event, () => 'none')]), [])
  assert.deepEqual(faultsOf(path, [...lines, next(auditRecord(), () => 'none')]), [
    '33 is of a request, and was written without a key',
  ])
  assert.deepEqual(faultsOf(path, [...lines, next(auditRecord()), 'holes']), [])
  const { records, unfinished } = verifyAudit({ folder: path, publicKey: testSigner.verifierKey })
  assert.deepEqual([records, unfinished], [32, 2])
})

test('the log of a former version is verified as it was', async (t) => {
  const { path } = await auditFixture(t)
  await formerLog(path, 40, 30)
  assert.deepEqual(verifyAudit({ folder: path, publicKey: testSigner.verifierKey }), {
    faults: [],
    records: 40,
    checkpoints: 2,
    signedRecords: 30,
    unfinished: 0,
    withRootKey: false,
  })
})

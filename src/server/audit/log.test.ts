import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { appendFileSync, existsSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { auditFixture, auditRecord, testSigner } from '../../../test/kit/audit.ts'
import { AuditDamaged } from './damage.ts'
import { type AuditFile, type AuditFolder, auditFolder } from './folder.ts'
import { recover } from './recover.ts'
import { verifyAudit } from './verify.ts'

const refused = { code: 'ServiceUnavailableTemporary' }

/** A folder whose files do something else before each write. */
function withWrites(folder: AuditFolder, before: (file: AuditFile) => Promise<void>): AuditFolder {
  return {
    ...folder,
    async open(name) {
      const file = await folder.open(name)
      return {
        ...file,
        write: async (bytes, position) => {
          await before(file)
          await file.write(bytes, position)
        },
      }
    },
  }
}

const linesOf = (path: string, segment = '00000001.log') =>
  readFileSync(join(path, segment), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))

/** What is wrong with the chain itself: nothing is signed in most of these tests. */
const chainFaults = (path: string) =>
  verifyAudit({ folder: path, publicKey: testSigner.verifierKey }).faults.filter(({ file }) => file !== 'checkpoints')

test('records are kept in order, numbered and linked, with the node that wrote them', async (t) => {
  const { path, open } = await auditFixture(t)
  const log = await open()
  await Promise.all([log.append(auditRecord('CreateKey')), log.append(auditRecord('Encrypt'))])
  await log.close()
  const lines = linesOf(path)
  assert.deepEqual(
    lines.map(({ seq, record }) => [seq, record.action, record.node]),
    [
      [1, 'AuditOpened', 'node-1'],
      [2, 'CreateKey', 'node-1'],
      [3, 'Encrypt', 'node-1'],
      [4, 'AuditClosed', 'node-1'],
    ],
  )
  assert.deepEqual(
    lines.slice(1).map(({ prevHash }) => prevHash),
    lines.slice(0, -1).map(({ hash }) => hash),
  )
})

test('only fields of the schema are kept, and over-long values are cut', async (t) => {
  const { path, open } = await auditFixture(t)
  const log = await open()
  const record = { ...auditRecord('Encrypt', { resource: 'x'.repeat(5000) }), plaintext: 'canary', nested: { a: 1 } }
  await log.append(record)
  await log.close()
  assert.doesNotMatch(readFileSync(join(path, '00000001.log'), 'utf8'), /canary|nested/)
  assert.equal(linesOf(path)[1]?.record.resource.length, 1024)
})

test('a record is acknowledged only after its write, and records that arrive meanwhile share the next write', async (t) => {
  const { folder, open } = await auditFixture(t)
  const gates: PromiseWithResolvers<void>[] = []
  const disk: { gated: boolean } = { gated: false }
  const log = await open({
    folder: withWrites(folder, () => {
      if (!disk.gated) return Promise.resolve()
      const gate = Promise.withResolvers<void>()
      gates.push(gate)
      return gate.promise
    }),
  })
  disk.gated = true
  const acknowledged: string[] = []
  const append = (name: string) => log.append(auditRecord(name)).then(() => acknowledged.push(name))
  const first = append('A')
  await new Promise(setImmediate)
  await new Promise(setImmediate)
  const others = ['B', 'C', 'D'].map(append)
  assert.deepEqual([gates.length, acknowledged], [1, []])
  gates[0]?.resolve()
  await first
  await new Promise(setImmediate)
  assert.deepEqual([gates.length, acknowledged], [2, ['A']])
  disk.gated = false
  gates[1]?.resolve()
  await Promise.all(others)
  assert.equal(gates.length, 2)
  await log.close()
})

test('a full disk refuses at once, is reported once, and the log goes on when there is space again', async (t) => {
  const { path, folder, reports, open } = await auditFixture(t)
  const disk: { full: boolean } = { full: false }
  let writes = 0
  const spaceAgain = Promise.withResolvers<void>()
  const log = await open({
    folder: withWrites(folder, async (file) => {
      if (!disk.full) return
      writes++
      // half a line gets through, as on a real disk
      await file.write(Buffer.from('{"seq":'), await file.size())
      if (writes === 3) spaceAgain.resolve()
      throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' })
    }),
  })
  disk.full = true
  await assert.rejects(log.append(auditRecord()), refused)
  await assert.rejects(log.append(auditRecord()), refused)
  assert.equal(log.healthy, false)
  await spaceAgain.promise
  assert.deepEqual(reports, ['failed: ENOSPC: no space left on device'])
  disk.full = false
  while (!log.healthy) await new Promise(setImmediate)
  await log.append(auditRecord('Decrypt'))
  await log.close()
  assert.deepEqual(reports.slice(1), ['recovered'])
  assert.deepEqual(chainFaults(path), [])
  assert.deepEqual(
    linesOf(path).map(({ record }) => record.action),
    ['AuditOpened', 'AuditResumed', 'Decrypt', 'AuditClosed'],
  )
})

test('a device that is really full refuses', { skip: !existsSync('/dev/full') && 'no /dev/full here' }, async (t) => {
  const { folder, reports, open } = await auditFixture(t)
  const devices = await auditFolder('/dev')
  const device = await devices.open('full')
  t.after(() => devices.release())
  const disk: { full: boolean } = { full: false }
  const log = await open({
    retryMs: 60_000,
    folder: withWrites(folder, (file) => (disk.full ? device.write(Buffer.from(file.name), 0) : Promise.resolve())),
  })
  disk.full = true
  await assert.rejects(log.append(auditRecord()), refused)
  assert.deepEqual(reports, ['failed: ENOSPC: no space left on device, write'])
  await log.close()
})

test('a write that hangs is refused in time, and nothing more is tried until it has come back', async (t) => {
  const { path, folder, reports, open } = await auditFixture(t)
  const hang = Promise.withResolvers<void>()
  const disk: { hanging: boolean } = { hanging: false }
  let writes = 0
  const log = await open({
    writeTimeoutMs: 20,
    folder: withWrites(folder, () => {
      writes++
      return disk.hanging ? hang.promise : Promise.resolve()
    }),
  })
  disk.hanging = true
  const before = writes
  await assert.rejects(log.append(auditRecord()), refused)
  // a checkpoint may take as long on a busy machine; it holds nobody up
  const failures = reports.filter((line) => line.startsWith('failed'))
  assert.deepEqual(failures, ['failed: no answer within 20 ms'])
  assert.equal(writes, before + 1)
  disk.hanging = false
  hang.resolve()
  while (!log.healthy) await new Promise(setImmediate)
  await log.append(auditRecord('Decrypt'))
  await log.close()
  assert.deepEqual(chainFaults(path), [])
})

test('what waits when a checkpoint finds the log damaged is refused', async (t) => {
  const { folder, keys, open, reports } = await auditFixture(t)
  const [begun, written, found] = [0, 1, 2].map(() => Promise.withResolvers<void>())
  assert.ok(begun && written && found)
  const disk: { gated: boolean } = { gated: false }
  const writes = withWrites(folder, () => {
    if (disk.gated) begun.resolve()
    return disk.gated ? written.promise : Promise.resolve()
  })
  const given = keys()
  const log = await open({ folder: writes, checkpointRecords: 1 }, given)
  // as when another server has signed this log
  given.anchors.keep = () => found.promise
  await log.append(auditRecord('Encrypt'))
  disk.gated = true
  const first = log.append(auditRecord('Decrypt'))
  await begun.promise
  const waiting = log.append(auditRecord('Sign'))
  found.reject(new AuditDamaged('signed by somebody else'))
  await new Promise((done) => setImmediate(done))
  written.resolve()
  await Promise.all([first, assert.rejects(waiting, refused)])
  assert.deepEqual(reports, ['damaged: signed by somebody else'])
  await log.close()
})

test('a segment that has grown long enough is followed by the next, and the chain runs through', async (t) => {
  const { path, folder, open } = await auditFixture(t)
  const log = await open({ segmentBytes: 600 })
  for (let count = 0; count < 6; count++) await log.append(auditRecord())
  await log.close()
  assert.deepEqual(await folder.segments(), ['00000001.log', '00000002.log', '00000003.log', '00000004.log'])
  const again = await open({ segmentBytes: 600 })
  await again.close()
  assert.deepEqual(
    [chainFaults(path), verifyAudit({ folder: path, publicKey: testSigner.verifierKey }).records],
    [[], 10],
  )
})

const intervalText = 'checkpoints every 1000 records or 3600 s'

test('after a crash what was torn is removed, the unclean end is recorded, and the chain continues', async (t) => {
  const { path, folder, open } = await auditFixture(t)
  const log = await open()
  await log.append(auditRecord())
  await folder.release()
  appendFileSync(join(path, '00000001.log'), '{"seq":3,"prevH')
  const again = await open()
  await again.close()
  assert.deepEqual(
    linesOf(path).map(({ record }) => [record.action, record.resource]),
    [
      ['AuditOpened', intervalText],
      ['Encrypt', undefined],
      ['AuditUncleanEnd', '15 bytes cut off'],
      ['AuditOpened', intervalText],
      ['AuditClosed', undefined],
    ],
  )
  assert.deepEqual(chainFaults(path), [])
})

test('a write of several records that a crash cut short is removed as a whole, holes included', async (t) => {
  const { path, folder, open } = await auditFixture(t)
  const log = await open()
  await log.append(auditRecord('A'))
  const segment = join(path, '00000001.log')
  const { size } = statSync(segment)
  await Promise.all(['B', 'C', 'D'].map((name) => log.append(auditRecord(name))))
  await folder.release()
  const whole = readFileSync(segment)
  const ends = [...whole.entries()].filter(([at, byte]) => at >= size && byte === 10).map(([at]) => at + 1)
  const hole = Buffer.from(whole).fill(0, size + 100, size + 200)
  const torn = [
    whole.subarray(0, ends[0]),
    whole.subarray(0, ends[1]),
    whole.subarray(0, -1),
    hole.subarray(0, ends[1]),
  ]
  for (const content of torn) {
    writeFileSync(segment, content)
    const again = await recover(folder)
    assert.deepEqual([again.tree.size, again.position, again.torn], [2, size, content.length - size])
  }
  writeFileSync(segment, hole)
  await assert.rejects(recover(folder), { name: 'AuditDamaged', message: /record 3\) was changed/ })
})

test('a start after a checkpoint reads on from there, and falls back to reading everything', async (t) => {
  const { path, folder, open } = await auditFixture(t)
  for (const state of ['kept', 'kept', 'lost', 'forged']) {
    if (state === 'lost') rmSync(join(path, 'state.json'))
    if (state === 'forged') {
      const saved = JSON.parse((await folder.read('state.json')) ?? '')
      await folder.replace('state.json', JSON.stringify({ ...saved, subtrees: saved.subtrees.toReversed() }))
    }
    const log = await open()
    await log.append(auditRecord())
    await log.close()
  }
  assert.deepEqual(verifyAudit({ folder: path, publicKey: testSigner.verifierKey }), {
    faults: [],
    records: 12,
    checkpoints: 8,
    signedRecords: 12,
    unfinished: 0,
    withRootKey: false,
  })
})

test('a start is refused when signed records are missing or changed, naming the place', async (t) => {
  const { path, open } = await auditFixture(t)
  const log = await open()
  await log.append(auditRecord())
  await log.close()
  const segment = join(path, '00000001.log')
  const text = readFileSync(segment, 'utf8')
  truncateSync(segment, text.indexOf('\n') + 1)
  await assert.rejects(open(), { name: 'AuditDamaged', message: `records 2 to 3 are missing from ${path}` })
  truncateSync(segment, 0)
  appendFileSync(segment, text.replace('Encrypt', 'Decrypt'))
  rmSync(join(path, 'state.json'))
  await assert.rejects(open(), { message: `${path}/00000001.log line 2 (record 2) was changed: its hash does not fit` })
})

test('a start is refused when the disk is nearly full', async (t) => {
  const { open } = await auditFixture(t)
  await assert.rejects(open({ reserveBytes: Number.MAX_SAFE_INTEGER }), /too little free space for the audit log/)
})

test('checkpoints also go to a second place, and its failing is reported without refusing records', async (t) => {
  const { path, reports, open } = await auditFixture(t)
  const second = join(path, '..', 'checkpoints-copy')
  const log = await open({ checkpointFile: second, checkpointRecords: 1 })
  await log.append(auditRecord())
  await log.close()
  assert.ok(readFileSync(second, 'utf8').includes('— keyhaven/test '))
  assert.deepEqual(log.lastCheckpoint, { size: 3, at: new Date('2026-11-21T10:00:00Z'), segment: '00000001.log' })
  const broken = await open({ checkpointFile: path })
  await broken.append(auditRecord())
  await broken.close()
  assert.equal(broken.lastCheckpoint, undefined)
  assert.deepEqual(
    reports.map((line) => line.replace(/: illegal.*/, '')),
    ['second place: EISDIR', 'checkpoint failed: Error: EISDIR'],
  )
})

test('a pipe that nobody reads, as second place for checkpoints, holds nothing up', {
  skip: process.platform === 'win32' && 'no named pipes in the file system here',
}, async (t) => {
  const { path, reports, open } = await auditFixture(t)
  const pipe = join(path, '..', 'pipe')
  execFileSync('mkfifo', [pipe])
  const log = await open({ checkpointFile: pipe })
  await log.append(auditRecord())
  await log.close()
  assert.match(reports.join('\n'), /^checkpoint failed: Error: ENXIO/)
  assert.equal(verifyAudit({ folder: path, publicKey: testSigner.verifierKey }).signedRecords, 3)
})

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { hash } from 'node:crypto'
import {
  copyFileSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { type AuditFixture, auditFixture, auditRecord, testSeal, testSigner } from '../../../test/kit/audit.ts'
import { type AuditFolder, segmentsAmong } from './folder.ts'
import { folderPlace } from './hand-over-place.ts'
import { handedOverFile } from './handed-over.ts'
import type { FileAuditLog } from './log.ts'
import type { AuditOptions } from './options.ts'
import { queryAudit } from './query.ts'
import type { Verification } from './verified-chain.ts'
import { handOversOf, verifyAudit, verifyWithRootKey } from './verify.ts'

const publicKey = testSigner.verifierKey

interface Fixture extends AuditFixture {
  /** folder of the log below the place that it is handed over to */
  readonly elsewhere: string
  readonly options: Partial<AuditOptions>
}

/** A log of small segments that keeps nothing but what it must. */
async function handOverFixture(t: TestContext): Promise<Fixture> {
  const fixture = await auditFixture(t)
  const place = join(fixture.path, '..', 'elsewhere')
  mkdirSync(place)
  const options: Partial<AuditOptions> = {
    ...{ segmentBytes: 2000, checkpointRecords: 1 },
    retention: { place: folderPlace(place), keepBytes: 0, received: async () => Number.POSITIVE_INFINITY },
  }
  return { ...fixture, elsewhere: join(place, 'keyhaven+test'), options }
}

async function write(log: FileAuditLog, records: number): Promise<void> {
  for (let count = 0; count < records; count++) await log.append(auditRecord())
  // the checkpoint of the last record is under way
  const { size } = log
  while ((log.lastCheckpoint?.size ?? 0) < size - 1) await log.append(auditRecord('Decrypt'))
}

const segmentsOf = (path: string): string[] => segmentsAmong(readdirSync(path))

/** What is wrong with what is left, with everything together, and by the root key. */
async function verified({ path, elsewhere, keys }: Fixture): Promise<readonly Verification[]> {
  const findAnchor = () => keys().anchors.get(testSigner.origin)
  const all = { folder: path, publicKey, handedOverFolder: existsSync(elsewhere) ? elsewhere : undefined }
  return [
    verifyAudit({ folder: path, publicKey }),
    verifyAudit(all),
    await verifyWithRootKey({ folder: path, publicKey }, { seal: testSeal, findAnchor }),
    await verifyWithRootKey(all, { seal: testSeal, findAnchor }),
  ]
}

async function assertWhole(fixture: Fixture): Promise<void> {
  const found = await verified(fixture)
  assert.deepEqual(
    found.flatMap(({ faults }) => faults),
    [],
  )
  assert.equal(new Set(found.map(({ records }) => records)).size, 1)
}

const problemsOf = ({ faults }: Verification): string[] => faults.map(({ seq, problem }) => `${seq} ${problem}`)

test('closed files are handed over, and what is left verifies alone and together with them', async (t) => {
  const fixture = await handOverFixture(t)
  const { path, elsewhere, options, open, reports } = fixture
  const log = await open(options)
  await write(log, 30)
  const before = segmentsOf(path)
  assert.ok(before.length > 4)
  const contents = before.slice(0, -1).map((segment) => readFileSync(join(path, segment)))
  await log.handOver?.look()
  // records that tell of it may have closed one more
  const closed = segmentsOf(elsewhere)
  assert.deepEqual(
    before.slice(0, -1).map((segment) => readFileSync(join(elsewhere, segment))),
    contents,
  )
  assert.equal(segmentsOf(path).length, 1)
  assert.equal(segmentsOf(path).includes(closed.at(-1) ?? ''), false)
  assert.deepEqual(
    reports,
    closed.map((segment) => `handed over: ${segment} to ${join(elsewhere, '..')}`),
  )
  const last = log.handOver?.last
  assert.equal(last?.segment, closed.at(-1))
  await log.close()
  await assertWhole(fixture)
  const [left, together] = await verified(fixture)
  assert.deepEqual([left?.handedOver, together?.handedOver], [last, undefined])
  // what was handed over verifies by itself as well, up to its end
  const alone = verifyAudit({ folder: elsewhere, publicKey })
  assert.deepEqual([alone.faults, alone.records], [[], last?.last])
  assert.deepEqual(handOversOf(path), handOversOf(elsewhere))
  for (const { segment, sha256, bytes } of handOversOf(path)) {
    const file = join(elsewhere, segment)
    assert.equal(execFileSync('sha256sum', [file], { encoding: 'utf8' }).slice(0, 64), sha256)
    assert.equal(statSync(file).size, bytes)
  }
  const told = [...queryAudit(path, { action: 'AuditSegmentHandedOver' })].map(({ resource }) => String(resource))
  assert.match(told[0] ?? '', /^\d{8}\.log: records \d+ to \d+, chain \S+, \d+ bytes, SHA-256 [0-9a-f]{64}, to \//)
})

test('a log of which files were handed over goes on, with and without what it remembers of its end', async (t) => {
  const fixture = await handOverFixture(t)
  for (const forgets of [false, true, true]) {
    const log = await fixture.open(fixture.options)
    await write(log, 20)
    await log.handOver?.look()
    await log.close()
    if (forgets) rmSync(join(fixture.path, 'state.json'))
    await assertWhole(fixture)
  }
  assert.ok(handOversOf(fixture.path).length > 8)
})

test('only what is too old, or too much, goes', async (t) => {
  const fixture = await handOverFixture(t)
  const { path, options, open } = fixture
  const log = await open(options)
  await write(log, 30)
  await log.close()
  const [oldest = '', second = '', ...others] = segmentsOf(path)
  const now = new Date('2026-11-21T10:00:00Z')
  for (const segment of [second, ...others]) utimesSync(join(path, segment), now, now)
  utimesSync(join(path, oldest), now, new Date(now.getTime() - 86_400_001))
  const { retention } = options
  assert.ok(retention)
  const aged = await open({ ...options, retention: { ...retention, keepBytes: undefined, keepMs: 86_400_000 } })
  await write(aged, 1)
  await aged.handOver?.look()
  await aged.close()
  assert.equal(segmentsOf(path)[0], second)
  const bytes = segmentsOf(path).reduce((sum, segment) => sum + statSync(join(path, segment)).size, 0)
  const full = await open({ ...options, retention: { ...retention, keepBytes: bytes - 1 } })
  await full.handOver?.look()
  assert.notEqual(segmentsOf(path)[0], second)
  const kept = segmentsOf(path)
  await full.handOver?.look()
  assert.deepEqual(segmentsOf(path), kept)
  await full.close()
  await assertWhole(fixture)
})

/** Stops the machine at the step of this number: nothing that comes after it is done. */
function cutOff(fixture: Fixture, at: number): Partial<AuditOptions> {
  let steps = 0
  const power = async (): Promise<void> => {
    if (++steps >= at) throw new Error('the power failed')
  }
  const { options, folder } = fixture
  const { retention } = options
  assert.ok(retention)
  const { place } = retention
  const stopping =
    <Args extends unknown[], T>(work: (...args: Args) => Promise<T>) =>
    async (...args: Args): Promise<T> => {
      await power()
      const done = await work(...args)
      await power()
      return done
    }
  const failing: AuditFolder = {
    ...folder,
    add: (path, text) => (path === handedOverFile ? stopping(folder.add)(path, text) : folder.add(path, text)),
    remove: stopping(folder.remove),
  }
  const stopped = { ...place, take: stopping(place.take), keepNote: stopping(place.keepNote) }
  return { ...options, folder: failing, retention: { ...retention, place: stopped } }
}

test('cut off at any step, it is whole at once, and the next start goes on with it', async (t) => {
  // four steps for a file, each cut off before and after
  for (let at = 1; at <= 9; at++) {
    const fixture = await handOverFixture(t)
    const { path, elsewhere, open } = fixture
    const cut = await open(cutOff(fixture, at))
    await write(cut, 12)
    await cut.handOver?.look()
    assert.equal(cut.handOver?.isFailing, true)
    assert.equal(segmentsOf(path)[0], at < 8 ? '00000001.log' : '00000002.log')
    // as the files are, which a server that was killed leaves behind
    await assertWhole(fixture)
    await cut.close()
    const again = await open(fixture.options)
    await write(again, 1)
    await again.handOver?.look()
    assert.equal(again.handOver?.isFailing, false)
    assert.ok(segmentsOf(elsewhere).includes('00000001.log'))
    assert.notEqual(segmentsOf(path)[0], '00000001.log')
    await again.close()
    await assertWhole(fixture)
  }
})

const damages: readonly [string, (fixture: Fixture) => void, RegExp][] = [
  ['deleted', ({ path }) => rmSync(join(path, first(path))), /comes after a gap: records \d+ to \d+ are missing/],
  [
    'exchanged for one that was handed over',
    ({ path, elsewhere }) => copyFileSync(join(elsewhere, '00000001.log'), join(path, first(path))),
    /is out of order/,
  ],
  [
    'shortened',
    ({ path }) => truncateSync(join(path, first(path)), statSync(join(path, first(path))).size - 700),
    /comes after a gap/,
  ],
  [
    'deleted with a word for it that another key has signed',
    ({ path }) => {
      rmSync(join(path, first(path)))
      const notes = readFileSync(join(path, handedOverFile), 'utf8')
      writeFileSync(join(path, handedOverFile), notes.replaceAll('"last":', '"last":1'))
    },
    /not signed by this key/,
  ],
  [
    'handed over, of which the word is gone',
    ({ path }) => rmSync(join(path, handedOverFile)),
    /comes after a gap: records 1 to \d+ are missing/,
  ],
]
const first = (path: string): string => segmentsOf(path)[0] ?? ''

test('a file that is deleted, exchanged or shortened without a hand-over is found', async (t) => {
  for (const [what, act, problem] of damages) {
    const fixture = await handOverFixture(t)
    const { path, elsewhere, options, open } = fixture
    const log = await open(options)
    await write(log, 12)
    await log.handOver?.look()
    await write(log, 12)
    await log.close()
    await assertWhole(fixture)
    act(fixture)
    assert.match(problemsOf(verifyAudit({ folder: path, publicKey })).join('\n'), problem, what)
    // what went elsewhere knows what it was
    const together = verifyAudit({ folder: path, publicKey, handedOverFolder: elsewhere })
    assert.equal(together.faults.length === 0, what.startsWith('handed over'), what)
    rmSync(join(path, 'state.json'))
    await assert.rejects(open(options), { name: 'AuditDamaged' }, what)
  }
})

test('what was changed elsewhere is found when it is read together', async (t) => {
  const fixture = await handOverFixture(t)
  const { path, elsewhere, options, open } = fixture
  const log = await open(options)
  await write(log, 20)
  await log.handOver?.look()
  await log.close()
  const files = { folder: path, publicKey, handedOverFolder: elsewhere }
  const bytes = readFileSync(join(elsewhere, '00000002.log'))
  bytes[400] = (bytes[400] ?? 0) ^ 1
  writeFileSync(join(elsewhere, '00000002.log'), bytes)
  assert.match(problemsOf(verifyAudit(files)).join('\n'), /was changed: its hash does not fit/)
  rmSync(join(elsewhere, '00000002.log'))
  assert.match(problemsOf(verifyAudit(files)).join('\n'), /comes after a gap: records \d+ to \d+ are missing/)
  // the oldest may be thrown away once nobody has to keep it
  rmSync(join(elsewhere, '00000001.log'))
  assert.equal(verifyAudit(files).handedOver?.segment, '00000002.log')
  assert.deepEqual(verifyAudit(files).faults, [])
})

test('what this deployment did not write is not signed, and nothing is removed', async (t) => {
  const fixture = await handOverFixture(t)
  const { path, elsewhere, options, open, reports } = fixture
  const log = await open(options)
  await write(log, 12)
  const bytes = readFileSync(join(path, '00000001.log'))
  bytes[400] = (bytes[400] ?? 0) ^ 1
  writeFileSync(join(path, '00000001.log'), bytes)
  const before = segmentsOf(path)
  await log.handOver?.look()
  await log.handOver?.look()
  assert.deepEqual([segmentsOf(path), existsSync(elsewhere)], [before, false])
  assert.match(reports.join('\n'), /^hand-over failed: 00000001.log line \d+ \(record \d+\) /)
  assert.deepEqual([reports.length, log.handOver?.failures, log.handOver?.isFailing], [1, 2, true])
  await log.close()
})

test('logs of several servers share a place, each in a folder of its own', async (t) => {
  const { path } = await auditFixture(t)
  const elsewhere = join(path, '..', 'elsewhere')
  mkdirSync(elsewhere)
  const place = folderPlace(elsewhere)
  const segment = '00000001.log'
  for (const [origin, text] of [
    ['keyhaven/test/one', 'of one\n'],
    ['keyhaven/test/two', 'of two\n'],
  ] as const) {
    writeFileSync(join(path, segment), text)
    writeFileSync(join(path, 'audit.pub'), origin)
    const sha256 = hash('sha256', text)
    await place.take({ folder: path, origin, segment, sha256 })
    await place.take({ folder: path, origin, segment, sha256 })
  }
  const found = ['one', 'two'].map((node) => readFileSync(join(elsewhere, `keyhaven+test+${node}`, segment), 'utf8'))
  assert.deepEqual(found, ['of one\n', 'of two\n'])
})

test('a folder that cannot take it, or has another file of the name, holds nothing up but the hand-over', async (t) => {
  const fixture = await handOverFixture(t)
  const { elsewhere, options, open, reports } = fixture
  const log = await open(options)
  await write(log, 12)
  rmSync(join(elsewhere, '..'), { recursive: true })
  await log.handOver?.look()
  await log.append(auditRecord())
  assert.match(reports.join('\n'), /^hand-over failed: ENOENT/)
  mkdirSync(join(elsewhere, '..'))
  await log.handOver?.look()
  assert.equal(log.handOver?.isFailing, false)
  await write(log, 12)
  renameSync(join(elsewhere, '00000001.log'), join(elsewhere, first(fixture.path)))
  await log.handOver?.look()
  assert.match(reports.at(-1) ?? '', /hand-over failed: .* is there, and is another file/)
  await log.close()
})

test('no link of who may write to the place leads anywhere', async (t) => {
  const { path } = await auditFixture(t)
  const elsewhere = join(path, '..', 'elsewhere')
  const target = join(elsewhere, 'keyhaven+test')
  const segment = '00000001.log'
  const precious = join(path, '..', 'precious')
  writeFileSync(join(path, segment), 'records\n')
  writeFileSync(join(path, 'audit.pub'), 'key')
  const handOver = async () => {
    const place = folderPlace(elsewhere)
    await place.take({ folder: path, origin: 'keyhaven/test', segment, sha256: hash('sha256', 'records\n') })
    await place.keepNote('keyhaven/test', 'note')
  }
  const planted: readonly (readonly [string, () => void, RegExp | undefined])[] = [
    ['the folder of the log', () => symlinkSync(path, target), /is no folder$/],
    ['the segment', () => symlinkSync(join(path, segment), join(target, segment)), /is a link$/],
    ['the segment by another name', () => linkSync(join(path, segment), join(target, segment)), /no copy of it$/],
    ['the copy under way', () => symlinkSync(precious, join(target, `${segment}.new`)), undefined],
    ['the public key', () => symlinkSync(precious, join(target, 'audit.pub')), undefined],
    ['what was signed', () => symlinkSync(precious, join(target, handedOverFile)), /is a link$/],
  ]
  for (const [what, plant, refusal] of planted) {
    rmSync(elsewhere, { recursive: true, force: true })
    mkdirSync(refusal?.source === 'is no folder$' ? elsewhere : target, { recursive: true })
    writeFileSync(precious, 'precious')
    plant()
    await (refusal ? assert.rejects(handOver(), { name: 'HandOverRefused', message: refusal }, what) : handOver())
    assert.equal(readFileSync(precious, 'utf8'), 'precious', what)
    if (!refusal) assert.ok(lstatSync(join(target, segment)).isFile(), what)
  }
})

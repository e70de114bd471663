import assert from 'node:assert/strict'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import fc from 'fast-check'
import { auditFixture, auditRecord, testSeed, testSigner } from '../../../test/kit/audit.ts'
import { checkpointSigner } from './checkpoint.ts'
import { encodeLine } from './line.ts'
import { verifyAudit } from './verify.ts'

/** A closed log of 32 records (two of its own) in one segment, with checkpoints at its first record and at its end. */
async function writtenLog(t: TestContext, prefix = 'Action'): Promise<{ path: string; lines: string[] }> {
  const { path, open } = await auditFixture(t)
  const log = await open()
  await log.startSigning(testSeed, testSigner.origin)
  for (let count = 0; count < 30; count++) await log.append(auditRecord(`${prefix}${count}`))
  await log.close()
  const lines = readFileSync(join(path, '00000001.log'), 'utf8').trimEnd().split('\n')
  return { path, lines }
}

function faultsOf(path: string, lines: readonly string[], key = testSigner.verifierKey): string[] {
  writeFileSync(join(path, '00000001.log'), lines.map((line) => `${line}\n`).join(''))
  return verifyAudit(path, key).faults.map(({ seq, problem }) => `${seq} ${problem}`)
}

test('a log as it was written has no faults, and its checkpoint covers all of it', async (t) => {
  const { path } = await writtenLog(t)
  assert.deepEqual(verifyAudit(path, testSigner.verifierKey), {
    faults: [],
    records: 32,
    checkpoints: 2,
    signedRecords: 32,
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
      assert.notDeepEqual(verifyAudit(path, testSigner.verifierKey).faults, [])
    }),
    { numRuns: 200 },
  )
})

import assert from 'node:assert/strict'
import { appendFileSync, copyFileSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { auditFixture, auditRecord } from '../../../test/kit/audit.ts'
import { auditFolder } from './folder.ts'

const refused = { code: 'ServiceUnavailableTemporary' }

/** what is said of a log of which nothing is missing */
const goesOn = undefined
const missing = /records? \d+ (?:to \d+ are|is) missing/

/** What somebody does to the files of a log while a server writes it, what it says to that, and what the next start says. */
const doings: readonly [string, (path: string) => void, RegExp, RegExp | undefined][] = [
  ['truncated to nothing', (path) => truncateSync(join(path, '00000001.log'), 0), /it has 0 bytes, not \d+$/, missing],
  [
    'copied and truncated',
    (path) => {
      copyFileSync(join(path, '00000001.log'), join(path, '00000001.log.1'))
      truncateSync(join(path, '00000001.log'), 0)
    },
    /it has 0 bytes, not \d+$/,
    missing,
  ],
  ['cut by a byte', (path) => cutBy(join(path, '00000001.log'), 1), /was changed by somebody else/, missing],
  ['made longer', (path) => appendFileSync(join(path, '00000001.log'), '\n'), /was changed by somebody else/, goesOn],
  ['deleted', (path) => rmSync(join(path, '00000001.log')), /00000001\.log was deleted$/, missing],
  [
    'replaced by a copy of itself',
    (path) => {
      copyFileSync(join(path, '00000001.log'), join(path, 'copy'))
      renameSync(join(path, 'copy'), join(path, '00000001.log'))
    },
    /00000001\.log was replaced$/,
    goesOn,
  ],
  ['moved away with its folder', (path) => renameSync(path, `${path}.gone`), /00000001\.log was deleted$/, missing],
  ['deleted with its folder', (path) => rmSync(path, { recursive: true }), /00000001\.log was deleted$/, missing],
]

for (const [what, act, told, nextStart] of doings)
  test(`a file that was ${what} under the running server refuses calls from then on`, async (t) => {
    const { path, reports, open } = await auditFixture(t)
    const log = await open()
    await log.append(auditRecord())
    act(path)
    await assert.rejects(log.append(auditRecord()), refused)
    await assert.rejects(log.append(auditRecord()), refused)
    assert.deepEqual([log.healthy, log.problem], [false, 'damaged'])
    await log.close()
    assert.equal(reports.length, 1)
    assert.match(reports[0] ?? '', told)
    const start = async () => (await open({ folder: await auditFolder(path) })).close()
    if (nextStart === goesOn) await start()
    else await assert.rejects(start(), { name: 'AuditDamaged', message: nextStart })
  })

test('a file that was changed while writing failed is damage, not something to recover from', async (t) => {
  const { path, folder, reports, open } = await auditFixture(t)
  const disk: { full: boolean } = { full: false }
  const log = await open({
    folder: {
      ...folder,
      async open(name) {
        const file = await folder.open(name)
        const write = (bytes: Uint8Array, position: number): Promise<void> => {
          if (!disk.full) return file.write(bytes, position)
          truncateSync(join(path, name), 10)
          return Promise.reject(new Error('ENOSPC'))
        }
        return { ...file, write }
      },
    },
  })
  disk.full = true
  await assert.rejects(log.append(auditRecord()), refused)
  while (log.problem !== 'damaged') await new Promise(setImmediate)
  await log.close()
  assert.match(reports.join('\n'), /^failed: ENOSPC\ndamaged: .*it has 10 bytes, not \d+$/)
})

test('what a record says may be anything; changing what was written is not noticed before somebody verifies', async (t) => {
  const { path, open } = await auditFixture(t)
  const log = await open()
  await log.append(auditRecord('Encrypt'))
  const segment = join(path, '00000001.log')
  writeFileSync(segment, readFileSync(segment, 'utf8').replace('"Encrypt"', '"Decrypt"'))
  await log.append(auditRecord())
  await log.close()
  // all is signed by what the server remembers, so a start that reads on from there goes well
  const again = await open()
  await again.close()
})

function cutBy(file: string, bytes: number): void {
  const content = readFileSync(file)
  truncateSync(file, content.length - bytes)
}

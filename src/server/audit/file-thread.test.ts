import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { Worker } from 'node:worker_threads'
import { auditFixture, auditRecord, temporaryFolder } from '../../../test/kit/audit.ts'
import { FileThread } from './file-thread.ts'
import { auditFolder } from './folder.ts'

const dying = (code: string) => () => new Worker(code, { eval: true })

test('who waits for a thread that fails or ends is told, and the next call starts another', async (t) => {
  const path = temporaryFolder(t)
  for (const [code, message] of [
    ["require('node:worker_threads').parentPort.on('message', () => { throw new Error('broken') })", /broken/],
    ["require('node:worker_threads').parentPort.on('message', () => process.exit(3))", /has ended/],
    ["throw new Error('never began')", /never began/],
  ] as const) {
    const thread = new FileThread(dying(code))
    await assert.rejects(thread.run('names', [path]), message)
    assert.equal(thread.generation, 1)
    await assert.rejects(thread.run('names', [path]), message)
    assert.equal(thread.generation, 2)
  }
})

test('a log whose thread ended goes on in the same file with the next, by a descriptor of its own', async (t) => {
  const { path, folder, open } = await auditFixture(t)
  const log = await open()
  await log.append(auditRecord('A'))
  await folder.release()
  await log.append(auditRecord('B'))
  await log.close()
  const lines = readFileSync(join(path, '00000001.log'), 'utf8').trimEnd().split('\n')
  assert.deepEqual(
    lines.map((line) => JSON.parse(line).record.action),
    ['AuditOpened', 'A', 'B', 'AuditClosed'],
  )
})

test('a thread that ends amid a write is one failure, which the log gets over', async (t) => {
  const { path, reports, open } = await auditFixture(t)
  const threads: Worker[] = []
  const place = new URL('./file-thread-worker.ts', import.meta.url)
  const folder = await auditFolder(
    path,
    new FileThread(() => {
      const worker = new Worker(place)
      threads.push(worker)
      return worker
    }),
  )
  const log = await open({ folder })
  const writing = log.append(auditRecord('A'))
  const ended = threads.at(-1)?.terminate()
  const [outcome] = await Promise.allSettled([writing, ended])
  while (!log.healthy) await new Promise(setImmediate)
  await log.append(auditRecord('B'))
  await log.close()
  assert.equal(threads.length, 2)
  if (outcome.status === 'rejected')
    assert.deepEqual(reports, ['failed: the thread of the audit log has ended', 'recovered'])
  const again = await open()
  await again.close()
})

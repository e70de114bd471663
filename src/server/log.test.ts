import assert from 'node:assert/strict'
import { test } from 'node:test'
import { KmsError } from '../core/errors.ts'
import { type Log, type LogFields, openLog } from './log.ts'

const now = (): Date => new Date('2026-11-21T10:00:00Z')

async function lines(format: 'json' | 'text', work: (log: Log) => void): Promise<string> {
  let text = ''
  const log = openLog(format, 'info', now, (line) => {
    text += line
  })
  work(log)
  return text
}

test('a JSON line has time, level, message and the fields that are allowed, nothing else', async () => {
  const fields: LogFields = { requestId: 'r', code: 'Success', latencyMs: 1.5, ...{ plaintext: 'canary' } }
  const text = await lines('json', (log) => log.write('info', 'request', fields))
  const { pid, ...rest } = JSON.parse(text)
  assert.equal(typeof pid, 'number')
  assert.deepEqual(rest, {
    level: 30,
    time: '2026-11-21T10:00:00.000Z',
    requestId: 'r',
    code: 'Success',
    latencyMs: 1.5,
    msg: 'request',
  })
})

test('lines below the level are left out, in both formats', async () => {
  for (const format of ['json', 'text'] as const)
    assert.equal(await lines(format, (log) => log.write('debug', 'x')), '')
})

test('a text line can be read at a glance', async () => {
  const text = await lines('text', (log) => log.write('warn', 'audit log refuses', { code: 'ENOSPC', count: 2 }))
  assert.equal(text, '10:00:00 warn  audit log refuses code=ENOSPC count=2\n')
})

test('of a foreign error the kind and place are logged, not its message', async () => {
  const foreign = new SyntaxError('Unexpected token in "canary"')
  for (const format of ['json', 'text'] as const) {
    const text = await lines(format, (log) => {
      log.write('error', 'failed', { error: foreign })
      log.write('error', 'failed', { error: new KmsError('InternalFailure', { cause: foreign }) })
      log.write('error', 'failed', { error: 'canary' })
    })
    assert.match(text, /SyntaxError/)
    assert.match(text, /log\.test\.ts/)
    assert.match(text, /KmsError: Internal Failure/)
    assert.doesNotMatch(text, /canary/)
  }
})

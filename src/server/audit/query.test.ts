import assert from 'node:assert/strict'
import { test } from 'node:test'
import { auditFixture, auditRecord } from '../../../test/kit/audit.ts'
import { AuditTail, queryAudit, recordLine } from './query.ts'

test('records are found by action, key, caller, code, request and time', async (t) => {
  const { path, open } = await auditFixture(t)
  const log = await open({ segmentBytes: 500 })
  await log.append(auditRecord('CreateKey', { keyId: 'a', time: '2026-11-21T10:00:00.000Z' }))
  await log.append(auditRecord('Encrypt', { keyId: 'b', time: '2026-11-21T11:00:00.000Z', accessKeyId: 'LTAI1' }))
  await log.append(auditRecord('Encrypt', { keyId: 'a', time: '2026-11-21T12:00:00.000Z', code: 'Rejected.Disabled' }))
  await log.close()
  const found = (query: Parameters<typeof queryAudit>[1]) => [...queryAudit(path, query)].map(({ seq }) => seq)
  assert.deepEqual(found({ action: 'Encrypt' }), [3, 4])
  assert.deepEqual(found({ key: 'a' }), [2, 4])
  assert.deepEqual(found({ principal: 'LTAI1' }), [3])
  assert.deepEqual(found({ principal: ':root', code: 'Success' }), [2, 3])
  assert.deepEqual(found({ since: new Date('2026-11-21T11:00:00Z'), until: new Date('2026-11-21T11:30:00Z') }), [3])
  assert.deepEqual(found({ requestId: 'no such' }), [])
})

test('a tail begins with the last records and goes on with the new ones, across files', async (t) => {
  const { path, open } = await auditFixture(t)
  const log = await open({ segmentBytes: 500 })
  for (const name of ['A', 'B', 'C']) await log.append(auditRecord(name))
  const tail = new AuditTail(path, 2)
  const next = (): string[] => [...tail.next()].map(({ action }) => action)
  assert.deepEqual(next(), ['B', 'C'])
  assert.deepEqual(next(), [])
  for (const name of ['D', 'E']) await log.append(auditRecord(name))
  assert.deepEqual(next(), ['D', 'E'])
  await log.close()
  assert.deepEqual([...new AuditTail(path, 0).next()], [])
})

test('a record is shown on one line', () => {
  const record = { seq: 1, node: 'n', ...auditRecord('Encrypt', { source: '127.0.0.1' }) }
  assert.equal(
    recordLine(record),
    '2026-11-21T10:00:00.000Z response Encrypt Success acs:ram::1234567890123456:root 1234abcd-12ab-34cd-56ef-12345678**** 127.0.0.1 4bd560a1-729e-45f1-a3d9-b2a33d61046b',
  )
})

test('what a caller put into a name cannot look like another record, nor reach the terminal', () => {
  const resource = 'secret/x\n2026-11-22T00:00:00Z response DeleteKey\u001b[2J\u009b\u2028\u202e'
  const line = recordLine({ seq: 1, time: 't', node: 'n', phase: 'response', action: 'GetSecretValue', resource })
  assert.doesNotMatch(line, /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u)
  assert.match(line, /secret\/x\\u000a2026/)
})

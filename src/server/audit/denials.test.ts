import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { auditFixture, auditRecord } from '../../../test/kit/audit.ts'
import type { AuditRecord } from '../../core/audit.ts'
import { Denials } from './denials.ts'

const user = 'acs:ram::1234567890123456:user/nobody'
const denial = (second: number, more: Partial<AuditRecord> = {}): AuditRecord =>
  auditRecord('Decrypt', {
    time: new Date(Date.UTC(2026, 10, 21, 10, 0, second)).toISOString(),
    principal: user,
    code: 'Forbidden.NoPermission',
    status: 403,
    ...more,
  })

test('the first refusal of each kind is kept, those after it are one record that says how many, and from when to when', () => {
  const denials = new Denials()
  assert.equal(denials.take(denial(0), 0), false)
  for (let second = 1; second <= 30; second++) assert.equal(denials.take(denial(second), second * 1000), true)
  assert.equal(denials.take(denial(31, { action: 'Encrypt' }), 31_000), false)
  assert.equal(denials.take(denial(31, { code: 'Rejected.Throttling' }), 31_000), false)
  assert.equal(denials.take(denial(31, { principal: `${user}2` }), 31_000), false)
  assert.deepEqual(denials.due(59_999), [])
  const [summary, ...others] = denials.due(60_000)
  assert.deepEqual(others, [])
  assert.deepEqual(
    [summary?.action, summary?.code, summary?.principal, summary?.count, summary?.since, summary?.time],
    ['Decrypt', 'Forbidden.NoPermission', user, 30, '2026-11-21T10:00:01.000Z', '2026-11-21T10:00:30.000Z'],
  )
  assert.equal(denials.take(denial(59), 60_001), false)
})

test('whatever a caller tries, and under however many sessions, a minute of it is a few dozen records', () => {
  const denials = new Denials()
  let kept = 0
  for (let call = 0; call < 20_000; call++) {
    const principal = `acs:ram::1234567890123456:assumed-role/reader/session-${call % 50}`
    const action = call < 10_000 ? 'Decrypt' : `Action${call % 200}`
    if (!denials.take(denial(call % 60, { principal, action, keyId: `key-${call}` }), call)) kept++
  }
  const summaries = denials.due()
  assert.ok(kept <= 33 && summaries.length <= 33, `${kept} and ${summaries.length}`)
  assert.equal(kept + summaries.reduce((sum, { count = 0 }) => sum + count, 0), 20_000)
})

test('counts are kept when the log closes, and only refusals are counted', async (t) => {
  const { path, open } = await auditFixture(t)
  const log = await open()
  for (let call = 0; call < 1000; call++) await log.append(denial(call % 60), true)
  for (let call = 0; call < 5; call++) await log.append(denial(call))
  await log.close()
  const lines = readFileSync(join(path, '00000001.log'), 'utf8').trimEnd().split('\n')
  const counts = lines.map((line) => JSON.parse(line).record.count)
  assert.deepEqual(counts, [...Array.from({ length: 7 }), 999, undefined])
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { roleOfSession, sessionsOfRole } from './session-arn.ts'

const account = 'acs:ram::1000000000000001'
const others = [
  `${account}:root`,
  `${account}:user/assumed-role`,
  'acs:kms::1000000000000001:applicationaccesspoint/app',
]

test('sessions, whatever they are called, are of one role, and their ARNs begin as its own says', () => {
  for (const session of ['laptop', 'a/b', 'two\nlines']) {
    const arn = `${account}:assumed-role/app/${session}`
    assert.equal(roleOfSession(arn), `${account}:role/app`)
    assert.ok(arn.startsWith(sessionsOfRole(`${account}:role/app`)))
  }
  assert.ok(!`${account}:assumed-role/app-2/laptop`.startsWith(sessionsOfRole(`${account}:role/app`)))
})

test('everybody else stays who he is', () => {
  for (const arn of others) assert.deepEqual([roleOfSession(arn), sessionsOfRole(arn)], [arn, arn])
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { accountCaller, actor, answerOf, userCaller } from '../../../test/kit/calls.ts'
import { testKms } from '../../../test/kit/kms.ts'
import { GetServiceStatus, QueryAuditRecords, VerifyAudit } from '../../api/oversight.ts'
import type { Call } from '../kms.ts'
import { getServiceStatus } from './get-service-status.ts'
import { queryAuditRecords } from './query-audit-records.ts'
import { verifyAudit } from './verify-audit.ts'

const behaviours = [
  [GetServiceStatus, getServiceStatus],
  [QueryAuditRecords, queryAuditRecords],
  [VerifyAudit, verifyAudit],
] as const

test('the service is looked into by who has the right, in the account that it belongs to', async () => {
  const { kms } = await testKms()
  const answers = async (caller: Call['caller']) => {
    const act = actor(kms, caller)
    return [
      await answerOf(act(...behaviours[0], {})),
      await answerOf(act(...behaviours[1], {})),
      await answerOf(act(...behaviours[2], {})),
    ]
  }
  assert.deepEqual(await answers(accountCaller(kms)), ['ok', 'ok', 'ok'])
  const refused = Array.from({ length: 3 }, () => 'Forbidden.NoPermission')
  assert.deepEqual(await answers(accountCaller(kms, '9000000000000009')), refused)
  const looking = { Action: ['kms:GetServiceStatus', 'kms:Describe*'], Resource: '*' }
  assert.deepEqual(await answers(userCaller(kms, [looking])), ['ok', ...refused.slice(1)])
  assert.equal(
    await answerOf(actor(kms)(QueryAuditRecords, queryAuditRecords, { endTime: '2026-02-30T00:00:00Z' })),
    'InvalidParameter',
  )
})

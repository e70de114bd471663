import assert from 'node:assert/strict'
import { test } from 'node:test'
import { actor, answerOf, userCaller } from '../../../test/kit/calls.ts'
import { testKms } from '../../../test/kit/kms.ts'
import { DescribeAccountKmsStatus, DescribeRegions, OpenKmsService } from '../../api/service.ts'
import { describeAccountKmsStatus } from './describe-account-kms-status.ts'
import { describeRegions } from './describe-regions.ts'
import { openKmsService } from './open-kms-service.ts'

test('the regions are those of the configuration, for every caller', async () => {
  const { kms } = await testKms()
  const { regions } = await actor(kms, userCaller(kms))(DescribeRegions, describeRegions, {})
  assert.deepEqual(
    regions.region.map(({ regionId }) => regionId),
    kms.settings.regions,
  )
  assert.ok(kms.settings.regions.includes(kms.settings.regionId))
})

test('the service is open from the start, for those who may know', async () => {
  const { kms } = await testKms()
  const account = actor(kms)
  assert.deepEqual(await account(DescribeAccountKmsStatus, describeAccountKmsStatus, {}), { accountStatus: 'Enabled' })
  assert.equal(await answerOf(account(OpenKmsService, openKmsService, {})), 'Forbidden.Opened')
  const powerless = actor(kms, userCaller(kms))
  const status = powerless(DescribeAccountKmsStatus, describeAccountKmsStatus, {})
  assert.equal(await answerOf(status), 'Forbidden.NoPermission')
  assert.equal(await answerOf(powerless(OpenKmsService, openKmsService, {})), 'Forbidden.NoPermission')
})

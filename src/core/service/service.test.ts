import assert from 'node:assert/strict'
import { test } from 'node:test'
import { actor, answerOf, userCaller } from '../../../test/kit/calls.ts'
import { testKms } from '../../../test/kit/kms.ts'
import { DescribeAccountKmsStatus, DescribeRegions, GetChallenge, OpenKmsService } from '../../api/service.ts'
import { describeAccountKmsStatus } from './describe-account-kms-status.ts'
import { describeRegions } from './describe-regions.ts'
import { getChallenge } from './get-challenge.ts'
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

test('a challenge is a fresh nonce, and its token says whose it is and until when', async () => {
  const { kms } = await testKms()
  const account = actor(kms)
  const { nonce, challengeToken } = await account(GetChallenge, getChallenge, {})
  const [claims = ''] = challengeToken.split('.')
  assert.deepEqual(JSON.parse(Buffer.from(claims, 'base64url').toString()), {
    nonce,
    accountId: kms.settings.accountId,
    expiresAt: '2026-11-21T22:05:00.000Z',
  })
  assert.equal(Buffer.from(nonce, 'base64').length, 32)
  assert.notEqual((await account(GetChallenge, getChallenge, {})).nonce, nonce)
  const powerless = actor(kms, userCaller(kms))
  assert.equal(await answerOf(powerless(GetChallenge, getChallenge, {})), 'Forbidden.NoPermission')
})

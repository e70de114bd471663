import assert from 'node:assert/strict'
import { test } from 'node:test'
import { actor, answerOf } from '../../../test/kit/calls.ts'
import { testKms } from '../../../test/kit/kms.ts'
import * as api from '../../api/instances.ts'
import { CreateKey } from '../../api/keys.ts'
import { getKmsInstanceQuotaInfos } from '../instance-contents/get-kms-instance-quota-infos.ts'
import { releaseKmsInstance } from '../instance-contents/release-kms-instance.ts'
import { createKey } from '../keys/create-key.ts'
import { connectKmsInstance } from './connect-kms-instance.ts'
import { createInstance } from './create-instance.ts'
import { getDefaultKmsInstance } from './get-default-kms-instance.ts'
import { getKmsInstance } from './get-kms-instance.ts'
import { listKmsInstances } from './list-kms-instances.ts'
import { updateKmsInstanceBindVpc } from './update-kms-instance-bind-vpc.ts'

async function fixture() {
  const { kms } = await testKms()
  const { accountId } = kms.settings
  const first = await createInstance(kms, accountId, 'first')
  const second = await createInstance(kms, accountId, 'second')
  return { kms, accountId, first: first.id, second: second.id, account: actor(kms) }
}

test('instances are listed with their ARNs, and the first one is the default', async () => {
  const { account, accountId, first, second } = await fixture()
  assert.match(first, /^kst-[a-z0-9]{21}$/)
  const list = await account(api.ListKmsInstances, listKmsInstances, {})
  assert.deepEqual(
    list.kmsInstances.kmsInstance,
    [first, second].map((id) => ({
      kmsInstanceId: id,
      kmsInstanceArn: `acs:kms:cn-hangzhou:${accountId}:keystore/${id}`,
    })),
  )
  const { defaultKmsInstanceId } = await account(api.GetDefaultKmsInstance, getDefaultKmsInstance, {})
  assert.equal(defaultKmsInstanceId, first)
})

test('a list can be narrowed to named instances, and an unknown filter is refused', async () => {
  const { account, second } = await fixture()
  const list = (key: string, values: string[]) =>
    account(api.ListKmsInstances, listKmsInstances, { filters: [{ key, values }] })
  const { kmsInstances, totalCount } = await list('KmsInstanceId', [second, 'kst-none'])
  assert.deepEqual([kmsInstances.kmsInstance.map(({ kmsInstanceId }) => kmsInstanceId), totalCount], [[second], 1])
  assert.equal(await answerOf(list('Colour', ['red'])), 'InvalidParameter')
})

test('an instance remembers the networks it was connected and bound to', async () => {
  const { account, first, accountId } = await fixture()
  const network = { vpcId: 'vpc-1', vSwitchIds: 'vsw-1,vsw-2', zoneIds: 'z-a,z-b', kMProvider: 'Aliyun' } as const
  await account(api.ConnectKmsInstance, connectKmsInstance, { kmsInstanceId: first, ...network })
  const bindVpcs = [{ vpcId: 'vpc-2', vSwitchId: 'vsw-3' }]
  await account(api.UpdateKmsInstanceBindVpc, updateKmsInstanceBindVpc, { kmsInstanceId: first, bindVpcs })
  const { kmsInstance } = await account(api.GetKmsInstance, getKmsInstance, { kmsInstanceId: first })
  assert.deepEqual([kmsInstance.instanceName, kmsInstance.status], ['first', 'Connected'])
  assert.deepEqual(
    [kmsInstance.vswitchIds, kmsInstance.zoneIds],
    [
      ['vsw-1', 'vsw-2'],
      ['z-a', 'z-b'],
    ],
  )
  assert.deepEqual(kmsInstance.bindVpcs.bindVpc, [
    { vpcId: 'vpc-2', vSwitchId: 'vsw-3', regionId: 'cn-hangzhou', vpcOwnerId: accountId },
  ])
  assert.equal(typeof kmsInstance.secretNum, 'string')
})

test('the quota of keys counts the keys of this instance', async () => {
  const { account, first, second } = await fixture()
  await account(CreateKey, createKey, { dKMSInstanceId: first })
  const used = async (kmsInstanceId?: string) => {
    const input = { resourceType: 'key', ...(kmsInstanceId === undefined ? {} : { kmsInstanceId }) } as const
    const answer = await account(api.GetKmsInstanceQuotaInfos, getKmsInstanceQuotaInfos, input)
    return answer.kmsInstanceQuotaInfos.map(({ usedQuantity }) => usedQuantity)
  }
  assert.deepEqual([await used(first), await used(), await used(second)], [[1], [1], [0]])
})

test('an instance is released when it is empty and the lack of a backup is accepted', async () => {
  const { account, first, second } = await fixture()
  await account(CreateKey, createKey, { dKMSInstanceId: first })
  const release = (kmsInstanceId: string, forceDeleteWithoutBackup: 'true' | 'false') =>
    answerOf(account(api.ReleaseKmsInstance, releaseKmsInstance, { kmsInstanceId, forceDeleteWithoutBackup }))
  assert.equal(await release(second, 'false'), 'Forbidden.NoBackup')
  assert.equal(await release(first, 'true'), 'Rejected.ResourceInUse')
  assert.equal(await release(second, 'true'), 'ok')
  assert.equal(await release(second, 'true'), 'Forbidden.DKMSInstanceNotFound')
})

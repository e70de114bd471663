import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { actor, answerOf, userCaller } from '../../../test/kit/calls.ts'
import { testKms } from '../../../test/kit/kms.ts'
import { CreateAccessKey, CreateUser, UpdateAccessKey } from '../../api/ram.ts'
import * as api from '../../api/secrets.ts'
import type { Kms } from '../kms.ts'
import { createAccessKey } from '../ram/create-access-key.ts'
import { createUser } from '../ram/create-user.ts'
import { updateAccessKey } from '../ram/update-access-key.ts'
import type { RotationState, RotationTarget } from '../rotation-target.ts'
import { createSecret } from './create-secret.ts'
import { deleteSecret } from './delete-secret.ts'
import { rotateSecret } from './rotate-secret.ts'
import { updateSecret } from './update-secret.ts'

/*
 * What somebody who may create and rotate secrets must not get by that: rights that the secrets open.
 */

const secretsOnly = [{ Action: 'kms:*', Resource: 'acs:kms:*:*:secret*' }]

describe('secrets for AccessKeys of users', () => {
  async function fixture() {
    const { kms } = await testKms()
    const admin = actor(kms)
    await admin(CreateUser, createUser, { userName: 'root-like' })
    const newKey = async () => {
      const { accessKey } = await admin(CreateAccessKey, createAccessKey, { userName: 'root-like' })
      return { AccessKeyId: accessKey.accessKeyId, AccessKeySecret: accessKey.accessKeySecret }
    }
    const create = (UserName: string, ...AccessKeys: { AccessKeyId: string; AccessKeySecret: string }[]) =>
      actor(kms, userCaller(kms, secretsOnly))(api.CreateSecret, createSecret, {
        ...{ secretName: '$Auto', versionId: 'v1', secretType: 'RAMCredentials' },
        secretData: JSON.stringify({ AccessKeys }),
        extendedConfig: JSON.stringify({ SecretSubType: 'RamUserAccessKey', UserName }),
      })
    return { admin, newKey, create }
  }

  test('are for who holds all of them: nobody is given a user’s AccessKey by naming the user', async () => {
    const { newKey, create } = await fixture()
    const [first, second] = [await newKey(), await newKey()]
    const refusals = await Promise.all(
      [
        create('root-like', { AccessKeyId: 'made-up', AccessKeySecret: 'made-up' }),
        create('root-like', { ...first, AccessKeySecret: 'wrong' }),
        create('root-like', first),
        create('root-like', first, first),
        create('root-like', first, { ...second, AccessKeySecret: 'wrong' }),
        create('somebody-else', first, second),
        create('nobody', { AccessKeyId: 'made-up', AccessKeySecret: 'made-up' }),
      ].map((refused) => refused.then(String, ({ code, message }) => `${code} ${message}`)),
    )
    // One answer to all, so that it tells neither who exists nor which of the keys are right.
    const [only, ...others] = new Set(refusals)
    assert.match(String(only), /^InvalidParameter .*SecretData/)
    assert.deepEqual(others, [])
    assert.equal(await answerOf(create('root-like', first, second)), 'ok')
  })

  test('begin with a valid one', async () => {
    const { admin, newKey, create } = await fixture()
    const [first, second] = [await newKey(), await newKey()]
    const key = { userName: 'root-like', userAccessKeyId: first.AccessKeyId, status: 'Inactive' } as const
    await admin(UpdateAccessKey, updateAccessKey, key)
    assert.equal(await answerOf(create('root-like', first, second)), 'InvalidParameter')
    assert.equal(await answerOf(create('root-like', second, first)), 'ok')
  })
})

describe('the secret that an administrator’s password is taken from', () => {
  async function fixture() {
    const { kms: plain } = await testKms()
    const seen: RotationState[] = []
    const target: RotationTarget = {
      prepare: async () => '{"AccountName":"app","AccountPassword":"new"}',
      apply: async (state) => void seen.push(state),
      accepts: async () => seen.length > 0,
    }
    const kms: Kms = { ...plain, rotationTarget: () => target }
    const admin = actor(kms)
    const put = (run: typeof admin, secretName: string, secretData: string) =>
      run(api.CreateSecret, createSecret, { secretName, versionId: 'v1', secretData })
    const remove = (run: typeof admin, secretName: string) =>
      run(api.DeleteSecret, deleteSecret, { secretName, forceDeleteWithoutRecovery: true })
    const custom = { AdminSecret: 'db/admin', Endpoint: 'db.internal' }
    const config = (CustomData: object) =>
      JSON.stringify({ SecretSubType: 'SingleUser', DBInstanceId: 'rm-1', CustomData })
    const create = (run: typeof admin, CustomData: object = custom) =>
      run(api.CreateSecret, createSecret, {
        ...{ secretName: 'db/app', versionId: 'v1', secretType: 'Rds', extendedConfig: config(CustomData) },
        secretData: '{"Accounts":[{"AccountName":"postgres","AccountPassword":"x"}]}',
      })
    const rotate = (run: typeof admin) => run(api.RotateSecret, rotateSecret, { secretName: 'db/app', versionId: 'v2' })
    const few = actor(
      kms,
      userCaller(kms, [
        { Action: 'kms:*', Resource: 'acs:kms:*:*:secret*' },
        { Effect: 'Deny', Action: 'kms:GetSecretValue', Resource: 'acs:kms:*:*:secret/db/admin' },
      ]),
    )
    return { admin, few, put, remove, create, rotate, custom, seen }
  }

  test('is one that whoever names it may read, in creating as in changing', async () => {
    const { admin, few, put, create, custom } = await fixture()
    await put(admin, 'db/admin', 'the password of the administrator')
    assert.equal(await answerOf(create(few)), 'Forbidden.NoPermission')
    await create(few, { Endpoint: 'db.internal' })
    const update = { secretName: 'db/app', 'extendedConfig.CustomData': custom }
    assert.equal(await answerOf(few(api.UpdateSecret, updateSecret, update)), 'Forbidden.NoPermission')
  })

  test('is the one that was named, not another that takes its name later', async () => {
    const { admin, few, put, remove, create, rotate, custom, seen } = await fixture()
    // Both are somebody who may read the secret that stands under the name so far.
    await put(admin, 'db/admin', 'mine')
    await create(admin)
    await remove(admin, 'db/admin')
    await put(admin, 'db/admin', 'the password of the administrator')
    await assert.rejects(rotate(few), { code: 'Rejected.Unavailable', message: /db\/admin.* is gone/ })
    assert.equal(seen.length, 0)
    await admin(api.UpdateSecret, updateSecret, { secretName: 'db/app', 'extendedConfig.CustomData': custom })
    await rotate(few)
    assert.equal(seen[0]?.admin, 'the password of the administrator')
  })

  test('may be named by its ARN', async () => {
    const { admin, put, create, rotate, custom, seen } = await fixture()
    const { arn } = await put(admin, 'db/admin', 'password')
    await create(admin, { ...custom, AdminSecret: arn })
    await rotate(admin)
    assert.equal(seen[0]?.admin, 'password')
  })
})

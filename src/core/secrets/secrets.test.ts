import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { actor, answerOf, userCaller } from '../../../test/kit/calls.ts'
import { testKms } from '../../../test/kit/kms.ts'
import { CreateKey, DisableKey, EnableKey, ListKeys } from '../../api/keys.ts'
import * as api from '../../api/secrets.ts'
import { createInstance } from '../instances/create-instance.ts'
import { createKey } from '../keys/create-key.ts'
import { disableKey } from '../keys/disable-key.ts'
import { enableKey } from '../keys/enable-key.ts'
import { keyVersions } from '../keys/key.ts'
import { listKeys } from '../keys/list-keys.ts'
import type { Kms } from '../kms.ts'
import { runDueWork } from '../schedule/schedule.ts'
import { batchGetSecretValue } from './batch-get-secret-value.ts'
import { createSecret } from './create-secret.ts'
import { deleteSecret } from './delete-secret.ts'
import { describeSecret } from './describe-secret.ts'
import { getRandomPassword } from './get-random-password.ts'
import { getSecretPolicy } from './get-secret-policy.ts'
import { getSecretValue } from './get-secret-value.ts'
import { listSecretVersionIds } from './list-secret-version-ids.ts'
import { listSecrets } from './list-secrets.ts'
import { putSecretValue } from './put-secret-value.ts'
import { restoreSecret } from './restore-secret.ts'
import { secrets, secretVersions } from './secret.ts'
import { setSecretPolicy } from './set-secret-policy.ts'
import { updateSecret } from './update-secret.ts'
import { updateSecretVersionStage } from './update-secret-version-stage.ts'

const day = 86_400_000

/** Everything that can be done with secrets, as one caller. */
function as(kms: Kms, caller?: Parameters<typeof actor>[1]) {
  const run = actor(kms, caller)
  return {
    run,
    create: (secretName: string, input = {}) =>
      run(api.CreateSecret, createSecret, { secretName, versionId: 'v1', secretData: 'first', ...input }),
    put: (secretName: string, versionId: string, secretData = versionId, input = {}) =>
      run(api.PutSecretValue, putSecretValue, { secretName, versionId, secretData, ...input }),
    get: (secretName: string, input = {}) => run(api.GetSecretValue, getSecretValue, { secretName, ...input }),
    value: async (secretName: string, input = {}) =>
      (await run(api.GetSecretValue, getSecretValue, { secretName, ...input })).secretData,
    describe: (secretName: string) => run(api.DescribeSecret, describeSecret, { secretName }),
    move: (secretName: string, versionStage: string, moveToVersion: string) =>
      run(api.UpdateSecretVersionStage, updateSecretVersionStage, { secretName, versionStage, moveToVersion }),
    delete: (secretName: string, input = {}) => run(api.DeleteSecret, deleteSecret, { secretName, ...input }),
    restore: (secretName: string) => run(api.RestoreSecret, restoreSecret, { secretName }),
    list: async (filters: { key: string; values: string[] }[] = []) =>
      (await run(api.ListSecrets, listSecrets, { filters, pageSize: 100 })).secretList.secret.map(
        (found) => found.secretName,
      ),
    key: async (input = {}) => (await run(CreateKey, createKey, input)).keyMetadata.keyId,
  }
}

async function fixture() {
  const { kms, advance } = await testKms()
  return { kms, advance, ...as(kms) }
}

test('what was stored comes back, current unless another is asked for', async () => {
  const { create, put, get, value } = await fixture()
  await create('app/db')
  await put('app/db', 'v2', 'second')
  await put('app/db', 'v3', 'third', { versionStages: ['Next'] })
  assert.equal(await value('app/db'), 'second')
  assert.equal(await value('app/db', { versionStage: 'ACSPrevious' }), 'first')
  assert.equal(await value('app/db', { versionStage: 'Next' }), 'third')
  assert.equal(await value('app/db', { versionId: 'v1' }), 'first')
  assert.equal(await value('app/db', { versionId: 'v1', versionStage: 'ACSPrevious' }), 'first')
  assert.equal(
    await answerOf(get('app/db', { versionId: 'v1', versionStage: 'ACSCurrent' })),
    'Forbidden.ResourceNotFound',
  )
  assert.equal(await answerOf(get('app/db', { versionStage: 'toString' })), 'Forbidden.ResourceNotFound')
  assert.deepEqual((await get('app/db')).versionStages, { versionStage: ['ACSCurrent'] })
})

test('every character that a name may have works, up to 192 of them, and ARNs', async () => {
  const { kms, create, get, value } = await fixture()
  const name = 'a/b+c=d@e.f_g-'.padEnd(192, 'x')
  const { arn } = await create(name)
  assert.equal(arn, `acs:kms:cn-hangzhou:${kms.settings.accountId}:secret/${name}`)
  assert.equal(await value(arn), 'first')
  for (const wrong of [arn.replace('cn-hangzhou', 'cn-beijing'), arn.replace(':kms:', ':ram:'), 'acs:kms'])
    assert.equal(await answerOf(get(wrong)), 'Forbidden.ResourceNotFound')
  for (const wrong of ['', 'é', 'a b', 'x'.repeat(193), 'acs/mine'])
    assert.equal(await answerOf(create(wrong)), 'InvalidParameter', wrong)
})

test('30720 bytes are taken, counted in UTF-8, one more is refused and stores nothing', async () => {
  const { create, put, value, run } = await fixture()
  const longest = 'é'.repeat(15_360)
  await create('long', { secretData: longest })
  assert.equal(await value('long'), longest)
  assert.equal(await answerOf(create('longer', { secretData: `${longest}x` })), 'InvalidParameter')
  assert.equal(await answerOf(put('long', 'v2', `${longest}x`)), 'InvalidParameter')
  const { totalCount } = await run(api.ListSecretVersionIds, listSecretVersionIds, { secretName: 'long' })
  assert.equal(totalCount, 1)
})

test('binary data is kept as it was given, whatever it is', async () => {
  const { create, get } = await fixture()
  for (const data of ['AAEC/w==', 'AAEC/w', ' not Base64\n']) {
    await create(`binary${data.length}`, { secretData: data, secretDataType: 'binary' })
    const { secretData, secretDataType } = await get(`binary${data.length}`)
    assert.deepEqual([secretData, secretDataType], [data, 'binary'])
  }
})

test('the same version again is success and moves nothing; other data under its id is refused', async () => {
  const { create, put, get } = await fixture()
  await create('app')
  await put('app', 'v2')
  await put('app', 'v1', 'first')
  assert.equal((await get('app')).versionId, 'v2')
  assert.equal(await answerOf(put('app', 'v1', 'other')), 'Rejected.ResourceExist')
  assert.equal(await answerOf(put('app', 'v1', 'first', { secretDataType: 'binary' })), 'Rejected.ResourceExist')
})

test('a version beyond the tenth takes the place of the oldest without a label', async () => {
  const { kms, create, put, value, run } = await fixture()
  await create('app')
  for (let number = 2; number <= 12; number++) await put('app', `v${number}`)
  const listed = async (includeDeprecated: boolean) =>
    (
      await run(api.ListSecretVersionIds, listSecretVersionIds, { secretName: 'app', includeDeprecated, pageSize: 100 })
    ).versionIds.versionId.map(({ versionId }) => versionId)
  assert.deepEqual(await listed(false), ['v11', 'v12'])
  assert.equal((await listed(true)).length, 10)
  assert.equal(await value('app', { versionId: 'v3' }), 'v3')
  assert.equal(await answerOf(value('app', { versionId: 'v2' })), 'Forbidden.ResourceNotFound')
  assert.equal((await kms.records.list(secretVersions, {}, { offset: 0, limit: 0 })).total, 10)
})

describe('deletion', () => {
  test('a secret waits, hidden from readers, and can be restored', async () => {
    const { create, get, put, restore, describe, list, delete: remove, move, value, kms } = await fixture()
    await create('app')
    const { plannedDeleteTime } = await remove('app')
    assert.equal(Date.parse(plannedDeleteTime) - kms.now().getTime(), 30 * day)
    for (const refused of [get('app'), put('app', 'v2'), move('app', 'ACSCurrent', 'v1'), remove('app'), create('app')])
      assert.equal(await answerOf(refused), 'Rejected.ResourceInDeleteWindow')
    assert.equal((await describe('app')).plannedDeleteTime, plannedDeleteTime)
    assert.deepEqual(await list(), ['app'])
    await restore('app')
    assert.equal(await value('app'), 'first')
    assert.equal(await answerOf(restore('app')), 'Rejected.ResourceInUse')
  })

  test('when the window ends it is gone with its values, before the schedule runs as after', async () => {
    const { kms, advance, create, get, restore, value, delete: remove } = await fixture()
    await create('app')
    await create('again', { secretData: 'old' })
    for (const name of ['app', 'again']) await remove(name, { recoveryWindowInDays: 7 })
    advance(7 * day - 1000)
    assert.equal(await answerOf(get('app')), 'Rejected.ResourceInDeleteWindow')
    advance(1000)
    assert.equal(await answerOf(get('app')), 'Forbidden.ResourceNotFound')
    assert.equal(await answerOf(restore('app')), 'Forbidden.ResourceNotFound')
    await create('again', { secretData: 'new' })
    const done = await runDueWork(kms)
    assert.deepEqual(done.secretsDeleted, [{ name: 'app' }])
    assert.equal(await kms.records.get(secrets, `${kms.settings.accountId}/app`), undefined)
    assert.equal((await kms.records.list(secretVersions, {}, { offset: 0, limit: 0 })).total, 1)
    assert.equal(await value('again'), 'new')
  })

  test('by force it is gone at once, and the name is free', async () => {
    const { create, value, delete: remove, kms } = await fixture()
    await create('app')
    await remove('app', { forceDeleteWithoutRecovery: true })
    assert.equal((await kms.records.list(secretVersions, {}, { offset: 0, limit: 0 })).total, 0)
    await create('app', { secretData: 'anew' })
    assert.equal(await value('app'), 'anew')
    const both = remove('app', { forceDeleteWithoutRecovery: true, recoveryWindowInDays: 7 })
    assert.equal(await answerOf(both), 'InvalidParameter')
  })
})

describe('the key of a secret', () => {
  test('seals it, and its state is honoured', async () => {
    const { create, put, get, value, key, run } = await fixture()
    const keyId = await key()
    await create('app', { encryptionKeyId: keyId })
    await run(DisableKey, disableKey, { keyId })
    assert.equal(await answerOf(get('app')), 'Rejected.Disabled')
    assert.equal(await answerOf(put('app', 'v2')), 'Rejected.Disabled')
    await run(EnableKey, enableKey, { keyId })
    assert.equal(await value('app'), 'first')
  })

  test('must be a symmetric one for encryption', async () => {
    const { create, key } = await fixture()
    const signing = await key({ keySpec: 'EC_P256' })
    assert.equal(await answerOf(create('app', { encryptionKeyId: signing })), 'UnsupportedOperation')
    assert.equal(await answerOf(create('app', { encryptionKeyId: 'none' })), 'Forbidden.KeyNotFound')
  })

  test('is one that the service keeps when none is named, one for the account', async () => {
    const { create, value, run, kms } = await fixture()
    await Promise.all(['a', 'b', 'c'].map((name) => create(name)))
    const { keys } = await run(ListKeys, listKeys, { filters: [{ key: 'CreatorType', values: ['Service'] }] })
    assert.equal(keys.key.length, 1)
    assert.equal(await value('c'), 'first')
    await run(DisableKey, disableKey, { keyId: keys.key[0]?.keyId ?? '' })
    assert.equal(await answerOf(value('a')), 'Rejected.Disabled')
    assert.equal((await kms.records.list(keyVersions, {}, { offset: 0, limit: 0 })).total, 1)
  })

  test('is asked of the caller: generating data keys to write, decrypting to read', async () => {
    const { kms, create, key } = await fixture()
    const keyId = await key()
    await create('app', { encryptionKeyId: keyId })
    const secret = { Action: 'kms:*', Resource: 'acs:kms:*:*:secret*' }
    const keyArn = `acs:kms:*:*:key/${keyId}`
    const outcome = async (...actions: string[]) => {
      const user = as(kms, userCaller(kms, [secret, ...actions.map((Action) => ({ Action, Resource: keyArn }))]))
      return [await answerOf(user.get('app')), await answerOf(user.put('app', `v${actions.join()}`))]
    }
    assert.deepEqual(await outcome(), ['Forbidden.NoPermission', 'Forbidden.NoPermission'])
    assert.deepEqual(await outcome('kms:Decrypt'), ['ok', 'Forbidden.NoPermission'])
    assert.deepEqual(await outcome('kms:GenerateDataKey'), ['Forbidden.NoPermission', 'ok'])
    assert.deepEqual(await outcome('kms:Decrypt', 'kms:GenerateDataKey'), ['ok', 'ok'])
  })
})

test('a value moved to another place in the store does not open', async () => {
  const { kms, create, put, get } = await fixture()
  await create('a', { secretData: 'of a' })
  await put('a', 'v2')
  await create('b', { secretData: 'of b' })
  const { items } = await kms.records.list(secretVersions, {}, { offset: 0, limit: 10 })
  const [first, second, other] = items
  assert.ok(first && second && other)
  for (const foreign of [second, other]) {
    await kms.records.transaction(async (transaction) => {
      const target = await transaction.get(secretVersions, first.id)
      assert.ok(target)
      await transaction.update(secretVersions, target, { ...target.body, value: foreign.body.value })
    })
    assert.equal(await answerOf(get('a', { versionId: 'v1' })), 'InternalFailure')
  }
})

test('a batch answers what it can, and tells of the rest', async () => {
  const { kms, create, run, delete: remove } = await fixture()
  await create('a')
  await create('b')
  await create('gone')
  await remove('gone')
  const batch = (...names: string[]) =>
    run(api.BatchGetSecretValue, batchGetSecretValue, {
      secretsList: names.map((secretName) => ({ secretName })),
    })
  const { secretValues, errors } = await batch('a', 'none', 'b', 'gone')
  assert.deepEqual(
    secretValues.map(({ secretName, secretData }) => [secretName, secretData]),
    [
      ['a', 'first'],
      ['b', 'first'],
    ],
  )
  assert.equal(new Set(secretValues.map(({ requestId }) => requestId)).size, 2)
  assert.deepEqual(
    errors.map(({ secretName, httpStatus, code }) => [secretName, httpStatus, code]),
    [
      ['none', 404, 'Forbidden.ResourceNotFound'],
      ['gone', 409, 'Rejected.ResourceInDeleteWindow'],
    ],
  )
  assert.equal(await answerOf(batch('a', 'a')), 'InvalidParameter')
  const reader = actor(kms, userCaller(kms, [{ Action: 'kms:GetSecretValue', Resource: 'acs:kms:*:*:secret/a' }]))
  const partly = await reader(api.BatchGetSecretValue, batchGetSecretValue, {
    secretsList: ['a', 'b', 'none'].map((secretName) => ({ secretName })),
  })
  assert.deepEqual(
    [partly.secretValues.length, ...partly.errors.map(({ code }) => code)],
    [1, 'Forbidden.NoPermission', 'Forbidden.NoPermission'],
  )
})

test('lists are filtered by name, description, type, tags and instance', async () => {
  const { create, list } = await fixture()
  await create('app/a', { description: 'of the shop', tags: [{ tagKey: 'team', tagValue: 'x' }] })
  await create('app/b')
  await create('other')
  assert.deepEqual(await list(), ['app/a', 'app/b', 'other'])
  assert.deepEqual(await list([{ key: 'SecretName', values: ['app/', 'none'] }]), ['app/a', 'app/b'])
  assert.deepEqual(await list([{ key: 'Description', values: ['shop'] }]), ['app/a'])
  assert.deepEqual(await list([{ key: 'TagKey', values: ['team'] }]), ['app/a'])
  assert.deepEqual(await list([{ key: 'SecretType', values: ['GENERIC'] }]), ['app/a', 'app/b', 'other'])
  assert.deepEqual(await list([{ key: 'SecretType', values: ['RDS'] }]), [])
  assert.equal(await answerOf(list([{ key: 'Colour', values: ['red'] }])), 'InvalidParameter')
})

test('tags decide through conditions', async () => {
  const { kms, create } = await fixture()
  await create('a', { tags: [{ tagKey: 'team', tagValue: 'x' }] })
  await create('b', { tags: [{ tagKey: 'team', tagValue: 'y' }] })
  const condition = { StringEquals: { 'kms:tag/team': 'x' } }
  const statement = { Action: 'kms:GetSecretValue', Resource: '*', Condition: condition }
  const reader = as(kms, userCaller(kms, [statement]))
  assert.equal(await answerOf(reader.get('a')), 'ok')
  assert.equal(await answerOf(reader.get('b')), 'Forbidden.NoPermission')
})

test('a secret of an instance has a policy, its key is of the instance, and only its host serves it', async () => {
  const { kms, create, run, key, get, put } = await fixture()
  const { id: instanceId } = await createInstance(kms, kms.settings.accountId, 'default')
  const other = await createInstance(kms, kms.settings.accountId, 'second')
  const dKMSInstanceId = instanceId
  assert.equal(await answerOf(create('app', { dKMSInstanceId })), 'MissingParameter')
  assert.equal(await answerOf(create('app', { dKMSInstanceId, encryptionKeyId: await key() })), 'InvalidParameter')
  await create('app', { dKMSInstanceId, encryptionKeyId: await key({ dKMSInstanceId }) })
  await create('shared')
  const { policy } = await run(api.GetSecretPolicy, getSecretPolicy, { secretName: 'app' })
  assert.match(policy, /kms default secret policy/)
  const deny = JSON.stringify({
    Version: '1',
    Statement: [
      ...JSON.parse(policy).Statement,
      {
        Effect: 'Deny',
        Principal: { RAM: [`acs:ram::${kms.settings.accountId}:*`] },
        Action: ['kms:PutSecretValue'],
        Resource: ['*'],
      },
    ],
  })
  await run(api.SetSecretPolicy, setSecretPolicy, { secretName: 'app', policy: deny })
  assert.equal(await answerOf(put('app', 'v2')), 'Forbidden.NoPermission')
  assert.equal(await answerOf(get('app')), 'ok')
  for (const [id, servesDefaultKeys, expected] of [
    [instanceId, true, ['ok', 'ok']],
    [other.id, false, ['Forbidden.ResourceNotFound', 'Forbidden.ResourceNotFound']],
  ] as const) {
    const there = as(kms, {
      ...userCaller(kms, [{ Action: 'kms:*', Resource: '*' }]),
      instanceId: id,
      servesDefaultKeys,
    })
    assert.deepEqual([await answerOf(there.get('app')), await answerOf(there.get('shared'))], expected)
  }
})

test('callers of another account learn nothing, not even whether a secret exists', async () => {
  const { kms, create } = await fixture()
  const { arn } = await create('app')
  const stranger = as(kms, userCaller(kms, [{ Action: 'kms:*', Resource: '*' }], '2000000000000002'))
  assert.equal(await answerOf(stranger.get(arn)), 'Forbidden.ResourceNotFound')
  assert.equal(await answerOf(stranger.get(`${arn}x`)), 'Forbidden.ResourceNotFound')
  assert.equal(await answerOf(stranger.get('app')), 'Forbidden.ResourceNotFound')
})

test('a description is replaced; custom data is for managed secrets', async () => {
  const { create, run, describe } = await fixture()
  await create('app', { description: 'old' })
  await run(api.UpdateSecret, updateSecret, { secretName: 'app', description: '' })
  assert.equal((await describe('app')).description, '')
  const custom = run(api.UpdateSecret, updateSecret, { secretName: 'app', 'extendedConfig.CustomData': { a: 'b' } })
  assert.equal(await answerOf(custom), 'Rejected.UnsupportedOperation')
})

describe('random passwords', () => {
  test('have the length and the characters asked for', async () => {
    const { run } = await fixture()
    const password = async (input = {}) => (await run(api.GetRandomPassword, getRandomPassword, input)).randomPassword
    assert.equal((await password()).length, 32)
    for (let round = 0; round < 50; round++) {
      assert.match(
        await password({ passwordLength: 8, excludePunctuation: true }),
        /^(?=.*[a-z])(?=.*[A-Z])(?=.*\d)[a-zA-Z\d]{8}$/,
      )
      assert.match(
        await password({
          excludeLowercase: true,
          excludeUppercase: true,
          excludePunctuation: true,
          excludeCharacters: '02468',
        }),
        /^[13579]{32}$/,
      )
    }
    const nothing = { excludeLowercase: true, excludeUppercase: true, excludePunctuation: true, excludeNumbers: true }
    assert.equal(await answerOf(password(nothing)), 'InvalidParameter')
    assert.equal(await answerOf(password({ excludeCharacters: '0123456789' })), 'InvalidParameter')
    assert.equal(await answerOf(password({ excludeCharacters: 'é' })), 'InvalidParameter')
    assert.doesNotMatch(await password({ excludeCharacters: '0123456789', requireEachIncludedType: false }), /\d/)
  })
})

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { actor, answerOf, userCaller } from '../../../test/kit/calls.ts'
import { testKms } from '../../../test/kit/kms.ts'
import { CreateKey, GetKeyLastUsage } from '../../api/keys.ts'
import { CreateAccessKey, CreateUser, DeleteAccessKey, ListAccessKeys, UpdateAccessKey } from '../../api/ram.ts'
import * as api from '../../api/secrets.ts'
import { KmsError } from '../errors.ts'
import { createKey } from '../keys/create-key.ts'
import { getKeyLastUsage } from '../keys/get-key-last-usage.ts'
import type { Kms } from '../kms.ts'
import { createAccessKey } from '../ram/create-access-key.ts'
import { createUser } from '../ram/create-user.ts'
import { deleteAccessKey } from '../ram/delete-access-key.ts'
import { listAccessKeys } from '../ram/list-access-keys.ts'
import { updateAccessKey } from '../ram/update-access-key.ts'
import { RotationFailure, type RotationTarget } from '../rotation-target.ts'
import { runDueWork } from '../schedule/schedule.ts'
import { createSecret } from './create-secret.ts'
import { deleteSecret } from './delete-secret.ts'
import { describeSecret } from './describe-secret.ts'
import { getSecretLastUsage } from './get-secret-last-usage.ts'
import { getSecretValue } from './get-secret-value.ts'
import { putSecretValue } from './put-secret-value.ts'
import { rotateSecret } from './rotate-secret.ts'
import { secretVersions } from './secret.ts'
import { setSecretRotationHook } from './set-secret-rotation-hook.ts'
import { updateSecret } from './update-secret.ts'
import { updateSecretRotationPolicy } from './update-secret-rotation-policy.ts'
import { updateSecretVersionStage } from './update-secret-version-stage.ts'

const day = 86_400_000
const rds = {
  secretType: 'Rds',
  secretData: '{"Accounts":[{"AccountName":"app","AccountPassword":"first"}]}',
  extendedConfig: '{"SecretSubType":"SingleUser", "DBInstanceId":"rm-1","CustomData":{"Port":5432}}',
}

/** A database that knows one password, and whose failures the test decides. */
function database() {
  const state = { password: 'first', prepared: 0, asked: 0, applied: 0, isClosedToUs: false }
  const faults = { prepare: () => {}, beforeApply: () => {}, afterApply: () => {}, accepts: () => {} }
  const target: RotationTarget = {
    async prepare() {
      faults.prepare()
      return JSON.stringify({ AccountName: 'app', AccountPassword: `p${++state.prepared}` })
    },
    async apply(_state, next) {
      faults.beforeApply()
      state.password = JSON.parse(next).AccountPassword
      state.applied++
      faults.afterApply()
    },
    async accepts(_state, value) {
      state.asked++
      faults.accepts()
      return JSON.parse(value).AccountPassword === state.password && !state.isClosedToUs
    },
  }
  return { state, faults, target }
}

async function fixture() {
  const { kms: plain, advance } = await testKms()
  const { state, faults, target } = database()
  const kms: Kms = { ...plain, rotationTarget: () => target }
  const run = actor(kms)
  return {
    ...{ kms, advance, run, state, faults },
    create: (secretName: string, input: object = {}) =>
      run(api.CreateSecret, createSecret, { secretName, versionId: 'v1', ...rds, ...input }),
    rotate: (secretName: string, versionId: string, as = run) =>
      as(api.RotateSecret, rotateSecret, { secretName, versionId }),
    describe: (secretName: string) => run(api.DescribeSecret, describeSecret, { secretName }),
    password: async (secretName: string, input = {}) =>
      JSON.parse((await run(api.GetSecretValue, getSecretValue, { secretName, ...input })).secretData).AccountPassword,
    kept: async () => (await kms.records.list(secretVersions, {}, { offset: 0, limit: 0 })).total,
  }
}

describe('a managed secret', () => {
  test('answers one account, and everything about its rotation as it was given', async () => {
    const { create, run, describe, password } = await fixture()
    const created = await create('db', { enableAutomaticRotation: true, rotationInterval: '7d' })
    assert.deepEqual(
      [created.secretType, created.automaticRotation, created.rotationInterval, created.extendedConfig],
      ['Rds', 'Enabled', '604800s', rds.extendedConfig],
    )
    assert.match(created.nextRotationDate ?? '', /^2026-11-2[89]T\d\d:\d\d:\d\dZ$/)
    assert.equal(await password('db', { versionId: 'unknown' }), 'first')
    const { extendedConfig, ...value } = await run(api.GetSecretValue, getSecretValue, { secretName: 'db' })
    assert.equal(extendedConfig, undefined)
    assert.equal(value.secretData, '{"AccountName":"app","AccountPassword":"first"}')
    const fetched = await run(api.GetSecretValue, getSecretValue, { secretName: 'db', fetchExtendedConfig: true })
    assert.equal(fetched.extendedConfig, rds.extendedConfig)
    assert.equal((await describe('db')).nextRotationDate, created.nextRotationDate)
  })

  test('of two accounts has two versions, whatever the first is called', async () => {
    const { create, password } = await fixture()
    const two = {
      secretData: JSON.stringify({
        Accounts: ['a', 'b'].map((AccountPassword) => ({ AccountName: 'app', AccountPassword })),
      }),
      extendedConfig: '{"SecretSubType":"DoubleUsers","DBInstanceId":"rm-1"}',
    }
    for (const versionId of ['v1', 'x'.repeat(64), `${'x'.repeat(55)}-previous`]) {
      const secretName = `of-${versionId.length}-${versionId.slice(-3)}`
      await create(secretName, { versionId, ...two })
      assert.equal(await password(secretName), 'a')
      assert.equal(await password(secretName, { versionStage: 'ACSPrevious' }), 'b')
    }
  })

  test('is refused what is for generic ones, and the reverse', async () => {
    const { create, run, rotate } = await fixture()
    await create('db')
    await create('text', { secretType: 'Generic', secretData: 'x', extendedConfig: undefined })
    const put = { secretName: 'db', versionId: 'v2', secretData: 'x' }
    assert.equal(await answerOf(run(api.PutSecretValue, putSecretValue, put)), 'Rejected.UnsupportedOperation')
    const move = { secretName: 'db', versionStage: 'X', moveToVersion: 'v1' }
    assert.equal(
      await answerOf(run(api.UpdateSecretVersionStage, updateSecretVersionStage, move)),
      'Rejected.UnsupportedOperation',
    )
    assert.equal(await answerOf(rotate('text', 'v2')), 'Rejected.UnsupportedOperation')
    const policy = { secretName: 'text', enableAutomaticRotation: true, rotationInterval: '7d' }
    assert.equal(
      await answerOf(run(api.UpdateSecretRotationPolicy, updateSecretRotationPolicy, policy)),
      'Rejected.UnsupportedOperation',
    )
  })

  const wrong: readonly (readonly [name: string, input: object, message: RegExp])[] = [
    ['no configuration', { extendedConfig: undefined }, /ExtendedConfig/],
    ['a configuration that is no object', { extendedConfig: '[]' }, /JSON object/],
    ['a missing member', { extendedConfig: '{"SecretSubType":"SingleUser"}' }, /DBInstanceId is needed/],
    [
      'an unknown sub-type',
      { extendedConfig: '{"SecretSubType":"Three","DBInstanceId":"rm"}' },
      /SingleUser or DoubleUsers/,
    ],
    ['a value that is no JSON', { secretData: 'first' }, /SecretData/],
    ['no account', { secretData: '{"Accounts":[]}' }, /1 to 1/],
    [
      'an account without a password',
      { secretData: '{"Accounts":[{"AccountName":"a"}]}' },
      /AccountPassword is needed/,
    ],
    ['binary data', { secretDataType: 'binary' }, /SecretDataType/],
    ['rotation without an interval', { enableAutomaticRotation: true }, /RotationInterval/],
    ['an interval that is too short', { enableAutomaticRotation: true, rotationInterval: '5h' }, /RotationInterval/],
    ['a name of the service', { secretName: 'acs/db' }, /SecretName/],
    [
      'an ECS name without its beginning',
      {
        secretName: 'db',
        secretType: 'ECS',
        extendedConfig: '{"SecretSubType":"Password","InstanceId":"i"}',
        secretData: '{"UserName":"u","Password":"p"}',
      },
      /SecretName/,
    ],
  ]
  for (const [name, input, message] of wrong)
    test(`is refused with ${name}, and nothing is stored`, async () => {
      const { create, kept } = await fixture()
      await assert.rejects(create('db', input), (error) => error instanceof KmsError && message.test(error.message))
      assert.equal(await kept(), 0)
    })

  test('whose value the service makes is made at once, or not at all', async () => {
    const { create, password, state, faults, kept } = await fixture()
    const polar = {
      secretType: 'PolarDB',
      secretData: '$Auto',
      extendedConfig: '{"SecretSubType":"DoubleUsers","DBClusterId":"pc","DBType":"PostgreSQL","AccountName":"app"}',
    }
    await create('polar', polar)
    assert.equal(state.password, await password('polar'))
    faults.beforeApply = () => {
      throw new RotationFailure('The database is away.')
    }
    await assert.rejects(create('other', polar), { code: 'Rejected.Unavailable', message: /The database is away\./ })
    assert.equal(await kept(), 1)
  })

  test('names a secret to administer with only if its creator may read that one', async () => {
    const { kms, create, run } = await fixture()
    await create('admin', { secretType: 'Generic', secretData: 'root', extendedConfig: undefined })
    const custom = JSON.stringify({ ...JSON.parse(rds.extendedConfig), CustomData: { AdminSecret: 'admin' } })
    const maker = actor(kms, userCaller(kms, [{ Action: 'kms:*Secret', Resource: '*' }]))
    const made = (extendedConfig: string) =>
      answerOf(maker(api.CreateSecret, createSecret, { secretName: 'db', versionId: 'v1', ...rds, extendedConfig }))
    assert.equal(await made(custom), 'Forbidden.NoPermission')
    assert.equal(await made(rds.extendedConfig), 'ok')
    const update = { secretName: 'db', 'extendedConfig.CustomData': { AdminSecret: 'admin' } }
    assert.equal(await answerOf(maker(api.UpdateSecret, updateSecret, update)), 'Forbidden.NoPermission')
    assert.equal(await answerOf(run(api.UpdateSecret, updateSecret, update)), 'ok')
  })
})

describe('a rotation', () => {
  test('by itself is a use of the key and of the secret it administers with, not of the secret', async () => {
    const { kms, create, run, advance } = await fixture()
    await create('admin', { secretType: 'Generic', secretData: 'root', extendedConfig: undefined })
    const keyId = (await run(CreateKey, createKey, {})).keyMetadata.keyId
    const extendedConfig = JSON.stringify({ ...JSON.parse(rds.extendedConfig), CustomData: { AdminSecret: 'admin' } })
    const rotating = { enableAutomaticRotation: true, rotationInterval: '7d', encryptionKeyId: keyId, extendedConfig }
    await create('db', rotating)
    advance(8 * day)
    assert.deepEqual((await runDueWork(kms)).secretsRotated, [{ name: 'db' }])
    const usage = async (secretName: string) =>
      (await run(api.GetSecretLastUsage, getSecretLastUsage, { secretName })).lastUsedOperation
    assert.deepEqual([await usage('admin'), await usage('db')], ['RotateSecret', undefined])
    const { lastUsedDate } = await run(GetKeyLastUsage, getKeyLastUsage, { keyId })
    assert.equal(lastUsedDate, '2026-11-29T22:00:00Z')
  })

  test('changes what the secret opens, and keeps the value before as the previous one', async () => {
    const { create, rotate, password, state } = await fixture()
    await create('db')
    await rotate('db', 'v2')
    assert.deepEqual([await password('db'), state.password], ['p1', 'p1'])
    assert.equal(await password('db', { versionStage: 'ACSPrevious' }), 'first')
  })

  test('with a version id that exists already does nothing', async () => {
    const { create, rotate, state } = await fixture()
    await create('db')
    for (const versionId of ['v1', 'v2', 'v2']) await rotate('db', versionId)
    assert.equal(state.applied, 1)
  })

  test('that fails before it changes anything leaves everything as it was', async () => {
    const { create, rotate, password, faults, kept } = await fixture()
    await create('db')
    faults.beforeApply = () => {
      throw new RotationFailure('The database is away.')
    }
    await assert.rejects(rotate('db', 'v2'), { code: 'Rejected.Unavailable', message: /The database is away\./ })
    assert.deepEqual([await password('db'), await kept()], ['first', 1])
    faults.beforeApply = () => {}
    await rotate('db', 'v2')
    assert.equal(await password('db'), 'p2')
  })

  test('whose answer is lost is found out by asking which value holds', async () => {
    const { kms, advance, create, rotate, password, faults, state } = await fixture()
    await create('db')
    faults.afterApply = () => {
      throw new RotationFailure('The connection broke.')
    }
    await rotate('db', 'v2')
    assert.deepEqual([state.password, await password('db')], ['p1', 'p1'])
    // Nor can the database be asked any more.
    faults.afterApply = () => {
      faults.accepts = () => {
        throw new RotationFailure('The connection broke.')
      }
      throw new RotationFailure('The connection broke.')
    }
    await assert.rejects(rotate('db', 'v3'), { code: 'Rejected.Unavailable', message: /The connection broke\./ })
    Object.assign(faults, { afterApply: () => {}, accepts: () => {} })
    assert.deepEqual([state.password, await password('db')], ['p2', 'p1'])
    assert.equal(await answerOf(rotate('db', 'v4')), 'Rejected.ResourceInUse')
    advance(60_000)
    assert.equal((await runDueWork(kms)).secretsRotated.length, 1)
    assert.deepEqual([state.password, await password('db')], ['p2', 'p2'])
  })

  test('that is done, but lets nobody in from here, keeps the value: nothing else may open it', async () => {
    const { kms, advance, create, rotate, password, state } = await fixture()
    await create('db')
    state.isClosedToUs = true
    await assert.rejects(rotate('db', 'v2'), {
      code: 'Rejected.Unavailable',
      message: /The new value is not accepted\./,
    })
    assert.deepEqual([state.password, await password('db')], ['p1', 'first'])
    state.isClosedToUs = false
    advance(60_000)
    assert.equal((await runDueWork(kms)).secretsRotated.length, 1)
    assert.deepEqual([state.password, await password('db'), state.applied], ['p1', 'p1', 1])
  })

  test('follows its schedule, pauses after failures, becomes Invalid, and goes on when somebody says so', async () => {
    const { kms, create, advance, describe, run, faults, state } = await fixture()
    await create('db', { enableAutomaticRotation: true, rotationInterval: '7d' })
    const due = async () => {
      const { secretsRotated, failed } = await runDueWork(kms)
      return [secretsRotated.length, failed.length]
    }
    const { nextRotationDate = '' } = await describe('db')
    advance(Date.parse(nextRotationDate) - kms.now().getTime() - 1000)
    assert.deepEqual(await due(), [0, 0])
    advance(1000)
    assert.deepEqual(await due(), [1, 0])
    assert.deepEqual(await due(), [0, 0])
    faults.beforeApply = () => {
      throw new RotationFailure('No.')
    }
    advance(8 * day)
    for (let failure = 1; failure <= 5; failure++) {
      assert.deepEqual(await due(), [0, 1], `failure ${failure}`)
      assert.deepEqual(await due(), [0, 0], 'it pauses')
      advance(6 * 3_600_000)
    }
    assert.equal((await describe('db')).automaticRotation, 'Invalid')
    advance(30 * day)
    assert.deepEqual(await due(), [0, 0])
    faults.beforeApply = () => {}
    const again = { secretName: 'db', enableAutomaticRotation: true, rotationInterval: '7d' }
    await run(api.UpdateSecretRotationPolicy, updateSecretRotationPolicy, again)
    assert.deepEqual(await due(), [1, 0])
    assert.equal((await describe('db')).automaticRotation, 'Enabled')
    assert.equal(state.applied, 2)
  })

  test('spreads over a twentieth of the interval to either side, and is announced exactly', async () => {
    const { create, kms } = await fixture()
    const dates = new Set<number>()
    for (let number = 0; number < 30; number++) {
      const { nextRotationDate = '' } = await create(`db${number}`, {
        enableAutomaticRotation: true,
        rotationInterval: '100d',
      })
      const days = (Date.parse(nextRotationDate) - kms.now().getTime()) / day
      assert.ok(days >= 95 && days <= 105, String(days))
      dates.add(days)
    }
    assert.ok(dates.size > 5)
  })

  test('without anything that can carry it out is refused', async () => {
    const { kms } = await testKms()
    const run = actor(kms)
    await run(api.CreateSecret, createSecret, { secretName: 'db', versionId: 'v1', ...rds })
    const rotated = run(api.RotateSecret, rotateSecret, { secretName: 'db', versionId: 'v2' })
    assert.equal(await answerOf(rotated), 'UnsupportedOperation')
  })
})

test('of several nodes that rotate one secret at once, one does, and the value is what holds', async () => {
  const { kms, create, rotate, password, state } = await fixture()
  await create('db')
  const nodes = Array.from({ length: 4 }, () => actor(kms))
  const outcomes = await Promise.all(nodes.map((node, index) => answerOf(rotate('db', `v${index + 2}`, node))))
  assert.ok(outcomes.includes('ok'))
  assert.ok(
    outcomes.every((code) => code === 'ok' || code === 'Rejected.ResourceInUse'),
    outcomes.join(),
  )
  assert.equal(state.applied, outcomes.filter((code) => code === 'ok').length)
  assert.equal(await password('db'), state.password)
})

test('wherever a process dies, the next run leaves a secret whose value holds', async () => {
  class Death extends Error {}
  const places = ['prepare', 'beforeApply', 'afterApply', 'accepts', 'commit'] as const
  const step = fc.record({
    place: fc.constantFrom(...places),
    skip: fc.integer({ min: 0, max: 3 }),
    runs: fc.boolean(),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 6 }), async (steps) => {
      const { kms, create, password, faults, state, advance, describe } = await fixture()
      await create('db', { enableAutomaticRotation: true, rotationInterval: '6h' })
      for (const { place, skip, runs } of steps) {
        let left = skip
        const die = () => {
          if (left-- <= 0) throw new Death()
        }
        // A dead process does nothing more: from its death on, every use of store and target fails.
        let isDead = false
        const mortal = <T>(work: () => T): T => {
          if (isDead) throw new Death()
          return work()
        }
        const dying: Kms = {
          ...kms,
          records: {
            get: (kind, id) => mortal(() => kms.records.get(kind, id)),
            list: (kind, filter, page) => mortal(() => kms.records.list(kind, filter, page)),
            transaction: async (work) => {
              if (isDead) throw new Death()
              if (place === 'commit' && left-- <= 0) {
                isDead = true
                throw new Death()
              }
              return kms.records.transaction(work)
            },
          },
        }
        const kill = () => {
          if (isDead) throw new Death()
          try {
            die()
          } catch (error) {
            isDead = true
            throw error
          }
        }
        for (const name of ['prepare', 'beforeApply', 'afterApply', 'accepts'] as const)
          faults[name] = place === name ? kill : () => mortal(() => {})
        advance(12 * 3_600_000)
        await runDueWork(dying).catch(() => {})
        for (const name of ['prepare', 'beforeApply', 'afterApply', 'accepts'] as const) faults[name] = () => {}
        if (!runs) continue
        advance(12 * 3_600_000)
        await runDueWork(kms)
        assert.equal(await password('db'), state.password)
      }
      // Whoever finds it Invalid turns it on again.
      if ((await describe('db')).automaticRotation === 'Invalid') {
        const again = { secretName: 'db', enableAutomaticRotation: true, rotationInterval: '6h' }
        await actor(kms)(api.UpdateSecretRotationPolicy, updateSecretRotationPolicy, again)
      }
      advance(12 * 3_600_000)
      await runDueWork(kms)
      assert.equal(await password('db'), state.password)
    }),
    { numRuns: 40 },
  )
})

test('a generic secret rotates by a hook that is configured, until it is taken away', async () => {
  const { kms, create, rotate, run, advance } = await fixture()
  const known: Kms = {
    ...kms,
    rotationTarget: (names) => (names.hook === 'mine' ? kms.rotationTarget?.(names) : undefined),
  }
  const as = actor(known)
  await create('text', { secretType: 'Generic', secretData: 'x', extendedConfig: undefined })
  const hook = (input: object) => as(api.SetSecretRotationHook, setSecretRotationHook, { secretName: 'text', ...input })
  assert.equal(await answerOf(hook({ hook: 'other' })), 'InvalidParameter')
  await hook({ hook: 'mine', enableAutomaticRotation: true, rotationInterval: '6h' })
  await rotate('text', 'v2', as)
  advance(7 * 3_600_000)
  assert.equal((await runDueWork(known)).secretsRotated.length, 1)
  const put = { secretName: 'text', versionId: 'v3', secretData: 'by hand' }
  await run(api.PutSecretValue, putSecretValue, put)
  await hook({})
  assert.equal(await answerOf(rotate('text', 'v4', as)), 'Rejected.UnsupportedOperation')
})

describe('a rotation that has begun', () => {
  /** A generic secret whose target cannot be asked, so that its new value is kept for a later run. */
  async function begun() {
    const { faults, create, rotate, run, ...rest } = await fixture()
    await create('text', {
      secretType: 'Generic',
      secretData: '{"AccountPassword":"first"}',
      extendedConfig: undefined,
    })
    const hook = (name?: string) =>
      run(api.SetSecretRotationHook, setSecretRotationHook, { secretName: 'text', hook: name })
    await hook('mine')
    faults.accepts = () => {
      throw new Error('away')
    }
    assert.equal(await answerOf(rotate('text', 'v2')), 'Rejected.Unavailable')
    return { ...rest, run, hook }
  }

  test('keeps its hook until the record says which value holds', async () => {
    const { hook } = await begun()
    assert.equal(await answerOf(hook()), 'Rejected.ResourceInUse')
  })

  test('keeps its version id to itself', async () => {
    const { run } = await begun()
    const put = { secretName: 'text', versionId: 'v2', secretData: 'by hand' }
    assert.equal(await answerOf(run(api.PutSecretValue, putSecretValue, put)), 'Rejected.ResourceInUse')
  })

  test('leaves nothing when the secret is deleted', async () => {
    const { run, kept } = await begun()
    assert.equal(await kept(), 2)
    await run(api.DeleteSecret, deleteSecret, { secretName: 'text', forceDeleteWithoutRecovery: true })
    assert.equal(await kept(), 0)
  })
})

test('a secret with no room for another label is refused before its target changes', async () => {
  const { create, rotate, run, state } = await fixture()
  await create('text', { secretType: 'Generic', secretData: '{"AccountPassword":"first"}', extendedConfig: undefined })
  await run(api.SetSecretRotationHook, setSecretRotationHook, { secretName: 'text', hook: 'mine' })
  const versionStages = ['a', 'b', 'c', 'd', 'e', 'f', 'g']
  await run(api.PutSecretValue, putSecretValue, {
    ...{ secretName: 'text', versionId: 'v2', secretData: 'x' },
    versionStages,
  })
  assert.equal(await answerOf(rotate('text', 'v3')), 'Rejected.LimitExceeded')
  assert.equal(state.applied, 0)
})

describe('an AccessKey of this deployment', () => {
  async function user() {
    const { kms } = await testKms()
    const run = actor(kms)
    await run(CreateUser, createUser, { userName: 'app' })
    const { accessKey } = await run(CreateAccessKey, createAccessKey, { userName: 'app' })
    const { accessKeyId: AccessKeyId, accessKeySecret: AccessKeySecret } = accessKey
    await run(api.CreateSecret, createSecret, {
      ...{ secretName: '$Auto', versionId: 'v1', secretType: 'RAMCredentials' },
      secretData: JSON.stringify({ AccessKeys: [{ AccessKeyId, AccessKeySecret }] }),
      extendedConfig: '{"SecretSubType":"RamUserAccessKey","UserName":"app"}',
    })
    const secretName = 'acs/ram/user/app'
    return {
      run,
      secretName,
      rotate: (versionId: string) => run(api.RotateSecret, rotateSecret, { secretName, versionId }),
      value: async () => JSON.parse((await run(api.GetSecretValue, getSecretValue, { secretName })).secretData),
      held: async () =>
        (await run(ListAccessKeys, listAccessKeys, { userName: 'app' })).accessKeys.accessKey.map(
          (key) => key.accessKeyId,
        ),
    }
  }

  test('rotates; the one before stays valid until the next rotation', async () => {
    const { rotate, value, held } = await user()
    const ids = [(await value()).AccessKeyId]
    assert.match((await value()).GenerateTimestamp, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
    for (const versionId of ['v2', 'v3', 'v4']) {
      await rotate(versionId)
      ids.push((await value()).AccessKeyId)
      assert.deepEqual(new Set(await held()), new Set(ids.slice(-2)))
    }
    assert.equal(new Set(ids).size, 4)
  })

  test('that was taken away from its user is not replaced', async () => {
    const { run, rotate, value, held } = await user()
    const { AccessKeyId: userAccessKeyId } = await value()
    const key = { userName: 'app', userAccessKeyId }
    await run(UpdateAccessKey, updateAccessKey, { ...key, status: 'Inactive' })
    await assert.rejects(rotate('v2'), { code: 'Rejected.Unavailable', message: /not a valid one of the user/ })
    await run(DeleteAccessKey, deleteAccessKey, key)
    await assert.rejects(rotate('v2'), { code: 'Rejected.Unavailable', message: /not a valid one of the user/ })
    assert.deepEqual(await held(), [])
  })
})

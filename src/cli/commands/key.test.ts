import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { against, envFor, form, keyhaven } from '../../../test/kit/cli.ts'

const actionOf = ({ headers }: { readonly headers: Readonly<Record<string, unknown>> }) => headers['x-acs-action']

describe('everyday words', () => {
  const metadata = {
    KeyMetadata: { KeyId: 'k-9', KeySpec: 'RSA_2048', KeyState: 'Enabled', Arn: 'arn' },
    RequestId: 'R',
  }
  const done = { RequestId: 'R' }
  const cases: [readonly string[], string, Readonly<Record<string, string>>][] = [
    [['key', 'enable', 'k'], 'EnableKey', { KeyId: 'k' }],
    [['key', 'disable', 'k'], 'DisableKey', { KeyId: 'k' }],
    [['key', 'restore', 'k'], 'CancelKeyDeletion', { KeyId: 'k' }],
    [['key', 'describe', 'k', ''], 'UpdateKeyDescription', { KeyId: 'k', Description: '' }],
    [
      ['key', 'rotation', 'k', '--every', '30d'],
      'UpdateRotationPolicy',
      { KeyId: 'k', EnableAutomaticRotation: 'true', RotationInterval: '30d' },
    ],
    [['key', 'rotation', 'k', '--off'], 'UpdateRotationPolicy', { KeyId: 'k', EnableAutomaticRotation: 'false' }],
    [['key', 'protect', 'k'], 'SetDeletionProtection', { KeyId: 'k', EnableDeletionProtection: 'true' }],
    [['key', 'protect', 'k', '--off'], 'SetDeletionProtection', { KeyId: 'k', EnableDeletionProtection: 'false' }],
    [['alias', 'create', 'a/b', 'k'], 'CreateAlias', { AliasName: 'alias/a/b', KeyId: 'k' }],
    [['alias', 'move', 'alias/a', 'k'], 'UpdateAlias', { AliasName: 'alias/a', KeyId: 'k' }],
    [['alias', 'delete', 'alias/a'], 'DeleteAlias', { AliasName: 'alias/a' }],
    [
      ['key', 'create', '--spec', 'rsa_2048', '--usage', 'sign/verify', '--tag', 'a=b', '--tag', 'c=', '--external'],
      'CreateKey',
      {
        KeySpec: 'RSA_2048',
        KeyUsage: 'SIGN/VERIFY',
        Origin: 'EXTERNAL',
        Tags: '[{"TagKey":"a","TagValue":"b"},{"TagKey":"c","TagValue":""}]',
      },
    ],
  ]
  for (const [argv, action, parameters] of cases)
    test(`"keyhaven ${argv.join(' ')}" calls ${action}`, async () => {
      await against([{ body: action === 'CreateKey' ? metadata : done }], async (server) => {
        const outcome = await keyhaven(argv, { env: envFor(server) })
        assert.equal(outcome.status, 0, outcome.err)
        assert.equal(server.seen.length, 1)
        assert.equal(server.seen[0]?.headers['x-acs-action'], action)
        assert.deepEqual(form(server.seen[0]?.body ?? ''), parameters)
      })
    })

  test('an alias is resolved where the operation takes a key id only', async () => {
    await against([{ body: metadata }, { body: done }], async (server) => {
      await keyhaven(['key', 'disable', 'alias/a'], { env: envFor(server) })
      assert.equal(form(server.seen[1]?.body ?? '').KeyId, 'k-9')
    })
  })

  const used = { LastUsedDate: '2026-11-25T20:00:00Z', LastUsedOperation: 'Decrypt', TrackingStartDate: 't' }
  const unknown = { status: 404, body: { Code: 'InvalidAction.NotFound', Message: 'None.', RequestId: 'R' } }

  test('key delete says when the key was last used, and goes on where the service does not know', async () => {
    for (const [usage, shown] of [
      [{ body: { KeyId: 'k', ...used, RequestId: 'R' } }, 'Last used +2026-11-25T20:00:00Z by Decrypt'],
      [{ body: { KeyId: 'k', TrackingStartDate: 't', RequestId: 'R' } }, 'Last used +none since t'],
      [unknown, ''],
    ] as const)
      await against([usage, { body: done }], async (server) => {
        const { out, err } = await keyhaven(['key', 'delete', 'k', '--days', '7'], { env: envFor(server) })
        assert.equal(err, '')
        assert.match(out, new RegExp(`^Deleted in 7 days, unless restored  k\n${shown}\n?$`))
        assert.deepEqual(server.seen.map(actionOf), ['GetKeyLastUsage', 'ScheduleKeyDeletion'])
        assert.deepEqual(form(server.seen[1]?.body ?? ''), { KeyId: 'k', PendingWindowInDays: '7' })
      })
    const away = { status: 503, body: { Code: 'ServiceUnavailableTemporary', Message: 'Later.', RequestId: 'R' } }
    await against([away], async (server) => {
      const { status } = await keyhaven(['key', 'delete', 'k', '--days', '7'], { env: envFor(server) })
      assert.equal(status, 1)
      assert.ok(server.seen.map(actionOf).every((action) => action === 'GetKeyLastUsage'))
    })
  })

  const free = { status: 404, body: { Code: 'Forbidden.KeyNotFound', Message: 'None.', RequestId: 'R' } }

  test('an alias that names a key already makes no key', async () => {
    await against([{ body: metadata }], async (server) => {
      const outcome = await keyhaven(['key', 'create', '--alias', 'a'], { env: envFor(server) })
      assert.equal(outcome.err, 'keyhaven: aliasExists: alias/a names the key k-9 already; no key was created\n')
      assert.deepEqual(server.seen.map(actionOf), ['DescribeKey'])
    })
  })

  test('an alias that can be none makes no call', async () => {
    await against([], async (server) => {
      const outcome = await keyhaven(['key', 'create', '--alias', 'a b'], { env: envFor(server) })
      assert.match(outcome.err, /^keyhaven: usage: --alias alias\/a b is none: [^\n]*\n$/)
      assert.equal(server.seen.length, 0)
    })
  })

  test('a key whose alias is refused all the same goes again', async () => {
    const taken = { status: 400, body: { Code: 'AliasAlreadyExists', Message: 'AliasName Already Exists.' } }
    await against([free, { body: metadata }, taken, { body: done }], async (server) => {
      const outcome = await keyhaven(['key', 'create', '--alias', 'a'], { env: envFor(server) })
      assert.equal(
        outcome.err,
        'keyhaven: noAlias: alias/a could not be created, so its key k-9 will be deleted in 7 days: AliasName Already Exists.\n',
      )
      assert.deepEqual(server.seen.map(actionOf), ['DescribeKey', 'CreateKey', 'CreateAlias', 'ScheduleKeyDeletion'])
    })
  })

  test('key list takes two calls, however many keys there are, unless more is asked for', async () => {
    const page = { PageNumber: 1, PageSize: 100, RequestId: 'R' }
    const keys = Array.from({ length: 30 }, (_, index) => ({ KeyId: `k-${index}`, KeyArn: 'arn' }))
    const both = {
      body: {
        ...page,
        TotalCount: 30,
        Keys: { Key: keys },
        Aliases: { Alias: [{ AliasName: 'alias/a', KeyId: 'k-1', AliasArn: '' }] },
      },
    }
    await against([both], async (server) => {
      const { out, err } = await keyhaven(['key', 'list'], { env: envFor(server) })
      assert.equal(err, '')
      assert.deepEqual(new Set(server.seen.map(actionOf)), new Set(['ListAliases', 'ListKeys']))
      assert.equal(server.seen.length, 2)
      assert.match(out, /^k-1 +alias\/a$/m)
    })
    await against([both, both, { body: metadata }], async (server) => {
      const { out } = await keyhaven(['key', 'list', '--long'], { env: envFor(server) })
      assert.equal(server.seen.map(actionOf).filter((action) => action === 'DescribeKey').length, 30)
      assert.match(out, /^Key +State +Spec /)
    })
  })

  test('key show has the tags, with their own names', async () => {
    const all = {
      ...metadata,
      PageNumber: 1,
      PageSize: 100,
      TotalCount: 1,
      Aliases: { Alias: [{ AliasName: 'alias/a', KeyId: 'k-9', AliasArn: '' }] },
      Tags: { Tag: [{ KeyId: 'k-9', TagKey: 'team', TagValue: 'red' }] },
    }
    await against([{ body: all }], async (server) => {
      assert.match((await keyhaven(['key', 'show', 'k'], { env: envFor(server) })).out, /^Tags +team=red$/m)
      const whole = JSON.parse((await keyhaven(['key', 'show', 'k', '--json'], { env: envFor(server) })).out)
      assert.deepEqual([whole.Tags[0].TagKey, whole.Aliases], ['team', ['alias/a']])
    })
  })
})

describe('tables', () => {
  const aliases = [
    { AliasName: 'alias/一', KeyId: 'k-1', AliasArn: 'arn' },
    { AliasName: 'alias/long-name', KeyId: 'k\u001b[31m-2\n', AliasArn: 'arn' },
  ]
  const body = { Aliases: { Alias: aliases }, PageNumber: 1, PageSize: 100, TotalCount: 2, RequestId: 'R' }

  test('are aligned by what a terminal shows, and show no control characters', async () => {
    await against([{ body }], async (server) => {
      const { out } = await keyhaven(['alias', 'list'], { env: envFor(server) })
      assert.deepEqual(out.split('\n'), ['Alias            Key', 'alias/一         k-1', 'alias/long-name  k-2', ''])
    })
  })

  test('become JSON with wire names for programs', async () => {
    await against([{ body }], async (server) => {
      const { out } = await keyhaven(['--json', 'alias', 'list'], { env: envFor(server) })
      assert.deepEqual(JSON.parse(out), { Aliases: aliases })
    })
  })

  test('hold every page', async () => {
    const page = (count: number) => ({
      body: { ...body, TotalCount: 150, Aliases: { Alias: Array(count).fill(aliases[0]) } },
    })
    await against([page(100), page(50)], async (server) => {
      const { out } = await keyhaven(['alias', 'list'], { env: envFor(server) })
      assert.equal(out.split('\n').length, 152)
      assert.equal(server.seen.length, 2)
    })
  })
})

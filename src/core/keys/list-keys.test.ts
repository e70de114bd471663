import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { accountCaller, actor, answerOf } from '../../../test/kit/calls.ts'
import { testKms } from '../../../test/kit/kms.ts'
import { CreateAlias } from '../../api/aliases.ts'
import { CreateKey, DisableKey, ListKeys } from '../../api/keys.ts'
import type { RequestOf } from '../../api/operation.ts'
import { createAlias } from '../aliases/create-alias.ts'
import { createKey } from './create-key.ts'
import { disableKey } from './disable-key.ts'
import { listKeys } from './list-keys.ts'

/** What the test knows of each key, apart from the service. */
interface Known {
  readonly keyId: string
  readonly properties: Readonly<Record<string, readonly string[]>>
}

const specs = ['Aliyun_AES_256', 'EC_P256', 'EC_SM2'] as const
const values = {
  KeyState: ['Enabled', 'Disabled', 'PendingImport'],
  KeySpec: [...specs, 'Aliyun_DES3_192'],
  KeyUsage: ['ENCRYPT/DECRYPT', 'SIGN/VERIFY'],
  ProtectionLevel: ['SOFTWARE', 'HSM'],
  CreatorType: ['User', 'Service'],
  TagKey: ['team', 'stage'],
  TagValue: ['apollo', 'gemini'],
  AliasName: ['alias/0', 'alias/3', 'alias/4', 'alias/none'],
}

async function populated() {
  const { kms } = await testKms()
  const account = actor(kms)
  const known: Known[] = []
  for (let nth = 0; nth < 12; nth++) {
    const keySpec = specs[nth % 3] ?? 'EC_P256'
    const origin = nth % 4 === 3 ? 'EXTERNAL' : 'Aliyun_KMS'
    const protectionLevel = nth % 5 === 0 ? 'HSM' : 'SOFTWARE'
    const tag = { tagKey: nth % 2 ? 'team' : 'stage', tagValue: nth % 3 ? 'apollo' : 'gemini' }
    const { keyMetadata } = await account(CreateKey, createKey, { keySpec, origin, protectionLevel, tags: [tag] })
    const { keyId, keyUsage } = keyMetadata
    if (nth % 4 === 1) await account(DisableKey, disableKey, { keyId })
    if (nth % 3 === 0 || nth === 4) await account(CreateAlias, createAlias, { aliasName: `alias/${nth}`, keyId })
    const state = nth % 4 === 3 ? 'PendingImport' : nth % 4 === 1 ? 'Disabled' : 'Enabled'
    const properties = {
      ...{ KeyState: [state], KeySpec: [keySpec], KeyUsage: [keyUsage], ProtectionLevel: [protectionLevel] },
      ...{ CreatorType: ['User'], TagKey: [tag.tagKey], TagValue: [tag.tagValue], AliasName: [`alias/${nth}`] },
      keyId: [keyId],
    }
    known.push({ keyId, properties })
  }
  const list = (input: RequestOf<typeof ListKeys>) => account(ListKeys, listKeys, input)
  return { kms, account, known, list }
}

type Filters = NonNullable<RequestOf<typeof ListKeys>['filters']>

/** The rule of the API, said once more: names are joined by AND, the values of a name by OR. */
function expected(known: readonly Known[], filters: Filters): Set<string> {
  const names = new Set(filters.filter(({ values }) => values.length > 0).map(({ key }) => key))
  const isWanted = ({ properties }: Known): boolean =>
    [...names].every((name) =>
      filters.some(({ key, values }) => key === name && values.some((value) => properties[name]?.includes(value))),
    )
  return new Set(known.filter(isWanted).map(({ keyId }) => keyId))
}

test('filters select what the API says, whatever their order, repetition and number', async () => {
  const { known, list } = await populated()
  const ids = known.map(({ keyId }) => keyId)
  const anyFilter = fc.constantFrom(...Object.keys(values), 'keyId').chain((key) =>
    fc.subarray(key === 'keyId' ? ids.slice(0, 6) : [...(values[key as keyof typeof values] ?? [])]).map((some) => ({
      key,
      values: some,
    })),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(anyFilter, { maxLength: 4 }), async (filters) => {
      const { keys, totalCount } = await list({ filters, pageSize: 100 })
      assert.deepEqual(new Set(keys.key.map(({ keyId }) => keyId)), expected(known, filters))
      assert.equal(totalCount, keys.key.length)
    }),
  )
})

test('pages together show every key once, in the order of creation, and a page past the end is empty', async () => {
  const { known, list } = await populated()
  for (const filters of [[], [{ key: 'keyId', values: known.map(({ keyId }) => keyId) }]]) {
    const pages = await Promise.all([1, 2, 3, 4].map((pageNumber) => list({ filters, pageNumber, pageSize: 5 })))
    assert.deepEqual(
      pages.map(({ keys }) => keys.key.length),
      [5, 5, 2, 0],
    )
    const shown = pages.flatMap(({ keys }) => keys.key.map(({ keyId }) => keyId))
    assert.deepEqual(new Set(shown).size, known.length)
    if (filters.length === 0)
      assert.deepEqual(
        shown,
        known.map(({ keyId }) => keyId),
      )
    assert.deepEqual(
      pages.map(({ pageNumber, pageSize, totalCount }) => [pageNumber, pageSize, totalCount]),
      [1, 2, 3, 4].map((pageNumber) => [pageNumber, 5, 12]),
    )
  }
})

test('a key is listed with its ARN', async () => {
  const { kms, known, list } = await populated()
  const { keys } = await list({ pageSize: 1 })
  assert.deepEqual(keys.key, [
    { keyId: known[0]?.keyId, keyArn: `acs:kms:cn-hangzhou:${kms.settings.accountId}:key/${known[0]?.keyId}` },
  ])
})

test('a name that is no filter is refused', async () => {
  const { list } = await populated()
  for (const key of ['KeyId', 'account', 'due', 'tag', '__proto__']) {
    await assert.rejects(list({ filters: [{ key, values: ['x'] }] }), {
      code: 'InvalidParameter',
      parameter: 'Filters',
    })
  }
})

test('other accounts have lists of their own, even when they name the keys', async () => {
  const { kms, known } = await populated()
  const foreigner = actor(kms, accountCaller(kms, '9000000000000009'))
  assert.equal((await foreigner(ListKeys, listKeys, {})).totalCount, 0)
  const filters = [{ key: 'keyId', values: [known[0]?.keyId ?? ''] }]
  assert.equal((await foreigner(ListKeys, listKeys, { filters })).totalCount, 0)
})

test('the gateway of an instance lists that instance only', async () => {
  const { kms } = await populated()
  const inside = actor(kms, { ...accountCaller(kms), instanceId: 'kst-one' })
  assert.equal((await inside(ListKeys, listKeys, {})).totalCount, 0)
  const filters = [{ key: 'DKMSInstanceId', values: [''] }]
  assert.equal((await inside(ListKeys, listKeys, { filters })).totalCount, 0)
  assert.equal(await answerOf(inside(ListKeys, listKeys, {})), 'ok')
})

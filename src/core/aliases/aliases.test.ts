import assert from 'node:assert/strict'
import { test } from 'node:test'
import { accountCaller, actor, answerOf, userCaller } from '../../../test/kit/calls.ts'
import { testKms } from '../../../test/kit/kms.ts'
import { CreateAlias, DeleteAlias, ListAliases, ListAliasesByKeyId, UpdateAlias } from '../../api/aliases.ts'
import { CreateKey, DescribeKey } from '../../api/keys.ts'
import { createKey } from '../keys/create-key.ts'
import { describeKey } from '../keys/describe-key.ts'
import { createAlias } from './create-alias.ts'
import { deleteAlias } from './delete-alias.ts'
import { listAliases } from './list-aliases.ts'
import { listAliasesByKeyId } from './list-aliases-by-key-id.ts'
import { updateAlias } from './update-alias.ts'

async function twoKeys() {
  const { kms } = await testKms()
  const account = actor(kms)
  const create = async () => (await account(CreateKey, createKey, {})).keyMetadata
  const [first, second] = [await create(), await create()]
  return {
    ...{ kms, account, first, second },
    give: (aliasName: string, keyId = first.keyId) => account(CreateAlias, createAlias, { aliasName, keyId }),
    move: (aliasName: string, keyId = second.keyId) => account(UpdateAlias, updateAlias, { aliasName, keyId }),
    drop: (aliasName: string) => account(DeleteAlias, deleteAlias, { aliasName }),
    list: (pageNumber = 1, pageSize = 10) => account(ListAliases, listAliases, { pageNumber, pageSize }),
  }
}

test('an alias is listed with its key, moves to another and goes', async () => {
  const { kms, account, first, second, give, move, drop, list } = await twoKeys()
  const aliasName = 'alias/Apollo/WorkKey'
  const aliasArn = `acs:kms:cn-hangzhou:${kms.settings.accountId}:${aliasName}`
  const aliasesOf = async (keyId: string) =>
    (await account(ListAliasesByKeyId, listAliasesByKeyId, { keyId })).aliases.alias
  await give(aliasName)
  assert.equal(account.notes().resource, aliasName)
  assert.equal(account.notes().keyId, first.keyId)
  assert.deepEqual((await list()).aliases.alias, [{ aliasName, aliasArn, keyId: first.keyId }])
  await move(aliasName)
  assert.deepEqual(await aliasesOf(first.keyId), [])
  assert.deepEqual(await aliasesOf(second.arn), [{ aliasName, aliasArn, keyId: second.keyId }])
  await drop(aliasName)
  assert.deepEqual(await list(), { aliases: { alias: [] }, pageNumber: 1, pageSize: 10, totalCount: 0 })
})

test('names have 1 to 255 letters, digits, _ - and / after the prefix; those of services are reserved', async () => {
  const { give } = await twoKeys()
  for (const name of ['a', 'A-b_c/9', 'x'.repeat(255)]) assert.equal(await answerOf(give(`alias/${name}`)), 'ok')
  for (const name of [
    'alias/',
    'name',
    'Alias/a',
    'alias/a b',
    'alias/ä',
    'alias/a\n',
    'alias/acs/oss',
    'alias/acs',
    `alias/${'x'.repeat(256)}`,
  ]) {
    await assert.rejects(give(name), { code: 'InvalidParameter', parameter: 'AliasName' }, name)
  }
})

test('what does not exist is told apart', async () => {
  const { give, move, drop } = await twoKeys()
  await give('alias/a')
  assert.equal(await answerOf(give('alias/a')), 'AliasAlreadyExists')
  assert.equal(await answerOf(give('alias/b', 'no-such-key')), 'Forbidden.KeyNotFound')
  assert.equal(await answerOf(give('alias/b', 'alias/a')), 'Unsupported.Alias')
  assert.equal(await answerOf(move('alias/none')), 'Forbidden.AliasNotFound')
  assert.equal(await answerOf(move('alias/a', 'no-such-key')), 'Forbidden.KeyNotFound')
  assert.equal(await answerOf(drop('alias/none')), 'Forbidden.AliasNotFound')
})

test('pages together show every alias once; a page of no items tells the total', async () => {
  const { give, list } = await twoKeys()
  for (let nth = 0; nth < 5; nth++) await give(`alias/${nth}`)
  const pages = await Promise.all([1, 2, 3].map((page) => list(page, 3)))
  const names = pages.map(({ aliases }) => aliases.alias.map(({ aliasName }) => aliasName))
  assert.deepEqual(names, [['alias/0', 'alias/1', 'alias/2'], ['alias/3', 'alias/4'], []])
  assert.deepEqual(await list(1, 0), { aliases: { alias: [] }, pageNumber: 1, pageSize: 0, totalCount: 5 })
})

test('the account has as many aliases as its limit says', async () => {
  const { kms, first } = await twoKeys()
  const settings = { ...kms.settings, limits: { ...kms.settings.limits, aliases: 1 } }
  const account = actor({ ...kms, settings })
  const give = (aliasName: string) => answerOf(account(CreateAlias, createAlias, { aliasName, keyId: first.keyId }))
  assert.equal(await give('alias/a'), 'ok')
  assert.equal(await give('alias/b'), 'Rejected.LimitExceeded')
})

test('two accounts may use one name for keys of their own', async () => {
  const { kms, first, give } = await twoKeys()
  await give('alias/a')
  const other = actor(kms, accountCaller(kms, '9000000000000009'))
  const { keyId } = (await other(CreateKey, createKey, {})).keyMetadata
  await other(CreateAlias, createAlias, { aliasName: 'alias/a', keyId })
  const found = await other(DescribeKey, describeKey, { keyId: 'alias/a' })
  assert.equal(found.keyMetadata.keyId, keyId)
  assert.equal(
    await answerOf(other(CreateAlias, createAlias, { aliasName: 'alias/b', keyId: first.keyId })),
    'Forbidden.KeyNotFound',
  )
})

test('of many who create one alias at the same moment, one succeeds', async () => {
  const { give, list } = await twoKeys()
  const answers = await Promise.all(Array.from({ length: 8 }, () => answerOf(give('alias/contested'))))
  assert.deepEqual(new Set(answers), new Set(['ok', 'AliasAlreadyExists']))
  assert.equal(answers.filter((answer) => answer === 'ok').length, 1)
  assert.equal((await list()).totalCount, 1)
})

test('moving an alias needs the permission on the alias, on the key it leaves and on the new one', async () => {
  const { kms, first, second, give, list } = await twoKeys()
  await give('alias/a')
  const all = [`acs:kms:*:*:alias/a`, first.arn, second.arn]
  const move = (Resource: string[]) => {
    const user = actor(kms, userCaller(kms, [{ Action: 'kms:UpdateAlias', Resource }]))
    return answerOf(user(UpdateAlias, updateAlias, { aliasName: 'alias/a', keyId: second.keyId }))
  }
  for (const left of all) {
    assert.equal(await move(all.filter((resource) => resource !== left)), 'Forbidden.NoPermission')
  }
  assert.equal((await list()).aliases.alias[0]?.keyId, first.keyId)
  assert.equal(await move(all), 'ok')
})

test('an alias that flips between keys never lends the permission on one to the other', async () => {
  const { kms, first, second, give, move } = await twoKeys()
  await give('alias/flipping')
  const user = actor(kms, userCaller(kms, [{ Action: 'kms:DescribeKey', Resource: first.arn }]))
  const look = async () => {
    try {
      return (await user(DescribeKey, describeKey, { keyId: 'alias/flipping' })).keyMetadata.keyId
    } catch (error) {
      assert.equal((error as { code?: string }).code, 'Forbidden.NoPermission')
      return 'refused'
    }
  }
  const flip = (nth: number) => move('alias/flipping', nth % 2 ? first.keyId : second.keyId)
  const seen: string[] = []
  for (let nth = 0; nth < 50; nth++) {
    const [, ...looks] = await Promise.all([flip(nth), look(), look(), look()])
    seen.push(...looks, await look())
  }
  assert.deepEqual(new Set(seen), new Set([first.keyId, 'refused']))
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { accountCaller, actor, answerOf, userCaller } from '../../../test/kit/calls.ts'
import { testKms } from '../../../test/kit/kms.ts'
import { CreateKey } from '../../api/keys.ts'
import type { RequestOf } from '../../api/operation.ts'
import {
  ListResourceTags,
  ListTagResources,
  TagResource,
  TagResources,
  UntagResource,
  UntagResources,
} from '../../api/tags.ts'
import { createKey } from '../keys/create-key.ts'
import { isTagKey, isTagValue } from '../tag-rules.ts'
import { listResourceTags } from './list-resource-tags.ts'
import { listTagResources } from './list-tag-resources.ts'
import { tagResource } from './tag-resource.ts'
import { tagResources } from './tag-resources.ts'
import { untagResource } from './untag-resource.ts'
import { untagResources } from './untag-resources.ts'

const region = { regionId: 'cn-hangzhou', resourceType: 'key' } as const

async function fixture() {
  const { kms } = await testKms()
  const account = actor(kms)
  const create = async () => (await account(CreateKey, createKey, {})).keyMetadata.keyId
  return {
    ...{ kms, account, create },
    tag: (keyId: string, tags: Record<string, string>) =>
      account(TagResource, tagResource, {
        keyId,
        tags: Object.entries(tags).map(([tagKey, tagValue]) => ({ tagKey, tagValue })),
      }),
    untag: (keyId: string, tagKeys: string[]) => account(UntagResource, untagResource, { keyId, tagKeys }),
    tagAll: (resourceId: string[], tag: { key: string; value?: string }[], more = {}) =>
      account(TagResources, tagResources, { ...region, resourceId, tag, ...more }),
    untagAll: (resourceId: string[], more: Partial<RequestOf<typeof UntagResources>>) =>
      account(UntagResources, untagResources, { ...region, resourceId, ...more }),
    tagsOf: async (keyId: string) => {
      const { tags } = await account(ListResourceTags, listResourceTags, { keyId })
      assert.ok(tags.tag.every((tag) => tag.keyId === keyId))
      return Object.fromEntries(tags.tag.map(({ tagKey, tagValue }) => [tagKey, tagValue]))
    },
    list: (more: Partial<RequestOf<typeof ListTagResources>> = {}) =>
      account(ListTagResources, listTagResources, { ...region, ...more }),
  }
}
type Rows = Awaited<ReturnType<Awaited<ReturnType<typeof fixture>>['list']>>['tagResources']['tagResource']
const idsIn = (rows: Rows) => new Set(rows.map(({ resourceId }) => resourceId))

test('tags have up to 128 letters, digits and / \\ _ - . + = : @, and keys do not begin as those of the service do', () => {
  const letters = 'abcxyzABCXYZ0189/\\_-.+=:@'
  const anyTag = fc.string({ unit: fc.constantFrom(...letters), maxLength: 128 })
  fc.assert(
    fc.property(anyTag, (text) => {
      assert.equal(isTagValue(text), true)
      assert.equal(isTagKey(text), text !== '' && !text.startsWith('acs:') && !text.startsWith('aliyun'))
    }),
  )
  for (const text of ['a b', 'ä', 'a\n', 'a,', '"', 'a'.repeat(129)]) {
    assert.equal(isTagKey(text), false, text)
    assert.equal(isTagValue(text), false, text)
  }
  for (const key of ['', 'aliyun', 'aliyunX', 'acs:x']) assert.equal(isTagKey(key), false, key)
})

test('tags are added, changed and removed; unknown ones are passed over', async () => {
  const { create, tag, untag, tagsOf } = await fixture()
  const keyId = await create()
  await tag(keyId, { testA: '123456', testB: 'abcdef' })
  await tag(keyId, { testB: 'new', testC: '' })
  assert.deepEqual(await tagsOf(keyId), { testA: '123456', testB: 'new', testC: '' })
  await untag(keyId, ['testA', 'testC', 'never'])
  assert.deepEqual(await tagsOf(keyId), { testB: 'new' })
})

test('a tag named like a part of the language is a tag like any other', async () => {
  const { create, tag, untag, tagsOf, list } = await fixture()
  const keyId = await create()
  for (const name of ['__proto__', 'constructor', 'toString']) {
    await tag(keyId, JSON.parse(`{"${name}":"x"}`))
    assert.equal(Object.entries(await tagsOf(keyId)).toString(), `${name},x`)
    assert.equal((await list({ tag: [{ key: name }] })).tagResources.tagResource.length, 1)
    await untag(keyId, [name])
    assert.equal((await list({ tag: [{ key: name }] })).tagResources.tagResource.length, 0)
  }
})

test('a key has at most 20 tags', async () => {
  const { create, tag, tagsOf } = await fixture()
  const keyId = await create()
  const numbered = (from: number, to: number) =>
    Object.fromEntries(Array.from({ length: to - from }, (_, nth) => [`tag${from + nth}`, '']))
  await tag(keyId, numbered(0, 20))
  assert.equal(await answerOf(tag(keyId, { tag0: 'changed' })), 'ok')
  assert.equal(await answerOf(tag(keyId, { more: '' })), 'Rejected.LimitExceeded')
  assert.equal(await answerOf(tag(await create(), numbered(0, 21))), 'Rejected.LimitExceeded')
  assert.equal(Object.keys(await tagsOf(keyId)).length, 20)
})

test('the two generations of operations name bad tags differently', async () => {
  const { account, create, tag, tagAll } = await fixture()
  const keyId = await create()
  await assert.rejects(tag(keyId, { 'acs:x': '' }), { code: 'InvalidParameter', parameter: 'Tags' })
  await assert.rejects(tag(keyId, { x: 'ä' }), { code: 'InvalidParameter', parameter: 'Tags' })
  const twice = [1, 2].map(() => ({ tagKey: 'x', tagValue: '' }))
  await assert.rejects(account(TagResource, tagResource, { keyId, tags: twice }), { code: 'InvalidParameter' })
  assert.equal(await answerOf(tagAll([keyId], [{ key: 'aliyun' }])), 'InvalidParameter.TagKey')
  assert.equal(await answerOf(tagAll([keyId], [{ key: 'x', value: 'ä' }])), 'InvalidParameter.TagValue')
  assert.equal(await answerOf(tagAll([keyId], [{ key: 'x' }, { key: 'x' }])), 'Duplicate.TagKey')
})

test('TagResource names exactly one resource', async () => {
  const { kms, account, create } = await fixture()
  const keyId = await create()
  const answer = (names: object, as = account) => answerOf(as(TagResource, tagResource, { tags: [], ...names }))
  assert.equal(await answer({}), 'MissingParameter')
  assert.equal(await answer({ keyId, secretName: 'x' }), 'InvalidParameter')
  assert.equal(await answer({ certificateId: 'x' }), 'Certificate.NotFound')
  assert.equal(await answer({ secretName: 'none' }), 'Forbidden.ResourceNotFound')
  assert.equal(await answer({ keyId: 'none' }), 'Forbidden.KeyNotFound')
  const powerless = actor(kms, userCaller(kms))
  assert.equal(await answer({ certificateId: 'x' }, powerless), 'Forbidden.NoPermission')
  assert.equal(await answer({ secretName: 'none' }, powerless), 'Forbidden.NoPermission')
})

test('several keys get their tags together or not at all', async () => {
  const { create, tagAll, untagAll, tagsOf, tag } = await fixture()
  const [first, second] = [await create(), await create()]
  await tagAll([first, second, first], [{ key: 'team', value: 'apollo' }, { key: 'stage' }])
  assert.deepEqual(await tagsOf(second), { team: 'apollo', stage: '' })
  assert.equal(await answerOf(tagAll([first, 'none'], [{ key: 'late' }])), 'InvalidResourceId.NotFound')
  assert.equal(await answerOf(untagAll([first, 'none'], { all: true })), 'InvalidResourceId.NotFound')
  assert.deepEqual(await tagsOf(first), { team: 'apollo', stage: '' })
  await tag(first, { extra: '' })
  await untagAll([first, second], { tagKey: ['stage', 'never'], all: true })
  assert.deepEqual(await tagsOf(first), { team: 'apollo', extra: '' })
  await untagAll([first, second], { all: true })
  assert.deepEqual([await tagsOf(first), await tagsOf(second)], [{}, {}])
  assert.equal(await answerOf(untagAll([first], {})), 'MissingParameter')
})

test('operations with a region serve this one', async () => {
  const { create, tagAll, untagAll, list } = await fixture()
  const keyId = await create()
  const elsewhere = { regionId: 'cn-beijing' }
  for (const work of [
    tagAll([keyId], [], elsewhere),
    untagAll([keyId], { all: true, ...elsewhere }),
    list(elsewhere),
  ]) {
    await assert.rejects(work, { code: 'InvalidParameter', parameter: 'RegionId' })
  }
})

test('tagged keys are listed by id and by tags, all of which they must have', async () => {
  const { create, tag, list } = await fixture()
  const [both, one, none] = [await create(), await create(), await create()]
  await tag(both, { team: 'apollo', stage: 'test' })
  await tag(one, { team: 'gemini' })
  const found = async (more: Partial<RequestOf<typeof ListTagResources>>) =>
    idsIn((await list(more)).tagResources.tagResource)
  assert.deepEqual(await found({}), new Set([both, one]))
  assert.deepEqual(await found({ tag: [{ key: 'team' }] }), new Set([both, one]))
  assert.deepEqual(await found({ tag: [{ key: 'team', value: 'apollo' }] }), new Set([both]))
  assert.deepEqual(await found({ tag: [{ key: 'team' }, { key: 'stage', value: 'test' }] }), new Set([both]))
  assert.deepEqual(await found({ tag: [{ key: 'team', value: '' }] }), new Set())
  assert.deepEqual(await found({ resourceId: [one, none] }), new Set([one]))
  assert.deepEqual(await found({ resourceId: [one, none], tag: [{ key: 'stage' }] }), new Set())
  assert.equal(await answerOf(list({ resourceId: ['none'] })), 'InvalidResourceId.NotFound')
  assert.equal(await answerOf(list({ tag: [{ key: 'x' }, { key: 'x' }] })), 'Duplicate.TagKey')
  assert.deepEqual((await list({ resourceType: 'secret' })).tagResources.tagResource, [])
})

test('an equals sign in a tag is no way to another tag', async () => {
  const { create, tag, list } = await fixture()
  await tag(await create(), { 'a=b': 'c' })
  assert.deepEqual((await list({ tag: [{ key: 'a', value: 'b=c' }] })).tagResources.tagResource, [])
})

test('pages hold up to 200 tags and together every tag once', async () => {
  const { create, tagAll, list } = await fixture()
  const created = await Promise.all(Array.from({ length: 23 }, create))
  const tags = Array.from({ length: 19 }, (_, nth) => ({ key: `tag${nth}`, value: '' }))
  await tagAll(created, tags)
  for (const more of [{}, { resourceId: created }]) {
    const rows: Rows[number][] = []
    const sizes: number[] = []
    for (let nextToken: string | undefined; nextToken !== ''; ) {
      const page = await list({ ...more, nextToken })
      rows.push(...page.tagResources.tagResource)
      sizes.push(page.tagResources.tagResource.length)
      nextToken = page.nextToken
    }
    assert.deepEqual(sizes, [190, 190, 57])
    assert.equal(new Set(rows.map(({ resourceId, tagKey }) => `${resourceId} ${tagKey}`)).size, 23 * 19)
  }
})

test('a token that is none is refused', async () => {
  const { list } = await fixture()
  for (const nextToken of ['x', 'AAAA', Buffer.from('after -1').toString('base64url')]) {
    await assert.rejects(list({ nextToken }), { code: 'InvalidParameter', parameter: 'NextToken' })
  }
})

test('tags of another account are neither listed nor changed', async () => {
  const { kms, create, tag } = await fixture()
  const keyId = await create()
  await tag(keyId, { team: 'apollo' })
  const foreigner = actor(kms, accountCaller(kms, '9000000000000009'))
  assert.deepEqual((await foreigner(ListTagResources, listTagResources, region)).tagResources.tagResource, [])
  const change = foreigner(TagResources, tagResources, { ...region, resourceId: [keyId], tag: [{ key: 'x' }] })
  assert.equal(await answerOf(change), 'InvalidResourceId.NotFound')
})

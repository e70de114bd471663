import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { operations } from '../src/api/operations.ts'
import { openStore } from '../src/store/open-store.ts'
import { testKms } from './kit/kms.ts'
import { type Answer, type OpenapiFixture, openapiFixture, v1Request } from './kit/openapi.ts'
import { take, tour, World } from './kit/tour.ts'

/** Two servers of one deployment: each remembers what it was asked, and both have the same store. */
describe('what changes state, sent to another server once more,', () => {
  let [one, two] = [] as unknown as [OpenapiFixture, OpenapiFixture]
  before(async () => {
    const store = await openStore({ engine: 'sqlite', path: ':memory:' })
    const authentication = { isShared: true }
    const kmsOf = async () => (await testKms({ store, rootKey: new Uint8Array(32), cachedRecords: 0 })).kms
    one = await openapiFixture(await kmsOf(), { authentication })
    two = await openapiFixture(await kmsOf(), { authentication }, one.account)
  })

  const requestOf = (action: string, parameters: Readonly<Record<string, string>>, as = one.account, version = '') =>
    v1Request(as, action, parameters, { date: one.kms.now(), ...(version === '' ? {} : { version }) })
  const answerOf = async (fixture: OpenapiFixture, request: ReturnType<typeof requestOf>): Promise<Answer> => {
    const { status, headers, body } = await fixture.gateway.handle(request)
    return { status, headers, body: JSON.parse(String(body)) }
  }

  test('is refused, whichever operation it is', async () => {
    const replayed = new Set<string>()
    const world = new World(one.kms.settings.accountId)
    const call: OpenapiFixture['call'] = async (action, parameters = {}, { as, version } = {}) => {
      const request = requestOf(action, parameters, as, version)
      const answer = await answerOf(one, request)
      const mutates = operations.some(({ name, mutates: does }) => name === action && does)
      if (!mutates) return answer
      const again = await answerOf(two, request)
      // who has deleted himself, or what he signs with, is nobody any more; and some steps are to be refused
      const others = ['InvalidAccessKeyId.NotFound', 'InvalidAccessKeyId.Inactive', answer.body.Code]
      const isRefused = again.body.Code === 'SignatureNonceUsed' || others.includes(again.body.Code ?? 'Success')
      assert.ok(isRefused, `${action}: ${JSON.stringify(again.body)}`)
      replayed.add(action)
      return answer
    }
    for (const step of tour) await take(step, { call }, world)
    const mutating = operations.filter(({ mutates, api }) => mutates && api.product === 'Kms').map(({ name }) => name)
    assert.deepEqual(
      mutating.filter((name) => !replayed.has(name)),
      [],
    )
  })

  test('is refused, too, when it had changed nothing or could not be done', async () => {
    const { KeyId } = (await one.succeed('CreateKey')).KeyMetadata
    const enable = requestOf('EnableKey', { KeyId })
    const alias = { AliasName: 'alias/replayed', KeyId }
    await one.succeed('CreateAlias', alias)
    const create = requestOf('CreateAlias', alias)
    assert.equal((await answerOf(one, enable)).status, 200)
    assert.notEqual((await answerOf(one, create)).status, 200)
    await one.succeed('DisableKey', { KeyId })
    await one.succeed('DeleteAlias', { AliasName: alias.AliasName })
    for (const request of [enable, create]) assert.equal((await answerOf(two, request)).body.Code, 'SignatureNonceUsed')
    assert.equal((await two.succeed('DescribeKey', { KeyId })).KeyMetadata.KeyState, 'Disabled')
  })

  test('takes effect at one of the two that get it at the same time', async () => {
    const count = async (): Promise<number> => (await one.succeed('ListKeys')).TotalCount
    const present = await count()
    for (let round = 0; round < 10; round++) {
      const request = requestOf('CreateKey', {})
      const answers = await Promise.all([answerOf(one, request), answerOf(two, request)])
      assert.deepEqual(answers.map(({ body }) => body.Code ?? 'Success').sort(), ['SignatureNonceUsed', 'Success'])
    }
    assert.equal(await count(), present + 10)
  })

  test('is no obstacle to a call that changes several things, or to another', async () => {
    const { KeyId } = (await one.succeed('CreateKey')).KeyMetadata
    const updates = Array.from({ length: 200 }, (_, n) =>
      [one, two][n % 2]?.call('UpdateKeyDescription', { KeyId, Description: `${n}` }),
    )
    for (const answer of await Promise.all(updates)) assert.equal(answer?.status, 200, JSON.stringify(answer?.body))
  })
})

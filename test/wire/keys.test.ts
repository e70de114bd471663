import assert from 'node:assert/strict'
import { beforeEach, describe, test } from 'node:test'
import { testKms } from '../kit/kms.ts'
import { type Answer, type OpenapiFixture, openapiFixture } from '../kit/openapi.ts'

let fixture: OpenapiFixture
let advance: (milliseconds: number) => void

beforeEach(async () => {
  const made = await testKms()
  advance = made.advance
  fixture = await openapiFixture(made.kms)
})

const createKey = async (parameters: Record<string, string> = {}): Promise<string> =>
  (await fixture.succeed('CreateKey', parameters)).KeyMetadata.KeyId

const refusal = async (action: string, parameters: Record<string, string>): Promise<[number, string]> => {
  const { status, body } = await fixture.call(action, parameters)
  return [status, body.Code]
}

describe('keys', () => {
  test('a new key describes itself', async () => {
    const { KeyMetadata } = await fixture.succeed('CreateKey', { Description: 'für <Apollo> 阿波罗' })
    assert.deepEqual((await fixture.succeed('DescribeKey', { KeyId: KeyMetadata.KeyId })).KeyMetadata, {
      DeletionProtection: 'Disabled',
      ...KeyMetadata,
    })
    const { accountId } = fixture.kms.settings
    assert.equal(KeyMetadata.Arn, `acs:kms:cn-hangzhou:${accountId}:key/${KeyMetadata.KeyId}`)
    assert.equal(KeyMetadata.Description, 'für <Apollo> 阿波罗')
    assert.equal(KeyMetadata.CreationDate, '2026-11-21T22:00:00Z')
  })

  test('pages are cut where the caller says', async () => {
    const made = []
    for (let count = 0; count < 5; count++) made.push(await createKey())
    const page = async (PageNumber: string): Promise<Answer['body']> =>
      fixture.succeed('ListKeys', { PageNumber, PageSize: '2' })
    const pages = [await page('1'), await page('2'), await page('3'), await page('4')]
    assert.deepEqual(
      pages.map(({ Keys }) => Keys.Key.length),
      [2, 2, 1, 0],
    )
    assert.ok(pages.every(({ TotalCount, PageSize }) => TotalCount === 5 && PageSize === 2))
    const listed = pages.flatMap(({ Keys }) => Keys.Key.map((key: { KeyId: string }) => key.KeyId as string))
    assert.deepEqual(new Set(listed), new Set(made))
    assert.deepEqual(await refusal('ListKeys', { PageSize: '101' }), [400, 'InvalidParameter'])
  })

  test('a key that waits for its deletion can be kept, until it is gone', async () => {
    const KeyId = await createKey()
    await fixture.succeed('ScheduleKeyDeletion', { KeyId, PendingWindowInDays: '7' })
    assert.deepEqual(await refusal('Encrypt', { KeyId, Plaintext: 'x' }), [409, 'Rejected.PendingDeletion'])
    assert.deepEqual(await refusal('EnableKey', { KeyId }), [409, 'Rejected.StateModifiedFailed'])
    await fixture.succeed('CancelKeyDeletion', { KeyId })
    await fixture.succeed('EnableKey', { KeyId })
    await fixture.succeed('Encrypt', { KeyId, Plaintext: 'x' })
  })

  test('the clock of a caller may be off by a quarter of an hour', async () => {
    const before = fixture.kms.now().getTime()
    const late = { ...fixture, kms: { ...fixture.kms, now: () => new Date(before) } }
    const other = await openapiFixture(late.kms, {}, fixture.account)
    advance(15 * 60_000)
    assert.equal((await other.call('ListKeys')).status, 200)
  })
})

describe('aliases', () => {
  test('an alias names a key in every operation that takes one', async () => {
    const [first, second] = [await createKey(), await createKey()]
    const AliasName = 'alias/Apollo/WorkKey'
    await fixture.succeed('CreateAlias', { AliasName, KeyId: first })
    assert.equal((await fixture.succeed('Encrypt', { KeyId: AliasName, Plaintext: 'x' })).KeyId, first)
    assert.deepEqual(await refusal('CreateAlias', { AliasName, KeyId: second }), [400, 'AliasAlreadyExists'])
    await fixture.succeed('UpdateAlias', { AliasName, KeyId: second })
    assert.equal((await fixture.succeed('Encrypt', { KeyId: AliasName, Plaintext: 'x' })).KeyId, second)
    assert.deepEqual(await refusal('DisableKey', { KeyId: AliasName }), [400, 'Unsupported.Alias'])
    await fixture.succeed('DeleteAlias', { AliasName })
    const gone = await refusal('Encrypt', { KeyId: AliasName, Plaintext: 'x' })
    assert.deepEqual(gone, [404, 'Forbidden.AliasNotFound'])
  })
})

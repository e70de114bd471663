import assert from 'node:assert/strict'
import { beforeEach, describe, test } from 'node:test'
import { ramApi, stsApi } from '../../src/api/operation.ts'
import type { SigningCredentials } from '../../src/wire/rpc-signature.ts'
import { testKms } from '../kit/kms.ts'
import { type Answer, assumeTestRole, type OpenapiFixture, openapiFixture, testRole } from '../kit/openapi.ts'

let fixture: OpenapiFixture
let advance: (milliseconds: number) => void
let KeyId = ''

beforeEach(async () => {
  const made = await testKms()
  advance = made.advance
  fixture = await openapiFixture(made.kms)
  KeyId = (await fixture.succeed('CreateKey')).KeyMetadata.KeyId
})

const ram = (action: string, parameters: Record<string, string>): Promise<Answer['body']> =>
  fixture.succeed(action, parameters, { version: ramApi.version })

async function createUser(UserName: string): Promise<SigningCredentials> {
  await ram('CreateUser', { UserName })
  const { AccessKey } = await ram('CreateAccessKey', { UserName })
  return { accessKeyId: AccessKey.AccessKeyId, accessKeySecret: AccessKey.AccessKeySecret }
}

const policy = (Action: string, Effect = 'Allow'): string =>
  JSON.stringify({ Version: '1', Statement: [{ Effect, Action, Resource: '*' }] })

const encrypt = (as: SigningCredentials) => fixture.call('Encrypt', { KeyId, Plaintext: 'x' }, { as })

describe('users', () => {
  test('a user may do nothing until a policy allows it, and from the next call on', async () => {
    const alice = await createUser('alice')
    const denied = await encrypt(alice)
    assert.deepEqual([denied.status, denied.body.Code], [403, 'Forbidden.NoPermission'])
    const detail: Record<string, unknown> = denied.body.AccessDeniedDetail
    assert.equal(detail.AuthAction, 'kms:Encrypt')
    assert.ok(Object.values(detail).every((value) => typeof value === 'string'))

    const PolicyName = 'encrypt'
    await ram('CreatePolicy', { PolicyName, PolicyDocument: policy('kms:Encrypt') })
    await ram('AttachPolicyToUser', { PolicyName, PolicyType: 'Custom', UserName: 'alice' })
    assert.equal((await encrypt(alice)).status, 200)
    assert.equal((await fixture.call('DisableKey', { KeyId }, { as: alice })).status, 403)

    const version = { PolicyName, PolicyDocument: policy('kms:Encrypt', 'Deny'), SetAsDefault: 'true' }
    await ram('CreatePolicyVersion', version)
    assert.equal((await encrypt(alice)).status, 403)
  })

  test('a refused dry run says so in its own words', async () => {
    const alice = await createUser('alice')
    const { status, body } = await fixture.call('Encrypt', { KeyId, Plaintext: 'x', DryRun: 'true' }, { as: alice })
    assert.deepEqual([status, body.Code, body.AccessDeniedDetail.AuthAction], [403, 'AccessDeniedError', 'kms:Encrypt'])
  })

  test('an AccessKey stops working when it is disabled, deleted, or its user is', async () => {
    const alice = await createUser('alice')
    const access = { UserName: 'alice', UserAccessKeyId: alice.accessKeyId }
    await ram('UpdateAccessKey', { ...access, Status: 'Inactive' })
    assert.equal((await encrypt(alice)).body.Code, 'InvalidAccessKeyId.Inactive')
    await ram('UpdateAccessKey', { ...access, Status: 'Active' })
    assert.equal((await encrypt(alice)).body.Code, 'Forbidden.NoPermission')
    await ram('DeleteAccessKey', access)
    assert.equal((await encrypt(alice)).body.Code, 'InvalidAccessKeyId.NotFound')
  })

  test('the audit names the user, also when the call was refused', async () => {
    const alice = await createUser('alice')
    fixture.audit.length = 0
    await encrypt(alice)
    const [record] = fixture.audit
    assert.equal(record?.principal, `acs:ram::${fixture.kms.settings.accountId}:user/alice`)
    assert.deepEqual([record?.code, record?.keyId], ['Forbidden.NoPermission', KeyId])
  })
})

describe('temporary credentials', () => {
  test('they work with their token until they expire', async () => {
    const session = await assumeTestRole(fixture)
    for (const scheme of ['V1', 'ACS3'] as const) {
      await fixture.succeed('Encrypt', { KeyId, Plaintext: 'x' }, { as: session, scheme })
    }
    const identity = await fixture.succeed('GetCallerIdentity', {}, { as: session, version: stsApi.version })
    assert.equal(identity.IdentityType, 'AssumedRoleUser')
    const { securityToken: _, ...bare } = session
    assert.equal((await encrypt(bare)).body.Code, 'MissingSecurityToken')
    advance(3600_000)
    assert.equal((await encrypt(session)).body.Code, 'InvalidSecurityToken.Expired')
  })

  test('the token of another session does not fit', async () => {
    const assume = await testRole(fixture)
    const [first, second] = [await assume('first'), await assume('second')]
    const mixed = { ...first, securityToken: second.securityToken }
    assert.equal((await encrypt(mixed)).body.Code, 'InvalidSecurityToken.MismatchWithAccessKey')
  })
})

import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { accountCaller, actor, answerOf } from '../../../test/kit/calls.ts'
import { jwkOf, macToken, newSigningKey, type SigningKey, tokenOf, unsignedToken } from '../../../test/kit/issuer.ts'
import { testKms } from '../../../test/kit/kms.ts'
import * as ramApi from '../../api/ram.ts'
import * as identityApi from '../../api/ram-identity-providers.ts'
import * as stsApi from '../../api/sts.ts'
import type { Jwk } from '../../crypto/jws.ts'
import { parseIdentityPolicy } from '../access/policy.ts'
import { findCredential } from '../callers/credentials.ts'
import { IssuerUnavailable } from '../issuer-keys.ts'
import type { Kms } from '../kms.ts'
import { createOIDCProvider } from '../ram/create-oidc-provider.ts'
import { createRole } from '../ram/create-role.ts'
import { updateOIDCProvider } from '../ram/update-oidc-provider.ts'
import { assumeRole } from './assume-role.ts'
import { assumeRoleWithOIDC } from './assume-role-with-oidc.ts'
import { federatedCaller } from './federated-caller.ts'
import { getCallerIdentity } from './get-caller-identity.ts'

const issuer = 'https://issuer.example'
const oIDCProviderArn = 'acs:ram::1000000000000001:oidc-provider/ci'
const roleArn = 'acs:ram::1000000000000001:role/deploy'
const start = Date.parse('2026-11-21T22:00:00Z') / 1000
const subject = 'repo:shop/web:ref:refs/heads/main'
const claims = { iss: issuer, sub: subject, aud: 'keyhaven', iat: start, exp: start + 600 }
const federated = { Federated: [oIDCProviderArn] }
const condition = {
  StringEquals: { 'oidc:iss': issuer, 'oidc:aud': 'keyhaven' },
  StringLike: { 'oidc:sub': 'repo:shop/*' },
}

let rsa: SigningKey
let other: SigningKey
before(() => {
  rsa = newSigningKey('rsa')
  other = newSigningKey('rsa')
})

const trust = (Condition: object = condition, Principal: object = federated, Effect = 'Allow') => ({
  ...{ Effect, Action: 'sts:AssumeRole', Principal, Condition },
})

interface World {
  readonly kms: Kms
  advance(milliseconds: number): void
  /** what AssumeRoleWithOIDC answers to a token */
  assume(token: string, input?: object): ReturnType<typeof assumeRoleWithOIDC>
}

async function world(statements: readonly object[] = [trust()], keys?: () => readonly Jwk[]): Promise<World> {
  const { kms: plain, advance } = await testKms()
  const issuerKeys = { keysOf: async () => keys?.() ?? [jwkOf(rsa)] }
  const kms: Kms = { ...plain, issuerKeys }
  const as = actor(kms)
  await as(identityApi.CreateOIDCProvider, createOIDCProvider, {
    ...{ oIDCProviderName: 'ci', issuerUrl: issuer, clientIds: 'keyhaven,sts' },
  })
  const assumeRolePolicyDocument = JSON.stringify({ Version: '1', Statement: statements })
  await as(ramApi.CreateRole, createRole, { roleName: 'deploy', assumeRolePolicyDocument })
  return {
    kms,
    advance,
    async assume(oIDCToken, input = {}) {
      const given = { oIDCProviderArn, roleArn, oIDCToken, roleSessionName: 'job-7', ...input }
      const proven = await federatedCaller(kms, given, {})
      const caller = { ...proven, sourceAddress: '192.0.2.1', secureTransport: true }
      return actor(kms, caller)(stsApi.AssumeRoleWithOIDC, assumeRoleWithOIDC, given)
    },
  }
}

const token = (code: string): string => `AuthenticationFail.OIDCToken.${code}`
const invalid = token('Invalid')
const unsigned = token('InvalidSignature')

test('a token of the provider opens a session, which says whose token it was', async () => {
  const { kms, assume } = await world()
  const answer = await assume(tokenOf(rsa, claims))
  assert.equal(answer.assumedRoleUser.arn, 'acs:ram::1000000000000001:assumed-role/deploy/job-7')
  assert.deepEqual(answer.oIDCTokenInfo, {
    ...{ issuer, subject, clientIds: 'keyhaven', verificationInfo: 'Success' },
    ...{ issuanceTime: '2026-11-21T22:00:00Z', expirationTime: '2026-11-21T22:10:00Z' },
  })
  const credential = await findCredential(kms, answer.credentials.accessKeyId)
  assert.ok(credential)
  assert.deepEqual(credential.caller.tokenHolder, { issuer, subject })
  const caller = { ...credential.caller, sourceAddress: '192.0.2.1', secureTransport: true }
  const identity = await actor(kms, caller)(stsApi.GetCallerIdentity, getCallerIdentity, {})
  assert.deepEqual([identity.identityType, identity.arn], ['AssumedRoleUser', answer.assumedRoleUser.arn])
  assert.equal((await assume(tokenOf(rsa, claims))).assumedRoleUser.arn, answer.assumedRoleUser.arn, 'sent twice')
})

describe('signatures', () => {
  for (const alg of ['RS256', 'RS384', 'RS512', 'PS256', 'ES256', 'ES384']) {
    test(`${alg} is taken`, async () => {
      const key = newSigningKey('k', alg)
      const { assume } = await world(undefined, () => [jwkOf(rsa), jwkOf(key)])
      assert.equal(await answerOf(assume(tokenOf(key, claims))), 'ok')
    })
  }

  test('a token without one, with a MAC by the public key, or by another key is refused', async () => {
    const { assume } = await world()
    for (const made of [unsignedToken(claims), `${unsignedToken(claims)}AA`, macToken(rsa, claims)])
      assert.equal(await answerOf(assume(made)), invalid)
    assert.equal(await answerOf(assume(tokenOf(other, claims))), unsigned)
    const genuine = tokenOf(rsa, claims)
    const [header, , signature] = genuine.split('.')
    const payload = Buffer.from(JSON.stringify({ ...claims, sub: 'repo:shop/evil' })).toString('base64url')
    assert.equal(await answerOf(assume(`${header}.${payload}.${signature}`)), unsigned)
  })

  test('a key is used only for what it says it is for', async () => {
    const uses = [{ use: 'enc' }, { alg: 'RS512' }, { key_ops: ['sign'] }, { kty: 'oct', k: 'AAAA' }, { n: 'AQAB' }]
    for (const use of uses) {
      const { assume } = await world(undefined, () => [{ ...jwkOf(rsa), ...use }])
      assert.equal(await answerOf(assume(tokenOf(rsa, claims))), unsigned, JSON.stringify(use))
    }
  })

  test('a header that asks for more than is understood is refused, and nothing that is no JWT gets further', async () => {
    const { assume } = await world()
    assert.equal(await answerOf(assume(tokenOf(rsa, claims, { crit: ['b64'], b64: false }))), invalid)
    assert.equal(await answerOf(assume(tokenOf(rsa, claims, { kid: 7 }))), invalid)
    for (const made of ['....', 'a.b.c', `${tokenOf(rsa, claims)}.x`, `${tokenOf(rsa, claims)}=`, '{}.{}.{}'])
      assert.equal(await answerOf(assume(made)), invalid, made)
    for (const header of [
      { alg: 'ES512' },
      { alg: 'EdDSA' },
      { alg: 'NONE' },
      { alg: ['RS256'] },
      { alg: '__proto__' },
    ])
      assert.equal(await answerOf(assume(tokenOf(rsa, claims, header))), invalid)
  })
})

describe('claims', () => {
  const refused: readonly (readonly [name: string, change: object, code: string])[] = [
    ['of another issuer', { iss: 'https://issuer.example/' }, token('IssuerNotMatch')],
    ['of no issuer', { iss: undefined }, token('IssuerNotMatch')],
    ['for somebody else', { aud: 'elsewhere' }, token('AudienceNotMatch')],
    ['for nobody', { aud: undefined }, invalid],
    ['for what is no text', { aud: ['keyhaven', 7] }, invalid],
    ['of nobody', { sub: '' }, invalid],
    ['of a name with a line end', { sub: 'repo:shop/web\nadmin' }, invalid],
    ['of a name that is too long', { sub: 'x'.repeat(513) }, invalid],
    ['of half a character', { sub: 'x\ud800' }, invalid],
    ['that has ended', { iat: start - 900, exp: start - 61 }, token('Expired')],
    ['without an end', { exp: undefined }, invalid],
    ['whose end is no number', { exp: String(start + 600) }, invalid],
    ['that is not valid yet', { nbf: start + 61 }, invalid],
    ['of the future', { iat: start + 61 }, invalid],
    ['without its time', { iat: undefined }, invalid],
    ['that is too old', { iat: start - 12 * 3600 - 61 }, invalid],
  ]
  for (const [name, change, code] of refused) {
    test(`a token ${name} is refused`, async () => {
      const { assume } = await world()
      assert.equal(await answerOf(assume(tokenOf(rsa, { ...claims, ...change }))), code)
    })
  }

  test('clocks may differ by a minute, and one audience of several is enough', async () => {
    const { assume } = await world()
    const change = { iat: start + 59, nbf: start + 59, aud: ['elsewhere', 'keyhaven'] }
    assert.equal(await answerOf(assume(tokenOf(rsa, { ...claims, ...change }))), 'ok')
    assert.equal(await answerOf(assume(tokenOf(rsa, { ...claims, iat: start - 900, exp: start - 59 }))), 'ok')
  })

  test('a provider without client ids takes no token', async () => {
    const { kms, assume } = await world()
    const change = { oIDCProviderName: 'ci', clientIds: '' }
    await actor(kms)(identityApi.UpdateOIDCProvider, updateOIDCProvider, change)
    assert.equal(await answerOf(assume(tokenOf(rsa, claims))), token('AudienceNotMatch'))
  })
})

describe('trust', () => {
  const everybody = { RAM: ['acs:ram::1000000000000001:root'] }
  const cases: readonly (readonly [name: string, statements: readonly object[], allowed: boolean])[] = [
    ['of everybody in the account does not mean whom a provider vouches for', [trust({}, everybody)], false],
    ['of another provider is none', [trust({}, { Federated: [`${oIDCProviderArn}2`] })], false],
    ['of the provider means everybody with its tokens', [trust({})], true],
    ['of another subject is none', [trust({ StringEquals: { 'oidc:sub': 'repo:shop/api' } })], false],
    ['of another audience is none', [trust({ StringEquals: { 'oidc:aud': 'sts' } })], false],
    ['is undone by a Deny of everybody', [trust(), trust({}, everybody, 'Deny')], false],
    [
      'is undone by a Deny of the subject',
      [trust(), trust({ StringLike: { 'oidc:sub': '*main' } }, federated, 'Deny')],
      false,
    ],
  ]
  for (const [name, statements, allowed] of cases) {
    test(name, async () => {
      const { assume } = await world(statements)
      assert.equal(await answerOf(assume(tokenOf(rsa, claims))), allowed ? 'ok' : 'NoPermission')
    })
  }

  test('a negated condition on the audience holds only when no audience is meant', async () => {
    const { assume } = await world([trust({ StringNotEquals: { 'oidc:aud': 'sts' } })])
    assert.equal(await answerOf(assume(tokenOf(rsa, claims))), 'ok')
    assert.equal(await answerOf(assume(tokenOf(rsa, { ...claims, aud: ['keyhaven', 'sts'] }))), 'NoPermission')
  })

  test('a role that does not exist is answered like one that does not trust', async () => {
    const { assume } = await world()
    assert.equal(await answerOf(assume(tokenOf(rsa, claims), { roleArn: `${roleArn}2` })), 'NoPermission')
    const elsewhere = 'acs:ram::2000000000000002:role/deploy'
    assert.equal(await answerOf(assume(tokenOf(rsa, claims), { roleArn: elsewhere })), 'NoPermission')
  })

  test('nobody of the account comes in without a token, and a provider that is unknown proves nothing', async () => {
    const { kms, assume } = await world([trust({}, everybody)])
    const as = actor(kms, accountCaller(kms))
    const given = { oIDCProviderArn, roleArn, oIDCToken: 'none', roleSessionName: 'job' }
    assert.equal(await answerOf(as(stsApi.AssumeRoleWithOIDC, assumeRoleWithOIDC, given)), 'NoPermission')
    const unknown = { oIDCProviderArn: `${oIDCProviderArn}2` }
    assert.equal(await answerOf(assume(tokenOf(rsa, claims), unknown)), 'AuthenticationFail.NoPermission')
    const wrong = { oIDCProviderArn: 'ci' }
    assert.equal(await answerOf(assume(tokenOf(rsa, claims), wrong)), 'InvalidParameter.OIDCProviderArn')
  })
})

test('a session that this session opens says the same subject', async () => {
  const chain = { ...trust({}, { RAM: ['acs:ram::1000000000000001:role/deploy'] }), Condition: undefined }
  const { kms, assume } = await world([trust(), chain])
  const first = await assume(tokenOf(rsa, claims))
  const credential = await findCredential(kms, first.credentials.accessKeyId)
  assert.ok(credential)
  const statement = { Effect: 'Allow', Action: 'sts:*', Resource: '*' }
  const policy = parseIdentityPolicy(JSON.stringify({ Version: '1', Statement: [statement] }))
  const caller = { ...credential.caller, policies: [policy], sourceAddress: '192.0.2.1', secureTransport: true }
  const given = { roleArn, roleSessionName: 'second' }
  const second = await actor(kms, caller)(stsApi.AssumeRole, assumeRole, given)
  assert.equal((await findCredential(kms, second.credentials.accessKeyId))?.caller.tokenHolder?.subject, subject)
})

test('an issuer that cannot be asked is a clear refusal, which tells nothing of the network', async () => {
  const codes = {
    unreachable: 'IssuerConfigurationBroken',
    untrusted: 'HttpsUrlInvalid',
    fingerprint: 'PublicKeyFingerprintMismatch',
  } as const
  for (const fault of ['unreachable', 'untrusted', 'fingerprint'] as const) {
    const { assume } = await world(undefined, () => {
      throw new IssuerUnavailable('10.0.0.7 answered 500', { fault })
    })
    await assert.rejects(assume(tokenOf(rsa, claims)), (error: Error) => {
      assert.equal((error as { code?: string }).code, token(codes[fault]))
      assert.doesNotMatch(error.message, /10\.0\.0\.7/)
      return true
    })
  }
})

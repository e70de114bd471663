import assert from 'node:assert/strict'
import { test } from 'node:test'
import { KmsError } from '../errors.ts'
import { parseIdentityPolicy, parseResourcePolicy, parseSessionPolicy, parseTrustPolicy } from './policy.ts'

const accountId = '1234567890123456'
const identity = (statement: object | object[], version: unknown = '1'): string =>
  JSON.stringify({ Version: version, Statement: statement })
const allowAll = { Effect: 'Allow', Action: 'kms:*', Resource: '*' }
const refused = (read: () => unknown, why: RegExp, code = 'InvalidParameter.PolicyDocument'): void => {
  assert.throws(read, (error) => error instanceof KmsError && error.code === code && why.test(error.message))
}

test('an identity policy may name one action or several, one resource or several, and one statement alone', () => {
  const [one] = parseIdentityPolicy(identity(allowAll)).statements
  assert.deepEqual([one?.actions, one?.resources, one?.effect], [['kms:*'], ['*'], 'Allow'])
  const many = { ...allowAll, Action: ['kms:Encrypt', 'kms:List*'], Resource: ['acs:kms:*:*:key/*'] }
  assert.deepEqual(parseIdentityPolicy(identity([many])).statements[0]?.actions, ['kms:Encrypt', 'kms:List*'])
})

test('a policy that would not be understood in full is refused with the reason', () => {
  const cases: [string, RegExp][] = [
    ['{', /not valid JSON/],
    ['[]', /no object/],
    [identity(allowAll, 1), /Version must be "1"/],
    [identity([]), /Statement is missing or empty/],
    [JSON.stringify({ Version: '1', Statement: [allowAll], Id: 'x' }), /unknown member "Id"/],
    [identity({ ...allowAll, Resources: '*' }), /statement 1 has the unknown member "Resources"/],
    [identity({ ...allowAll, Principal: { RAM: ['*'] } }), /unknown member "Principal"/],
    [identity({ ...allowAll, Effect: 'allow' }), /Effect of statement 1/],
    [identity({ ...allowAll, Action: [] }), /Action of statement 1 is missing or empty/],
    [identity({ ...allowAll, Action: 'Encrypt' }), /Action of statement 1 must not be "Encrypt"/],
    [identity({ ...allowAll, NotAction: 'kms:Encrypt' }), /both Action and NotAction/],
    [identity({ ...allowAll, Resource: 'key/abc' }), /Resource of statement 1 must not be "key\/abc"/],
    [identity({ ...allowAll, Resource: [7] }), /must not be 7/],
    [
      identity({ ...allowAll, Condition: { IpIsNice: { 'acs:SourceIp': '10.0.0.1' } } }),
      /operator "IpIsNice" is unknown/,
    ],
    [
      identity({ ...allowAll, Condition: { IpAddress: { 'acs:SourceIP2': '10.0.0.1' } } }),
      /key "acs:SourceIP2" is unknown/,
    ],
    [identity({ ...allowAll, Condition: { IpAddress: { 'acs:SourceIp': '10.0.0.1/33' } } }), /no IP address or CIDR/],
    [identity({ ...allowAll, Condition: { StringEquals: { 'kms:Other': 'x' } } }), /key "kms:Other" is unknown/],
    [identity({ ...allowAll, Condition: { Bool: { 'oss:Some': 'x' } } }), /neither true nor false/],
    [identity({ ...allowAll, Condition: { StringEquals: { 'acs:SourceIp': '10.0.0.1' } } }), /cannot be used with/],
    [identity({ ...allowAll, Condition: { Bool: { 'acs:SecureTransport': 'yes' } } }), /neither true nor false/],
    [identity({ ...allowAll, Condition: { DateLessThan: { 'acs:CurrentTime': 'tomorrow' } } }), /wrong form/],
    [
      identity({ ...allowAll, Condition: { DateLessThan: { 'acs:CurrentTime': '2030-02-30T00:00:00Z' } } }),
      /wrong form/,
    ],
    [identity({ ...allowAll, Condition: { StringEquals: { 'kms:tag/a': [] } } }), /no values/],
    ['{"Version":"1","Statement":[],"Version":"1"}', /"Version" appears twice/],
    [`{"Version":"1","Statement":${'['.repeat(40)}${']'.repeat(40)}}`, /more than 20 levels/],
    [identity({ ...allowAll, Sid: 'x'.repeat(129) }), /Sid/],
    [`${' '.repeat(6200)}${identity(allowAll)}`, /longer than 6144/],
  ]
  for (const [text, why] of cases) refused(() => parseIdentityPolicy(text), why)
})

test('a member spelled with escapes counts as the same member', () => {
  refused(() => parseIdentityPolicy('{"Version":"1","\\u0056ersion":"1","Statement":[]}'), /appears twice/)
})

test('a key policy names principals, KMS actions only, and every resource', () => {
  const policy = (more: object): string =>
    identity([
      { Effect: 'Allow', Principal: { RAM: [`acs:ram::${accountId}:*`] }, Action: ['kms:*'], Resource: ['*'], ...more },
    ])
  const read = (text: string) => parseResourcePolicy(text, { accountId })
  assert.equal(read(policy({ Sid: 'kms default key policy' })).protects?.accountId, accountId)
  const cases: [object, RegExp][] = [
    [{ Principal: undefined }, /Principal of statement 1 is no object/],
    [{ Principal: { RAM: ['*'] } }, /must not be "\*"/],
    [{ Principal: { AWS: ['x'] } }, /unknown member "AWS"/],
    [{ Action: ['ecs:*'] }, /must not be "ecs:\*"/],
    [{ Action: ['*'] }, /must not be "\*"/],
    [{ Resource: ['acs:kms:*:*:key/a'] }, /Resource of statement 1/],
    [{ NotAction: ['kms:Encrypt'] }, /unknown member "NotAction"/],
  ]
  for (const [more, why] of cases) refused(() => read(policy(more)), why, 'InvalidParameter')
})

test('a trust policy lets named principals assume a role and says nothing else', () => {
  const trust = { Effect: 'Allow', Principal: { RAM: [`acs:ram::${accountId}:user/alice`] }, Action: 'sts:AssumeRole' }
  assert.deepEqual(parseTrustPolicy(identity(trust)).statements[0]?.principals, [`acs:ram::${accountId}:user/alice`])
  refused(() => parseTrustPolicy(identity({ ...trust, Action: 'kms:Encrypt' })), /must not be "kms:Encrypt"/)
  const principals = (Principal: object) =>
    parseTrustPolicy(identity({ ...trust, Principal })).statements[0]?.principals
  const provider = `acs:ram::${accountId}:oidc-provider/ack`
  assert.deepEqual(principals({ Service: 'ecs.aliyuncs.com', Federated: [provider] }), ['ecs.aliyuncs.com', provider])
  for (const wrong of [
    { Service: [`acs:ram::${accountId}:root`] },
    { Service: ['example.com'] },
    { Federated: [`acs:ram::${accountId}:user/alice`] },
    { RAM: ['ecs.aliyuncs.com'] },
    { RAM: ['*'] },
    { AWS: ['x'] },
    {},
  ]) {
    refused(() => principals(wrong), /Principal of statement 1/)
  }
  refused(() => parseTrustPolicy(identity({ ...trust, Resource: '*' })), /unknown member "Resource"/)
})

test('a session policy answers with the codes of STS', () => {
  refused(() => parseSessionPolicy('{}'), /Version/, 'InvalidParameter.PolicyGrammar')
  refused(() => parseSessionPolicy(' '.repeat(2049)), /too long/, 'InvalidParameter.PolicySize')
})

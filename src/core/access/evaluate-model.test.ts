import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Caller, Identity } from './caller.ts'
import { decide, type Resource } from './evaluate.ts'
import { parseIdentityPolicy, parseResourcePolicy, parseSessionPolicy } from './policy.ts'

/*
 * A second evaluator, written from the prose of the evaluation table alone and as simply as possible: regular
 * expressions, no preparation, no early exit. Random policies must get the same answer from both.
 */
const accounts = ['1000000000000001', '2000000000000002']
const actions = [
  'kms:Encrypt',
  'kms:Decrypt',
  'kms:ListKeys',
  'kms:ScheduleKeyDeletion',
  'kms:ReEncryptFrom',
  'kms:GetKeyPolicy',
  'kms:SetKeyPolicy',
  'ram:GetUser',
]
const addresses = ['10.0.0.1', '10.0.0.2', '192.168.7.7']
const userActions = ['kms:encrypt', 'kms:decrypt']

interface Rule {
  Effect: string
  Action?: string[]
  NotAction?: string[]
  Resource: string[]
  Principal?: { RAM: string[] }
  Condition?: Record<string, Record<string, string[]>> | undefined
}
interface World {
  caller: Caller
  rules: Rule[]
  sessionRules: Rule[] | undefined
  keyRules: Rule[] | undefined
  resource: Resource
  action: string
}

const like = (pattern: string, text: string): boolean =>
  new RegExp(
    `^${[...pattern].map((c) => (c === '*' ? '.*' : c === '?' ? '.' : c.replace(/\W/, '\\$&'))).join('')}$`,
  ).test(text)

function holds(world: World, condition: Rule['Condition'] = {}): boolean {
  return Object.entries(condition).every(([operator, block]) =>
    Object.entries(block).every(([key, values]) => {
      const actual =
        key === 'acs:SourceIp' ? world.caller.sourceAddress : world.resource.tags?.[key.slice('kms:tag/'.length)]
      const positive = actual !== undefined && values.includes(actual)
      return operator.includes('Not') ? !positive : positive
    }),
  )
}

function isMeant(world: World, principal: string, effect: string): boolean {
  const { accountId, identity } = world.caller
  if (identity.type === 'ApplicationAccessPoint') return effect === 'Deny' && principal === `acs:ram::${accountId}:*`
  const self = identity.type === 'Account' ? 'root' : identity.type === 'RAMUser' ? `user/${identity.name}` : 'role/app'
  return [`acs:ram::${accountId}:*`, `acs:ram::${accountId}:${self}`].includes(principal)
}

function says(world: World, effect: string, rules: Rule[]): boolean {
  const action = world.action.toLowerCase()
  return rules
    .filter((rule) => rule.Effect === effect)
    .filter((rule) => rule.Action?.some((pattern) => like(pattern.toLowerCase(), action)) ?? true)
    .filter((rule) => !rule.NotAction?.some((pattern) => like(pattern.toLowerCase(), action)))
    .filter((rule) => rule.Resource.some((pattern) => like(pattern, world.resource.arn)))
    .filter((rule) => rule.Principal?.RAM.some((name) => isMeant(world, name, effect)) ?? true)
    .some((rule) => holds(world, rule.Condition))
}

function expected(world: World): boolean {
  const { caller, resource, rules, sessionRules, keyRules = [] } = world
  const isRoot = caller.identity.type === 'Account'
  const isPolicyItself = ['kms:GetKeyPolicy', 'kms:SetKeyPolicy'].includes(world.action)
  const isRecovery = isRoot && caller.accountId === resource.accountId && isPolicyItself
  if (!isRecovery && says(world, 'Deny', keyRules)) return false
  if (!isRoot && says(world, 'Deny', rules)) return false
  if (sessionRules && (says(world, 'Deny', sessionRules) || !says(world, 'Allow', sessionRules))) return false
  const own = caller.accountId === resource.accountId
  const identity = isRoot || says(world, 'Allow', rules)
  const administers = isPolicyItself || ['kms:listkeys', 'kms:schedulekeydeletion'].includes(world.action.toLowerCase())
  const grantable = userActions.includes(world.action.toLowerCase()) || (own && administers)
  const byKey = grantable && says(world, 'Allow', keyRules)
  return own ? identity || byKey : identity && byKey
}

const some = <T>(...values: T[]): fc.Arbitrary<T> => fc.constantFrom(...values)
const list = (...values: string[]): fc.Arbitrary<string[]> => fc.array(some(...values), { minLength: 1, maxLength: 3 })
const condition: fc.Arbitrary<Record<string, Record<string, string[]>>> = fc.oneof(
  fc.record({ IpAddress: fc.record({ 'acs:SourceIp': list(...addresses) }) }),
  fc.record({ NotIpAddress: fc.record({ 'acs:SourceIp': list(...addresses) }) }),
  fc.record({ StringEquals: fc.record({ 'kms:tag/team': list('a', 'b') }) }),
  fc.record({ StringNotEquals: fc.record({ 'kms:tag/team': list('a', 'b') }) }),
)
const kmsPatterns = [
  'kms:*',
  'kms:Encrypt',
  'KMS:DECRYPT',
  'kms:*crypt',
  'kms:List*',
  'kms:S?hedule*',
  'kms:Re*From',
  'kms:Dec?ypt',
]
const patterns = [...kmsPatterns, '*', 'ram:*', 'ram:Get*']
const arns = accounts.map((account) => `acs:kms:cn-hangzhou:${account}:key/k1`)
const common = { Effect: some('Allow', 'Allow', 'Deny'), Condition: fc.option(condition, { nil: undefined }) }
const identityRule = fc.oneof(
  fc.record({
    ...common,
    Action: list(...patterns),
    Resource: list('*', ...arns, 'acs:kms:*:*:key/*', 'acs:kms:*:*:key/k?', 'acs:kms:*:*:alias/*'),
  }),
  fc.record({ ...common, NotAction: list(...patterns), Resource: list('*', ...arns) }),
)
const principals = accounts.flatMap((account) =>
  ['*', 'root', 'user/alice', 'user/bob', 'role/app'].map((who) => `acs:ram::${account}:${who}`),
)
const keyRule = fc.record({
  ...common,
  Action: list(...kmsPatterns),
  Resource: list('*'),
  Principal: fc.record({ RAM: list(...principals) }),
})
const identity = some<Identity>(
  { type: 'Account', id: '1', name: 'root' },
  { type: 'RAMUser', id: '2', name: 'alice' },
  { type: 'RAMUser', id: '2', name: 'alice' },
  { type: 'AssumedRoleUser', id: '3:s', role: 'app', session: 's' },
  { type: 'ApplicationAccessPoint', id: 'KAAP.1', name: 'shop' },
)
const rulesOf = (rule: fc.Arbitrary<Rule>, minLength = 1) => fc.array(rule, { minLength, maxLength: 4 })
const document = (rules: Rule[]): string => JSON.stringify({ Version: '1', Statement: rules })

const worlds: fc.Arbitrary<World> = fc
  .record({
    identity,
    callerAccount: some(...accounts),
    owner: some(...accounts),
    source: some(...addresses),
    action: some(...actions),
    tags: some<Record<string, string> | undefined>(undefined, { team: 'a' }, { other: 'b' }),
    rules: rulesOf(identityRule, 0),
    sessionRules: fc.option(rulesOf(identityRule), { nil: undefined, freq: 3 }),
    keyRules: fc.option(rulesOf(keyRule), { nil: undefined }),
  })
  .map(({ identity: who, callerAccount, owner, source, tags, rules, sessionRules, keyRules, action }) => ({
    rules,
    sessionRules,
    keyRules,
    action,
    caller: {
      accountId: callerAccount,
      identity: who,
      accessKeyId: 'x',
      authentication: 'AccessKey',
      policies: rules.length > 0 ? [parseIdentityPolicy(document(rules))] : [],
      sessionPolicy: sessionRules && parseSessionPolicy(document(sessionRules)),
      sourceAddress: source,
      secureTransport: true,
    },
    resource: {
      arn: `acs:kms:cn-hangzhou:${owner}:key/k1`,
      accountId: owner,
      ...(tags ? { tags } : {}),
      policy: keyRules && parseResourcePolicy(document(keyRules), { accountId: owner }),
    },
  }))

test('random policies get the answer that a second, simpler evaluator gives', () => {
  const seen = { allowed: 0, refused: 0 }
  fc.assert(
    fc.property(worlds, (world) => {
      const now = new Date('2026-01-01T00:00:00Z')
      const { allowed } = decide({ caller: world.caller, resource: world.resource, action: world.action, now })
      seen[allowed ? 'allowed' : 'refused']++
      assert.equal(allowed, expected(world))
    }),
    { numRuns: 20_000 },
  )
  assert.ok(seen.allowed > 2000 && seen.refused > 2000, JSON.stringify(seen))
})

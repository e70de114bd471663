import { parseTime } from '../../api/time.ts'
import { addressRanges } from './address-range.ts'
import type { Caller } from './caller.ts'
import type { Condition } from './policy-document.ts'
import { wildcard } from './wildcard.ts'

/** What the request itself says, where an operation lets policies ask about it. */
export interface Facts {
  /** `ExternalId` of AssumeRole */
  readonly externalId?: string | undefined
  /** the service that the call hands a role to, or on whose behalf it is made: `ecs.aliyuncs.com` */
  readonly service?: string | undefined
}

/** What conditions can ask about. */
export interface Circumstances {
  readonly caller: Caller
  readonly facts?: Facts | undefined
  readonly now: Date
  /** of the resource */
  readonly tags?: Readonly<Record<string, string>> | undefined
  /** the instance that the resource belongs to */
  readonly instanceId?: string | undefined
}

type ValueType = 'string' | 'number' | 'date' | 'boolean' | 'address' | 'any'
type Test = (actual: string) => boolean

interface Operator {
  readonly type: ValueType
  /** holds when `test` does not: of all values at once, and also of a key that the request does not have */
  readonly negated: boolean
  /** @throws RangeError for values of the wrong form */
  readonly compile: (values: readonly string[]) => Test
}

const anyOf =
  (one: (value: string) => Test) =>
  (values: readonly string[]): Test => {
    const tests = values.map(one)
    return (actual) => tests.some((test) => test(actual))
  }
const comparing =
  (parse: (text: string) => number, holds: (actual: number, wanted: number) => boolean): Operator['compile'] =>
  (values) =>
    anyOf((value) => {
      const wanted = parse(value)
      if (Number.isNaN(wanted)) throw new RangeError(`${JSON.stringify(value)} has the wrong form`)
      return (actual) => holds(parse(actual), wanted)
    })(values)

const parseNumber = (text: string): number => (/^-?\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN)

const equal = (a: number, b: number): boolean => a === b
const comparisons: Readonly<Record<string, (actual: number, wanted: number) => boolean>> = {
  Equals: equal,
  LessThan: (a, b) => a < b,
  LessThanEquals: (a, b) => a <= b,
  GreaterThan: (a, b) => a > b,
  GreaterThanEquals: (a, b) => a >= b,
}

/** RAM's operators ("Conditional operators"), by name. */
const operators: ReadonlyMap<string, Operator> = new Map<string, Operator>([
  ...withNegation(
    'String',
    'Equals',
    'string',
    anyOf((value) => (actual) => actual === value),
  ),
  ...withNegation('String', 'EqualsIgnoreCase', 'string', anyOf(ignoringCase)),
  ...withNegation('String', 'Like', 'string', anyOf(wildcard)),
  ...numeric('Numeric', 'number', parseNumber),
  ...numeric('Date', 'date', parseTime),
  ['Bool', { type: 'boolean', negated: false, compile: boolean }],
  ['IpAddress', { type: 'address', negated: false, compile: addressRanges }],
  ['NotIpAddress', { type: 'address', negated: true, compile: addressRanges }],
])

function withNegation(
  family: string,
  name: string,
  type: ValueType,
  compile: Operator['compile'],
): [string, Operator][] {
  return [
    [`${family}${name}`, { type, negated: false, compile }],
    [`${family}Not${name}`, { type, negated: true, compile }],
  ]
}

function numeric(family: string, type: ValueType, parse: (text: string) => number): [string, Operator][] {
  const plain = Object.entries(comparisons).map(([name, holds]): [string, Operator] => [
    `${family}${name}`,
    { type, negated: false, compile: comparing(parse, holds) },
  ])
  return [...plain, [`${family}NotEquals`, { type, negated: true, compile: comparing(parse, equal) }]]
}

function ignoringCase(value: string): Test {
  const wanted = value.toLowerCase()
  return (actual) => actual.toLowerCase() === wanted
}

function boolean(values: readonly string[]): Test {
  const wanted = values.map((value) => value.toLowerCase())
  const wrong = values.find((_, index) => wanted[index] !== 'true' && wanted[index] !== 'false')
  if (wrong !== undefined) throw new RangeError(`${JSON.stringify(wrong)} is neither true nor false`)
  return (actual) => wanted.includes(actual)
}

interface ConditionKey {
  readonly type: ValueType
  /** `undefined`: the request does not have it; of several values a positive operator needs one */
  readonly read: (circumstances: Circumstances) => string | readonly string[] | undefined
}

const claimsOf = ({ identity }: Caller) => (identity.type === 'FederatedUser' ? identity.claims : undefined)

/** By lower-case name. */
const keys: ReadonlyMap<string, ConditionKey> = new Map<string, ConditionKey>([
  ['acs:sourceip', { type: 'address', read: ({ caller }) => caller.sourceAddress }],
  ['acs:securetransport', { type: 'boolean', read: ({ caller }) => String(caller.secureTransport) }],
  ['acs:currenttime', { type: 'date', read: ({ now }) => now.toISOString() }],
  // There are no VPCs here and no multi-factor sessions: requests never have these keys.
  ['acs:sourcevpc', { type: 'string', read: () => undefined }],
  ['acs:mfapresent', { type: 'boolean', read: () => undefined }],
  ['acs:service', { type: 'string', read: ({ facts }) => facts?.service }],
  ['sts:externalid', { type: 'string', read: ({ facts }) => facts?.externalId }],
  ['oidc:iss', { type: 'string', read: ({ caller }) => claimsOf(caller)?.issuer }],
  ['oidc:aud', { type: 'string', read: ({ caller }) => claimsOf(caller)?.audiences }],
  ['oidc:sub', { type: 'string', read: ({ caller }) => claimsOf(caller)?.subject }],
  // Not the cloud's: whether the connection was made with a client certificate.
  [
    'keyhaven:clientcertificate',
    { type: 'boolean', read: ({ caller }) => String(caller.clientCertificate !== undefined) },
  ],
  // Not the cloud's. Application access is bound to an instance by it: the resource's own, or for what is in none (or
  // does not exist) the one whose gateway was called.
  ['keyhaven:instanceid', { type: 'string', read: ({ caller, instanceId }) => instanceId ?? caller.instanceId }],
])
/** Followed by the name of a tag of the resource, in its exact spelling. */
const tagPrefixes = ['kms:tag/', 'acs:resourcetag/']

/** Services whose condition keys are all known here: another one of theirs is a mistake. */
const ownServices = new Set(['acs', 'kms', 'ram', 'sts', 'oidc', 'keyhaven'])
/** Of other services, as in `oss:Prefix` or `saml:recipient`: no request here ever has one. */
const foreignKey: ConditionKey = { type: 'any', read: () => undefined }

function conditionKey(name: string): ConditionKey | undefined {
  const lower = name.toLowerCase()
  const [, service] = /^([a-z][a-z0-9-]*):\S+$/.exec(lower) ?? []
  if (service !== undefined && !ownServices.has(service)) return foreignKey
  const prefix = tagPrefixes.find((start) => lower.startsWith(start) && lower.length > start.length)
  if (prefix === undefined) return keys.get(lower)
  const tag = name.slice(prefix.length)
  return { type: 'string', read: ({ tags }) => (tags && Object.hasOwn(tags, tag) ? tags[tag] : undefined) }
}

/** Text can be asked for numbers too, as in `NumericLessThan` on a tag. */
const fits = (asked: ValueType, has: ValueType): boolean =>
  asked === has || has === 'any' || (asked === 'number' && has === 'string')

/**
 * Prepares a condition. Several values of one key are alternatives; a negated operator holds when none of them does,
 * and when the request does not have the key at all.
 *
 * @throws RangeError when the operator or key is unknown, they do not go together, or a value has the wrong form
 */
export function compileCondition({ operator, key, values }: Condition): (circumstances: Circumstances) => boolean {
  const how = operators.get(operator)
  if (how === undefined) throw new RangeError(`the condition operator ${JSON.stringify(operator)} is unknown`)
  const what = conditionKey(key)
  if (what === undefined) throw new RangeError(`the condition key ${JSON.stringify(key)} is unknown`)
  if (!fits(how.type, what.type)) throw new RangeError(`${operator} cannot be used with ${key}`)
  const test = how.compile(values)
  return (circumstances) => {
    const actual = what.read(circumstances)
    if (actual === undefined) return how.negated
    const values = typeof actual === 'string' ? [actual] : actual
    return values.some(test) !== how.negated
  }
}

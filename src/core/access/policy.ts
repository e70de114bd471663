import { maxPolicyLength } from '../../api/key-fields.ts'
import { invalidParameter, KmsError } from '../errors.ts'
import { compileCondition } from './condition.ts'
import type { Condition, PolicyDocument, Statement } from './policy-document.ts'
import { parseStrictJson } from './strict-json.ts'

/** What one sort of policy may say. */
interface Grammar {
  readonly maxLength: number
  readonly members: readonly string[]
  /** by kind of principal, the form of its names; no name has the form of another kind */
  readonly principals: Readonly<Record<string, RegExp>> | undefined
  readonly action: RegExp
  readonly resource: RegExp | undefined
}

const principal = /^acs:ram::\d{5,20}:(\*|root|(user|role)\/[A-Za-z0-9._@-]{1,128})$/
const service = /^(\d{5,20}@)?[a-z0-9-]+(\.[a-z0-9-]+)*\.aliyuncs\.com$/
const identityProvider = /^acs:ram::\d{5,20}:(saml|oidc)-provider\/[A-Za-z0-9._-]{1,128}$/
const identityGrammar: Grammar = {
  maxLength: 6144,
  members: ['Sid', 'Effect', 'Action', 'NotAction', 'Resource', 'NotResource', 'Condition'],
  principals: undefined,
  action: /^(\*|[A-Za-z][A-Za-z0-9-]*:[A-Za-z0-9*?]+)$/,
  resource: /^(\*|acs:[^:]*(:[^:]*){2}:.+)$/,
}
const resourceGrammar: Grammar = {
  maxLength: maxPolicyLength,
  members: ['Sid', 'Effect', 'Principal', 'Action', 'Resource', 'Condition'],
  principals: { RAM: principal },
  action: /^kms:[A-Za-z0-9*?]+$/i,
  resource: /^\*$/,
}
const trustGrammar: Grammar = {
  maxLength: 4096,
  members: ['Sid', 'Effect', 'Principal', 'Action', 'Condition'],
  principals: { RAM: principal, Service: service, Federated: identityProvider },
  action: /^sts:[A-Za-z*?]+$/i,
  resource: undefined,
}

/**
 * Reads a policy that is attached to a user or role, or narrows a session: who is meant goes without saying.
 * Nothing unknown is passed over: a policy that the service would not understand in full is refused.
 *
 * @param text - up to 6144 characters
 * @throws KmsError `InvalidParameter.PolicyDocument` saying what is wrong
 */
export const parseIdentityPolicy = (text: string): PolicyDocument =>
  refusing('InvalidParameter.PolicyDocument', () => parse(text, identityGrammar))

/** Reads the policy that narrows an STS session. @throws KmsError `InvalidParameter.PolicyGrammar`, `….PolicySize` */
export function parseSessionPolicy(text: string): PolicyDocument {
  if (text.length > 2048) throw new KmsError('InvalidParameter.PolicySize')
  return refusing('InvalidParameter.PolicyGrammar', () => parse(text, identityGrammar))
}

/**
 * Reads who may assume a role. `acs:ram::<account>:root` trusts everybody in the account, as RAM has it,
 * and nobody whom only an identity provider vouches for.
 * @throws KmsError `InvalidParameter.PolicyDocument`
 */
export function parseTrustPolicy(text: string): PolicyDocument {
  const { version, statements } = refusing('InvalidParameter.PolicyDocument', () => parse(text, trustGrammar))
  const whole = (name: string): string => name.replace(/:root$/, ':*')
  return { version, statements: statements.map((one) => ({ ...one, principals: one.principals?.map(whole) })) }
}

/**
 * Reads a key policy or secret policy.
 * @param accountId - the account that owns the resource
 * @throws KmsError `InvalidParameter` of `Policy`, saying what is wrong
 */
export function parseResourcePolicy(
  text: string,
  { accountId, kind = 'key' }: { readonly accountId: string; readonly kind?: 'key' | 'secret' },
): PolicyDocument {
  try {
    return { ...parse(text, resourceGrammar), protects: { accountId, kind } }
  } catch (error) {
    if (error instanceof PolicyFault) throw invalidParameter('Policy', `The policy is refused: ${error.message}.`)
    throw error
  }
}

class PolicyFault extends Error {}

function refusing(
  code: 'InvalidParameter.PolicyDocument' | 'InvalidParameter.PolicyGrammar',
  read: () => PolicyDocument,
) {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof PolicyFault)) throw error
    throw new KmsError(code, { message: `The policy is refused: ${error.message}.` })
  }
}

function parse(text: string, grammar: Grammar): PolicyDocument {
  if (text.length > grammar.maxLength) throw new PolicyFault(`it is longer than ${grammar.maxLength} characters`)
  const document = members(strictJson(text), 'the policy', ['Version', 'Statement'])
  if (document.get('Version') !== '1') throw new PolicyFault('Version must be "1"')
  const list = document.get('Statement')
  const found = Array.isArray(list) ? list : [list]
  if (list === undefined || found.length === 0) throw new PolicyFault('Statement is missing or empty')
  return { version: '1', statements: found.map((entry, index) => statement(entry, `statement ${index + 1}`, grammar)) }
}

function strictJson(text: string): unknown {
  try {
    return parseStrictJson(text)
  } catch (error) {
    throw new PolicyFault(error instanceof Error ? error.message : 'it is not valid JSON')
  }
}

/** The members of an object, none of them unknown. */
function members(value: unknown, where: string, known: readonly string[]): Map<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new PolicyFault(`${where} is no object`)
  const found = new Map<string, unknown>(Object.entries(value))
  const unknown = found.keys().find((name) => !known.includes(name))
  if (unknown !== undefined) throw new PolicyFault(`${where} has the unknown member ${JSON.stringify(unknown)}`)
  return found
}

function statement(value: unknown, where: string, grammar: Grammar): Statement {
  const found = members(value, where, grammar.members)
  const effect = found.get('Effect')
  if (effect !== 'Allow' && effect !== 'Deny') throw new PolicyFault(`Effect of ${where} must be "Allow" or "Deny"`)
  const { resource } = grammar
  return {
    sid: sid(found.get('Sid'), where),
    effect,
    principals: grammar.principals && principals(found.get('Principal'), where, grammar.principals),
    actions: oneOfTwo(found, 'Action', 'NotAction', where, grammar.action),
    exceptActions: found.has('NotAction'),
    resources: resource === undefined ? ['*'] : oneOfTwo(found, 'Resource', 'NotResource', where, resource),
    exceptResources: found.has('NotResource'),
    conditions: conditions(found.get('Condition'), where),
  }
}

function sid(value: unknown, where: string): string | undefined {
  if (value === undefined) return undefined
  // The service's own default document has spaces in its Sid.
  if (typeof value === 'string' && /^[A-Za-z0-9_/+=.@ -]{1,128}$/.test(value)) return value
  throw new PolicyFault(`Sid of ${where} is not valid`)
}

function principals(value: unknown, where: string, forms: Readonly<Record<string, RegExp>>): readonly string[] {
  const named = members(value, `Principal of ${where}`, Object.keys(forms))
  if (named.size === 0) throw new PolicyFault(`Principal of ${where} is missing or empty`)
  return Object.entries(forms).flatMap(([kind, form]) =>
    named.has(kind) ? strings(named.get(kind), `Principal of ${where}`, form) : [],
  )
}

/** `Action` or `NotAction`, exactly one of them. */
function oneOfTwo(found: Map<string, unknown>, name: string, not: string, where: string, form: RegExp) {
  if (found.has(name) && found.has(not)) throw new PolicyFault(`${where} has both ${name} and ${not}`)
  return strings(found.get(found.has(not) ? not : name), `${name} of ${where}`, form)
}

/** A text, or a list of at least one. */
function strings(value: unknown, where: string, form: RegExp): readonly string[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value]
  if (value === undefined || list.length === 0) throw new PolicyFault(`${where} is missing or empty`)
  return list.map((entry) => {
    if (typeof entry === 'string' && form.test(entry)) return entry
    throw new PolicyFault(`${where} must not be ${JSON.stringify(entry).slice(0, 120)}`)
  })
}

function conditions(value: unknown, where: string): readonly Condition[] {
  if (value === undefined) return []
  const name = `Condition of ${where}`
  return Object.entries(anyMembers(value, name)).flatMap(([operator, block]) =>
    Object.entries(anyMembers(block, name)).map(([key, values]) =>
      checked({ operator, key, values: conditionValues(values, name) }, name),
    ),
  )
}

function anyMembers(value: unknown, where: string): object {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value
  throw new PolicyFault(`${where} is no object`)
}

/** RAM writes numbers and booleans as text; both spellings mean the same. */
function conditionValues(value: unknown, where: string): readonly string[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value]
  if (list.length === 0) throw new PolicyFault(`${where} has no values`)
  return list.map((entry) => {
    if (typeof entry === 'string' || typeof entry === 'number' || typeof entry === 'boolean') return String(entry)
    throw new PolicyFault(`${where} has a value that is no text`)
  })
}

function checked(condition: Condition, where: string): Condition {
  try {
    compileCondition(condition)
    return condition
  } catch (error) {
    if (error instanceof RangeError) throw new PolicyFault(`${where}: ${error.message}`)
    throw error
  }
}

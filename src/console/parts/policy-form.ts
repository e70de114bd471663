export type PolicyKind = 'resource' | 'identity' | 'trust'

export interface Statement {
  /** of the list on the page */
  readonly id: string
  readonly effect: 'Allow' | 'Deny'
  readonly actions: readonly string[]
  readonly resources: readonly string[]
  readonly principals: readonly string[]
  /** what the form does not show, and keeps: Sid, Condition */
  readonly more: Readonly<Record<string, unknown>>
}

export interface PolicyForm {
  readonly version: string
  readonly statements: readonly Statement[]
}

export type ReadPolicy =
  | { readonly form: PolicyForm }
  /** JSON, but with parts that a form of statements cannot show */
  | { readonly notForm: true }
  | { readonly problem: string }

/** Reads a policy document as statements to fill in. */
export function readPolicy(text: string): ReadPolicy {
  let document: unknown
  try {
    document = JSON.parse(text)
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) }
  }
  if (!isObject(document)) return { problem: 'A policy is a JSON object.' }
  if (document.Version !== '1') return { problem: 'Version has to be "1".' }
  const list = Array.isArray(document.Statement) ? document.Statement : [document.Statement]
  if (list.length === 0 || !list.every(isObject)) return { problem: 'Statement has to be a list of objects.' }
  const wrong = list.find(({ Effect }) => Effect !== 'Allow' && Effect !== 'Deny')
  if (wrong) return { problem: 'Effect of a statement has to be "Allow" or "Deny".' }
  const statements = list.map(readStatement)
  return statements.every((statement) => statement !== undefined)
    ? { form: { version: '1', statements } }
    : { notForm: true }
}

function readStatement(statement: Readonly<Record<string, unknown>>, index: number): Statement | undefined {
  const { Effect, Action, Resource, Principal, ...more } = statement
  const actions = words(Action ?? [])
  const resources = words(Resource ?? [])
  const principals = principalWords(Principal)
  if (!actions || !resources || !principals || 'NotAction' in more || 'NotResource' in more) return undefined
  return { id: String(index), effect: Effect === 'Deny' ? 'Deny' : 'Allow', actions, resources, principals, more }
}

function principalWords(value: unknown): readonly string[] | undefined {
  if (value === undefined) return []
  if (typeof value === 'string') return [value]
  if (!isObject(value) || Object.keys(value).some((name) => name !== 'RAM')) return undefined
  return words(value.RAM)
}

function words(value: unknown): readonly string[] | undefined {
  const list = Array.isArray(value) ? value : [value]
  return list.every((word) => typeof word === 'string') ? list : undefined
}

export function writePolicy({ version, statements }: PolicyForm): string {
  const Statement = statements.map(({ effect, actions, resources, principals, more }) => ({
    ...more,
    Effect: effect,
    ...(principals.length > 0 ? { Principal: { RAM: principals } } : {}),
    Action: actions,
    ...(resources.length > 0 ? { Resource: resources } : {}),
  }))
  return JSON.stringify({ Version: version, Statement }, null, 2)
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

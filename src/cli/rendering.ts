import { CliError } from './failure.ts'

export type OutputForm = 'table' | 'json' | 'yaml'

/** How results are to be printed. */
export interface RenderingFlags {
  readonly output?: OutputForm
  readonly json?: boolean
  readonly query?: string
}

/** Makes text of a result for programs, in wire names. */
export type Render = (value: unknown) => string

export const asJson: Render = (value) => JSON.stringify(value, null, '\t')

/**
 * What the flags ask for; undefined for tables and lines for people. What is needed for it is loaded before a command
 * begins, so that a query that cannot be understood is refused before anything is done.
 *
 * @throws CliError `usage`
 */
export async function renderingFor({ output, json, query }: RenderingFlags): Promise<Render | undefined> {
  if (json && output !== undefined && output !== 'json')
    throw new CliError('usage', `--json and --output ${output} are two forms: give one`)
  const whole = output === 'yaml' ? await yaml() : json || output === 'json' ? asJson : undefined
  if (query === undefined) return whole
  if (output === 'table') throw new CliError('usage', 'a table is no result of a --query: leave --output table out')
  const search = await searchFor(query)
  const part = whole ?? plainOrJson
  return (value) => part(search(value))
}

async function yaml(): Promise<Render> {
  const { stringify } = await import('yaml')
  return (value) => stringify(value).trimEnd()
}

/** A script wants `key-1`, not `"key-1"`; of a list of texts, a line for each. */
const plainOrJson: Render = (value) => {
  const values = Array.isArray(value) ? value : [value]
  return values.length > 0 && values.every(isPlain) ? values.join('\n') : asJson(value)
}

const isPlain = (value: unknown): boolean => ['string', 'number', 'boolean'].includes(typeof value)

async function searchFor(query: string): Promise<(value: unknown) => unknown> {
  const { compile, TreeInterpreter } = await import('@jmespath-community/jmespath')
  const refused = (error: unknown): CliError =>
    new CliError('usage', `--query "${query}": ${error instanceof Error ? error.message : 'not understood'}`, error)
  const expression = orThrow(() => compile(query), refused)
  return (value) => orThrow(() => TreeInterpreter.search(expression, value as never), refused)
}

function orThrow<Value>(work: () => Value, failure: (error: unknown) => Error): Value {
  try {
    return work()
  } catch (error) {
    throw failure(error)
  }
}

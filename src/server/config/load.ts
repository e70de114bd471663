import { readFileSync } from 'node:fs'
import { type ParseArgsOptionsConfig, parseArgs } from 'node:util'
import { type Config, configSchema, flagOf, isSwitch, settings, variableOf } from './schema.ts'
import { suggestion } from './similar.ts'

/** What the user asked for cannot be done; the message is one line that says what to change. */
export class ConfigError extends Error {
  /** `usage` when the command line is at fault */
  readonly code: 'configuration' | 'usage'

  constructor(message: string, code: 'configuration' | 'usage' = 'configuration') {
    super(message)
    this.name = 'ConfigError'
    this.code = code
  }
}

/** Switches of a command that are no settings: `--dev`, `--print-config`. */
export type Switches = Readonly<Record<string, boolean>>

export interface Loaded {
  readonly config: Config
  readonly switches: Switches
  /** options of the command itself that were given a value */
  readonly options: Readonly<Record<string, string>>
  /** what stands without a flag, as the name of a file */
  readonly words: readonly string[]
  /** settings that were given somewhere, not left at their default */
  readonly given: ReadonlySet<string>
}

/**
 * Reads the configuration: flags before environment before file before defaults.
 *
 * @param flags - the command line after the command's name
 * @param switchNames - what else the command line may hold
 * @param optionNames - the same, with a value
 * @param mostWords - how many words without a flag it may hold
 * @throws ConfigError naming the setting and where it came from
 */
export function loadConfig(
  flags: readonly string[],
  environment: NodeJS.ProcessEnv,
  switchNames: readonly string[] = [],
  optionNames: readonly string[] = [],
  mostWords = 0,
): Loaded {
  const { values, positionals: words } = readFlags(flags, { switchNames, optionNames, mostWords })
  const switches = Object.fromEntries(switchNames.map((name) => [name, values[name] === true]))
  const options = Object.fromEntries(
    optionNames.flatMap((name) => (typeof values[name] === 'string' ? [[name, values[name]]] : [])),
  )
  const file = values.config ?? environment.KEYHAVEN_CONFIG
  const fromFile = typeof file === 'string' ? readConfigFile(file) : {}
  const given: Record<string, unknown> = {}
  const origin = new Map<string, string>()
  for (const setting of settings) {
    const candidates: [unknown, string][] = [
      [values[flagOf(setting).slice(2)], flagOf(setting)],
      [environment[variableOf(setting)], variableOf(setting)],
      [fromFile[setting], `"${setting}" in ${file}`],
    ]
    const found = candidates.find(([value]) => value !== undefined && value !== '')
    if (!found) continue
    given[setting] = found[0]
    origin.set(setting, found[1])
  }
  return { config: check(given, origin), switches, options, words, given: new Set(origin.keys()) }
}

function check(given: Record<string, unknown>, origin: ReadonlyMap<string, string>): Config {
  const result = configSchema.safeParse(given)
  if (result.success) return result.data
  const [issue] = result.error.issues
  const setting = String(issue?.path[0])
  const from = origin.get(setting) ?? setting
  throw new ConfigError(`${from}: ${issue?.message}`, from.startsWith('--') ? 'usage' : 'configuration')
}

interface OwnFlags {
  readonly switchNames: readonly string[]
  readonly optionNames: readonly string[]
  readonly mostWords: number
}

function readFlags(flags: readonly string[], { switchNames, optionNames, mostWords }: OwnFlags) {
  const options: ParseArgsOptionsConfig = { config: { type: 'string' } }
  for (const name of switchNames) options[name] = { type: 'boolean' }
  for (const name of optionNames) options[name] = { type: 'string' }
  for (const setting of settings) options[flagOf(setting).slice(2)] = { type: isSwitch(setting) ? 'boolean' : 'string' }
  try {
    const read = parseArgs({ args: [...flags], options, strict: true, allowPositionals: mostWords > 0 })
    const extra = read.positionals[mostWords]
    if (extra !== undefined) throw new Error(`Unexpected argument '${extra}'`)
    return { values: read.values as Record<string, unknown>, positionals: read.positionals }
  } catch (error) {
    const message = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)
    const [, unknown] = /^Unknown option '--([^']+)'/.exec(message) ?? []
    const near = unknown === undefined ? '' : suggestion(unknown, Object.keys(options))
    throw new ConfigError(
      near === '' ? message : `Unknown option '--${unknown}'${near.replace('mean ', 'mean --')}`,
      'usage',
    )
  }
}

function readConfigFile(path: string): Record<string, unknown> {
  const problem = (what: string): ConfigError => new ConfigError(`configuration file ${path} ${what}`)
  const parsed = parseJson(path, problem)
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) throw problem('is not a JSON object')
  const unknown = Object.keys(parsed).find((name) => !settings.some((setting) => setting === name))
  if (unknown !== undefined)
    throw problem(`has an unknown setting "${unknown}"${suggestion(unknown, settings.map(String))}`)
  return { ...parsed }
}

function parseJson(path: string, problem: (what: string) => ConfigError): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8').replace(/^\uFEFF/, ''))
  } catch (error) {
    if (error instanceof SyntaxError) throw problem('is not JSON')
    throw problem(`cannot be read (${error instanceof Error && 'code' in error ? error.code : error})`)
  }
}

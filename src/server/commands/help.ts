import { configSchema, flagOf, isSwitch, settings, variableOf } from '../config/schema.ts'

/** Help of a command whose flags are the settings. */
export function settingsHelp(usage: string, switches: Readonly<Record<string, string>>): string {
  const own = Object.entries(switches).map(([name, text]) => entry(`--${name}`, text))
  const flags = settings.map((setting) =>
    entry(
      `${flagOf(setting)}${isSwitch(setting) ? '' : ' <value>'}`,
      `${configSchema.shape[setting].description ?? ''} (${variableOf(setting)}${fallback(setting)})`,
    ),
  )
  return [usage, '', ...own, entry('--config <file>', 'JSON file with settings (KEYHAVEN_CONFIG)'), ...flags, ''].join(
    '\n',
  )
}

const entry = (flag: string, text: string): string => `  ${flag.padEnd(32)} ${text.replaceAll('`', '')}`

function fallback(setting: (typeof settings)[number]): string {
  if (setting === 'node') return ''
  const value: unknown = configSchema.shape[setting].safeParse(undefined).data
  return value === undefined || value === false || (Array.isArray(value) && value.length === 0)
    ? ''
    : `, default ${value}`
}

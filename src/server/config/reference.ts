import { inspectableConfig } from './print.ts'
import { configSchema, flagOf, settings, variableOf } from './schema.ts'

/** What a language says around the settings, and of each. */
export interface ReferenceWords {
  readonly introduction: string
  readonly meaning: (description: string) => string
}

/** @returns the page docs/reference/configuration.md, made from the schema */
export function configurationReference({ introduction, meaning }: ReferenceWords = english): string {
  const defaults = inspectableConfig(configSchema.parse({ node: 'x' }))
  const rows = settings.map((setting) => {
    const fallback = setting === 'node' ? '' : show(defaults[setting])
    const description = meaning(configSchema.shape[setting].description ?? '')
    return `| \`${setting}\` | \`${flagOf(setting)}\` \`${variableOf(setting)}\` | ${fallback} | ${description} |`
  })
  return `${introduction}\n${rows.join('\n')}\n`
}

const show = (value: unknown): string => {
  if (value === undefined || (Array.isArray(value) && value.length === 0)) return ''
  return `\`${String(value)}\``
}

const english: ReferenceWords = {
  introduction: `# Configuration

[中文](configuration.zh-CN.md)

Settings of \`keyhaven server\`. Flags come before environment variables, these before the configuration file
(\`--config <file>\` or \`KEYHAVEN_CONFIG\`: a JSON object with the names of the first column), that before the defaults.
Lists are separated by commas; true and false are \`true\` and \`false\`, and a flag alone means true.
\`keyhaven server --print-config\` shows what is in force.

The root secret itself is no setting: it comes from \`keyFile\`, \`passphraseFile\`, \`passphraseFd\`, \`rootKeyFd\`, \`sealFile\`, \`sharesFile\` or \`sharesFd\`, from an operator
through \`keyhaven unseal\`, or from the environment variable \`KEYHAVEN_ROOT_KEY\`. The server forgets that one as soon as it has read
it and hands it to nobody, but the system keeps it in \`/proc/<pid>/environ\` for whoever may look into the process.

| setting | flag and variable | default | meaning |
|---|---|---|---|`,
  meaning: (description) => description,
}

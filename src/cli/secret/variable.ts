import { CliError } from '../failure.ts'

export interface SecretVariable {
  readonly secretName: string
  /** path of a member of the JSON value */
  readonly member?: string | undefined
  /** name in the environment */
  readonly variable: string
}

/** A name may hold `=` and an ARN colons, so the variable stands after the last `=` and the member after the name. */
const form = /^(?<secretName>(?:acs:[^:]*:[^:]*:[^:]*:)?[^:]+)(?::(?<member>.+))?=(?<variable>[A-Za-z_][A-Za-z0-9_]*)$/

/**
 * Reads `name[:member]=VARIABLE`.
 * @throws CliError `usage`
 */
export function parseSecretVariable(text: string): SecretVariable {
  const { secretName, member, variable } = form.exec(text)?.groups ?? {}
  if (secretName === undefined || variable === undefined) {
    throw new CliError('usage', `--secret "${text}" is not of the form name=VARIABLE or name:member=VARIABLE`)
  }
  return { secretName, member, variable }
}

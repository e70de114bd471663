import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { parseTime } from '../../api/time.ts'
import { isPlainObject } from '../codec.ts'
import type { CredentialsProvider } from '../credentials.ts'
import { ClientError } from '../errors.ts'
import { incomplete, parseJson } from './reading.ts'
import { type ExpiringCredentials, type RefreshClock, refreshing } from './refreshing.ts'

const source = 'process_command'
const timeoutMs = 60_000
/** Of tokens whose end the command doesn't tell. */
const unknownLifetimeMs = 5 * 60_000

/**
 * Credentials that a program prints: JSON with `mode` (AK or StsToken), `access_key_id`, `access_key_secret`, `sts_token`
 * and `expiration`. It is run without a shell.
 *
 * @param command - program and arguments as in a POSIX shell: words, quotes, backslashes; nothing is expanded
 * @throws ClientError `credentials` (the provider) if the program fails or prints something else
 */
export function externalCommandCredentials(command: string, clock?: RefreshClock): CredentialsProvider {
  if (typeof command !== 'string')
    throw new ClientError('configuration', 'The command must be text.', { parameter: 'command' })
  const [program, ...args] = shellWords(command)
  return refreshing(async () => {
    if (program === undefined) throw incomplete(source, 'is empty')
    return readPrinted(parseJson(source, await printedBy(program, args)), clock?.now() ?? Date.now())
  }, clock)
}

async function printedBy(program: string, args: readonly string[]): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)(program, args, { timeout: timeoutMs, encoding: 'utf8' })
    return stdout
  } catch (error) {
    // the error of execFile quotes arguments and output, which may hold secrets
    const { code } = error as { code?: unknown }
    throw incomplete(source, `failed (${String(code ?? 'stopped')})`)
  }
}

function readPrinted(printed: unknown, now: number): ExpiringCredentials {
  const text = (name: string): string | undefined => {
    const value = isPlainObject(printed) ? printed[name] : undefined
    return typeof value === 'string' && value !== '' ? value : undefined
  }
  const accessKeyId = text('access_key_id')
  const accessKeySecret = text('access_key_secret')
  const securityToken = text('sts_token')
  if (accessKeyId === undefined || accessKeySecret === undefined) throw incomplete(source, 'printed no AccessKey')
  if (text('mode') === 'StsToken' && securityToken === undefined) throw incomplete(source, 'printed no sts_token')
  const ends = parseTime(text('expiration') ?? '')
  const expiresAt = Number.isNaN(ends) ? now + unknownLifetimeMs : ends
  return securityToken === undefined
    ? { accessKeyId, accessKeySecret, expiresAt }
    : { accessKeyId, accessKeySecret, securityToken, expiresAt }
}

/** One word at a time: bare text, `'as it is'`, `"with \\ for the next character"`, and `\x`. */
const word = /(?:[^\s'"\\]|'[^']*'|"(?:[^"\\]|\\.)*"|\\.)+/gs
const wordPart = /'([^']*)'|"((?:[^"\\]|\\.)*)"|\\(.)|([^\s'"\\]+)/gs

/** Splits a command as a POSIX shell would, without expanding anything. */
export function shellWords(command: string): string[] {
  return (command.match(word) ?? []).map((text) =>
    text.replace(wordPart, (_, single?: string, double?: string, escaped?: string, bare?: string) => {
      if (double !== undefined) return double.replace(/\\(["\\$`])/g, '$1')
      return single ?? escaped ?? bare ?? ''
    }),
  )
}

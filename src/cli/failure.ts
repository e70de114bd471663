import { existsSync } from 'node:fs'
import { dirname } from 'node:path'
import { ClientError, ServiceError } from '../sdk/errors.ts'

/** A command that cannot go on, for a reason the user can do something about. */
export class CliError extends Error {
  /** a short name to look for in scripts and documentation, such as `fileExists` */
  readonly code: string

  constructor(code: string, message: string, cause?: unknown) {
    super(message, { cause })
    this.name = 'CliError'
    this.code = code
  }
}

/** A command that has said what there was to say and ends with a status of its own. */
export class ExitStatus extends Error {
  readonly status: number

  constructor(status: number) {
    super(`exit status ${status}`)
    this.name = 'ExitStatus'
    this.status = status
  }
}

/** The one line that a failed command leaves on standard error: always a code first, then what it means here. */
export function failureLine(error: unknown): string {
  if (isSuppressed(error))
    return `${failureLine(error.suppressed)} Not everything could be taken back: ${failureLine(error.error)}`
  if (!(error instanceof Error)) return 'failed: unknown error'
  const request = error instanceof ServiceError && error.requestId !== '' ? ` (request ${error.requestId})` : ''
  return oneLine(
    fileProblem(error) ?? `${codeOf(error)}: ${error.message}${denied(error)}${clockProblem(error)}${request}`,
  )
}

/** The class by that name is missing in Node 22, where what is made in its place has the name. */
const isSuppressed = (error: unknown): error is SuppressedError =>
  error instanceof Error && error.name === 'SuppressedError'

/** Called in another way than it can be: the caller's script is wrong, and trying again will not help. */
const usageCodes: ReadonlySet<string> = new Set([
  'usage',
  'unknownOperation',
  'unknownParameter',
  'badNumber',
  'badTime',
  'invalidRequest',
  'InvalidArgument',
])

/** The exit status of a command that failed: 2 for a call that was wrong, 1 for everything else. */
export const failureStatus = (error: unknown): number =>
  error instanceof Error && usageCodes.has(codeOf(error)) ? 2 : 1

/** Errors of the server's own commands have no code but their class. */
function codeOf(error: Error): string {
  const { code, reason } = error as { readonly code?: unknown; readonly reason?: unknown }
  if (typeof code === 'string' && /^[A-Za-z][\w.]*$/.test(code)) return code
  if (typeof reason === 'string') return reason.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())
  return /^\w*Error$/.test(error.name) ? 'failed' : error.name.charAt(0).toLowerCase() + error.name.slice(1)
}

/** What is not permitted, which the words of the service leave out. */
function denied(error: Error): string {
  const action = error instanceof ServiceError ? error.accessDeniedDetail?.AuthAction : undefined
  return action === undefined ? '' : ` ${action} is not permitted.`
}

/** "Expired" alone sends people looking at the server. */
function clockProblem(error: Error): string {
  const { clockAheadMs = 0 } = error as { readonly clockAheadMs?: number | undefined }
  if (Math.abs(clockAheadMs) < 60_000) return ''
  const [minutes, where] = [Math.round(Math.abs(clockAheadMs) / 60_000), clockAheadMs > 0 ? 'ahead of' : 'behind']
  const [days, hours] = [Math.floor(minutes / 1440), Math.floor((minutes % 1440) / 60)]
  const parts = [days > 0 ? `${days} d` : '', hours > 0 ? `${hours} h` : '', `${minutes % 60} min`].filter(Boolean)
  return ` The clock of this machine is ${parts.join(' ')} ${where} the server's.`
}

/** What is to be looked for where the connection was found: a wrong address, CA or AccessKey. */
export const isAboutConnection = (error: ServiceError | ClientError): boolean =>
  error instanceof ServiceError
    ? /^(?:InvalidAccessKeyId|SignatureDoesNotMatch|InvalidSecurityToken)/.test(error.code)
    : ['configuration', 'credentials', 'network', 'certificate', 'timeout'].includes(error.code)

/** Says with such an error where the settings came from. */
export function withSource(error: unknown, source: string): unknown {
  if (!(error instanceof ServiceError || error instanceof ClientError) || !isAboutConnection(error)) return error
  const [, line] = failureLine(error).split(`${error.code}: `)
  return new CliError(error.code, `${line} The settings are from ${source}.`, error)
}

const oneLine = (text: string): string => text.replace(/\s*[\r\n]+\s*/g, ' ').trim()

const fileProblems: ReadonlyMap<string, string> = new Map([
  ['ENOENT', 'does not exist'],
  ['EACCES', 'may not be accessed'],
  ['EPERM', 'may not be accessed'],
  ['EISDIR', 'is a folder'],
  ['ENOTDIR', 'is below something that is no folder'],
  ['EROFS', 'is on a file system that cannot be written'],
  ['ENOSPC', 'does not fit: the disk is full'],
])

function fileProblem(error: Error): string | undefined {
  const { code, path } = error as NodeJS.ErrnoException
  const problem = fileProblems.get(code ?? '')
  if (problem === undefined || path === undefined) return undefined
  const folder = dirname(path)
  if (code === 'ENOENT' && !existsSync(folder)) return `${code}: ${path} cannot be: there is no folder ${folder}.`
  return `${code}: ${path} ${problem}.`
}

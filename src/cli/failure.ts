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

/** The one line that a failed command leaves on standard error. */
export function failureLine(error: unknown): string {
  if (error instanceof ServiceError)
    return oneLine(`${error.code}: ${error.message}${error.requestId === '' ? '' : ` (request ${error.requestId})`}`)
  if (error instanceof ClientError || error instanceof CliError) return oneLine(`${error.code}: ${error.message}`)
  if (error instanceof Error) return oneLine(`${fileProblem(error) ?? error.message}`)
  return 'unknown error'
}

/** What is to be looked for where the connection was found: a wrong address, CA or AccessKey. */
const isAboutConnection = (error: ServiceError | ClientError): boolean =>
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
  return problem === undefined || path === undefined ? undefined : `${code}: ${path} ${problem}.`
}

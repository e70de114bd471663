import { createRequire } from 'node:module'
import type { Logger as Pino } from 'pino'

export type Level = 'debug' | 'info' | 'warn' | 'error'

/** Everything a log line may hold besides its message (SEC-45). Copied by name; nothing else is ever written. */
export interface LogFields {
  readonly requestId?: string | undefined
  readonly gateway?: string | undefined
  readonly action?: string | undefined
  readonly principal?: string | undefined
  readonly accessKeyId?: string | undefined
  readonly source?: string | undefined
  /** name of what a call was about */
  readonly resource?: string | undefined
  readonly code?: string | undefined
  readonly status?: number | undefined
  readonly latencyMs?: number | undefined
  /** how far a clock was set, forward or (negative) backward */
  readonly jumpMs?: number | undefined
  /** how long something lasted that is no call */
  readonly durationMs?: number | undefined
  readonly path?: string | undefined
  readonly count?: number | undefined
  /** which of several workers says it */
  readonly worker?: number | undefined
  /** shown as its name, code and stack; of a message only what our own errors say */
  readonly error?: unknown
}

/** One line per event, JSON or text, on standard error. */
export interface Log {
  write(level: Level, message: string, fields?: LogFields): void
}

export const levels: readonly Level[] = ['debug', 'info', 'warn', 'error']
const plainFields = [
  'requestId',
  'gateway',
  'action',
  'principal',
  'accessKeyId',
  'source',
  'resource',
  'code',
  'status',
  'latencyMs',
  'jumpMs',
  'durationMs',
  'path',
  'count',
  'worker',
] as const satisfies readonly (keyof LogFields)[]

/** @param write - takes a whole line; standard error unless given */
export function openLog(
  format: 'json' | 'text',
  least: Level,
  now: () => Date,
  write: (line: string) => void = (line) => void process.stderr.write(line),
): Log {
  return format === 'text' ? textLog(least, now, write) : jsonLog(least, now, write)
}

function jsonLog(least: Level, now: () => Date, write: (line: string) => void): Log {
  let logger: Pino | undefined
  const open = (): Pino => {
    // loaded with the first line: a start that has nothing to tell is faster without
    const { pino }: typeof import('pino') = createRequire(import.meta.url)('pino')
    const timestamp = () => `,"time":"${now().toISOString()}"`
    return pino({ level: least, base: { pid: process.pid }, timestamp }, { write })
  }
  return {
    write(level, message, fields = {}) {
      if (levels.indexOf(level) < levels.indexOf(least)) return
      logger ??= open()
      logger[level](allowed(fields), message)
    },
  }
}

function textLog(least: Level, now: () => Date, write: (line: string) => void): Log {
  return {
    write(level, message, fields = {}) {
      if (levels.indexOf(level) < levels.indexOf(least)) return
      const { stack, ...rest } = allowed(fields)
      const details = Object.entries(rest).map(([name, value]) => ` ${name}=${value}`)
      write(
        `${now().toISOString().slice(11, 19)} ${level.padEnd(5)} ${message}${details.join('')}\n${stack ? `${stack}\n` : ''}`,
      )
    },
  }
}

function allowed(fields: LogFields): Record<string, string | number> {
  const kept: Record<string, string | number> = {}
  for (const name of plainFields) {
    const value = fields[name]
    if (value !== undefined) kept[name] = value
  }
  return fields.error === undefined ? kept : { ...kept, ...describeError(fields.error) }
}

/**
 * Messages of foreign errors can hold what was worked on (a bad JSON text, an SQL parameter), so only name, code and
 * the places in the code are kept; errors of the system say no more than a code and a path.
 */
function describeError(error: unknown): DescribedError {
  if (!(error instanceof Error)) return { error: typeof error }
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined
  const isOfTheSystem = 'syscall' in error && 'errno' in error
  const places = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line))
  return {
    error: isOfTheSystem || ownErrors.has(error.name) ? `${error.name}: ${error.message}` : error.name,
    ...(code === undefined ? {} : { errorCode: code }),
    ...(ownErrors.has(error.name) || isOfTheSystem ? {} : { stack: places.slice(0, 8).join('\n') }),
    ...(error.cause === undefined ? {} : { cause: describeError(error.cause).error }),
  }
}

interface DescribedError {
  readonly error: string
  readonly errorCode?: string
  readonly stack?: string
  readonly cause?: string
}

const ownErrors: ReadonlySet<string> = new Set([
  'KmsError',
  'AuditDamaged',
  'HandOverRefused',
  'NotDelivered',
  'ConfigError',
  'StoreUnusable',
  'StoreUnavailable',
  'UnsealFailure',
  'IssuerUnavailable',
  'Conflict',
])

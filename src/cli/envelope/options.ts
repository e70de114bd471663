import type { Command } from 'commander'
import { DataKeyCache } from '../../sdk/envelope/index.ts'
import { CliError } from '../failure.ts'
import { nameAndValue } from '../names.ts'

/** The alias that all official samples use. */
export const defaultKey = 'alias/Apollo/WorkKey'

/** Options that encrypt and decrypt share. */
export interface FileFlags {
  readonly out?: string
  readonly force?: boolean
  readonly recursive?: boolean
  readonly context?: Readonly<Record<string, string>>
  readonly threads?: number
  readonly cache?: boolean
  readonly allowUnauthenticated?: boolean
}

export function addFileOptions(command: Command): Command {
  return command
    .option('--out <file>', 'where to write; - for standard output, a folder with --recursive')
    .option('--force', 'replace a file that is there')
    .option('--recursive', 'all files in the folders named')
    .option('--context <name=value>', 'encryption context, repeatable', nameAndValue)
    .option('--threads <number>', 'threads for large files', wholeNumber)
    .option('--cache', 'share data keys between files for up to a minute: fewer calls, fewer keys')
    .option(
      '--allow-unauthenticated',
      'allow the CBC and CTR algorithms of the official SDK, whose content can be altered unnoticed',
    )
}

export function cacheFor({ cache }: FileFlags): { cache?: DataKeyCache } {
  return cache === true ? { cache: new DataKeyCache() } : {}
}

/** Collects a repeated option. */
export function repeated(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value]
}

function wholeNumber(text: string): number {
  if (!/^[1-9]\d{0,2}$/.test(text)) throw new CliError('usage', `"${text}" is no number of threads`)
  return Number(text)
}

/**
 * `5GiB:6GiB`, `1000:`, `:64KiB`: from the first byte up to, not including, the second.
 *
 * @throws CliError `usage`
 */
export function byteRange(text: string): { start?: number; end?: number } {
  const [start = '', end = '', ...more] = text.split(':')
  if (more.length > 0 || !text.includes(':')) throw new CliError('usage', `"${text}" is not of the form START:END`)
  return { ...(start !== '' && { start: byteCount(start) }), ...(end !== '' && { end: byteCount(end) }) }
}

function byteCount(text: string): number {
  const units = new Map([
    ['', 1],
    ['KiB', 2 ** 10],
    ['MiB', 2 ** 20],
    ['GiB', 2 ** 30],
    ['TiB', 2 ** 40],
  ])
  const [, digits = '', unit = ''] = /^(\d+)([KMGT]iB)?$/.exec(text) ?? []
  const bytes = Number(digits) * (units.get(unit) ?? Number.NaN)
  if (digits === '' || !Number.isSafeInteger(bytes))
    throw new CliError('usage', `"${text}" is no number of bytes, such as 4096 or 5GiB`)
  return bytes
}

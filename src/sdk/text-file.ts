import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'

/** Text without the byte order mark that some editors put in front of it. */
export const withoutMark = (text: string): string => text.replace(/^\uFEFF/, '')

export const readTextSync = (path: string): string => withoutMark(readFileSync(path, 'utf8'))

export const readText = async (path: string): Promise<string> => withoutMark(await readFile(path, 'utf8'))

/** Why the system did not give a file, for a message that names it. */
export function whyUnreadable(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException
  const reasons = new Map([
    ['ENOENT', 'does not exist'],
    ['ENOTDIR', 'does not exist'],
    ['EACCES', 'may not be read by this user'],
    ['EISDIR', 'is a folder'],
  ])
  return reasons.get(code ?? '') ?? `cannot be read (${code})`
}

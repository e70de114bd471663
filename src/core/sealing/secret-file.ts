import { constants, type Stats } from 'node:fs'
import { type FileHandle, open, realpath } from 'node:fs/promises'
import { resolve, sep } from 'node:path'

/**
 * Says why a file that holds a root secret is not private enough. Only its owner may read it; where root owns it, its
 * group may too, since a secret that is mounted for a service that is not root cannot be had otherwise. PostgreSQL has
 * the same rule for private keys.
 *
 * @returns undefined if it is private
 */
export function whyNotPrivate({ mode, uid }: Pick<Stats, 'mode' | 'uid'>): string | undefined {
  const forbidden = uid === 0 ? 0o037 : 0o077
  if (process.platform === 'win32' || (mode & forbidden) === 0) return undefined
  return 'can be read by others. Make it readable by its owner only (chmod 600), or let root own it and its group read it (chmod 440)'
}

export interface SecretFile {
  readonly path: string
  /** what it is, for messages: `key file` */
  readonly what: string
  /** where the sealed data are; whoever takes that must not get the secret with it (SEC-01) */
  readonly dataDirectory: string
  readonly maxBytes: number
}

/**
 * What a file holds that opens a deployment, or a pipe in its place.
 *
 * @returns bytes that the caller wipes
 * @throws RangeError with one line that names the file, when it cannot be read, is somewhere it should not be, readable by
 * others or longer than such a file can be
 */
export async function readSecretFile({ path, what, dataDirectory, maxBytes }: SecretFile): Promise<Buffer> {
  const [realFile, realData] = await Promise.all([realPathOf(path), realPathOf(dataDirectory)])
  if (realFile.startsWith(realData + sep)) {
    const why = 'is inside the data directory: whoever takes the data would have the key. Move it elsewhere'
    throw unusable(what, path, why)
  }
  try {
    // Opened once: what is checked is what is read.
    await using file = await open(realFile, constants.O_RDONLY)
    const why = whyNotPrivate(await file.stat())
    if (why !== undefined) throw unusable(what, path, why)
    const content = await contentOf(file, maxBytes)
    if (content === undefined) throw unusable(what, path, `is too long: it has ${maxBytes} bytes at most`)
    return content
  } catch (error) {
    if (error instanceof RangeError) throw error
    throw unusable(what, path, `cannot be read (${(error as NodeJS.ErrnoException).code})`, error)
  }
}

/**
 * The same as text.
 *
 * @throws RangeError as `readSecretFile`
 */
export async function readSecretText(file: SecretFile): Promise<string> {
  const content = await readSecretFile(file)
  const text = content.toString('utf8')
  content.fill(0)
  return text
}

export const unusable = (what: string, path: string, why: string, cause?: unknown): RangeError =>
  new RangeError(`The ${what} ${path} ${why}.`, { cause })

/** A pipe that a descriptor leads to has none. */
const realPathOf = (path: string): Promise<string> => realpath(path).catch(() => resolve(path))

/** @returns nothing when there is more, which a pipe does not say before */
async function contentOf(file: FileHandle, maxBytes: number): Promise<Buffer | undefined> {
  const content = Buffer.alloc(maxBytes + 1)
  let length = 0
  while (length <= maxBytes) {
    const { bytesRead } = await file.read(content, length, content.length - length)
    if (bytesRead === 0) return content.subarray(0, length)
    length += bytesRead
  }
  content.fill(0)
  return undefined
}

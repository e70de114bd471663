import { constants, type Stats } from 'node:fs'
import { open, realpath } from 'node:fs/promises'
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
 * What a file holds that opens a deployment; nothing, when it is longer than such a file can be.
 *
 * @throws RangeError with one line that names the file, when it is somewhere it should not be, or readable by others
 */
export async function readSecretFile({ path, what, dataDirectory, maxBytes }: SecretFile): Promise<Buffer> {
  const [realFile, realData] = await Promise.all([realpath(path), realPathOf(dataDirectory)]).catch((error: Error) => {
    throw unusable(what, path, `cannot be read (${error.message})`, error)
  })
  if (realFile.startsWith(realData + sep)) {
    const why = 'is inside the data directory: whoever takes the data would have the key. Move it elsewhere'
    throw unusable(what, path, why)
  }
  // Opened once: what is checked is what is read.
  const file = await open(realFile, constants.O_RDONLY).catch((error: Error) => {
    throw unusable(what, path, `cannot be read (${error.message})`, error)
  })
  try {
    const found = await file.stat()
    const why = whyNotPrivate(found)
    if (why !== undefined) throw unusable(what, path, why)
    return found.size <= maxBytes ? await file.readFile() : Buffer.alloc(0)
  } finally {
    await file.close()
  }
}

export const unusable = (what: string, path: string, why: string, cause?: unknown): RangeError =>
  new RangeError(`The ${what} ${path} ${why}.`, { cause })

const realPathOf = (path: string): Promise<string> => realpath(path).catch(() => resolve(path))

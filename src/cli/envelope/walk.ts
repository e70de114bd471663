import type { Dirent } from 'node:fs'
import { lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { CliError } from '../failure.ts'

/** What there is below a folder; `path` begins at it. */
export type Found =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'folder'; readonly path: string; readonly mode: number }
  | { readonly kind: 'link' | 'neither file nor folder' | 'unfinished'; readonly path: string }
  /** neither read nor passed over in silence */
  | { readonly kind: 'failed'; readonly path: string; readonly error: Error }

/**
 * Everything below a folder, in the order of names, a folder before what is in it. Links are found and not followed, also
 * those to folders: what lies elsewhere is none of this folder's, and what lies here is found once.
 */
export async function* walk(root: string, path = ''): AsyncGenerator<Found> {
  const entries = await readdir(join(root, path), { withFileTypes: true, encoding: 'buffer' }).catch(
    (error: unknown): Found => ({ kind: 'failed', path, error: error as Error }),
  )
  if (!Array.isArray(entries)) {
    yield entries
    return
  }
  for (const entry of entries.toSorted((a, b) => Buffer.compare(a.name, b.name))) {
    const found = await foundAt(root, path, entry)
    yield found
    if (found.kind === 'folder') yield* walk(root, found.path)
  }
}

async function foundAt(root: string, folder: string, entry: Dirent<Buffer>): Promise<Found> {
  const path = join(folder, entry.name.toString())
  // Node names files by text; a name that is not UTF-8 would name another file, or none.
  if (!Buffer.from(entry.name.toString()).equals(entry.name))
    return { kind: 'failed', path, error: new CliError('badName', 'its name is not UTF-8') }
  if (entry.isSymbolicLink()) return { kind: 'link', path }
  if (entry.isDirectory()) return folderAt(root, path)
  if (!entry.isFile()) return { kind: 'neither file nor folder', path }
  return { kind: isUnfinished(entry.name.toString()) ? 'unfinished' : 'file', path }
}

async function folderAt(root: string, path: string): Promise<Found> {
  try {
    return { kind: 'folder', path, mode: (await lstat(join(root, path))).mode & 0o777 }
  } catch (error) {
    return { kind: 'failed', path, error: error as Error }
  }
}

/** Hidden files that this program leaves when it is killed. */
const isUnfinished = (name: string): boolean => /^\..*\.(?:partial|rewrap|rewrap\.new)$/.test(name)

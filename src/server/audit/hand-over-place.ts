import { createHash } from 'node:crypto'
import { constants, createReadStream, createWriteStream } from 'node:fs'
import { type FileHandle, lstat, mkdir, open, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { syncFolder } from '../files/sync-folder.ts'
import { handedOverFile } from './handed-over.ts'
import { publicKeyFile } from './state.ts'

/** Where closed segments go. */
export interface HandOverPlace {
  /** as the log calls it */
  readonly name: string
  /**
   * Takes a segment, durably; one that it has already is left alone.
   *
   * @param sha256 - of the segment, hexadecimal
   * @throws HandOverRefused when it has another one of this name; Error when it cannot
   */
  take(segment: GivenSegment): Promise<void>
  /** Keeps what was signed of it. */
  keepNote(origin: string, note: string): Promise<void>
}

export interface GivenSegment {
  /** folder of the log */
  readonly folder: string
  readonly origin: string
  readonly segment: string
  readonly sha256: string
}

/** A segment stays where it is, for a reason that an operator has to hear. */
export class HandOverRefused extends Error {
  constructor(problem: string) {
    super(problem)
    this.name = 'HandOverRefused'
  }
}

/** Who is sent the log has every record already. */
export const receivers = (name: string): HandOverPlace => ({
  name,
  take: async () => undefined,
  keepNote: async () => undefined,
})

/**
 * A folder that is there, best on another machine. In it each log has one of its own, which looks like its former one.
 * Others may write to it: no link that lies there is followed, neither to write what this server may write, nor to take
 * the segment itself for its copy.
 */
export const folderPlace = (place: string): HandOverPlace => ({
  name: place,
  async take({ folder, origin, segment, sha256 }) {
    const target = logFolder(place, origin)
    // not recursive: where a disk is not mounted, what would be made is on another one
    await mkdir(target, { mode: 0o700 }).catch(presentAsMade)
    await requireFolder(target)
    const path = join(target, segment)
    if (!(await exists(path))) {
      await copyDurably(join(folder, publicKeyFile), join(target, publicKeyFile))
      await copyDurably(join(folder, segment), path)
    }
    if ((await sha256Of(path, join(folder, segment))) !== sha256)
      throw new HandOverRefused(`${path} is there, and is another file`)
  },
  async keepNote(origin, note) {
    const target = logFolder(place, origin)
    const { O_RDWR, O_APPEND, O_CREAT } = constants
    await requireFolder(target)
    const handle = await openItself(join(target, handedOverFile), O_RDWR | O_APPEND | O_CREAT)
    try {
      if ((await handle.readFile('utf8')).includes(note)) return
      await handle.appendFile(`\n${note}\n`)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await syncFolder(target)
  },
})

/** The folder of a log below a place; no part of its name holds a plus sign. */
export const logFolder = (place: string, origin: string): string => join(place, origin.replaceAll('/', '+'))

const exists = (path: string): Promise<boolean> =>
  lstat(path).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error
      return false
    },
  )

function presentAsMade(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error
}

/** @throws HandOverRefused */
async function requireFolder(path: string): Promise<void> {
  if (!(await lstat(path)).isDirectory()) throw new HandOverRefused(`${path} is there, and is no folder`)
}

/**
 * Opens what has this name, not what a link leads to.
 *
 * @throws HandOverRefused for a link
 */
async function openItself(path: string, flags: number): Promise<FileHandle> {
  try {
    // Windows, where links need rights of their own, has no such flag
    return await open(path, flags | (constants.O_NOFOLLOW ?? 0), 0o600)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ELOOP') throw new HandOverRefused(`${path} is there, and is a link`)
    throw error
  }
}

/** Beside it and renamed: what has the name is whole, whenever the machine stops. */
async function copyDurably(from: string, to: string): Promise<void> {
  const beside = `${to}.new`
  try {
    await rm(beside, { force: true })
    await pipeline(createReadStream(from), createWriteStream(beside, { flags: 'wx', mode: 0o600, flush: true }))
    await rename(beside, to)
  } catch (error) {
    await rm(beside, { force: true })
    throw error
  }
  await syncFolder(dirname(to))
}

/**
 * @returns hexadecimal, of a copy
 * @throws HandOverRefused when it is what it should be a copy of
 */
async function sha256Of(path: string, original: string): Promise<string> {
  await using handle = await openItself(path, constants.O_RDONLY)
  const [copy, source] = await Promise.all([handle.stat({ bigint: true }), stat(original, { bigint: true })])
  if (copy.dev === source.dev && copy.ino === source.ino)
    throw new HandOverRefused(`${path} is ${original} itself, and no copy of it`)
  const hash = createHash('sha256')
  for await (const chunk of handle.createReadStream({ autoClose: false })) hash.update(chunk)
  return hash.digest('hex')
}

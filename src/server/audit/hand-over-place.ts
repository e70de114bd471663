import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream, readFileSync } from 'node:fs'
import { copyFile, mkdir, open, rename, rm, stat } from 'node:fs/promises'
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

/** A folder that is there, best on another machine. In it each log has one of its own, which looks like its former one. */
export const folderPlace = (place: string): HandOverPlace => ({
  name: place,
  async take({ folder, origin, segment, sha256 }) {
    const target = logFolder(place, origin)
    // not recursive: where a disk is not mounted, what would be made is on another one
    await mkdir(target, { mode: 0o700 }).catch(presentAsMade)
    const path = join(target, segment)
    if (!(await exists(path))) {
      // Beside it and renamed: what has the name is whole, whenever the machine stops.
      await copyFile(join(folder, publicKeyFile), join(target, publicKeyFile))
      await copyDurably(join(folder, segment), path)
    }
    if ((await sha256Of(path)) !== sha256) throw new HandOverRefused(`${path} is there, and is another file`)
  },
  async keepNote(origin, note) {
    const target = logFolder(place, origin)
    const path = join(target, handedOverFile)
    if ((await exists(path)) && readFileSync(path, 'utf8').includes(note)) return
    const handle = await open(path, 'a', 0o600)
    try {
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
  stat(path).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error
      return false
    },
  )

function presentAsMade(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error
}

async function copyDurably(from: string, to: string): Promise<void> {
  const beside = `${to}.new`
  try {
    await pipeline(createReadStream(from), createWriteStream(beside, { mode: 0o600, flush: true }))
    await rename(beside, to)
  } catch (error) {
    await rm(beside, { force: true })
    throw error
  }
  await syncFolder(dirname(to))
}

/** @returns hexadecimal */
async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path)) hash.update(chunk)
  return hash.digest('hex')
}

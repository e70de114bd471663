import { constants } from 'node:fs'
import { mkdir, open, readFile, rename, rm, statfs, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { syncFolder } from '../files/sync-folder.ts'
import { AuditDamaged } from './damage.ts'
import { FileThread } from './file-thread.ts'
import { nonBlocking, type OpenSegment, segmentChanged } from './segment-operations.ts'

/** The file operations of the audit log, so that tests can let a disk fill up or hang. */
export interface AuditFolder {
  readonly path: string
  /** names of the segments, oldest first */
  segments(): Promise<string[]>
  /** Opens a segment for appending; a new one is durable in its folder before this returns. */
  open(name: string): Promise<AuditFile>
  /** content of a small file, `undefined` when there is none */
  read(name: string): Promise<string | undefined>
  /**
   * The end of a file of checkpoints, from the start of a line on; empty when there is none, or when it is none that
   * can be read again, such as a pipe. `path` is relative to the folder; an absolute one may lie elsewhere.
   */
  readNotes(path: string): Promise<string>
  /** Replaces a small file as a whole. */
  replace(name: string, text: string): Promise<void>
  /** Adds to a file, durably. `path` is relative to the folder; an absolute one may lie elsewhere. */
  add(path: string, text: string): Promise<void>
  /** Removes a segment, durably; what was added to files before is there if it is gone. */
  remove(name: string): Promise<void>
  freeBytes(): Promise<number>
  /** Gives back what the folder holds of the machine; it can be used again. */
  release(): Promise<void>
}

export interface AuditFile {
  readonly name: string
  /**
   * Writes all of `bytes` at `position`, where the file must end; durable when it returns.
   *
   * @throws AuditDamaged when the file is shorter, longer, deleted or replaced: somebody else has been at it
   */
  write(bytes: Uint8Array, position: number): Promise<void>
  /**
   * Removes what a failed write left behind `position`, and proves that there is room for more.
   *
   * @throws AuditDamaged as `write` does
   */
  restore(position: number, roomBytes: number): Promise<void>
  size(): Promise<number>
  truncate(size: number): Promise<void>
  close(): Promise<void>
}

export const segmentName = (number: number): string => `${String(number).padStart(8, '0')}.log`
export const segmentNumber = (name: string): number => Number.parseInt(name, 10)
const segmentPattern = /^\d{8}\.log$/

/** @returns the names in `names` that are segments, oldest first */
export const segmentsAmong = (names: readonly string[]): string[] =>
  names.filter((name) => segmentPattern.test(name)).sort()

/** The folder on disk; made if missing, readable by its owner only. */
export async function auditFolder(path: string, thread = new FileThread()): Promise<AuditFolder> {
  await mkdir(path, { recursive: true, mode: 0o700 })
  return {
    path,
    segments: async () => segmentsAmong(await thread.run('names', [path])),
    open: (name) => openFile(thread, join(path, name), name),
    read: (name) => readFile(join(path, name), 'utf8').catch(absentAsUndefined),
    readNotes: (file) => readEnd(resolve(path, file), notesBytes),
    async replace(name, text) {
      await writeFile(join(path, `${name}.new`), text, { mode: 0o600, flush: true })
      await rename(join(path, `${name}.new`), join(path, name))
    },
    add: (file, text) => addTo(resolve(path, file), text),
    async remove(name) {
      await syncFolder(path)
      await rm(join(path, name), { force: true })
      await syncFolder(path)
    },
    async freeBytes() {
      const { bavail, bsize } = await statfs(path)
      return bavail * bsize
    },
    release: () => thread.stop(),
  }
}

/** Some four thousand checkpoints: several logs may keep theirs in one file. */
const notesBytes = 1024 * 1024

async function readEnd(path: string, bytes: number): Promise<string> {
  const handle = await open(path, constants.O_RDONLY | nonBlocking).catch(absentAsUndefined)
  if (!handle) return ''
  try {
    const found = await handle.stat()
    // opened for reading, a folder is refused by its read; a pipe would wait for somebody to write
    if (!found.isFile() && !found.isDirectory()) return ''
    const start = Math.max(0, found.size - bytes)
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(found.size - start), 0, found.size - start, start)
    const text = buffer.toString('utf8', 0, bytesRead)
    return start === 0 ? text : text.slice(text.indexOf('\n') + 1)
  } finally {
    await handle.close()
  }
}

async function addTo(path: string, text: string): Promise<void> {
  const handle = await open(path, constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | nonBlocking, 0o600)
  try {
    await handle.appendFile(text)
    // a pipe or a terminal knows no sync
    if ((await handle.stat()).isFile()) await handle.datasync()
  } finally {
    await handle.close()
  }
}

async function openFile(thread: FileThread, path: string, name: string): Promise<AuditFile> {
  let { generation } = thread
  let segment = await thread.run('open', [path])
  // its descriptor ended with the thread that had opened it
  const current = async (): Promise<OpenSegment> => {
    if (generation === thread.generation) return segment
    const next = thread.generation
    segment = await thread.run('reopen', [segment])
    generation = next
    return segment
  }
  const told = <T>(work: Promise<T>): Promise<T> => work.catch(asDamage)
  return {
    name,
    write: (bytes, position) =>
      told(
        current().then((open) => {
          // a copy that can change hands: small buffers share their memory with others
          const own = new Uint8Array(bytes)
          return thread.run('write', [open, own, position], [own.buffer])
        }),
      ),
    restore: (position, roomBytes) =>
      told(current().then((open) => thread.run('restore', [open, position, roomBytes]))),
    size: async () => thread.run('size', [await current()]),
    truncate: async (size) => thread.run('truncate', [await current(), size]),
    close: async () => thread.run('close', [await current()]),
  }
}

function asDamage(error: NodeJS.ErrnoException): never {
  throw error.code === segmentChanged ? new AuditDamaged(error.message) : error
}

function absentAsUndefined(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error
  return undefined
}

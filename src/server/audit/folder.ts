import { constants } from 'node:fs'
import { mkdir, open, readFile, rename, statfs, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { FileThread } from './file-thread.ts'
import { nonBlocking } from './segment-operations.ts'

/** The file operations of the audit log, so that tests can let a disk fill up or hang. */
export interface AuditFolder {
  readonly path: string
  /** names of the segments, oldest first */
  segments(): Promise<string[]>
  /** Opens a segment for appending; a new one is durable in its folder before this returns. */
  open(name: string): Promise<AuditFile>
  /** content of a small file, `undefined` when there is none */
  read(name: string): Promise<string | undefined>
  /** the last `bytes` of a file that grows, from the start of a line on; empty when there is none */
  readEnd(name: string, bytes: number): Promise<string>
  /** Replaces a small file as a whole. */
  replace(name: string, text: string): Promise<void>
  /** Adds to a file, durably. `path` is relative to the folder; an absolute one may lie elsewhere. */
  add(path: string, text: string): Promise<void>
  freeBytes(): Promise<number>
  /** Gives back what the folder holds of the machine; it can be used again. */
  release(): Promise<void>
}

export interface AuditFile {
  readonly name: string
  /**
   * Writes all of `bytes` at `position`; durable when it returns.
   *
   * @throws Error also when the name is no longer this file: a deleted one would go on accepting writes that nobody can
   * ever read
   */
  write(bytes: Uint8Array, position: number): Promise<void>
  /** Is the name still this file? */
  inPlace(): Promise<boolean>
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
export async function auditFolder(path: string): Promise<AuditFolder> {
  await mkdir(path, { recursive: true, mode: 0o700 })
  const thread = new FileThread()
  return {
    path,
    segments: async () => segmentsAmong(await thread.run('names', [path])),
    open: (name) => openFile(thread, join(path, name), name),
    read: (name) => readFile(join(path, name), 'utf8').catch(absentAsUndefined),
    readEnd: (name, bytes) => readEnd(join(path, name), bytes),
    async replace(name, text) {
      await writeFile(join(path, `${name}.new`), text, { mode: 0o600, flush: true })
      await rename(join(path, `${name}.new`), join(path, name))
    },
    add: (file, text) => addTo(resolve(path, file), text),
    async freeBytes() {
      const { bavail, bsize } = await statfs(path)
      return bavail * bsize
    },
    release: () => thread.stop(),
  }
}

async function readEnd(path: string, bytes: number): Promise<string> {
  const handle = await open(path).catch(absentAsUndefined)
  if (!handle) return ''
  try {
    const { size } = await handle.stat()
    const start = Math.max(0, size - bytes)
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(size - start), 0, size - start, start)
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
  const segment = await thread.run('open', [path])
  return {
    name,
    write(bytes, position) {
      // a copy that can change hands: small buffers share their memory with others
      const own = new Uint8Array(bytes)
      return thread.run('write', [segment, own, position], [own.buffer])
    },
    inPlace: () => thread.run('isInPlace', [segment]),
    size: () => thread.run('size', [segment]),
    truncate: (size) => thread.run('truncate', [segment, size]),
    close: () => thread.run('close', [segment]),
  }
}

function absentAsUndefined(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error
  return undefined
}

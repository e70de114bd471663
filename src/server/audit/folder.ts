import { constants } from 'node:fs'
import { type FileHandle, mkdir, open, readdir, readFile, rename, stat, statfs, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'

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
}

export interface AuditFile {
  readonly name: string
  /** Writes all of `bytes` at `position`; durable when it returns. */
  write(bytes: Uint8Array, position: number): Promise<void>
  /** Is the name still this file? A deleted file would go on accepting writes that nobody can ever read. */
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
  return {
    path,
    segments: async () => segmentsAmong(await readdir(path)),
    open: (name) => openFile(path, name),
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

// a pipe without a reader then fails at once instead of hanging; absent on Windows
const nonBlocking = constants.O_NONBLOCK ?? 0

async function openFile(folder: string, name: string): Promise<AuditFile> {
  const path = join(folder, name)
  const handle = await open(path, constants.O_RDWR | constants.O_CREAT | nonBlocking, 0o600)
  try {
    await syncFolder(folder)
    const opened = await handle.stat()
    return {
      name,
      write: (bytes, position) => writeAll(handle, bytes, position),
      async inPlace() {
        const found = await stat(path).catch(absentAsUndefined)
        return found?.ino === opened.ino && found.dev === opened.dev
      },
      size: async () => (await handle.stat()).size,
      async truncate(size) {
        await handle.truncate(size)
        await handle.sync()
      },
      close: () => handle.close(),
    }
  } catch (error) {
    await handle.close()
    throw error
  }
}

async function writeAll(handle: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let written = 0; written < bytes.length; ) {
    const result = await handle.write(bytes, written, bytes.length - written, position + written)
    written += result.bytesWritten
  }
  await handle.datasync()
}

/** A new name in a folder survives power loss only once the folder itself is synced. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(path, constants.O_RDONLY)
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

function absentAsUndefined(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error
  return undefined
}

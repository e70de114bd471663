import {
  closeSync,
  constants,
  fdatasyncSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readdirSync,
  statSync,
  writeSync,
} from 'node:fs'
import { dirname } from 'node:path'

/** An open segment: what it takes to write to it, and to see whether its name is still this file. */
export interface OpenSegment {
  readonly path: string
  readonly descriptor: number
  readonly inode: number
  readonly device: number
}

// a pipe without a reader then fails at once instead of hanging; absent on Windows
export const nonBlocking = constants.O_NONBLOCK ?? 0

/** What is done to segments; run in a thread of its own, see file-thread.ts. */
export const segmentOperations = {
  names: (folder: string): string[] => readdirSync(folder),

  open(path: string): OpenSegment {
    const descriptor = openSync(path, constants.O_RDWR | constants.O_CREAT | nonBlocking, 0o600)
    syncFolder(dirname(path))
    const { ino, dev } = fstatSync(descriptor)
    return { path, descriptor, inode: ino, device: dev }
  },

  write(segment: OpenSegment, bytes: Uint8Array, position: number): void {
    for (let written = 0; written < bytes.length; )
      written += writeSync(segment.descriptor, bytes, written, bytes.length - written, position + written)
    fdatasyncSync(segment.descriptor)
    if (!isInPlace(segment)) throw new Error(`${segment.path} was deleted or replaced`)
  },

  isInPlace,

  size: ({ descriptor }: OpenSegment): number => fstatSync(descriptor).size,

  truncate({ descriptor }: OpenSegment, size: number): void {
    ftruncateSync(descriptor, size)
    fsyncSync(descriptor)
  },

  close: ({ descriptor }: OpenSegment): void => closeSync(descriptor),
}

export type SegmentOperations = typeof segmentOperations

function isInPlace({ path, inode, device }: OpenSegment): boolean {
  const found = statSync(path, { throwIfNoEntry: false })
  return found?.ino === inode && found.dev === device
}

/** A new name in a folder survives power loss only once the folder itself is synced. */
function syncFolder(path: string): void {
  if (process.platform === 'win32') return
  const descriptor = openSync(path, constants.O_RDONLY)
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

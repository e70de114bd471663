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
import { syncFolderNow } from '../files/sync-folder.ts'

/** An open segment: what it takes to write to it, and to see whether its name is still this file. */
export interface OpenSegment {
  readonly path: string
  readonly descriptor: number
  readonly inode: number
  readonly device: number
}

// a pipe without a reader then fails at once instead of hanging; absent on Windows
export const nonBlocking = constants.O_NONBLOCK ?? 0

/** Code of the error that says that somebody else has been at a segment: nothing that waiting would mend. */
export const segmentChanged = 'SEGMENT_CHANGED'

/** What is done to segments; run in a thread of its own, see file-thread.ts. */
export const segmentOperations = {
  names: (folder: string): string[] => readdirSync(folder),

  open(path: string): OpenSegment {
    const descriptor = openSync(path, constants.O_RDWR | constants.O_CREAT | nonBlocking, 0o600)
    syncFolderNow(dirname(path))
    return opened(path, descriptor)
  },

  /** Opens a segment anew after its descriptor was lost with a thread; never another file in its place. */
  reopen(former: OpenSegment): OpenSegment {
    if (!statSync(former.path, { throwIfNoEntry: false })) throw changed(`${former.path} was deleted`)
    const found = opened(former.path, openSync(former.path, constants.O_RDWR | nonBlocking))
    if (found.inode === former.inode && found.device === former.device) return found
    closeSync(found.descriptor)
    throw changed(`${former.path} was replaced`)
  },

  /** Durable when it returns. The file must end where `position` is, before and, longer by `bytes`, after. */
  write(segment: OpenSegment, bytes: Uint8Array, position: number): void {
    requireSize(segment.path, fstatSync(segment.descriptor).size, position)
    writeAll(segment, bytes, position)
    requireUnchanged(segment, position + bytes.length)
  },

  /**
   * Removes what a failed write left behind `position`.
   *
   * @param roomBytes - and proves that this much more would fit: after a full disk a short record fits long before
   * there is space to go on
   */
  restore(segment: OpenSegment, position: number, roomBytes: number): void {
    const found = statSync(segment.path, { throwIfNoEntry: false })
    if (found?.ino !== segment.inode || found.dev !== segment.device) throw gone(segment, found !== undefined)
    if (found.size < position) requireSize(segment.path, found.size, position)
    try {
      writeAll(segment, new Uint8Array(roomBytes), position)
    } finally {
      ftruncateSync(segment.descriptor, position)
      fsyncSync(segment.descriptor)
    }
  },

  size: ({ descriptor }: OpenSegment): number => fstatSync(descriptor).size,

  truncate({ descriptor }: OpenSegment, size: number): void {
    ftruncateSync(descriptor, size)
    fsyncSync(descriptor)
  },

  close: ({ descriptor }: OpenSegment): void => closeSync(descriptor),
}

export type SegmentOperations = typeof segmentOperations

function writeAll({ descriptor }: OpenSegment, bytes: Uint8Array, position: number): void {
  for (let written = 0; written < bytes.length; )
    written += writeSync(descriptor, bytes, written, bytes.length - written, position + written)
  fdatasyncSync(descriptor)
}

function opened(path: string, descriptor: number): OpenSegment {
  const { ino, dev } = fstatSync(descriptor)
  return { path, descriptor, inode: ino, device: dev }
}

/** A deleted file would go on accepting writes that nobody can ever read. */
function requireUnchanged(segment: OpenSegment, size: number): void {
  const found = statSync(segment.path, { throwIfNoEntry: false })
  if (found?.ino !== segment.inode || found.dev !== segment.device) throw gone(segment, found !== undefined)
  requireSize(segment.path, found.size, size)
}

function requireSize(path: string, found: number, expected: number): void {
  if (found !== expected) throw changed(`${path} was changed by somebody else: it has ${found} bytes, not ${expected}`)
}

const gone = ({ path }: OpenSegment, isThere: boolean): Error =>
  changed(`${path} was ${isThere ? 'replaced' : 'deleted'}`)

const changed = (message: string): Error => Object.assign(new Error(message), { code: segmentChanged })

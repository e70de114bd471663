import { open, readFile, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { headerLength, maxHeaderBytes } from '../keyhaven/header.ts'
import { hiddenNeighbour } from './hidden-neighbour.ts'
import { syncFolder } from './output-file.ts'

/** Everything before the wrapped keys never changes, so it tells whether a journal belongs to a file. */
const identityBytes = 80

/** Where the header that is being replaced waits until its successor is on disk. It holds no secret. */
export function journalPath(path: string): string {
  return hiddenNeighbour(path, 'rewrap')
}

/**
 * Replaces the header of an envelope in its place. The old header is durable beside the file before the first byte is
 * written, so that a crash at any moment leaves a header that opens the file: here or there.
 *
 * @param next - exactly as long as `present`
 */
export async function replaceHeader(path: string, present: Uint8Array, next: Uint8Array): Promise<void> {
  const journal = journalPath(path)
  const unfinished = hiddenNeighbour(path, 'rewrap.new')
  await writeDurably(unfinished, present)
  await rename(unfinished, journal)
  await syncFolder(dirname(path))
  await writeHeader(path, next)
  await rm(journal)
  await syncFolder(dirname(path))
}

/** Puts the old header back if a replacement was cut off. @returns whether there was one */
export async function recoverHeader(path: string): Promise<boolean> {
  const journal = journalPath(path)
  const saved = await readFile(journal).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error
  })
  if (saved === undefined) return false
  const belongs = await belongsTo(path, saved)
  if (belongs) await writeHeader(path, saved)
  await rm(journal)
  return belongs
}

async function belongsTo(path: string, saved: Uint8Array): Promise<boolean> {
  if (saved.length > maxHeaderBytes || saved.length < identityBytes || headerLength(saved) !== saved.length)
    return false
  const file = await open(path, 'r')
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(identityBytes), 0, identityBytes, 0)
    return bytesRead === identityBytes && buffer.equals(saved.subarray(0, identityBytes))
  } finally {
    await file.close()
  }
}

async function writeHeader(path: string, header: Uint8Array): Promise<void> {
  const file = await open(path, 'r+')
  try {
    for (let written = 0; written < header.length; ) {
      const { bytesWritten } = await file.write(header, written, header.length - written, written)
      written += bytesWritten
    }
    await file.sync()
  } finally {
    await file.close()
  }
}

async function writeDurably(path: string, content: Uint8Array): Promise<void> {
  const file = await open(path, 'w', 0o600)
  try {
    await file.writeFile(content)
    await file.sync()
  } finally {
    await file.close()
  }
}

import { EventEmitter, once } from 'node:events'
import { givenAway } from '../../sdk/envelope/byte-reader.ts'
import { release } from '../../sdk/envelope/release.ts'
import { unlessAborted } from '../../sdk/envelope/unless-aborted.ts'
import type { Io, Sink } from '../io.ts'
import { Progress } from './progress.ts'

/** Standard input, with a word on a terminal about how much has gone through. */
export function standardInput(io: Io): AsyncIterable<Uint8Array> {
  return givenAway(withProgress(io))
}

async function* withProgress(io: Io): AsyncGenerator<Uint8Array> {
  const progress = new Progress(io.stderr, undefined)
  const report = progress.file('standard input')
  let bytes = 0
  try {
    for await (const portion of io.stdin) {
      bytes += portion.length
      report(bytes)
      yield portion
    }
  } finally {
    progress.clear()
  }
}

/**
 * Writes at the speed of the reader, so that a slow one does not fill the memory. One that reads no more can be given up.
 * Nobody else may refer to what is written: its memory is given back.
 */
export async function writeAll(sink: Sink, source: AsyncIterable<Uint8Array>, signal?: AbortSignal): Promise<void> {
  for await (const portion of source) {
    const isFull = sink.write(portion, () => release(portion)) === false
    if (isFull && sink instanceof EventEmitter) await unlessAborted(once(sink, 'drain'), signal)
  }
}

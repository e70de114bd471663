import { getPriority, setPriority } from 'node:os'
import { parentPort } from 'node:worker_threads'
import { sm2Operations } from './sm2-operations.ts'
import type { Answer, Request } from './sm2-threads.ts'

/** Steps below the event loop: a tenth of what it gets when both want all of one processor. */
const stepsBelow = 10
const lowest = 19

yieldToOthers()

/** The other end of sm2-threads.ts: does one operation after the other. What it answers is given away, not copied. */
parentPort?.on('message', (request: Request) => {
  const answer = answerTo(request)
  const isBytes = 'value' in answer && answer.value instanceof Uint8Array
  parentPort?.postMessage(answer, isBytes ? [(answer.value as Uint8Array<ArrayBuffer>).buffer] : [])
})

/**
 * What takes milliseconds is to hold up nobody whose call takes microseconds, also where there are fewer processors than
 * threads with something to do: the event loop goes first. Only Linux knows the priority of a thread.
 */
function yieldToOthers(): void {
  if (process.platform !== 'linux') return
  try {
    setPriority(Math.min(lowest, getPriority() + stepsBelow))
  } catch {
    // not allowed here: then it goes without
  }
}

function answerTo({ id, name, args }: Request): Answer {
  const operation = sm2Operations[name] as (...args: readonly unknown[]) => unknown
  try {
    const value = operation(...args)
    return { id, value: value instanceof Uint8Array ? owned(value) : value }
  } catch (error) {
    return { id, fault: error instanceof Error ? error.message : String(error) }
  }
}

/** The same bytes in memory that holds nothing else. */
function owned(bytes: Uint8Array): Uint8Array {
  if (bytes.byteLength === bytes.buffer.byteLength) return bytes
  const copy = Uint8Array.from(bytes)
  bytes.fill(0)
  return copy
}

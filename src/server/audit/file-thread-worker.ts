import { parentPort } from 'node:worker_threads'
import type { Answer, Request } from './file-thread.ts'
import { segmentOperations } from './segment-operations.ts'

/** The other end of file-thread.ts: does one operation after the other, and waits for the disk as long as it takes. */
parentPort?.on('message', ({ id, name, args }: Request) => parentPort?.postMessage(answer(id, name, args)))

function answer(id: number, name: Request['name'], args: readonly unknown[]): Answer {
  const operation = segmentOperations[name] as (...args: readonly unknown[]) => unknown
  try {
    return { id, value: operation(...args) }
  } catch (error) {
    const { message, code, syscall, errno }: NodeJS.ErrnoException = error instanceof Error ? error : new Error()
    return { id, error: { message, code, syscall, errno } }
  }
}

import { Worker } from 'node:worker_threads'
import { threadEnvironment } from '../../store/thread-environment.ts'
import type { SegmentOperations } from './segment-operations.ts'

export interface Request {
  readonly id: number
  readonly name: keyof SegmentOperations
  readonly args: readonly unknown[]
}

export type Answer =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly error: FileFailure }

/** What is left of an error on its way between threads. */
interface FileFailure {
  readonly message: string
  readonly code: string | undefined
  readonly syscall: string | undefined
  readonly errno: number | undefined
}

/**
 * A thread that does nothing but the file operations of the audit log. In Node's own pool they would wait behind key
 * generation and RSA, so that a few callers who make large keys could keep every record from being written in time.
 */
export class FileThread {
  readonly #waiting = new Map<number, PromiseWithResolvers<unknown>>()
  readonly #newWorker: () => Worker
  #worker: Worker | undefined
  #lastId = 0
  #generation = 0

  /** @param newWorker - starts a thread; the one beside this file unless given */
  constructor(newWorker: () => Worker = takeWorker) {
    this.#newWorker = newWorker
  }

  /** Rises when a thread has ended. The descriptors that it had opened were closed with it, and may be others' since. */
  get generation(): number {
    return this.#generation
  }

  /** Operations are done one after the other, in the order of the calls. */
  run<Name extends keyof SegmentOperations>(
    name: Name,
    args: Parameters<SegmentOperations[Name]>,
    transfer: readonly ArrayBuffer[] = [],
  ): Promise<ReturnType<SegmentOperations[Name]>> {
    this.#worker ??= this.#start()
    const id = ++this.#lastId
    const waiting = Promise.withResolvers<unknown>()
    this.#waiting.set(id, waiting)
    // the process may end when nothing is waited for, and not before
    this.#worker.ref()
    this.#worker.postMessage({ id, name, args } satisfies Request, transfer)
    return waiting.promise as Promise<ReturnType<SegmentOperations[Name]>>
  }

  /** Ends the thread; another call starts it anew. */
  async stop(): Promise<void> {
    const worker = this.#worker
    if (worker) this.#ended(worker, endedError())
    await worker?.terminate()
  }

  #start(): Worker {
    const worker = this.#newWorker()
    worker.on('message', (answer: Answer) => this.#settle(worker, answer))
    worker.on('error', (error) => this.#ended(worker, error))
    worker.on('messageerror', (error) => {
      this.#ended(worker, error)
      void worker.terminate()
    })
    worker.on('exit', () => this.#ended(worker, endedError()))
    return worker
  }

  #settle(worker: Worker, answer: Answer): void {
    const waiting = this.#waiting.get(answer.id)
    this.#waiting.delete(answer.id)
    if (this.#waiting.size === 0) worker.unref()
    if ('error' in answer) waiting?.reject(Object.assign(new Error(answer.error.message), answer.error))
    else waiting?.resolve(answer.value)
  }

  #ended(worker: Worker, error: unknown): void {
    // of a thread before this one: nobody waits for that any more
    if (this.#worker !== worker) return
    this.#worker = undefined
    this.#generation++
    for (const { reject } of this.#waiting.values()) reject(error)
    this.#waiting.clear()
  }
}

const endedError = (): Error => new Error('the thread of the audit log has ended')

let spare: Worker | undefined

/** Starts the thread that will be needed while the rest of the program is still being read: 15 ms of a start. */
export function prepareFileThread(): void {
  if (spare !== undefined) return
  spare = newWorker()
  spare.unref()
  // one that fails before it is taken is not missed: another is started then
  spare.once('error', forgetSpare).once('exit', forgetSpare)
}

function forgetSpare(): void {
  spare = undefined
}

function takeWorker(): Worker {
  const worker = spare ?? newWorker()
  worker.off('error', forgetSpare).off('exit', forgetSpare)
  spare = undefined
  return worker
}

const newWorker = (): Worker =>
  new Worker(new URL('./file-thread-worker.ts', import.meta.url), { env: threadEnvironment() })

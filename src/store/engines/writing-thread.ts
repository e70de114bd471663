import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads'
import type { Change } from '../../core/store.ts'
import { CommitFailed } from '../careful-dialect.ts'
import type { Commits } from '../commits.ts'
import { threadEnvironment } from '../thread-environment.ts'
import { WriterEnded } from './sqlite-failures.ts'
import type { FileInPlace } from './sqlite-file.ts'
import { errorOf, type ThreadFailure } from './thread-failure.ts'

export interface ThreadData {
  readonly path: string
  readonly files: readonly FileInPlace[]
}

interface Request {
  readonly id: number
  readonly changes: readonly Change[]
}

export interface Outcome {
  readonly id: number
  readonly failure?: ThreadFailure
}

/** Commits; another line to the same thread; or, of who started it, the word to end once all is done. */
export type ToThread = readonly Request[] | { readonly line: MessagePort } | 'close'
export type FromThread = readonly Outcome[]

/** A way to a thread that writes: the thread itself, or a port that leads to it. */
type Line = Worker | MessagePort

export interface WritingThreadOptions extends ThreadData {
  /** leads to a thread of another event loop, from {@link WritingThread.share}; a thread of its own unless given */
  readonly line?: MessagePort | undefined
  readonly newWorker?: (data: ThreadData) => Worker
}

/**
 * Commits in a thread that has a connection of its own, so that the event loop never waits for the disk. What is committed
 * in one turn of the event loop goes there together.
 */
export class WritingThread implements Commits {
  readonly #options: WritingThreadOptions
  readonly #waiting = new Map<number, PromiseWithResolvers<void>>()
  #given: MessagePort | undefined
  #line: Line | undefined
  #outgoing: { readonly request: Request; readonly waiting: PromiseWithResolvers<void> }[] = []
  #lastId = 0

  constructor(options: WritingThreadOptions) {
    this.#options = options
    this.#given = options.line
  }

  /** @throws CommitFailed with {@link WriterEnded} when the thread ended before it was heard what became of the commit */
  commit(changes: readonly Change[]): Promise<void> {
    const request = { id: ++this.#lastId, changes: changes.map(compact) }
    const waiting = Promise.withResolvers<void>()
    if (this.#outgoing.push({ request, waiting }) === 1) setImmediate(() => this.#send())
    return waiting.promise
  }

  /** Starts the thread, which would otherwise be started by the first commit: 50 ms that nobody need wait for. */
  start(): void {
    this.#line ??= this.#open()
  }

  /** A line for another event loop of this process; it ends with the thread. */
  share(): MessagePort {
    this.start()
    const { port1, port2 } = new MessageChannel()
    this.#line?.postMessage({ line: port2 } satisfies ToThread, [port2])
    return port1
  }

  async idle(): Promise<void> {
    for (;;) {
      const waiting = [...this.#waiting.values(), ...this.#outgoing.map((each) => each.waiting)]
      if (waiting.length === 0) return
      await Promise.allSettled(waiting.map(({ promise }) => promise))
    }
  }

  async close(): Promise<void> {
    await this.idle()
    const line = this.#line ?? this.#given
    this.#line = undefined
    if (!(line instanceof Worker)) return line?.close()
    line.ref()
    const ended = new Promise((resolve) => line.once('exit', resolve))
    line.postMessage('close' satisfies ToThread)
    await ended
  }

  #send(): void {
    this.#line ??= this.#open()
    const requests = this.#outgoing.map(({ request }) => request)
    for (const { request, waiting } of this.#outgoing) this.#waiting.set(request.id, waiting)
    this.#outgoing = []
    // the process may end when nothing is waited for, and not before
    this.#line.ref()
    this.#line.postMessage(requests satisfies ToThread, [])
  }

  #open(): Line {
    const { path, files, newWorker = startWorker } = this.#options
    const line = this.#given ?? newWorker({ path, files })
    this.#given = undefined
    const end = (reason?: unknown): void => this.#ended(line, reason)
    if (line instanceof Worker) line.on('error', end).on('exit', end)
    else line.on('close', end)
    line.on('message', (outcomes: FromThread) => this.#settle(line, outcomes))
    line.unref()
    return line
  }

  #settle(line: Line, outcomes: FromThread): void {
    for (const { id, failure } of outcomes) {
      const waiting = this.#waiting.get(id)
      this.#waiting.delete(id)
      if (failure) waiting?.reject(errorOf(failure))
      else waiting?.resolve()
    }
    if (this.#waiting.size === 0) line.unref()
  }

  #ended(line: Line, reason: unknown): void {
    // of a thread before this one: nobody waits for that any more
    if (this.#line !== line) return
    this.#line = undefined
    for (const { reject } of this.#waiting.values()) reject(new CommitFailed(new WriterEnded(reason)))
    this.#waiting.clear()
  }
}

/** Of a view on a larger buffer all of that would be copied to the thread. */
const compact = (change: Change): Change =>
  'record' in change
    ? {
        ...change,
        record: { ...change.record, sealed: exact(change.record.sealed), mac: new Uint8Array(change.record.mac) },
      }
    : change

const exact = (bytes: Uint8Array | undefined): Uint8Array | undefined => bytes && new Uint8Array(bytes)

const startWorker = (workerData: ThreadData): Worker =>
  new Worker(new URL('./writing-thread-worker.ts', import.meta.url), { workerData, env: threadEnvironment() })

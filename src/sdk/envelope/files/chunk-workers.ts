import { once } from 'node:events'
import module from 'node:module'
import { availableParallelism } from 'node:os'
import { dirname } from 'node:path'
import { Worker } from 'node:worker_threads'
import { EnvelopeError, type EnvelopeErrorCode } from '../errors.ts'
import type { ChunkCipher } from '../keyhaven/chunk.ts'
import type { Suite } from '../keyhaven/suite.ts'
import { type ChunkJob, jobCounters, runChunkJob } from './chunk-job.ts'
import type { WorkerFailure, WorkerReport } from './chunk-worker.ts'

/** More threads than this would wait for memory and disk rather than compute, and each costs some ten megabytes. */
const mostThreads = 4
const progressMilliseconds = 100

interface ChunkWork extends Omit<ChunkJob, 'counters' | 'cipher'> {
  readonly cipher: ChunkCipher & { readonly suite: Suite }
  /** Named in messages about reading and writing. */
  readonly outputPath: string
  readonly onProgress?: ((plaintextBytes: number) => void) | undefined
  readonly signal?: AbortSignal | undefined
}

/**
 * Threads that seal and open chunks. They start with the first work that is worth it and live until disposed of, so
 * that many files share them. Several works may run at once.
 */
export class ChunkWorkers implements AsyncDisposable {
  readonly #threads: number
  readonly #workers: Worker[] = []
  #turn: Promise<unknown> = Promise.resolve()

  /** @param threads - 1 to 64; as many as there are processors, at most four, unless said otherwise */
  constructor(threads: number = Math.min(availableParallelism(), mostThreads)) {
    if (!Number.isInteger(threads) || threads < 1 || threads > 64)
      throw new EnvelopeError('InvalidArgument', `${threads} threads are not possible; 1 to 64 are`)
    this.#threads = threads
  }

  /**
   * @throws EnvelopeError `AuthenticationFailed`, `SourceChanged`, `FileFailed`, `Aborted`; by then no thread touches
   * the files any more
   */
  async run(work: ChunkWork): Promise<void> {
    const { onProgress, outputPath, cipher, signal, ...fields } = work
    const counters = new Int32Array(new SharedArrayBuffer(12))
    const chunkKey = shared(cipher.chunkKey)
    const job: ChunkJob = { ...fields, cipher: { suite: { cipher: cipher.suite.cipher }, chunkKey }, counters }
    const stop = (): void => void Atomics.store(counters, jobCounters.stop, 1)
    signal?.addEventListener('abort', stop)
    if (signal?.aborted) stop()
    const report = (): void =>
      onProgress?.(
        Math.min(Atomics.load(counters, jobCounters.done) * work.layout.chunkBytes, work.layout.plaintextBytes),
      )
    const timer = onProgress && setInterval(report, progressMilliseconds)
    try {
      const isSmall = work.layout.plaintextBytes <= cipher.suite.inlineBytes
      await (isSmall ? runHere(job, outputPath) : this.#runInThreads(job, outputPath))
      if (signal?.aborted) throw new EnvelopeError('Aborted', 'the work was stopped', { cause: signal.reason })
      report()
    } finally {
      clearInterval(timer)
      signal?.removeEventListener('abort', stop)
      chunkKey.fill(0)
    }
  }

  /** One job after the other: each uses all threads. */
  #runInThreads(job: ChunkJob, outputPath: string): Promise<void> {
    const previous = this.#turn
    const run = async (): Promise<void> => {
      await previous.catch(() => undefined)
      while (this.#workers.length < this.#threads) this.#workers.push(this.#start())
      const outcomes = await Promise.all(this.#workers.map((worker) => runOn(worker, job)))
      const failure = outcomes.find((outcome) => outcome.state === 'failed')
      // A dead thread answers nobody: start anew next time.
      if (failure?.error.kind === 'fault') await this.close()
      if (failure) throw errorFrom(failure.error, outputPath)
    }
    const turn = run()
    this.#turn = turn
    return turn
  }

  /** A thread may die while nothing is asked of it; it is replaced by the next work. Unheard, its error would end the program. */
  #start(): Worker {
    const worker = newWorker()
    worker
      .on('error', () => undefined)
      .once('exit', () => {
        const place = this.#workers.indexOf(worker)
        if (place >= 0) this.#workers.splice(place, 1)
      })
    return worker
  }

  /** Ends the threads. */
  async close(): Promise<void> {
    await Promise.all(this.#workers.splice(0).map((worker) => worker.terminate()))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }
}

/** The caller's threads, or new ones that end with the work. */
export async function withWorkers(
  workers: ChunkWorkers | undefined,
  use: (workers: ChunkWorkers) => Promise<void>,
): Promise<void> {
  if (workers) return use(workers)
  const own = new ChunkWorkers()
  try {
    await use(own)
  } finally {
    await own.close()
  }
}

function newWorker(): Worker {
  const worker = new Worker(new URL('./chunk-worker.ts', import.meta.url), { env: threadEnvironment() })
  worker.unref()
  return worker
}

/** Nothing of the process's own, which may hold secrets; where compiled code is kept, or each thread compiles for itself. */
function threadEnvironment(): Record<string, string> {
  // Node 20 keeps none
  const folder = module.getCompileCacheDir?.()
  // Node keeps each version's code in a folder below the one that was named
  return folder === undefined ? {} : { NODE_COMPILE_CACHE: dirname(folder) }
}

/** A thread that dies, or is ended, stops the others and counts as a failure. */
async function runOn(worker: Worker, job: ChunkJob): Promise<WorkerReport> {
  const ended = new AbortController()
  const onExit = (): void => ended.abort(new Error('the thread has ended'))
  worker.once('exit', onExit)
  worker.ref()
  try {
    worker.postMessage(job)
    const [report] = (await once(worker, 'message', { signal: ended.signal })) as [WorkerReport]
    return report
  } catch (error) {
    Atomics.store(job.counters, jobCounters.stop, 1)
    const reason: unknown = ended.signal.aborted ? ended.signal.reason : error
    const message = reason instanceof Error ? reason.message : String(reason)
    return { state: 'failed', error: { kind: 'fault', code: '', message } }
  } finally {
    worker.off('exit', onExit).unref()
  }
}

async function runHere(job: ChunkJob, outputPath: string): Promise<void> {
  try {
    runChunkJob(job)
  } catch (error) {
    if (error instanceof EnvelopeError || !(error instanceof Error) || !('syscall' in error)) throw error
    throw errorFrom({ kind: 'file', code: '', message: error.message }, outputPath)
  }
}

function errorFrom({ kind, code, message }: WorkerFailure, outputPath: string): Error {
  if (kind === 'envelope') return new EnvelopeError(code as EnvelopeErrorCode, message)
  if (kind === 'file')
    return new EnvelopeError(
      'FileFailed',
      `cannot make ${outputPath}: ${/^[A-Z0-9]+: ([^,]+)/.exec(message)?.[1] ?? message}`,
    )
  return new Error(`a thread of the envelope library failed: ${message}`)
}

function shared(bytes: Uint8Array): Uint8Array {
  const copy = new Uint8Array(new SharedArrayBuffer(bytes.length))
  copy.set(bytes)
  return copy
}

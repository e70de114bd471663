import { parentPort } from 'node:worker_threads'
import { EnvelopeError } from '../errors.ts'
import { type ChunkJob, runChunkJob } from './chunk-job.ts'

/** How a worker reports; errors lose their class on the way between threads, so their parts travel. */
export type WorkerReport = { readonly state: 'done' } | { readonly state: 'failed'; readonly error: WorkerFailure }

export interface WorkerFailure {
  readonly kind: 'envelope' | 'file' | 'fault'
  readonly code: string
  readonly message: string
}

parentPort?.on('message', (job: ChunkJob) => {
  parentPort?.postMessage(report(job))
})

function report(job: ChunkJob): WorkerReport {
  try {
    runChunkJob(job)
    return { state: 'done' }
  } catch (error) {
    return { state: 'failed', error: failureOf(error) }
  }
}

function failureOf(error: unknown): WorkerFailure {
  if (error instanceof EnvelopeError) return { kind: 'envelope', code: error.code, message: error.message }
  if (!(error instanceof Error)) return { kind: 'fault', code: '', message: String(error) }
  const code = 'code' in error ? String(error.code) : ''
  return { kind: 'syscall' in error ? 'file' : 'fault', code, message: error.message }
}

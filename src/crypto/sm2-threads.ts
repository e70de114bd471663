import module from 'node:module'
import { availableParallelism } from 'node:os'
import { dirname } from 'node:path'
import { Worker } from 'node:worker_threads'
import { CryptoFailure } from './failure.ts'
import type { Sm2CiphertextFormat } from './sm2-encryption.ts'
import type { Sm2PrivateKey, Sm2PublicKey } from './sm2-key.ts'
import type { sm2Operations } from './sm2-operations.ts'

type Operations = typeof sm2Operations

export interface Request {
  readonly id: number
  readonly name: keyof Operations
  readonly args: readonly unknown[]
}

export type Answer = { readonly id: number; readonly value: unknown } | { readonly id: number; readonly fault: string }

/** One processor stays free for everybody else; more than two threads would be much memory for few callers. */
export const sm2ThreadCount = Math.min(2, Math.max(1, availableParallelism() - 1))

interface Waiting {
  readonly resolve: (value: unknown) => void
  readonly reject: (reason: unknown) => void
}

interface Thread {
  readonly worker: Worker
  readonly waiting: Map<number, Waiting>
}

/**
 * Threads that compute on the SM2 curve, which takes too long for the event loop. They start when there is something to
 * do for them, and keep no process alive when there is not. One set serves the whole process.
 */
export class Sm2Threads {
  readonly #newWorker: () => Worker
  readonly #count: number
  readonly #threads = new Set<Thread>()
  #lastId = 0

  /** @param newWorker - starts a thread; the one beside this file unless given */
  constructor(newWorker: () => Worker = ownWorker, count: number = sm2ThreadCount) {
    this.#newWorker = newWorker
    this.#count = count
  }

  /** @throws Error when the thread ends before it answers; the next call starts another one */
  run<Name extends keyof Operations>(
    name: Name,
    args: Parameters<Operations[Name]>,
    transfer: readonly ArrayBuffer[] = [],
  ): Promise<ReturnType<Operations[Name]>> {
    const { worker, waiting } = this.#leastBusy()
    const id = ++this.#lastId
    const answer = new Promise<unknown>((resolve, reject) => waiting.set(id, { resolve, reject }))
    worker.ref()
    worker.postMessage({ id, name, args } satisfies Request, transfer)
    return answer as Promise<ReturnType<Operations[Name]>>
  }

  /** Ends the threads; another call starts them anew. */
  async stop(): Promise<void> {
    await Promise.all([...this.#threads].map(({ worker }) => worker.terminate()))
  }

  #leastBusy(): Thread {
    const [best] = [...this.#threads].sort((a, b) => a.waiting.size - b.waiting.size)
    if (best && (best.waiting.size === 0 || this.#threads.size === this.#count)) return best
    return this.#start()
  }

  #start(): Thread {
    const worker = this.#newWorker()
    const thread: Thread = { worker, waiting: new Map() }
    this.#threads.add(thread)
    worker.on('message', (answer: Answer) => settle(thread, answer))
    worker.on('error', (error) => this.#ended(thread, error))
    worker.on('exit', () => this.#ended(thread, new Error('the thread has ended')))
    return thread
  }

  #ended(thread: Thread, error: unknown): void {
    this.#threads.delete(thread)
    for (const { reject } of thread.waiting.values()) reject(error)
    thread.waiting.clear()
  }
}

function settle({ worker, waiting }: Thread, answer: Answer): void {
  const asked = waiting.get(answer.id)
  waiting.delete(answer.id)
  if (waiting.size === 0) worker.unref()
  if ('fault' in answer) asked?.reject(new Error(answer.fault))
  else asked?.resolve(answer.value)
}

function ownWorker(): Worker {
  return new Worker(new URL('./sm2-thread.ts', import.meta.url), { env: environment() })
}

/** Nothing of the process's own, which may hold secrets; where compiled code is kept. */
function environment(): Record<string, string> {
  // Node 20 keeps none
  const folder = module.getCompileCacheDir?.()
  // Node keeps each version's code in a folder below the one that was named
  return folder === undefined ? {} : { NODE_COMPILE_CACHE: dirname(folder) }
}

export const sm2Threads = new Sm2Threads()

// A view takes all the memory that it looks at along to the other thread: hence the copies.

/** `decryptSm2` in a thread. The private key stays where it is: threads share OpenSSL's form of it. */
export async function decryptSm2InThread(
  key: Sm2PrivateKey,
  ciphertext: Uint8Array,
  formats?: readonly Sm2CiphertextFormat[],
): Promise<Uint8Array> {
  const plaintext = await sm2Threads.run('decrypt', [key.exchangeKey, Uint8Array.from(ciphertext), formats])
  if (!plaintext) throw new CryptoFailure()
  return plaintext
}

/** `encryptSm2` in a thread. */
export async function encryptSm2InThread(
  key: Sm2PublicKey,
  plaintext: Uint8Array,
  format?: Sm2CiphertextFormat,
): Promise<Uint8Array> {
  if (plaintext.length === 0) throw new RangeError('SM2 cannot encrypt an empty plaintext')
  // given away, so that there is no copy that nobody erases
  const given = Uint8Array.from(plaintext)
  return sm2Threads.run('encrypt', [key.encodedPoint, given, format], [given.buffer])
}

/** `verifySm2Digest` in a thread. */
export async function verifySm2InThread(
  key: Sm2PublicKey,
  digest: Uint8Array,
  signature: Uint8Array,
): Promise<boolean> {
  if (digest.length !== 32) throw new RangeError('An SM3 digest has 32 bytes')
  return sm2Threads.run('verify', [key.encodedPoint, Uint8Array.from(digest), Uint8Array.from(signature)])
}

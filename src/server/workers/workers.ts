import { Worker } from 'node:worker_threads'
import { type LastUse, latestUse } from '../../core/last-use.ts'
import type { RootKeys } from '../../core/sealing/root-key.ts'
import type { CountedPeriod } from '../../core/service-view.ts'
import type { Demand, Demands } from '../../gateway/shared-limits.ts'
import { threadEnvironment } from '../../store/thread-environment.ts'
import { inTime } from '../audit/in-time.ts'
import type { Front } from '../front/front.ts'
import type { MetricValues } from '../http/metrics.ts'
import type { Addresses, Endpoints, Presented } from '../listening/ports.ts'
import type { Log, LogFields } from '../log.ts'
import type { MainDuties, WorkerData, WorkerDuties } from './duties.ts'
import { unpackError } from './errors.ts'
import { requireFree } from './free-ports.ts'
import { Link } from './link.ts'

export interface WorkersOptions {
  readonly count: number
  readonly data: Omit<WorkerData, 'worker'>
  readonly duties: Omit<MainDuties, 'log' | 'lastUse' | 'unkeptCounts'>
  readonly log: Log
  /** told when one has ended that was not told to */
  readonly lost: () => void
}

/** A worker that has not sealed itself after this long never will. */
const sealTimeoutMs = 5000
/** How long a worker may take beyond the requests under way to end. */
const endTimeoutMs = 5000

interface Member {
  readonly thread: Worker
  readonly link: Link<WorkerDuties>
}

/** Threads that answer calls, all at the same ports. What one of them is told, all are told. */
export class Workers implements Front {
  readonly #options: WorkersOptions
  readonly #members: readonly Member[]
  readonly #counts: Int32Array
  #isClosing = false
  #isListening = false
  /** before there was one, nobody is waited for who may yet have to begin, in order to let go of it */
  #hadKey = false

  constructor(options: WorkersOptions) {
    this.#options = options
    this.#counts = new Int32Array(options.data.memory.http.counts)
    this.#members = Array.from({ length: options.count }, (_, index) => this.#start(index + 1))
  }

  get active(): number {
    return Atomics.load(this.#counts, 0)
  }

  /** The first takes the ports, free ones where that is asked for, the others join it there. */
  async listen(presented: Presented, addresses: Addresses): Promise<Endpoints> {
    const [first, ...others] = this.#members
    if (!first) throw new RangeError('there are no workers')
    await requireFree(addresses)
    this.#isListening = true
    const endpoints = await first.link.ask('listen', presented, addresses)
    const taken = {
      https: addressOf(endpoints.https),
      http: endpoints.http && addressOf(endpoints.http),
      console: endpoints.console && addressOf(endpoints.console),
      health: endpoints.health && addressOf(endpoints.health),
    }
    await Promise.all(others.map(({ link }) => link.ask('listen', presented, taken)))
    return endpoints
  }

  async present(presented: Presented): Promise<void> {
    await this.#all((link) => link.ask('present', presented))
  }

  async unseal(rootKeys: RootKeys): Promise<void> {
    this.#hadKey = true
    await this.#all((link) => link.ask('unseal', rootKeys))
  }

  /** One that does not answer is ended, and with it the server: it must not go on with the key. */
  async seal(): Promise<void> {
    if (!this.#hadKey) return
    await Promise.all(
      this.#members.map(({ link, thread }) =>
        inTime(link.ask('seal'), sealTimeoutMs).catch(async () => void (await thread.terminate())),
      ),
    )
  }

  async trustClock(): Promise<void> {
    await this.#all((link) => link.ask('trustClock'))
  }

  async takeDemands(): Promise<Demands> {
    const all = new Map<string, Demand>()
    for (const demands of await this.#all((link) => link.ask('takeDemands')))
      for (const [name, { calls, limit }] of demands)
        all.set(name, { calls: (all.get(name)?.calls ?? 0) + calls, limit })
    return all
  }

  async divide(parts: ReadonlyMap<string, number>): Promise<void> {
    await this.#all((link) => link.ask('divide', parts))
  }

  /** The last use of something that a worker has noted and not yet stored. */
  async lastUse(name: string): Promise<LastUse | undefined> {
    return latestUse(await this.#all((link) => link.ask('lastUse', name)))
  }

  /** The counts of calls that workers have not stored yet. */
  async unkeptCounts(): Promise<readonly CountedPeriod[]> {
    return (await this.#all((link) => link.ask('unkeptCounts'))).flat()
  }

  async startMetrics(): Promise<void> {
    await this.#all((link) => link.ask('startMetrics'))
  }

  metrics(): Promise<MetricValues[]> {
    return this.#all((link) => link.ask('metrics'))
  }

  /** Before anybody was served there is nothing to finish: a start that fails does not wait for threads to begin. */
  async close(graceMs: number): Promise<void> {
    this.#isClosing = true
    await Promise.all(
      this.#members.map(async ({ link, thread }) => {
        if (this.#isListening) await inTime(link.ask('close', graceMs), graceMs + endTimeoutMs).catch(() => undefined)
        await thread.terminate()
      }),
    )
  }

  #all<T>(ask: (link: Link<WorkerDuties>) => Promise<T>): Promise<T[]> {
    return Promise.all(this.#members.map(({ link }) => ask(link)))
  }

  #start(worker: number): Member {
    const { data, duties, log } = this.#options
    const thread = newThread({ ...data, worker })
    const link = new Link<WorkerDuties>(thread)
    const all: MainDuties = {
      ...duties,
      log: (level, message, fields, error) =>
        log.write(level, message, { ...fields, ...(error ? { error: unpackError(error) } : {}) }),
      lastUse: (name) => this.lastUse(name),
      unkeptCounts: () => this.unkeptCounts(),
    }
    link.serve({ ...all })
    let error: unknown
    thread.on('error', (fault) => {
      error = fault
    })
    thread.on('exit', (status) => this.#ended({ worker, status, error }, link))
    return { thread, link }
  }

  /** What the worker held in shared memory nobody knows, nor what state it was in: the server ends with it. */
  #ended(how: Pick<LogFields, 'worker' | 'status' | 'error'>, link: Link<WorkerDuties>): void {
    link.end(how.error ?? new Error('the worker has ended'))
    if (this.#isClosing) return
    this.#options.log.write('error', 'a worker has ended, and the server ends with it', how)
    this.#options.lost()
  }
}

const addressOf = (endpoint: string): string => endpoint.slice(endpoint.indexOf('//') + 2)

function newThread(workerData: WorkerData): Worker {
  const name = `worker ${workerData.worker}`
  return new Worker(new URL('./thread.ts', import.meta.url), { env: threadEnvironment(), name, workerData })
}

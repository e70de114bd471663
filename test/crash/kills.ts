import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { requireAudited } from './audited.ts'
import { figures, Ledger, verifyAt } from './ledger.ts'
import { keyhaven, type Place, ServerProcess } from './server-process.ts'
import { type Random, workUntilCut } from './workload.ts'

export interface KillOptions {
  readonly rounds: number
  readonly random: Random
  readonly report: (line: string) => void
  /** URL of an empty PostgreSQL database; SQLite unless given */
  readonly store?: string
}

const workers = 6
/** On a slow machine a round ends with fewer calls. */
const slowestRoundMs = 5000

/** Kills a server under load, again and again. @throws when something acknowledged is gone; the data are left then */
export async function killServers(options: KillOptions): Promise<void> {
  const data = mkdtempSync(join(tmpdir(), 'keyhaven-crash-'))
  options.report(`data in ${data}`)
  const killing = new Killing(options, { data, store: options.store })
  for (let round = 1; round <= options.rounds; round++) await killing.round(round)
  await killing.finish()
  rmSync(data, { recursive: true, force: true })
}

class Killing {
  readonly #options: KillOptions
  readonly #place: Place
  readonly #ledger = new Ledger()
  readonly #startedAt = performance.now()
  readonly #startTimes: number[] = []
  #killsDuringStart = 0

  constructor(options: KillOptions, place: Place) {
    this.#options = options
    this.#place = place
  }

  async round(round: number): Promise<void> {
    const { random, report } = this.#options
    if (round > 1 && random() < 0.2) await this.#killDuringStart()
    const before = this.#ledger.mark
    await this.#withServer(async (server) => {
      const client = server.client()
      const load = Array.from({ length: workers }, () => workUntilCut(client, this.#ledger, random))
      await Promise.race([this.#acknowledged(random() * 100), ...load])
      await wait(random() * 30)
      await server.kill()
      await Promise.all(load)
      await client.close()
    })
    await this.#withServer(async (server) => {
      const added = this.#ledger.since(before)
      const all = this.#ledger.since()
      await verifyAt(server, added)
      // Of what is older, a part: the end asks about everything.
      await verifyAt(server, {
        keys: this.#sample(all.keys, 10),
        aliases: this.#sample(all.aliases, 10),
        ciphertexts: this.#sample(all.ciphertexts, 20),
        values: this.#sample(all.values, 10),
      })
      report(`round ${round}: ${figures(added)} survived`)
    })
    await keyhaven(this.#place, 'audit', 'verify')
  }

  async finish(): Promise<void> {
    const { rounds, report } = this.#options
    const all = this.#ledger.since()
    await this.#withServer((server) => verifyAt(server, all))
    report((await keyhaven(this.#place, 'audit', 'verify')).trim())
    requireAudited([this.#place.data], this.#ledger.requestIds)
    const seconds = ((performance.now() - this.#startedAt) / 1000).toFixed(0)
    const slowest = Math.max(...this.#startTimes).toFixed(0)
    report(
      `nothing lost. ${rounds} kills under load, ${this.#killsDuringStart} during a start, ${this.#startTimes.length} ` +
        `starts (slowest ${slowest} ms), ${figures(all)}, ${this.#ledger.requestIds.length} acknowledged calls, each ` +
        `audited once, ${seconds} s`,
    )
  }

  /** So many more calls, or fewer when they take long. */
  async #acknowledged(calls: number): Promise<void> {
    const enough = this.#ledger.requestIds.length + calls
    const began = performance.now()
    while (this.#ledger.requestIds.length < enough && performance.now() - began < slowestRoundMs) await wait(1)
  }

  /** Starts a server, which is killed when `use` is through with it, if not before. */
  async #withServer(use: (server: ServerProcess) => Promise<void>): Promise<void> {
    const began = performance.now()
    const server = new ServerProcess(this.#place)
    try {
      await server.ready()
      this.#startTimes.push(performance.now() - began)
      await use(server)
    } catch (error) {
      this.#options.report(`what the server had printed:\n${server.output}`)
      throw error
    } finally {
      await server.kill()
    }
  }

  async #killDuringStart(): Promise<void> {
    const server = new ServerProcess(this.#place)
    await wait(this.#options.random() * 400)
    await server.kill()
    this.#killsDuringStart++
  }

  #sample<T>(items: readonly T[], count: number): T[] {
    const picked = Array.from({ length: count }, () => items[Math.floor(this.#options.random() * items.length)])
    return picked.filter((item) => item !== undefined)
  }
}

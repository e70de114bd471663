import { setTimeout as wait } from 'node:timers/promises'
import { Ledger } from './ledger.ts'
import type { ServerProcess } from './server-process.ts'
import { type Random, workThroughOutages } from './workload.ts'

const workersPerNode = 4

/** Calls to every server that go on whatever happens to the database. */
export class Load {
  readonly ledger = new Ledger()
  readonly #stopping = new AbortController()
  readonly #work: Promise<unknown>
  /** of each server, when it last acknowledged and when it last refused a call */
  readonly #news: { acknowledgedAt: number; refusedAt: number }[]

  constructor(servers: readonly ServerProcess[], random: Random) {
    this.#news = servers.map(() => ({ acknowledgedAt: 0, refusedAt: 0 }))
    const work = servers.flatMap((server, node) => {
      const news = this.#news[node]
      const client = server.client()
      const hear = (outcome: 'acknowledged' | 'refused'): void => {
        if (news) news[`${outcome}At`] = performance.now()
      }
      const { signal } = this.#stopping
      return Array.from({ length: workersPerNode }, () =>
        workThroughOutages(client, this.ledger, random, { signal, hear }),
      )
    })
    this.#work = Promise.all(work)
    this.#work.catch(() => undefined)
  }

  async goOnFor(calls: number): Promise<void> {
    const enough = this.ledger.requestIds.length + calls
    await this.#until(() => this.ledger.requestIds.length >= enough)
  }

  /** Until every server has met the outage. */
  async untilRefused(): Promise<void> {
    const now = performance.now()
    await this.#until(() => this.#news.every(({ refusedAt }) => refusedAt > now))
  }

  /** @returns when the last of the servers had acknowledged a call */
  async untilServed(): Promise<number> {
    const now = performance.now()
    const first = this.#news.map(() => 0)
    await this.#until(() => {
      for (const [node, { acknowledgedAt }] of this.#news.entries()) {
        if (first[node] === 0 && acknowledgedAt > now) first[node] = acknowledgedAt
      }
      return first.every((at) => at > 0)
    })
    return Math.max(...first)
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    await this.#work
  }

  /** Fails as soon as a worker does. */
  async #until(isSo: () => boolean): Promise<void> {
    let hasEnded = false
    const end = (): void => {
      hasEnded = true
    }
    this.#work.then(end, end)
    while (!isSo() && !hasEnded) await wait(1)
    if (hasEnded) await this.#work
  }
}

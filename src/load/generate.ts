import type { Outcome } from './outcome.ts'

/** Milliseconds, and waiting for them; a test has its own. */
export interface Clock {
  now(): number
  sleepUntil(time: number): Promise<void>
}

export const systemClock: Clock = {
  now: () => performance.now(),
  sleepUntil: (time) =>
    new Promise((resolve) => {
      setTimeout(resolve, Math.max(0, time - performance.now()))
    }),
}

/** Makes one call after the other over a connection of its own. */
export interface Worker {
  /**
   * Never rejects: what goes wrong is an outcome.
   *
   * @param sending - to be called when the request is written and goes out: what the generator does before is no latency
   */
  call(sending: () => void): Promise<Outcome>
}

export interface Load {
  readonly workers: readonly Worker[]
  readonly clock: Clock
  /** by the clock */
  readonly startAt: number
  readonly endAt: number
  /** calls per second of all workers together (open loop); without one, each begins its next call when one ends (closed) */
  readonly ratePerSecond?: number | undefined
  /** no call is begun after it fires; those under way are waited for */
  readonly signal: AbortSignal
  begun(): void
  /** @param from - when the call began, or should have begun */
  ended(outcome: Outcome, from: number, to: number): void
}

/** Timers are late by up to this many milliseconds on a busy machine; that is the generator's doing, not the service's. */
const timerLateness = 2

/**
 * Generates the load until `endAt`.
 *
 * @returns how many calls of an open loop should have begun and could not, because every worker was waiting
 */
export async function generate(load: Load): Promise<number> {
  const turns = load.ratePerSecond === undefined ? closedLoop(load) : openLoop(load, 1000 / load.ratePerSecond)
  await Promise.all(load.workers.map((worker) => work(worker, turns, load)))
  return turns.unsent()
}

interface Turns {
  /** a call counts from when it is sent, not from when it was due */
  readonly isClosed: boolean
  /** when the next call counts as begun; undefined once there is none */
  next(): Promise<number | undefined>
  unsent(): number
}

async function work(worker: Worker, turns: Turns, { clock, begun, ended }: Load): Promise<void> {
  for (let from = await turns.next(); from !== undefined; from = await turns.next()) {
    begun()
    let sentAt = from
    const outcome = await worker.call(() => {
      sentAt = clock.now()
    })
    ended(outcome, turns.isClosed ? sentAt : from, clock.now())
  }
}

const isOver = ({ clock, endAt, signal }: Load): boolean => signal.aborted || clock.now() >= endAt

function closedLoop(load: Load): Turns {
  const { clock, startAt } = load
  return {
    isClosed: true,
    async next() {
      if (clock.now() < startAt) await clock.sleepUntil(startAt)
      return isOver(load) ? undefined : clock.now()
    },
    unsent: () => 0,
  }
}

/**
 * Calls are due at even distances, whatever the service does. One that finds all workers waiting counts from when it was
 * due, so that a stall is in the latency of every call it delayed and not of one per connection only.
 */
function openLoop(load: Load, interval: number): Turns {
  const { clock, startAt, endAt } = load
  let taken = 0
  return {
    isClosed: false,
    async next() {
      const due = startAt + taken * interval
      if (due >= endAt || isOver(load)) return undefined
      taken++
      if (clock.now() >= due) return due
      await clock.sleepUntil(due)
      return Math.min(clock.now(), due + timerLateness)
    },
    unsent() {
      const until = Math.min(endAt, clock.now())
      return Math.max(0, Math.ceil((until - startAt) / interval) - taken)
    },
  }
}

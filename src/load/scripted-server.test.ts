import assert from 'node:assert/strict'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { after, before, beforeEach, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { Caller } from './caller.ts'
import { generate, systemClock } from './generate.ts'
import type { Histogram } from './histogram.ts'
import type { Plan } from './plan.ts'
import { Collector } from './result.ts'
import { type PeriodReport, runPlan } from './run-plan.ts'
import { Tally } from './tally.ts'

/*
 * The tool against a real server that answers by a script and keeps its own record of what it did. How long a call takes
 * depends on how busy the machine is, so nothing here is compared with a length of time that was expected: what the tool
 * says is compared with what the server counted, and with what a witness on the tool's own sockets saw in the same run.
 */

interface Answer {
  readonly delay: number
  readonly status: number
  readonly code?: string
}
/** A request as the server saw it; milliseconds. */
interface Served extends Answer {
  readonly arrivedAt: number
  readonly answeredAt: number
}
/** A request as it passed the tool's socket: its head written, its answer there. */
interface Seen {
  readonly writtenAt: number
  endedAt: number
}

let [script, served, seen]: [(index: number) => Answer, Served[], Seen[]] = [() => ({ delay: 0, status: 200 }), [], []]
let arrived = 0

const server: Server = createServer(async (request, response) => {
  const arrivedAt = performance.now()
  const answer = script(arrived++)
  for await (const _ of request);
  await sleep(answer.delay)
  const body = answer.code === undefined ? '{}' : JSON.stringify({ Code: answer.code, Message: 'as scripted' })
  served.push({ ...answer, arrivedAt, answeredAt: performance.now() })
  response.writeHead(answer.status, { 'content-type': 'application/json' }).end(body)
})

/** Stands between tool and socket: the clock is read when bytes are handed over, and before the tool sees an answer. */
function witness(message: unknown): void {
  const { socket } = message as { socket: Socket }
  const write = socket.write.bind(socket) as (...args: unknown[]) => boolean
  let open: Seen | undefined
  // not before: connecting puts back the method of its class
  socket.once('connect', () => {
    socket.write = (...args: unknown[]): boolean => {
      open = { writtenAt: performance.now(), endedAt: Number.NaN }
      seen.push(open)
      return write(...args)
    }
  })
  socket.on('data', () => {
    if (open) open.endedAt = performance.now()
  })
}

before(async () => {
  subscribe('net.client.socket', witness)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
})
after(async () => {
  unsubscribe('net.client.socket', witness)
  server.closeAllConnections()
  await server[Symbol.asyncDispose]()
})
beforeEach(forget)

/** What was before does not count: connections have been made, and a script begins at its first line. */
function forget(): void {
  served = []
  seen = []
  arrived = 0
}

function planOf(settings: Partial<Plan>): Plan {
  return {
    public: {
      origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      credentials: { accessKeyId: 'id', accessKeySecret: 'secret' },
    },
    calls: [{ gateway: 'public', operation: 'Encrypt', version: '2016-01-20', weight: 1, parameters: { n: '{n}' } }],
    connections: 1,
    warmUpMs: 20,
    durationMs: 60_000,
    periodMs: 400,
    timeoutMs: 60_000,
    processName: 'test',
    isDebugged: false,
    ...settings,
  }
}

/** Every 10th answer takes long, every 7th is an error, every 11th is refused for being too many. */
const mixed = (index: number): Answer => ({
  delay: index % 10 === 4 ? 400 : 100,
  ...(index % 7 === 3
    ? { status: 500, code: 'InternalFailure' }
    : index % 11 === 5
      ? { status: 429, code: 'Rejected.Throttling' }
      : { status: 200 }),
})

/** Not the largest: a program that is put aside in the wrong moment has one call that took long. */
const percents = [10, 25, 50, 75, 90, 95]

/** Like `Histogram.percentile`, of single values in milliseconds. */
function percentileOf(values: readonly number[], percent: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.max(1, Math.ceil((percent / 100) * sorted.length)) - 1] ?? Number.NaN
}

/** Milliseconds: an open loop forgives a timer of its own that is late. */
const leeway = 2
/** Between answer and clock the machine may put the program aside: of a hundred calls, so many may have changed places. */
const ranks = 3

/**
 * @param reference - milliseconds of each call
 * @param least - the first percentile to compare
 */
function assertLatencies(histogram: Histogram, reference: readonly number[], least = 0): void {
  assert.equal(histogram.count, reference.length)
  const mean = reference.reduce((sum, value) => sum + value, 0) / reference.length
  assertBetween(histogram.mean / 1000, mean, mean)
  for (const percent of percents.filter((each) => each >= least))
    assertBetween(
      histogram.percentile(percent) / 1000,
      percentileOf(reference, percent - ranks),
      percentileOf(reference, percent + ranks),
    )
}

/** Within two parts in a hundred of what was seen. */
function assertBetween(told: number, low: number, high: number): void {
  assert.ok(told >= low * 0.98 - leeway && told <= high * 1.02 + leeway, `${told} ms told, ${low} to ${high} ms seen`)
}

const countBy = (status: number): number => served.filter((answer) => answer.status === status).length

test('a closed loop counts each answer and error of a server, and times what its sockets see', async () => {
  const collector = new Collector()
  const enough = new AbortController()
  script = (index) => {
    if (index >= 100) enough.abort()
    return mixed(index)
  }
  let [startedAt, endedAt] = [0, 0]
  await runPlan(planOf({ connections: 8 }), enough.signal, {
    measuring: () => {
      forget()
      startedAt = performance.now()
    },
    period: (report: PeriodReport) => {
      collector.add(report)
      endedAt = performance.now()
    },
  })
  const total = collector.total()
  assert.equal(total.finished, served.length)
  assert.equal(collector.begun, served.length)
  assert.deepEqual([total.ok.count, total.failed, total.throttled], [200, 500, 429].map(countBy))
  const codes = Map.groupBy(served, ({ code }) => code)
  for (const code of ['InternalFailure', 'Rejected.Throttling'])
    assert.equal(total.errors.get(code) ?? 0, codes.get(code)?.length ?? 0)
  assertLatencies(
    total.all(),
    seen.map(({ writtenAt, endedAt: end }) => end - writtenAt),
  )
  // No call takes less time than its server took for it.
  const serverTimes = served.map((answer) => answer.answeredAt - answer.arrivedAt)
  for (const percent of percents)
    assert.ok((total.all().percentile(percent) / 1000) * 1.02 >= percentileOf(serverTimes, percent))
  const [rate, reference] = [total.finished / collector.duration, served.length / (endedAt - startedAt)]
  assert.ok(Math.abs(rate / reference - 1) < 0.02, `${rate} told, ${reference} seen`)
  assert.equal(
    collector.periods().reduce((sum, { finished }) => sum + finished, 0),
    served.length,
  )
})

test('an open loop times each call from when it was due, errors apart', async () => {
  script = mixed
  const { tally, startAt, interval } = await openLoop({ connections: 20, ratePerSecond: 80, calls: 100 })
  assert.deepEqual([tally.ok.count, tally.failed, tally.throttled], [200, 500, 429].map(countBy))
  // Calls are begun in the order in which they are due.
  assertLatencies(
    tally.all(),
    seen.map(({ endedAt }, index) => endedAt - (startAt + index * interval)),
  )
})

test('a stall of the server is in the latency of every call that was due meanwhile, and a closed loop hides it', async () => {
  const stall = 600
  script = (index) => ({ delay: index === 20 || index === 21 ? stall : 1, status: 200 })
  const { tally, startAt, interval } = await openLoop({ connections: 2, ratePerSecond: 100, calls: 100 })
  assertLatencies(
    tally.all(),
    seen.map(({ endedAt }, index) => endedAt - (startAt + index * interval)),
    50,
  )
  const late = (milliseconds: readonly number[]): number => milliseconds.filter((value) => value > stall / 2).length
  const stalledAtServer = late(served.map((answer) => answer.delay))
  assert.equal(stalledAtServer, 2)
  // At 100 per second, 30 calls fall due in the first half of the stall: each is late by the other half at least.
  const lateCalls = tally.ok.count - countUpTo(tally.ok, (stall / 2) * 1000)
  assert.ok(lateCalls >= 28, `${lateCalls} calls of ${tally.ok.count} were late`)
})

/** How many values do not exceed this many microseconds. */
function countUpTo(histogram: Histogram, microseconds: number): number {
  let count = 0
  while (count < histogram.count && histogram.percentile(((count + 1) / histogram.count) * 100) <= microseconds)
    count += 1
  return count
}

interface OpenSettings {
  readonly connections: number
  readonly ratePerSecond: number
  /** the load ends when so many have begun */
  readonly calls: number
}

interface Opened {
  readonly tally: Tally
  readonly startAt: number
  readonly interval: number
}

async function openLoop({ connections, ratePerSecond, calls }: OpenSettings): Promise<Opened> {
  const plan = planOf({ connections })
  let serial = 0
  const workers = Array.from({ length: connections }, () => new Caller(plan, () => `n${serial++}`))
  const scripted = script
  script = () => ({ delay: 0, status: 200 })
  await Promise.all(workers.map((worker) => worker.call(() => undefined)))
  script = scripted
  forget()
  const [tally, enough] = [new Tally(), new AbortController()]
  let begun = 0
  const startAt = performance.now()
  await generate({
    ...{ workers, clock: systemClock, startAt, endAt: startAt + plan.durationMs, ratePerSecond, signal: enough.signal },
    begun: () => {
      begun += 1
      if (begun === calls) enough.abort()
    },
    ended: (outcome, from, to) => tally.record(outcome, (to - from) * 1000),
  })
  await Promise.all(workers.map((worker) => worker.close()))
  return { tally, startAt, interval: 1000 / ratePerSecond }
}

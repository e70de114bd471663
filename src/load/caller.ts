import { ErrorMessage } from '../api/instance.ts'
import { decodeMessage } from '../wire/protobuf.ts'
import type { HttpAnswer } from './answer-reader.ts'
import type { Worker } from './generate.ts'
import { type Address, ExchangeFailure, HttpConnection } from './http-connection.ts'
import { errorKind, type Outcome } from './outcome.ts'
import type { Plan, PlannedCall } from './plan.ts'
import { instanceRequests, publicRequests, type RequestWriter } from './requests.ts'

interface Written {
  readonly call: PlannedCall
  readonly write: RequestWriter
  /** for the choice of the next one */
  credit: number
}

/** Makes the calls of a plan in turn, each as often as its weight says. It has a connection to each gateway it needs. */
export class Caller implements Worker {
  readonly #calls: readonly Written[]
  readonly #connections: Readonly<Record<PlannedCall['gateway'], HttpConnection | undefined>>
  readonly #total: number

  /** @param numbers - another text at each call */
  constructor(plan: Plan, numbers: () => string) {
    this.#calls = plan.calls.map((call) => ({ call, write: writerOf(plan, call, numbers), credit: 0 }))
    this.#total = plan.calls.reduce((sum, { weight }) => sum + weight, 0)
    const connection = (address: Address | undefined) => address && new HttpConnection(address, plan.timeoutMs)
    this.#connections = {
      public: connection(plan.public),
      instance: connection(plan.instance),
      plain: connection(plan.plain),
    }
  }

  async call(sending: () => void): Promise<Outcome> {
    const { call, write } = this.#next()
    const { operation, gateway } = call
    try {
      const answer = await this.#connections[gateway]?.exchange(write(), sending)
      if (answer === undefined) throw new TypeError(`The plan has no ${gateway} gateway`)
      return answer.status === 200 ? { operation, kind: 'ok' } : { operation, ...errorOf(gateway, answer) }
    } catch (error) {
      if (!(error instanceof ExchangeFailure)) throw error
      return { operation, kind: error.code === 'timeout' ? 'timeout' : 'failed', code: error.code }
    }
  }

  async close(): Promise<void> {
    await Promise.all(Object.values(this.#connections).map((connection) => connection?.close()))
  }

  /** Whoever has waited longest by its weight, so that shares are right over a few calls already. */
  #next(): Written {
    for (const entry of this.#calls) entry.credit += entry.call.weight
    const chosen = this.#calls.reduce((most, entry) => (entry.credit > most.credit ? entry : most))
    chosen.credit -= this.#total
    return chosen
  }
}

function writerOf(plan: Plan, call: PlannedCall, numbers: () => string): RequestWriter {
  if (call.gateway === 'public' && plan.public) return publicRequests(plan.public, call, numbers)
  if (call.gateway === 'instance' && plan.instance) return instanceRequests(plan.instance, call)
  if (call.gateway === 'plain') return () => call.request
  throw new TypeError(`The plan has no ${call.gateway} gateway`)
}

function errorOf(gateway: PlannedCall['gateway'], { status, body }: HttpAnswer): Omit<Outcome, 'operation'> {
  if (gateway === 'plain') return { kind: errorKind(status, ''), code: String(status) }
  const { code, message, requestId } = gateway === 'public' ? fromJson(body) : fromMessage(body)
  if (code === '') return { kind: errorKind(status, ''), code: 'badResponse' }
  return { kind: errorKind(status, code, message), code, requestId }
}

interface Told {
  readonly code: string
  readonly message: string
  readonly requestId: string
}

function fromJson(body: Uint8Array): Told {
  const parsed = tried(() => JSON.parse(Buffer.from(body).toString()) as Readonly<Record<string, unknown>> | null)
  const text = (name: string): string => (typeof parsed?.[name] === 'string' ? parsed[name] : '')
  return { code: text('Code'), message: text('Message'), requestId: text('RequestId') }
}

function fromMessage(body: Uint8Array): Told {
  const read = tried(() => decodeMessage(ErrorMessage, body))
  return { code: read?.errorCode ?? '', message: read?.errorMessage ?? '', requestId: read?.requestId ?? '' }
}

function tried<Value>(read: () => Value): Value | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}

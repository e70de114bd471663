import { errors, type KmsErrorCode } from '../../api/errors.ts'
import { KmsError } from '../../core/errors.ts'
import type { HttpRequest, HttpResponse } from '../../gateway/http.ts'
import { actionOf } from './recorded-call.ts'
import { refusedAs } from './refused-as.ts'

/** What is to go wrong, for tests of programs that have to bear it. */
export interface Fault {
  /** operation that it happens to; every one unless given */
  readonly action?: string | undefined
  /** how many calls it happens to; without end unless given */
  readonly times?: number | undefined
  /** 0 to 1: how often it happens to such a call; always unless given */
  readonly probability?: number | undefined
  /** answer with this error code; nothing is done */
  readonly code?: string | undefined
  /** answer as to a request that is signed wrongly; nothing is done */
  readonly wrongSignature?: boolean | undefined
  /** answer this much later */
  readonly delayMs?: number | undefined
  /** reset the connection instead of answering; the call is not done */
  readonly reset?: boolean | undefined
  /** reset the connection when so many bytes of the answer's body have left; the call is done */
  readonly cutAfterBytes?: number | undefined
}

interface Planned extends Fault {
  left: number
}

const wrongSignature: KmsErrorCode = 'SignatureDoesNotMatch'

/** The faults that are to come. Each call meets the first that is meant for it. */
export class Faults {
  #planned: Planned[] = []
  readonly #random: () => number

  /** @param random - from 0 up to 1; decides with what probability faults happen */
  constructor(random: () => number = Math.random) {
    this.#random = random
  }

  /** @throws TypeError naming the member that cannot be */
  add(...faults: readonly Fault[]): void {
    for (const fault of faults) check(fault)
    this.#planned.push(...faults.map((fault) => ({ ...fault, left: fault.times ?? Number.POSITIVE_INFINITY })))
  }

  /** Nothing goes wrong any more. */
  clear(): void {
    this.#planned = []
  }

  /** What is still to come. */
  list(): readonly Fault[] {
    return this.#planned.map(({ left, ...fault }) => ({ ...fault, ...(Number.isFinite(left) ? { times: left } : {}) }))
  }

  /** Answers a request as `handle` does, or as the fault that it meets says. */
  around(request: HttpRequest, handle: (request: HttpRequest) => Promise<HttpResponse>): Promise<HttpResponse> {
    const fault = this.#take(request)
    return fault === undefined ? handle(request) : faulty(fault, request, handle)
  }

  #take(request: HttpRequest): Fault | undefined {
    if (this.#planned.length === 0) return undefined
    const action = actionOf(request)
    const met = this.#planned.find(
      (fault) =>
        (fault.action === undefined || fault.action === action) &&
        (fault.probability === undefined || this.#random() < fault.probability),
    )
    if (met === undefined) return undefined
    met.left--
    this.#planned = this.#planned.filter(({ left }) => left > 0)
    return met
  }
}

async function faulty(
  fault: Fault,
  request: HttpRequest,
  handle: (request: HttpRequest) => Promise<HttpResponse>,
): Promise<HttpResponse> {
  if (fault.delayMs !== undefined) await passed(fault.delayMs)
  if (fault.reset) return { ...nothing, cutAfterBytes: 0 }
  const code = fault.wrongSignature ? wrongSignature : fault.code
  const answer = code === undefined ? await handle(request) : refusedAs(request, new KmsError(code as KmsErrorCode))
  return fault.cutAfterBytes === undefined ? answer : { ...answer, cutAfterBytes: fault.cutAfterBytes }
}

const nothing: HttpResponse = { status: 200, headers: {}, body: '' }

const passed = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, milliseconds)
  })

const isCount = (value: unknown): boolean => typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
const isFlag = (value: unknown): boolean => typeof value === 'boolean'

const members: Readonly<Record<keyof Fault, (value: unknown) => boolean>> = {
  action: (value) => typeof value === 'string' && value !== '',
  times: (value) => isCount(value) && value !== 0,
  probability: (value) => typeof value === 'number' && value >= 0 && value <= 1,
  code: (value) => typeof value === 'string' && Object.hasOwn(errors, value),
  wrongSignature: isFlag,
  delayMs: isCount,
  reset: isFlag,
  cutAfterBytes: isCount,
}

function check(fault: Fault): void {
  if (typeof fault !== 'object' || fault === null) throw new TypeError('a fault is an object')
  for (const [name, value] of Object.entries(fault)) {
    if (!Object.hasOwn(members, name)) throw new TypeError(`a fault has no member "${name}"`)
    if (value !== undefined && !members[name as keyof Fault](value))
      throw new TypeError(`${name}: ${JSON.stringify(value)} is not what a fault takes`)
  }
  const { code, delayMs, reset, cutAfterBytes } = fault
  if (!(code !== undefined || fault.wrongSignature || delayMs !== undefined || reset || cutAfterBytes !== undefined))
    throw new TypeError('a fault needs one of code, wrongSignature, delayMs, reset and cutAfterBytes')
}

import { inTime } from '../audit/in-time.ts'
import { json, pathOf, type Route } from './route.ts'

export interface Health {
  readonly mode: 'development' | 'production'
  isSealed(): boolean
  /** what keeps audit records from being kept, in a few words; `undefined`: nothing */
  auditProblem(): string | undefined
  auditSpace(): 'ample' | 'low' | 'spent'
  clockTrusted(): boolean
  /** rejects when the store does not answer */
  askStore(): Promise<unknown>
}

type State = 'ok' | 'sealed' | 'failing'

/** How long an answer about the store holds: anybody may ask, as often as they like (SEC-64). */
const freshMs = 1000
const storeTimeoutMs = 2000

/**
 * `/livez`: the process answers. `/healthz`: what state it is in; 200 unless something fails. `/readyz`: 200 only when
 * it can serve requests. No authentication, no secrets.
 */
export function healthRoutes(health: Health, monotonicMs: () => number = () => performance.now()): Route[] {
  let asked = Number.NEGATIVE_INFINITY
  let storeAnswers: Promise<boolean> = Promise.resolve(false)
  const storeState = (): Promise<boolean> => {
    if (monotonicMs() - asked < freshMs) return storeAnswers
    asked = monotonicMs()
    storeAnswers = inTime(health.askStore(), storeTimeoutMs).then(
      () => true,
      () => false,
    )
    return storeAnswers
  }
  const checks = async () => ({
    sealed: health.isSealed(),
    store: await storeState(),
    audit: health.auditProblem() === undefined,
    auditProblem: health.auditProblem(),
    auditSpace: health.auditSpace(),
    clock: health.clockTrusted(),
  })
  const state = ({ sealed, store, audit, clock }: Awaited<ReturnType<typeof checks>>): State => {
    if (!(store && audit && clock)) return 'failing'
    return sealed ? 'sealed' : 'ok'
  }
  const report = async (isFine: (state: State) => boolean) => {
    const found = await checks()
    const status = state(found)
    return json(isFine(status) ? 200 : 503, { status, mode: health.mode, ...found })
  }
  return [
    route('/livez', async () => json(200, { status: 'ok' })),
    route('/healthz', () => report((status) => status !== 'failing')),
    route('/readyz', () => report((status) => status === 'ok')),
  ]
}

const route = (path: string, handle: Route['handle']): Route => ({
  name: path,
  matches: (request) => pathOf(request) === path && (request.method === 'GET' || request.method === 'HEAD'),
  handle,
})

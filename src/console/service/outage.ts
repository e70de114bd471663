import { isPlainObject } from '../../wire/codec.ts'
import { Watched } from '../watched.ts'

/** Whether the server can be worked with, and if not, what is known of why. */
export type Outage =
  | { readonly state: 'none' }
  | { readonly state: 'away' | 'sealed' | 'failing'; readonly since: Date }

export const outage = new Watched<Outage>({ state: 'none' })

const everyMs = 2000
let isAsking = false
const whenOver = new Set<() => void>()

/** Calls `work` whenever the server is back. */
export function afterOutage(work: () => void): () => void {
  whenOver.add(work)
  return () => whenOver.delete(work)
}

/** A call has failed as if the server were away: from now on it is asked until it is back. */
export function suspectOutage(): void {
  if (isAsking) return
  isAsking = true
  void askUntilBack().finally(() => {
    isAsking = false
  })
}

async function askUntilBack(): Promise<void> {
  for (;;) {
    const state = await askState()
    if (state === 'none') {
      if (outage.get().state === 'none') return
      outage.set({ state })
      for (const work of whenOver) work()
      return
    }
    const before = outage.get()
    if (before.state !== state) outage.set({ state, since: before.state === 'none' ? new Date() : before.since })
    await new Promise((resolve) => setTimeout(resolve, everyMs))
  }
}

async function askState(): Promise<Outage['state']> {
  try {
    const response = await fetch('/healthz', { cache: 'no-store', signal: AbortSignal.timeout(5000) })
    const health: unknown = await response.json()
    if (!isPlainObject(health)) return 'away'
    if (health.status === 'ok') return 'none'
    return health.status === 'sealed' ? 'sealed' : 'failing'
  } catch {
    return 'away'
  }
}

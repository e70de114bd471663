import { setTimeout as wait } from 'node:timers/promises'

/** For so long is tried again what may succeed in a moment. */
const momentMs = 1000
const pauseMs = 50

/** Does what failed for a momentary reason again, for a while. What failed before its COMMIT was not done at all. */
export async function patiently<T>(isMomentary: (error: unknown) => boolean, work: () => Promise<T>): Promise<T> {
  for (const started = performance.now(); ; ) {
    try {
      return await work()
    } catch (error) {
      if (!isMomentary(error) || performance.now() - started > momentMs) throw error
    }
    await wait(pauseMs)
  }
}

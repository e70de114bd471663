import { monitorEventLoopDelay } from 'node:perf_hooks'
import { KmsError } from '../../core/errors.ts'
import type { Kms } from '../../core/kms.ts'
import type { MetricsHistory } from '../../core/oversight/metrics-history.ts'
import type { Log } from '../log.ts'

export const historyMs = 60_000

const lag = monitorEventLoopDelay({ resolution: 20 })
lag.enable()

/** Writes down how many calls there were. While sealed that has to wait. Never rejects. */
export async function keepHistory(history: MetricsHistory, { sealing, now }: Kms, log: Log): Promise<void> {
  if (sealing.isSealed) return
  const lagMicroseconds = Math.round(lag.max / 1000)
  lag.reset()
  try {
    await history.flush(lagMicroseconds)
    await history.forgetOld(now())
  } catch (error) {
    // that the store is away is told once, by itself
    if (error instanceof KmsError && error.code === 'ServiceUnavailableTemporary') return
    log.write('error', 'the history of calls could not be kept', { error })
  }
}

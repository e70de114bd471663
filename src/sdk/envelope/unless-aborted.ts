import { stopped } from './errors.ts'

/**
 * What the work gives, unless the signal fires first: some work, such as waiting for somebody to write into a pipe, can
 * be given up but not stopped.
 *
 * @param late - gets the result of work that was given up
 * @throws EnvelopeError `Aborted`
 */
export async function unlessAborted<Value>(
  work: Promise<Value>,
  signal: AbortSignal | undefined,
  late: (value: Value) => void = () => undefined,
): Promise<Value> {
  if (signal === undefined) return work
  let giveUp = (): void => {}
  const aborted = new Promise<never>((_, reject) => {
    giveUp = () => {
      work.then(late, () => undefined)
      reject(stopped(signal))
    }
  })
  if (signal.aborted) giveUp()
  else signal.addEventListener('abort', giveUp, { once: true })
  try {
    return await Promise.race([aborted, work])
  } finally {
    signal.removeEventListener('abort', giveUp)
  }
}

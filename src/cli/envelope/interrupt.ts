/**
 * Runs `work` with a signal that Ctrl-C and a polite kill fire, so that unfinished files are removed before the program
 * ends. A second Ctrl-C ends it at once.
 */
export async function interruptible<Value>(work: (signal: AbortSignal) => Promise<Value>): Promise<Value> {
  const controller = new AbortController()
  const names = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  const stop = (): void => {
    controller.abort()
    for (const name of names) process.off(name, stop)
  }
  for (const name of names) process.on(name, stop)
  try {
    return await work(controller.signal)
  } finally {
    for (const name of names) process.off(name, stop)
  }
}

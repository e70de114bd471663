const offsetMs = Number(process.hrtime.bigint()) / 1e6 - performance.now()

/** Milliseconds that never jump, the same in every thread of the process: what threads share may be dated by it. */
export const processMs = (): number => performance.now() + offsetMs

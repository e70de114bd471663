/** Milliseconds that never jump. `performance` brings all of perf_hooks along: 4 ms of the start of a command. */
export const monotonicMs = (): number => Number(process.hrtime.bigint()) / 1e6

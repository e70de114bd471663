/** A time as operations take it: `yyyy-MM-ddTHH:mm:ssZ`. */
export const wireTime = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`

const minuteMs = 60_000

/** So many seconds ago, to the minute: what is asked again within it is the same question. */
export const secondsAgo = (seconds: number): string =>
  wireTime(Math.floor(Date.now() / minuteMs) * minuteMs - seconds * 1000)

export const monthSeconds = 30 * 86_400

/** `yyyy-MM-ddTHH:mm:ssZ`, as every date of the API is written; fractions of a second are cut off. */
export const formatTime = (time: Date): string => `${time.toISOString().slice(0, 19)}Z`

export const secondsLater = (time: Date, seconds: number): Date => new Date(time.getTime() + seconds * 1000)

export const secondsPerDay = 86_400

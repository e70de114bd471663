import { parseTime } from '../../api/time.ts'
import { KmsError } from '../../core/errors.ts'

/** How far a client's clock may be from ours, either way. */
export const clockWindowMs = 15 * 60 * 1000

const shape = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?Z$/

/**
 * The time that a request carries, in milliseconds since 1970. Clients send whole seconds, milliseconds or nanoseconds.
 *
 * @throws KmsError `InvalidTimeStamp.Format`; `InvalidTimeStamp.Expired` when it is more than 15 minutes away
 */
export function requestTime(text: string, now: Date): number {
  const time = shape.test(text) ? secondOf(text.slice(0, 19)) : Number.NaN
  if (Number.isNaN(time)) throw new KmsError('InvalidTimeStamp.Format')
  const fraction = Number(`0${text.slice(19, -1)}`) * 1000
  if (Math.abs(time + fraction - now.getTime()) > clockWindowMs) throw new KmsError('InvalidTimeStamp.Expired')
  return time + Math.floor(fraction)
}

/** Many requests carry the same second. */
let known = { text: '', time: Number.NaN }

function secondOf(text: string): number {
  if (text !== known.text) known = { text, time: parseTime(`${text}Z`) }
  return known.time
}

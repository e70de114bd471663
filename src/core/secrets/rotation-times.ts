import type { Kms } from '../kms.ts'
import { formatTime, secondsLater } from '../time.ts'
import type { Managed } from './managed.ts'
import type { Secret } from './secret.ts'

/** After so many failures in a row the secret waits for somebody. */
const mostFailures = 5
const firstPauseSeconds = 60
const longestPauseSeconds = 6 * 3600
/** Rotations of secrets that were made together spread over this part of their interval, to either side. */
const jitter = 0.05

/** Whether the schedule has to rotate it, or to finish what has begun. */
export function isRotationDue(kms: Kms, { deleteAt, managed }: Secret): boolean {
  if (managed === undefined || deleteAt !== undefined) return false
  const due =
    managed.rotating?.leaseUntil ?? (managed.automaticRotation === 'Enabled' ? managed.nextRotationAt : undefined)
  return due !== undefined && Date.parse(due) <= kms.now().getTime()
}

/** When a secret that rotated at `from` rotates next, with the jitter: a time to announce. */
export function nextRotation(kms: Kms, from: Date, intervalSeconds: number): string {
  const [random = 0] = kms.randomBytes(1)
  return formatTime(secondsLater(from, Math.round(intervalSeconds * (1 + jitter * (random / 127.5 - 1)))))
}

/** The pauses grow. After too many failures in a row automatic rotation ends, until somebody turns it on again. */
export function failed(kms: Kms, managed: Managed): Partial<Managed> {
  const failures = managed.failures + 1
  if (managed.automaticRotation !== 'Enabled') return { failures }
  return failures >= mostFailures
    ? { failures, automaticRotation: 'Invalid', nextRotationAt: undefined }
    : { failures, nextRotationAt: retryAt(kms, managed) }
}

/** When a rotation that failed is tried again. */
export const retryAt = (kms: Kms, { failures }: Managed): string =>
  formatTime(secondsLater(kms.now(), Math.min(longestPauseSeconds, firstPauseSeconds * 2 ** failures)))

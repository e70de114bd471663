import type { Secret } from './secret.ts'

/** The fields about rotation that operations answer of managed secrets; nothing of others. */
export function describedRotation({ managed }: Secret) {
  if (managed === undefined) return {}
  const { automaticRotation, rotationIntervalSeconds, nextRotationAt } = managed
  return {
    automaticRotation,
    // Clients parse the number before the letter s.
    rotationInterval: rotationIntervalSeconds === undefined ? undefined : `${rotationIntervalSeconds}s`,
    nextRotationDate: automaticRotation === 'Enabled' ? nextRotationAt : undefined,
  }
}

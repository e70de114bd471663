import type { Kms } from '../kms.ts'
import { type Managed, parseSecretRotationInterval } from './managed.ts'
import { nextRotation } from './rotation-times.ts'

/**
 * What a secret keeps of a rotation policy. The first rotation comes an interval after the last.
 * @throws KmsError `MissingParameter`, `InvalidParameter` of RotationInterval
 */
export function rotationPolicy(
  kms: Kms,
  lastRotationAt: string,
  input: { readonly enableAutomaticRotation: boolean; readonly rotationInterval?: string | undefined },
): Pick<Managed, 'automaticRotation' | 'rotationIntervalSeconds' | 'nextRotationAt' | 'failures'> {
  if (!input.enableAutomaticRotation) {
    return { automaticRotation: 'Disabled', rotationIntervalSeconds: undefined, nextRotationAt: undefined, failures: 0 }
  }
  const rotationIntervalSeconds = parseSecretRotationInterval(input.rotationInterval)
  const nextRotationAt = nextRotation(kms, new Date(lastRotationAt), rotationIntervalSeconds)
  return { automaticRotation: 'Enabled', rotationIntervalSeconds, nextRotationAt, failures: 0 }
}

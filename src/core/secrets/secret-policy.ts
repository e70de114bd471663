import { KmsError, resourceNotFound } from '../errors.ts'
import type { Stored } from '../records.ts'
import type { Secret } from './secret.ts'

/** @throws KmsError `Forbidden.KeyPolicyUnSupported` outside instances, `Forbidden.ResourceNotFound` for other names */
export function requirePolicySupport(secret: Stored<Secret>, policyName: string): void {
  if (secret.body.instanceId === undefined) throw new KmsError('Forbidden.KeyPolicyUnSupported')
  if (policyName !== 'default') throw resourceNotFound('policy', policyName)
}

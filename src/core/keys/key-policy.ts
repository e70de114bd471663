import { parseResourcePolicy } from '../access/policy.ts'
import { defaultResourcePolicy } from '../access/resource-policy.ts'
import { KmsError } from '../errors.ts'
import type { Stored } from '../records.ts'
import type { Key } from './key.ts'

/**
 * Checks a key policy.
 *
 * @returns the text to keep, or `undefined` for the default policy: what GetKeyPolicy shows of a key without a policy
 * of its own can be set again without giving the key one
 * @throws KmsError `InvalidParameter` of Policy
 */
export function parseKeyPolicy(accountId: string, text: string): string | undefined {
  const policy = parseResourcePolicy(text, { accountId })
  const usual = parseResourcePolicy(defaultResourcePolicy(accountId), { accountId })
  return JSON.stringify(policy) === JSON.stringify(usual) ? undefined : text
}

/** @throws KmsError `Forbidden.KeyPolicyUnSupported` for default keys, `Forbidden.ResourceNotFound` for other names */
export function requirePolicySupport(key: Stored<Key>, policyName: string): void {
  if (key.body.instanceId === undefined) throw new KmsError('Forbidden.KeyPolicyUnSupported')
  if (policyName !== 'default') throw new KmsError('Forbidden.ResourceNotFound', { message: 'Policy not found.' })
}

import { parseResourcePolicy } from '../access/policy.ts'
import { defaultResourcePolicy } from '../access/resource-policy.ts'
import { KmsError, resourceNotFound } from '../errors.ts'
import type { Stored } from '../records.ts'
import type { Key } from './key.ts'

/**
 * Checks the policy of a key or secret.
 *
 * @returns the text to keep, or `undefined` for the default policy: what is shown of a resource without a policy of its
 * own can be set again without giving it one
 * @throws KmsError `InvalidParameter` of Policy
 */
export function parseResourcePolicyText(
  accountId: string,
  text: string,
  kind: 'key' | 'secret' = 'key',
): string | undefined {
  const policy = parseResourcePolicy(text, { accountId, kind })
  const usual = parseResourcePolicy(defaultResourcePolicy(accountId, kind), { accountId, kind })
  return JSON.stringify(policy) === JSON.stringify(usual) ? undefined : text
}

/** @throws KmsError `Forbidden.KeyPolicyUnSupported` for default keys, `Forbidden.ResourceNotFound` for other names */
export function requirePolicySupport(key: Stored<Key>, policyName: string): void {
  if (key.body.instanceId === undefined) throw new KmsError('Forbidden.KeyPolicyUnSupported')
  if (policyName !== 'default') throw resourceNotFound('policy', policyName)
}

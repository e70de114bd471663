import { parseResourcePolicy } from './policy.ts'
import type { PolicyDocument } from './policy-document.ts'
import { wildcard } from './wildcard.ts'

type Kind = 'key' | 'secret'

/**
 * The actions that an Allow of a resource policy can grant; others may be written but have no effect. What
 * administrators do is for the owner's account only. A Deny is heeded whatever it names.
 * @see KMS help, "Configure a key policy" and "Configure a secret policy"
 */
const actions: Readonly<Record<Kind, { readonly administer: readonly string[]; readonly use: readonly string[] }>> = {
  key: {
    administer: [
      ...['List*', 'Describe*', 'Create*', 'Enable*', 'Disable*', 'Get*', 'Set*', 'Update*', 'Delete*', 'Cancel*'],
      ...['TagResource*', 'UntagResource*', 'ImportKeyMaterial', 'ScheduleKeyDeletion'],
    ],
    use: [
      ...['Encrypt', 'Decrypt', 'GenerateDataKey', 'GenerateDataKeyWithoutPlaintext', 'GenerateAndExportDataKey'],
      ...['AsymmetricEncrypt', 'AsymmetricDecrypt', 'AsymmetricSign', 'AsymmetricVerify', 'GetPublicKey'],
      ...['GenerateMac', 'VerifyMac', 'DescribeKey', 'DescribeKeyVersion', 'ListKeyVersions', 'ListAliasesByKeyId'],
      'TagResource',
    ],
  },
  secret: {
    administer: [
      ...['List*', 'Describe*', 'PutSecretValue', 'Update*', 'DeleteSecret', 'RestoreSecret', 'RotateSecret'],
      ...['TagResource*', 'UntagResource*', 'GetSecretPolicy', 'SetSecretPolicy'],
    ],
    use: ['GetSecretValue', 'DescribeSecret'],
  },
}

const matchers = (kind: Kind, role: 'administer' | 'use') =>
  actions[kind][role].map((name) => wildcard(`kms:${name}`.toLowerCase()))
const effective = {
  key: { administer: matchers('key', 'administer'), use: matchers('key', 'use') },
  secret: { administer: matchers('secret', 'administer'), use: matchers('secret', 'use') },
}

/** @param action - in lower case */
export function hasEffect(
  protects: { readonly accountId: string; readonly kind: Kind },
  callerAccountId: string,
  action: string,
): boolean {
  const { administer, use } = effective[protects.kind]
  if (use.some((matches) => matches(action))) return true
  return callerAccountId === protects.accountId && administer.some((matches) => matches(action))
}

/** The policy a key or secret of an instance has until another is set, as JSON text. */
export const defaultResourcePolicy = (accountId: string, kind: Kind = 'key'): string =>
  JSON.stringify({
    Version: '1',
    Statement: [
      {
        Sid: `kms default ${kind} policy`,
        Effect: 'Allow',
        Principal: { RAM: [`acs:ram::${accountId}:*`] },
        Action: ['kms:*'],
        Resource: ['*'],
      },
    ],
  })

/** Parsed policies by owner, kind and text; a warm decision parses nothing. */
const parsed = new Map<string, PolicyDocument>()
const mostParsed = 1000

/** The stored policy of a resource, ready to decide with. */
export function storedResourcePolicy(accountId: string, text: string, kind: Kind = 'key'): PolicyDocument {
  const name = `${accountId} ${kind} ${text}`
  const known = parsed.get(name)
  if (known !== undefined) return known
  const policy = parseResourcePolicy(text, { accountId, kind })
  if (parsed.size >= mostParsed) parsed.clear()
  parsed.set(name, policy)
  return policy
}

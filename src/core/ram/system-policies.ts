import { type Access, type Operation, serviceCodes } from '../../api/operation.ts'
import { operations } from '../../api/operations.ts'
import type { Policy } from './policy.ts'

type Family = 'key' | 'secret' | 'instance' | 'application access' | 'account'

/** Whose affair a resource is. What is about no resource at all belongs to keys and to secrets alike. */
const families: Readonly<Record<Operation['resource'], readonly Family[]>> = {
  key: ['key'],
  keys: ['key'],
  'key container': ['key'],
  'alias and key': ['key'],
  'alias container': ['key'],
  'managed data key': ['key'],
  certificate: ['key'],
  'certificate container': ['key'],
  'key or secret': ['key', 'secret'],
  secret: ['secret'],
  'secret container': ['secret'],
  none: ['key', 'secret'],
  instance: ['instance'],
  'application access': ['application access'],
  account: ['account'],
}

/** The actions of a service's operations that have one of these kinds of access, to one family or to all. */
function actions(service: 'kms' | 'ram' | 'sts', access: readonly Access[], family?: Family): readonly string[] {
  const found = operations
    .filter((operation) => serviceCodes[operation.api.product] === service && access.includes(operation.access))
    .filter(({ resource }) => family === undefined || families[resource].includes(family))
  return [...new Set(found.flatMap((operation) => operation.actions))]
}

/**
 * The policies that every account has. Their names are the cloud's; the roles they draw apart are those who manage
 * keys and those who use them, and the same for secrets (SEC-40). Managing never includes using, nor the reverse; both
 * include looking. What instances, application access and the account are about is managed with full access only.
 */
const built: readonly (readonly [name: string, description: string, actions: readonly string[]])[] = [
  ['AdministratorAccess', 'Everything', ['*']],
  ['AliyunKMSFullAccess', 'Everything of the key management service', ['kms:*']],
  [
    'AliyunKMSReadOnlyAccess',
    'Looking at keys, secrets and instances; no cryptography, no secret values',
    actions('kms', ['look']),
  ],
  ['AliyunKMSCryptoAdminAccess', 'Managing keys without using them', actions('kms', ['look', 'manage'], 'key')],
  ['AliyunKMSCryptoUserAccess', 'Using keys without managing them', actions('kms', ['look', 'use'], 'key')],
  [
    'AliyunKMSSecretAdminAccess',
    'Managing secrets without reading their values',
    actions('kms', ['look', 'manage'], 'secret'),
  ],
  [
    'AliyunKMSSecretUserAccess',
    'Reading secret values',
    // Where a secret names its key, reading it needs the key too.
    [...actions('kms', ['look', 'use'], 'secret'), 'kms:Decrypt'],
  ],
  ['AliyunRAMFullAccess', 'Everything of users, policies and roles', ['ram:*']],
  ['AliyunRAMReadOnlyAccess', 'Looking at users, policies and roles', actions('ram', ['look'])],
  ['AliyunSTSAssumeRoleAccess', 'Assuming roles that trust the user', actions('sts', ['use'])],
]

const since = '2026-01-01T00:00:00Z'

function systemPolicy(policyName: string, description: string, actions: readonly string[]): Policy {
  const document = JSON.stringify({ Version: '1', Statement: [{ Effect: 'Allow', Action: actions, Resource: '*' }] })
  return {
    accountId: '',
    policyName,
    description,
    createdAt: since,
    updatedAt: since,
    versions: [{ id: 'v1', document, createdAt: since }],
    defaultVersion: 'v1',
    nextVersion: 2,
    attachmentCount: 0,
  }
}

/** Built-in policies by name. */
export const systemPolicies: ReadonlyMap<string, Policy> = new Map(
  built.map(([name, description, actions]) => [name, systemPolicy(name, description, actions)]),
)

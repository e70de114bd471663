import { type KeyObject, X509Certificate } from 'node:crypto'
import { addressRanges } from '../access/address-range.ts'
import type { Caller } from '../access/caller.ts'
import type { Condition, PolicyDocument, Statement } from '../access/policy-document.ts'
import { accessPointId, accessPoints } from '../application-access/access-point.ts'
import { type AccessPolicy, accessPolicies, accessPolicyId, sharedScope } from '../application-access/access-policy.ts'
import { clientKeys } from '../application-access/client-key.ts'
import { networkRuleId, networkRules } from '../application-access/network-rule.ts'
import { permissionNamed } from '../application-access/permissions.ts'
import { arnOf } from '../arn.ts'
import { KmsError } from '../errors.ts'
import { defaultInstanceName, instances } from '../instances/instance.ts'
import type { Kms } from '../kms.ts'
import type { RecordReader } from '../records.ts'
import { RecordCache } from './record-cache.ts'

/** What the instance gateway needs to authenticate by a ClientKey, and who the caller is then. */
export interface ClientKeyCredential {
  readonly publicKey: KeyObject
  readonly notBefore: Date
  readonly notAfter: Date
  /** the caller but for what only the request tells */
  readonly caller: Omit<Caller, 'sourceAddress' | 'secureTransport'>
  /** of each policy, for {@link requireNetwork} */
  readonly networks: readonly Network[]
}

interface Network {
  /** an instance, or `shared` */
  readonly scope: string
  readonly admits: (sourceAddress: string) => boolean
}

const known = new RecordCache<ClientKeyCredential>()

/**
 * The ClientKey of an id, with what its access point permits now: permissions, resources and network rules are policies
 * like any other, and `authorize` decides on them. It is read from memory when nothing it was made of has changed.
 *
 * @returns `undefined` for what does not exist any more or never did; validity in time is for the gateway to check
 */
export const findClientKey = (kms: Kms, clientKeyId: string): Promise<ClientKeyCredential | undefined> =>
  known.get(kms, clientKeyId, (reader) => read(kms, reader, clientKeyId))

/**
 * Refuses whom no policy of the access point lets in from where it calls, at the instance that it calls. What an
 * operation does to a key is decided on the key; this holds also for operations that touch none.
 *
 * @throws KmsError `Forbidden.NoPermission`
 */
export function requireNetwork(
  { networks }: Pick<ClientKeyCredential, 'networks'>,
  { instanceId, sourceAddress }: Caller,
): void {
  const concerns = ({ scope }: Network) => instanceId === undefined || scope === instanceId || scope === sharedScope
  if (!networks.some((network) => concerns(network) && network.admits(sourceAddress)))
    throw new KmsError('Forbidden.NoPermission')
}

async function read(kms: Kms, reader: RecordReader, clientKeyId: string): Promise<ClientKeyCredential | undefined> {
  const key = await reader.get(clientKeys, clientKeyId)
  if (key === undefined) return undefined
  const { accountId, aapName, certificate, notBefore, notAfter } = key.body
  const who = await ofAccessPoint(kms, reader, { accountId, name: aapName, clientKeyId })
  return (
    who && {
      ...who,
      publicKey: new X509Certificate(certificate).publicKey,
      notBefore: new Date(notBefore),
      notAfter: new Date(notAfter),
    }
  )
}

/**
 * Who calls with a ClientKey of an access point, and what that permits.
 *
 * @param clientKeyId - of the ClientKey, whichever that is
 * @returns `undefined` when there is no such access point
 */
export async function ofAccessPoint(
  kms: Kms,
  reader: RecordReader,
  { accountId, name: aapName, clientKeyId }: { accountId: string; name: string; clientKeyId: string },
): Promise<Pick<ClientKeyCredential, 'caller' | 'networks'> | undefined> {
  const point = await reader.get(accessPoints, accessPointId(accountId, aapName))
  if (point === undefined) return undefined
  const policies = await Promise.all(
    point.body.policies.map((name) => reader.get(accessPolicies, accessPolicyId(accountId, name))),
  )
  // A policy that does not exist (any more, or yet) grants nothing.
  const bodies = policies.flatMap((policy) => policy?.body ?? [])
  const instanceId = onlyInstance(bodies)
  const instance = instanceId === undefined ? undefined : await reader.get(instances, instanceId)
  return {
    caller: {
      accountId,
      identity: { type: 'ApplicationAccessPoint', id: clientKeyId, name: aapName },
      accessKeyId: clientKeyId,
      authentication: 'ClientKey',
      policies: await Promise.all(bodies.map((policy) => documentOf(kms, reader, policy))),
      instanceId,
      servesDefaultKeys: instance?.body.name === defaultInstanceName,
    },
    networks: await Promise.all(bodies.map((policy) => networkOf(reader, policy))),
  }
}

/** With policies for several instances, each policy still holds for the keys of its own instance only. */
function onlyInstance(policies: readonly AccessPolicy[]): string | undefined {
  const [first, ...others] = new Set(policies.map(({ scope }) => scope))
  return others.length > 0 || first === sharedScope ? undefined : first
}

async function documentOf(kms: Kms, reader: RecordReader, policy: AccessPolicy): Promise<PolicyDocument> {
  const conditions = [...scopeConditions(policy), ...(await networkConditions(reader, policy))]
  return {
    version: '1',
    name: policy.name,
    statements: policy.permissions.flatMap((name) => statementOf(kms, policy, name, conditions)),
  }
}

function statementOf(
  kms: Kms,
  policy: AccessPolicy,
  permissionName: string,
  conditions: readonly Condition[],
): readonly Statement[] {
  const permission = permissionNamed(permissionName)
  const listed = policy.resources.filter((resource) => resource.startsWith(`${permission?.kind}/`))
  if (permission === undefined || listed.length === 0) return []
  const resources = listed.map((resource) => arnOf(kms, policy.accountId, resource))
  const { actions } = permission
  return [{ effect: 'Allow', actions, exceptActions: false, resources, exceptResources: false, conditions }]
}

/** Ids of instances hold no wildcards, and neither does the condition: it compares. */
const scopeConditions = ({ scope }: AccessPolicy): readonly Condition[] =>
  scope === sharedScope ? [] : [{ operator: 'StringEquals', key: 'keyhaven:InstanceId', values: [scope] }]

async function networkConditions(reader: RecordReader, policy: AccessPolicy): Promise<readonly Condition[]> {
  const values = await sourceRanges(reader, policy)
  return values === undefined ? [] : [{ operator: 'IpAddress', key: 'acs:SourceIp', values }]
}

async function networkOf(reader: RecordReader, policy: AccessPolicy): Promise<Network> {
  const ranges = await sourceRanges(reader, policy)
  return { scope: policy.scope, admits: ranges === undefined ? () => true : addressRanges(ranges) }
}

/** No addresses, because the rules are empty or do not exist, means nobody; no rules at all means everybody. */
async function sourceRanges(reader: RecordReader, policy: AccessPolicy): Promise<readonly string[] | undefined> {
  if (policy.networkRules.length === 0) return undefined
  const rules = await Promise.all(
    policy.networkRules.map((name) => reader.get(networkRules, networkRuleId(policy.accountId, name))),
  )
  return rules.flatMap((rule) => rule?.body.sourcePrivateIp ?? [])
}

import { decodePem } from '../../crypto/pem.ts'
import { accessPoints } from '../application-access/access-point.ts'
import { type AccessPolicy, accessPolicies, accessPolicyId } from '../application-access/access-policy.ts'
import { clientKeysOf } from '../application-access/client-key.ts'
import { instances } from '../instances/instance.ts'
import { aliases } from '../keys/alias.ts'
import { type Key, keys, keyVersions } from '../keys/key.ts'
import type { Kms } from '../kms.ts'
import { type AccessKey, accessKeys, accessKeysOf } from '../ram/access-key.ts'
import { documentInForce, policies } from '../ram/policy.ts'
import { roles } from '../ram/role.ts'
import { users } from '../ram/user.ts'
import type { Stored } from '../records.ts'
import { type Secret, secrets } from '../secrets/secret.ts'
import { openValue, storedVersion } from '../secrets/secret-value.ts'
import { stagesOf } from '../secrets/stages.ts'
import { allOf } from './all-of.ts'
import { seedCall } from './planting.ts'
import type {
  Seed,
  SeedAccessKey,
  SeedApplication,
  SeedInstance,
  SeedKey,
  SeedKeyVersion,
  SeedSecret,
  SeedUser,
} from './seed.ts'

/**
 * What there is, in clear, as a seed that makes it again. Left out is what a seed cannot say: groups, identity providers,
 * network rules, and secrets that rotate.
 */
export async function exportSeed(kms: Kms): Promise<Seed> {
  const account = { account: [kms.settings.accountId] }
  const each = async <From extends object, To>(
    records: Promise<readonly Stored<From>[]>,
    describe: (record: Stored<From>) => Promise<To> | To,
  ): Promise<readonly To[]> => Promise.all((await records).map(describe))
  const own = (key: Stored<Key>): boolean => key.body.creatorType !== 'Service'
  const generic = ({ body }: Stored<Secret>): boolean => body.managed === undefined && body.deleteAt === undefined
  return {
    accessKey: await accountKey(kms),
    instances: await each(
      allOf(kms, instances, account),
      ({ id, body }): SeedInstance => ({
        ...{ id, name: body.name, type: body.productType },
      }),
    ),
    keys: await each(
      allOf(kms, keys, account).then((all) => all.filter(own)),
      (key) => exportKey(kms, key),
    ),
    policies: await each(allOf(kms, policies, account), ({ body }) => ({
      ...{ name: body.policyName, document: documentInForce(body) },
    })),
    users: await each(allOf(kms, users, account), ({ body }) => exportUser(kms, body.userName, body.policies)),
    roles: await each(allOf(kms, roles, account), ({ body }) => ({
      ...{ name: body.roleName, trust: body.trustPolicy, policies: body.policies.map(({ policyName }) => policyName) },
    })),
    applications: await each(allOf(kms, accessPoints, account), ({ body }) => exportApplication(kms, body)),
    secrets: await each(
      allOf(kms, secrets, account).then((all) => all.filter(generic)),
      (secret) => exportSecret(kms, secret),
    ),
  }
}

async function accountKey(kms: Kms): Promise<SeedAccessKey | undefined> {
  const [key] = await accessKeysOf(kms.records, kms.settings.accountId, undefined)
  return key && exportAccessKey(kms, key)
}

async function exportAccessKey(kms: Kms, key: Stored<AccessKey>): Promise<SeedAccessKey> {
  const secret = await kms.sealing.open(accessKeys, key)
  return { id: key.id, secret: Buffer.from(secret).toString('utf8') }
}

async function exportKey(kms: Kms, { id, body }: Stored<Key>): Promise<SeedKey> {
  const named = await allOf(kms, aliases, { key: [id] })
  const versions = (await allOf(kms, keyVersions, { key: [id] })).filter(({ sealed }) => sealed !== undefined)
  const { rotationIntervalSeconds, state, deletionProtection, keySpec, keyUsage } = body
  return {
    ...{ id, description: body.description, tags: body.tags, origin: body.origin, policy: body.policy },
    ...{ spec: keySpec as SeedKey['spec'], usage: keyUsage as SeedKey['usage'], instance: body.instanceId },
    ...{ createdAt: body.createdAt, deletionProtection: deletionProtection !== undefined },
    aliases: named.map((alias) => alias.body.aliasName),
    state: state.name === 'PendingImport' ? 'Enabled' : state.name,
    rotation: rotationIntervalSeconds === undefined ? undefined : `${rotationIntervalSeconds}s`,
    versions: await Promise.all(
      versions.map(
        async (version): Promise<SeedKeyVersion> => ({
          ...{ id: version.id, createdAt: version.body.createdAt },
          material: await kms.sealing.open(keyVersions, version),
        }),
      ),
    ),
  }
}

async function exportUser(kms: Kms, name: string, held: readonly { readonly policyName: string }[]): Promise<SeedUser> {
  const own = await accessKeysOf(kms.records, kms.settings.accountId, name)
  const policies = held.map(({ policyName }) => policyName)
  return { name, policies, accessKeys: await Promise.all(own.map((key) => exportAccessKey(kms, key))) }
}

async function exportApplication(
  kms: Kms,
  { name, policies: names }: { readonly name: string; readonly policies: readonly string[] },
): Promise<SeedApplication> {
  const { accountId } = kms.settings
  const held = await Promise.all(
    names.map((policy) => kms.records.get(accessPolicies, accessPolicyId(accountId, policy))),
  )
  const found = held.flatMap((policy): readonly AccessPolicy[] => (policy === undefined ? [] : [policy.body]))
  const clientKeys = await clientKeysOf(kms.records, accountId, name)
  return {
    name,
    permissions: [...new Set(found.flatMap(({ permissions }) => permissions))],
    resources: [...new Set(found.flatMap(({ resources }) => resources))],
    instance: found[0]?.scope,
    clientKeys: clientKeys.map(({ id, body }) => ({
      ...{ id, certificate: decodePem('CERTIFICATE', body.certificate) ?? new Uint8Array(0) },
    })),
  }
}

async function exportSecret(kms: Kms, secret: Stored<Secret>): Promise<SeedSecret> {
  const { name, description, encryptionKeyId, instanceId, tags, policy, content } = secret.body
  const call = seedCall(kms, 'GetSecretValue')
  return {
    ...{ name, description, key: encryptionKeyId, instance: instanceId, tags, policy },
    versions: await Promise.all(
      content.versions.map(async ({ id }) => {
        const version = await storedVersion(call, secret, id)
        const value = await openValue(call, secret, version)
        return { id, value, dataType: version.body.dataType, stages: stagesOf(content, id) }
      }),
    ),
  }
}

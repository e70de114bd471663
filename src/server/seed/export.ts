import type { Kms } from '../../core/kms.ts'
import { exportSeed } from '../../core/seed/export-seed.ts'
import type { SeedAccessKey, SeedApplication, SeedKey, SeedKeyVersion, SeedSecret } from '../../core/seed/seed.ts'
import { derTag } from '../../crypto/der.ts'
import { encodePem } from '../../crypto/pem.ts'
import type { SeedInput } from './schema.ts'

/** What there is, as a seed file that makes it again; keys and secrets stand in it in clear. */
export async function exportSeedFile(kms: Kms): Promise<SeedInput> {
  const seed = await exportSeed(kms)
  const { instances, policies, users, roles } = seed
  const file: SeedInput = {
    accountId: kms.settings.accountId,
    accessKey: seed.accessKey,
    instances: instances.map((instance) => ({ ...instance })),
    keys: seed.keys.map(keyOf),
    policies: policies.map(({ name, document }) => ({ name, document: JSON.parse(document) })),
    users: users.map(({ name, accessKeys, policies: held }) => ({
      ...{ name, accessKeys: accessKeys.map((key: SeedAccessKey) => ({ ...key })), policies: [...held] },
    })),
    roles: roles.map(({ name, trust, policies: held }) => ({ name, trust: JSON.parse(trust), policies: [...held] })),
    applications: seed.applications.map(applicationOf),
    secrets: seed.secrets.map(secretOf),
  }
  return withoutEmpty(file)
}

const keyOf = ({ versions, aliases, policy, ...key }: SeedKey): NonNullable<SeedInput['keys']>[number] => ({
  ...key,
  tags: { ...key.tags },
  aliases: [...aliases],
  policy: policy === undefined ? undefined : JSON.parse(policy),
  versions: versions.map((version) => versionOf(version)),
})

/** Private keys as PEM, which people and tools know; the rest is a few bytes. */
function versionOf({ id, createdAt, material }: SeedKeyVersion) {
  const isRaw = material.length <= longestRawBytes
  const form = isRaw ? { hex: Buffer.from(material).toString('hex') } : { pem: encodePem(labelOf(material), material) }
  return { id, createdAt, ...form }
}

/** Raw keys have 64 bytes at most, and no private key in DER is as short. */
const longestRawBytes = 64

/** After the version stands the private number in SEC 1, in PKCS #8 the algorithm. */
function labelOf(der: Uint8Array): string {
  const [, length = 0] = der
  const content = length > 0x80 ? 2 + (length & 0x7f) : 2
  return der[content + versionBytes] === derTag.octetString ? 'EC PRIVATE KEY' : 'PRIVATE KEY'
}

const versionBytes = 3

const applicationOf = ({ clientKeys, permissions, resources, ...application }: SeedApplication) => ({
  ...application,
  permissions: permissions === undefined ? undefined : [...permissions],
  resources: [...resources],
  clientKeys: clientKeys.map(({ id, certificate }) => ({ id, certificate: encodePem('CERTIFICATE', certificate) })),
})

const secretOf = ({ versions, policy, tags, ...secret }: SeedSecret): NonNullable<SeedInput['secrets']>[number] => ({
  ...secret,
  tags: { ...tags },
  policy: policy === undefined ? undefined : JSON.parse(policy),
  versions: versions.map(({ stages, ...version }) => ({ ...version, stages: stages && [...stages] })),
})

/** Nothing that a reader of the file would find out by itself. */
function withoutEmpty<T>(value: T): T {
  if (Array.isArray(value)) return value.map(withoutEmpty) as T
  if (typeof value !== 'object' || value === null) return value
  const members = Object.entries(value).filter(([, member]) => !isEmpty(member))
  return Object.fromEntries(members.map(([name, member]) => [name, withoutEmpty(member)])) as T
}

const isEmpty = (member: unknown): boolean =>
  member === undefined ||
  member === '' ||
  member === false ||
  (typeof member === 'object' && member !== null && Object.keys(member).length === 0)

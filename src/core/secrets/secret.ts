import type { secretDataTypes, secretTypes } from '../../api/secret-fields.ts'
import { dueEntries } from '../due.ts'
import type { Usable } from '../last-use.ts'
import { recordKind } from '../records.ts'
import type { Managed } from './managed.ts'
import type { StagedVersions } from './stages.ts'

export type SecretType = (typeof secretTypes)[number]
export type SecretDataType = (typeof secretDataTypes)[number]

/** A secret. Its values live in its versions; everything else about it lives here. Record id = `<account>/<name>`. */
export interface Secret {
  readonly accountId: string
  readonly name: string
  /** 32 hex digits, new for each secret: versions belong to it, so that a name used again inherits nothing */
  readonly uid: string
  readonly creator: string
  readonly type: SecretType
  readonly description: string
  /** the key that the caller named; absent: a key that the service keeps for the account */
  readonly encryptionKeyId?: string | undefined
  /** the KMS instance that owns the secret; absent for secrets of the shared gateway */
  readonly instanceId?: string | undefined
  /** `yyyy-MM-ddTHH:mm:ssZ`, like all times here */
  readonly createdAt: string
  readonly updatedAt: string
  /** when it is deleted for good; present while that is planned */
  readonly deleteAt?: string | undefined
  readonly content: StagedVersions
  /** of secrets that rotate */
  readonly managed?: Managed | undefined
  /** policy as JSON text; absent = the default document; secrets of instances only */
  readonly policy?: string | undefined
  readonly tags: Readonly<Record<string, string>>
}

export const secrets = recordKind<Secret>({
  name: 'secret',
  facets: ['account', 'SecretType', 'Creator', 'DKMSInstanceId'],
  indexes: (secret) => [
    ['account', secret.accountId],
    ['SecretType', secret.type.toLowerCase()],
    ['Creator', secret.creator],
    ['DKMSInstanceId', secret.instanceId ?? ''],
    ...Object.entries(secret.tags).flatMap(([name, value]): [string, string][] => [
      ['TagKey', name],
      ['TagValue', value],
      ['tag', `${name}=${value}`],
    ]),
    ...(Object.keys(secret.tags).length === 0 ? [] : [['tagged', 'yes'] as const]),
    ...timesDue(secret).flatMap(dueEntries),
  ],
})

/** What the schedule will have to do about it: delete it, rotate it, or finish a rotation that was left. */
function timesDue({ deleteAt, managed }: Secret): readonly string[] {
  if (deleteAt !== undefined) return [deleteAt]
  const next = managed?.automaticRotation === 'Enabled' ? managed.nextRotationAt : undefined
  return [next, managed?.rotating?.leaseUntil].filter((time) => time !== undefined)
}

export const secretId = (accountId: string, name: string): string => `${accountId}/${name}`

/** One version's value, written once. Record id = `<uid of the secret>/<version id>`. */
export interface SecretVersion {
  readonly accountId: string
  readonly secretUid: string
  readonly versionId: string
  readonly dataType: SecretDataType
  /** ciphertext blob (key version id, IV, ciphertext, tag) under the secret's key, Base64; see secret-value.ts */
  readonly value: string
}

export const secretVersions = recordKind<SecretVersion>({
  name: 'secret-version',
  indexes: (version) => [['secret', version.secretUid]],
})

export const secretVersionId = (secret: Pick<Secret, 'uid'>, versionId: string): string => `${secret.uid}/${versionId}`

/** The secret as something whose last use is kept. */
export const secretLastUse = ({ accountId, name, uid }: Pick<Secret, 'accountId' | 'name' | 'uid'>): Usable => ({
  name: `secret/${uid}`,
  exists: async (reader) => (await reader.get(secrets, secretId(accountId, name)))?.body.uid === uid,
})

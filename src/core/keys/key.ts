import type { keyStateNames } from '../../api/key-fields.ts'
import type { KeyMode } from '../../crypto/mode-key.ts'
import { dueEntries } from '../due.ts'
import type { Usable } from '../last-use.ts'
import { recordKind } from '../records.ts'
import { formatTime, secondsLater } from '../time.ts'

/** A key. Its material lives in its versions; everything a caller may change about it lives here. */
export interface Key {
  readonly accountId: string
  /** account id of the creator */
  readonly creator: string
  /** `Service` for a key that the service keeps for the account; else the account's user made it */
  readonly creatorType?: 'Service' | undefined
  readonly description: string
  readonly keySpec: string
  readonly keyUsage: string
  readonly origin: 'Aliyun_KMS' | 'EXTERNAL'
  readonly protectionLevel: 'SOFTWARE' | 'HSM'
  readonly state: KeyState
  /** `yyyy-MM-ddTHH:mm:ssZ` */
  readonly createdAt: string
  /** of symmetric and HMAC keys once they have material; asymmetric keys have none */
  readonly primaryVersionId?: string | undefined
  /** the version made first: the instance gateway's plain operations use it */
  readonly initialVersionId?: string | undefined
  readonly versionCount: number
  readonly lastRotationAt: string
  /** present when automatic rotation is on (it is Suspended while the key is not Enabled) */
  readonly rotationIntervalSeconds?: number | undefined
  /** imported material: when it expires; absent = never */
  readonly materialExpiresAt?: string | undefined
  /** imported material: HMAC of the first import, base64; only the same material may be imported again */
  readonly materialFingerprint?: string | undefined
  /** the KMS instance that owns the key; absent for default keys */
  readonly instanceId?: string | undefined
  readonly keyStorageMechanism?: string | undefined
  /** present when deletion protection is on */
  readonly deletionProtection?: { readonly description: string } | undefined
  /** key policy as JSON text; absent = the default document; instance keys only */
  readonly policy?: string | undefined
  readonly tags: Readonly<Record<string, string>>
}

export type KeyStateName = (typeof keyStateNames)[number]
export type KeyState =
  | { readonly name: Exclude<KeyStateName, 'PendingDeletion'> }
  | { readonly name: 'PendingDeletion'; readonly deleteAt: string }

/** Record id = key id. */
export const keys = recordKind<Key>({
  name: 'key',
  facets: [
    ...['account', 'KeyState', 'KeySpec', 'KeyUsage', 'ProtectionLevel', 'CreatorType', 'Creator'],
    'DKMSInstanceId',
  ],
  indexes: (key) => [
    ['account', key.accountId],
    ['KeyState', key.state.name],
    ['KeySpec', key.keySpec],
    ['KeyUsage', key.keyUsage],
    ['ProtectionLevel', key.protectionLevel],
    ['CreatorType', key.creatorType ?? 'User'],
    ['Creator', key.creator],
    ['DKMSInstanceId', key.instanceId ?? ''],
    ...Object.entries(key.tags).flatMap(([name, value]): [string, string][] => [
      ['TagKey', name],
      ['TagValue', value],
      ['tag', `${name}=${value}`],
    ]),
    ...(Object.keys(key.tags).length === 0 ? [] : [['tagged', 'yes'] as const]),
    ...timesDue(key).flatMap(dueEntries),
  ],
})

/** When a key rotates next, if nothing suspends it: `yyyy-MM-ddTHH:mm:ssZ`, or `undefined` without automatic rotation. */
export function nextRotationAt(key: Key): string | undefined {
  if (key.rotationIntervalSeconds === undefined) return undefined
  return formatTime(secondsLater(new Date(key.lastRotationAt), key.rotationIntervalSeconds))
}

/** What the schedule will have to do about the key: rotate it, delete it, or destroy imported material. */
function timesDue(key: Key): readonly string[] {
  const rotation = key.state.name === 'Enabled' ? nextRotationAt(key) : undefined
  const deletion = key.state.name === 'PendingDeletion' ? key.state.deleteAt : undefined
  return [rotation, deletion, key.materialExpiresAt].filter((time) => time !== undefined)
}

/** One version of a key. Its sealed secret is the key material; an EXTERNAL key's version may be without. */
export interface KeyVersion {
  readonly accountId: string
  readonly keyId: string
  readonly keySpec: string
  readonly keyUsage: string
  readonly origin: 'Aliyun_KMS' | 'EXTERNAL'
  readonly createdAt: string
  /** SubjectPublicKeyInfo, base64; asymmetric keys only */
  readonly publicKey?: string | undefined
  /**
   * How a symmetric version encrypts: `derived`, each mode under a key derived from the material; or the one mode that
   * the material itself is the key of. Absent as long as no use has decided on that mode (raw-key-mode.ts).
   */
  readonly modes?: 'derived' | KeyMode | undefined
  /** it encrypted before `modes` was recorded */
  readonly hasFormerCiphertexts?: true | undefined
}

/** Record id = key version id (36 characters). */
export const keyVersions = recordKind<KeyVersion>({
  name: 'key-version',
  indexes: (version) => [
    ['account', version.accountId],
    ['key', version.keyId],
  ],
  // An earlier release, which would use the material as the key, cannot open it.
  binding: (version) => {
    const facts = [version.accountId, version.keyId, version.keySpec, version.keyUsage, version.origin]
    return version.modes === 'derived' ? [...facts, version.modes] : facts
  },
})

/** What is left of a deleted key: its id, never to be used again. Record id = key id. */
export interface KeyTombstone {
  readonly accountId: string
  readonly deletedAt: string
}

export const keyTombstones = recordKind<KeyTombstone>({ name: 'key-tombstone', indexes: () => [] })

/** The key as something whose last use is kept. */
export const keyLastUse = (keyId: string): Usable => ({
  name: `key/${keyId}`,
  exists: async (reader) => (await reader.get(keys, keyId)) !== undefined,
})

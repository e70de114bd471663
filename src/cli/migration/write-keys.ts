import type { Client } from '../../sdk/client.ts'
import { everyItem } from '../../sdk/every-item.ts'
import type { CreateKeyRequest } from '../../sdk/models/kms.ts'
import type { FoundKey } from './inventory.ts'
import type { Mapping } from './mapping.ts'
import type { Material } from './material.ts'
import type { Notes } from './notes.ts'
import { placeIn, rewritten, wordsFor } from './rewrite.ts'

/** What both kinds of writing work with. */
export interface Writing {
  readonly source: Client
  readonly target: Client
  readonly mapping: Mapping
  readonly notes: Notes
  /** instance at the source → instance at the target; those that are missing lead to no instance */
  readonly instances: ReadonlyMap<string, string>
}

/**
 * Tag that a key or secret is made with, its value `Mapping.markOf` the id that it has at the source: what was made just
 * before a run was broken off, and did not come into the mapping, is found by it. Others who make keys at the target may
 * set the tag, too, but not to a mark of this move; they may copy one that they have seen, so of two that bear it neither
 * is taken.
 */
export const markerTag = 'keyhaven-moved-from'

/** What earlier runs have made and not noted any more. */
export async function adoptMarked({ target, mapping, notes }: Writing): Promise<void> {
  mapping.begin()
  const filters = [{ key: 'TagKey', values: [markerTag] }]
  const marked = await notes.tried('keys', 'ListKeys at the target', () =>
    Array.fromAsync(everyItem(target.listKeys, { filters })),
  )
  const found = new Map<string, string[]>()
  for (const { keyId } of marked ?? []) {
    const listed = await notes.tried(`key ${keyId} at the target`, 'ListResourceTags', () =>
      target.listResourceTags({ keyId }),
    )
    const from = mapping.markedBy(listed?.tags.tag.find(({ tagKey }) => tagKey === markerTag)?.tagValue ?? '')
    if (from !== undefined && mapping.keyOf(from) === undefined) found.set(from, [...(found.get(from) ?? []), keyId])
  }
  for (const [from, [keyId = '', ...others]] of found) {
    if (others.length === 0) mapping.addKey(from, keyId)
    else notes.refused.push({ what: `key ${from}`, part: 'CreateKey', why: doubled([keyId, ...others]) })
  }
}

const doubled = (keyIds: readonly string[]): string =>
  `${keyIds.join(' and ')} at the target both bear the mark of the key that was made for it: take the tag ${markerTag} from the wrong one`

/** Makes the key at the target, unless it is there, and gives it the material that a file holds. */
export async function createKey(writing: Writing, key: FoundKey, material: Material): Promise<void> {
  const { target, mapping, notes } = writing
  const { metadata, what } = key
  let keyId = mapping.keyOf(metadata.keyId)
  if (keyId === undefined) {
    if (notes.hasRefused(what, 'CreateKey')) return
    const made = await notes.tried(what, 'CreateKey', () => target.createKey(requestFor(writing, key)))
    if (made === undefined) return
    keyId = made.keyMetadata.keyId
    mapping.addKey(metadata.keyId, keyId)
  }
  if (metadata.origin === 'EXTERNAL') await importMaterial(writing, key, keyId, material)
}

/** Rotation is set later: there may be no material to rotate yet. */
function requestFor({ instances, mapping }: Writing, { metadata }: FoundKey): CreateKeyRequest {
  const { keySpec, keyUsage, origin, protectionLevel, description, dKMSInstanceId = '' } = metadata
  return {
    // What the source has beside the names of the contract is for the target to refuse.
    ...({ keySpec, keyUsage, origin, protectionLevel } as Pick<
      CreateKeyRequest,
      'keySpec' | 'keyUsage' | 'origin' | 'protectionLevel'
    >),
    ...(description === '' ? {} : { description }),
    dKMSInstanceId: instances.get(dKMSInstanceId),
    tags: [{ tagKey: markerTag, tagValue: mapping.markOf(metadata.keyId) }],
  }
}

async function importMaterial({ target, notes }: Writing, key: FoundKey, keyId: string, material: Material) {
  const { what, metadata } = key
  const there = await notes.tried(what, 'DescribeKey at the target', () => target.describeKey({ keyId }))
  if (there?.keyMetadata.keyState !== 'PendingImport') return
  await notes.tried(what, 'ImportKeyMaterial', () => material.importInto(target, keyId, metadata))
}

/** Everything else of a key, its state last, since it may refuse the rest. */
export async function finishKey(writing: Writing, key: FoundKey): Promise<void> {
  const { target, mapping, notes } = writing
  const { what, metadata } = key
  const keyId = mapping.keyOf(metadata.keyId)
  if (keyId === undefined) return
  const there = (await notes.tried(what, 'DescribeKey at the target', () => target.describeKey({ keyId })))?.keyMetadata
  if (there === undefined) return
  const { protectionLevel: before } = metadata
  if (there.protectionLevel !== before)
    notes.mapped.push({ what, part: 'protection level', why: `${before} → ${there.protectionLevel}` })
  // A key that waits for its deletion had everything before.
  if (there.keyState !== 'PendingDeletion') {
    const tried = <Value>(part: string, work: () => Promise<Value>) => notes.tried(what, part, work)
    const { tags } = key
    await tried('UntagResource', () => target.untagResource({ keyId, tagKeys: [markerTag] }))
    if (tags.length > 0) await tried('TagResource', () => target.tagResource({ keyId, tags: [...tags] }))
    await setRotation(writing, key, there)
    await setPolicy(writing, key, { keyId, arn: there.arn, isInInstance: there.dKMSInstanceId !== undefined })
    for (const aliasName of key.aliases) await giveAlias(writing, what, keyId, aliasName)
    if (metadata.deletionProtection === 'Enabled')
      await tried('SetDeletionProtection', () =>
        target.setDeletionProtection({
          ...{ keyId, enableDeletionProtection: true },
          deletionProtectionDescription: metadata.deletionProtectionDescription || undefined,
        }),
      )
    await setState(writing, key, keyId)
  }
  if (!notes.hasRefused(what)) mapping.finish(metadata.keyId)
}

async function setRotation(
  { target, notes }: Writing,
  { what, metadata }: FoundKey,
  { keyId, keyState, ...there }: FoundKey['metadata'],
): Promise<void> {
  const { automaticRotation, rotationInterval } = metadata
  // Suspended while the key is not enabled.
  const isOn = (rotation: string): boolean => rotation === 'Enabled' || rotation === 'Suspended'
  if (!isOn(automaticRotation)) return
  if (isOn(there.automaticRotation) && there.rotationInterval === rotationInterval) return
  // An earlier run got as far as that. It is set for enabled keys only, and state comes last.
  if (keyState === 'Disabled') await notes.tried(what, 'EnableKey', () => target.enableKey({ keyId }))
  await notes.tried(what, 'UpdateRotationPolicy', () =>
    target.updateRotationPolicy({ keyId, enableAutomaticRotation: true, rotationInterval }),
  )
}

interface KeyThere {
  readonly keyId: string
  readonly arn: string
  readonly isInInstance: boolean
}

async function setPolicy({ target, notes, mapping, instances }: Writing, key: FoundKey, there: KeyThere) {
  const { what, policy, metadata } = key
  if (policy === undefined || !there.isInInstance) return
  const ids = [...Object.entries(mapping.keys), ...instances]
  const words = wordsFor(ids, placeIn(metadata.arn), placeIn(there.arn))
  await notes.tried(what, 'SetKeyPolicy', () =>
    target.setKeyPolicy({ keyId: there.keyId, policy: rewritten(policy, words) }),
  )
}

/** An alias that another key has stays with it. */
async function giveAlias({ target, notes }: Writing, what: string, keyId: string, aliasName: string): Promise<void> {
  const aliases = await notes.tried(what, 'ListAliasesByKeyId at the target', () =>
    Array.fromAsync(everyItem(target.listAliasesByKeyId, { keyId })),
  )
  if (aliases === undefined || aliases.some((alias) => alias.aliasName === aliasName)) return
  await notes.tried(what, `CreateAlias ${aliasName}`, () => target.createAlias({ keyId, aliasName }))
}

async function setState({ target, notes }: Writing, { what, metadata }: FoundKey, keyId: string): Promise<void> {
  const { keyState, deleteDate } = metadata
  if (keyState === 'Disabled') await notes.tried(what, 'DisableKey', () => target.disableKey({ keyId }))
  // Nothing more could be set after that: what was refused would never come.
  if (keyState !== 'PendingDeletion' || notes.hasRefused(what)) return
  const pendingWindowInDays = daysUntil(deleteDate)
  const there = await notes.tried(what, 'ScheduleKeyDeletion', async () => {
    await target.scheduleKeyDeletion({ keyId, pendingWindowInDays })
    return (await target.describeKey({ keyId })).keyMetadata.deleteDate
  })
  if (there !== undefined && there !== deleteDate)
    notes.mapped.push({ what, part: 'planned deletion', why: `${deleteDate} → ${there}` })
}

/** As many as a server takes. */
function daysUntil(date: string): number {
  const days = Math.ceil((Date.parse(date) - Date.now()) / 86_400_000)
  return Math.min(366, Math.max(7, days || 0))
}

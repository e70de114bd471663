import { everyItem } from '../../sdk/every-item.ts'
import type { FoundSecret, SecretVersion } from './inventory.ts'
import { placeIn, rewritten, wordsFor } from './rewrite.ts'
import { markerTag, type Writing } from './write-keys.ts'

/** Brings a secret over with all its versions; values go from one server to the other and stay nowhere. */
export async function moveSecret(writing: Writing, secret: FoundSecret): Promise<void> {
  const { target, mapping, notes } = writing
  const { what, described, versions, tags } = secret
  const { secretName } = described
  const [first, ...later] = versions
  if (first === undefined || !(await isOurs(writing, secret, first))) return
  for (const version of later) await putVersion(writing, secret, version)
  await moveStages(writing, secret)
  await setPolicy(writing, secret)
  const tried = <Value>(part: string, work: () => Promise<Value>) => notes.tried(what, part, work)
  await tried('UntagResource', () => target.untagResource({ secretName, tagKeys: [markerTag] }))
  if (tags.length > 0) await tried('TagResource', () => target.tagResource({ secretName, tags: [...tags] }))
  if (!notes.hasRefused(what)) mapping.finish(secretName)
}

/** Makes the secret, unless an earlier run has. One that somebody else has made stays as it is. */
async function isOurs(writing: Writing, secret: FoundSecret, first: SecretVersion): Promise<boolean> {
  const { target, mapping, notes } = writing
  const { what, described } = secret
  const { secretName } = described
  if (mapping.hasSecret(secretName)) return true
  const filters = [{ key: 'SecretName', values: [secretName] }]
  const there = await notes.tried(what, 'ListSecrets at the target', () =>
    Array.fromAsync(everyItem(target.listSecrets, { filters, fetchTags: true })),
  )
  if (there === undefined) return false
  const same = there.find((other) => other.secretName === secretName)
  const isMarked =
    same?.tags?.tag.some(({ tagKey, tagValue }) => tagKey === markerTag && tagValue === mapping.markOf(secretName)) ??
    false
  if (same !== undefined && !isMarked) {
    notes.refused.push({ what, part: 'CreateSecret', why: 'the target has a secret of this name already' })
    return false
  }
  if (same === undefined && !(await create(writing, secret, first))) return false
  mapping.addSecret(secretName)
  return true
}

async function create(writing: Writing, secret: FoundSecret, version: SecretVersion): Promise<boolean> {
  const { target, notes, mapping, instances } = writing
  const { what, described } = secret
  const { secretName, description, encryptionKeyId, dKMSInstanceId = '' } = described
  const value = await readValue(writing, secret, version)
  if (value === undefined) return false
  const sealing = encryptionKeyId ? mapping.keyOf(encryptionKeyId) : undefined
  if (encryptionKeyId && sealing === undefined) {
    notes.refused.push({ what, part: 'CreateSecret', why: `the key that seals it, ${encryptionKeyId}, is not there` })
    return false
  }
  const created = await notes.tried(what, 'CreateSecret', () =>
    target.createSecret({
      ...{ secretName, versionId: version.versionId, ...value },
      ...(description ? { description } : {}),
      encryptionKeyId: sealing,
      dKMSInstanceId: instances.get(dKMSInstanceId),
      tags: [{ tagKey: markerTag, tagValue: mapping.markOf(secretName) }],
    }),
  )
  return created !== undefined
}

type Value = { readonly secretData: string; readonly secretDataType: 'text' | 'binary' }

async function readValue({ source, notes }: Writing, secret: FoundSecret, version: SecretVersion) {
  const { secretName } = secret.described
  const { versionId } = version
  const value = await notes.tried(secret.what, `GetSecretValue ${versionId}`, () =>
    source.getSecretValue({ secretName, versionId }),
  )
  return value && { secretData: value.secretData, secretDataType: value.secretDataType as Value['secretDataType'] }
}

/** The same version again changes nothing, so it does not matter how far an earlier run came. */
async function putVersion(writing: Writing, secret: FoundSecret, version: SecretVersion): Promise<void> {
  const { target, notes } = writing
  const { secretName } = secret.described
  const { versionId } = version
  const value = await readValue(writing, secret, version)
  if (value === undefined) return
  await notes.tried(secret.what, `PutSecretValue ${versionId}`, () =>
    target.putSecretValue({ secretName, versionId, ...value }),
  )
}

async function moveStages({ target, notes }: Writing, { what, described, versions }: FoundSecret): Promise<void> {
  const { secretName } = described
  const there = await notes.tried(what, 'ListSecretVersionIds at the target', () =>
    Array.fromAsync(everyItem(target.listSecretVersionIds, { secretName, includeDeprecated: true })),
  )
  if (there === undefined) return
  const holders = stageHolders(there)
  for (const [versionStage, versionId] of stageHolders(versions))
    if (holders.get(versionStage) !== versionId)
      await notes.tried(what, `UpdateSecretVersionStage ${versionStage}`, () =>
        target.updateSecretVersionStage({ secretName, versionStage, moveToVersion: versionId }),
      )
}

const stageHolders = (versions: readonly SecretVersion[]): ReadonlyMap<string, string> =>
  new Map(
    versions.flatMap(({ versionId, versionStages }) =>
      versionStages.versionStage.map((stage) => [stage, versionId] as const),
    ),
  )

async function setPolicy({ target, notes, mapping, instances }: Writing, secret: FoundSecret): Promise<void> {
  const { what, policy, described } = secret
  if (policy === undefined) return
  const { secretName } = described
  const there = await notes.tried(what, 'DescribeSecret at the target', () => target.describeSecret({ secretName }))
  if (there?.dKMSInstanceId === undefined) return
  const words = wordsFor([...Object.entries(mapping.keys), ...instances], placeIn(described.arn), placeIn(there.arn))
  await notes.tried(what, 'SetSecretPolicy', () =>
    target.setSecretPolicy({ secretName, policy: rewritten(policy, words) }),
  )
}

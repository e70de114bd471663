import { ListAliasesByKeyId } from '../../../api/aliases.ts'
import { ListClientKeys } from '../../../api/application-access.ts'
import { DescribeKey, ListKeys } from '../../../api/keys.ts'
import { GetMetricsHistory } from '../../../api/oversight.ts'
import { GetAccessKeyLastUsed, ListAccessKeys, ListUsers } from '../../../api/ram.ts'
import { DescribeSecret, ListSecrets } from '../../../api/secrets.ts'
import { sessionsOfRole } from '../../../api/session-arn.ts'
import { call } from '../../call.ts'
import { secondsAgo } from '../../parts/wire-time.ts'

/** Something that somebody should look at. */
export interface Concern {
  readonly kind:
    | 'deletion'
    | 'import'
    | 'rotation'
    | 'materialExpires'
    | 'clientKeyExpires'
    | 'rotationFailed'
    | 'secretDeletion'
    | 'unusedAccessKey'
    | 'refused'
  readonly name: string
  readonly to: string
  readonly time: string
  readonly isUrgent: boolean
}

/** From when on something that expires is named. */
const dayMs = 86_400_000
const namedDays = 180
const urgentDays = 30
/** A rotation does itself; it is named when it is near, so that nobody is surprised. */
const rotationDays = 7
/** More than so many of a kind are not described one by one. */
const lookedAt = 100

const daysUntil = (time: string): number => (Date.parse(time) - Date.now()) / dayMs
const isSoon = (time: string): boolean => daysUntil(time) < namedDays
const isUrgent = (time: string): boolean => daysUntil(time) < urgentDays

export interface Concerns {
  readonly found: readonly Concern[]
  /** why something could not be looked at: who is signed in may see a part only */
  readonly failure: unknown
}

/**
 * What is due to be deleted, expires within half a year, has failed, was refused or lies unused; the most urgent first.
 */
export async function findConcerns(): Promise<Concerns> {
  const looks = await Promise.allSettled([ofKeys(), ofSecrets(), ofClientKeys(), ofAccessKeys(), ofRefusals()])
  const found = looks.flatMap((look) => (look.status === 'fulfilled' ? look.value : []))
  return {
    found: found.sort((a, b) => Number(b.isUrgent) - Number(a.isUrgent) || a.time.localeCompare(b.time)),
    failure: looks.find((look) => look.status === 'rejected')?.reason,
  }
}

async function ofKeys(): Promise<readonly Concern[]> {
  const waiting = await call(ListKeys, {
    pageSize: lookedAt,
    filters: [{ key: 'KeyState', values: ['PendingDeletion', 'PendingImport'] }],
  })
  const others = await call(ListKeys, {
    pageSize: lookedAt,
    filters: [{ key: 'KeyState', values: ['Enabled', 'Disabled'] }],
  })
  const ids = [...waiting.keys.key, ...others.keys.key].map(({ keyId }) => keyId)
  const described = await Promise.all(ids.map((keyId) => call(DescribeKey, { keyId })))
  const concerns = described.flatMap(
    ({
      keyMetadata: { keyId, keyState, deleteDate, materialExpireTime, creationDate, nextRotationDate },
    }): Concern[] => {
      const about = { name: keyId, to: `/keys/${keyId}` }
      if (keyState === 'PendingDeletion') return [{ ...about, kind: 'deletion', time: deleteDate, isUrgent: true }]
      if (keyState === 'PendingImport') return [{ ...about, kind: 'import', time: creationDate, isUrgent: false }]
      if (nextRotationDate !== undefined && daysUntil(nextRotationDate) < rotationDays)
        return [{ ...about, kind: 'rotation', time: nextRotationDate, isUrgent: false }]
      if (materialExpireTime === '' || !isSoon(materialExpireTime)) return []
      return [{ ...about, kind: 'materialExpires', time: materialExpireTime, isUrgent: isUrgent(materialExpireTime) }]
    },
  )
  return Promise.all(concerns.map(async (concern) => ({ ...concern, name: await aliasOr(concern.name) })))
}

/** The name that people have given a key. */
async function aliasOr(keyId: string): Promise<string> {
  const { aliases } = await call(ListAliasesByKeyId, { keyId, pageSize: 1 })
  return aliases.alias[0]?.aliasName ?? keyId
}

async function ofSecrets(): Promise<readonly Concern[]> {
  const { secretList } = await call(ListSecrets, { pageSize: lookedAt })
  const described = await Promise.all(secretList.secret.map(({ secretName }) => call(DescribeSecret, { secretName })))
  return described.flatMap(({ secretName, plannedDeleteTime, automaticRotation, nextRotationDate = '' }): Concern[] => {
    const about = { name: secretName, to: `/secrets/${encodeURIComponent(secretName)}` }
    if (plannedDeleteTime) return [{ ...about, kind: 'secretDeletion', time: plannedDeleteTime, isUrgent: true }]
    if (automaticRotation !== 'Invalid') return []
    return [
      { ...about, to: `${about.to}?tab=rotation`, kind: 'rotationFailed', time: nextRotationDate, isUrgent: true },
    ]
  })
}

async function ofClientKeys(): Promise<readonly Concern[]> {
  const { clientKeys } = await call(ListClientKeys, {})
  return clientKeys
    .filter(({ notAfter }) => isSoon(notAfter))
    .map(({ aapName, notAfter }) => ({
      kind: 'clientKeyExpires',
      name: aapName,
      to: `/applications/${aapName}`,
      time: notAfter,
      isUrgent: isUrgent(notAfter),
    }))
}

const unusedDays = 90

/** AccessKeys that nobody has used for long are doors that nobody watches. */
async function ofAccessKeys(): Promise<readonly Concern[]> {
  const { users } = await call(ListUsers, { maxItems: lookedAt })
  const ofUsers = await Promise.all(
    users.user.map(async ({ userName }) => {
      const { accessKeys } = await call(ListAccessKeys, { userName })
      const active = accessKeys.accessKey.filter(({ status }) => status === 'Active')
      return Promise.all(
        active.map(async ({ accessKeyId, createDate }) => {
          const { accessKeyLastUsed } = await call(GetAccessKeyLastUsed, { userName, userAccessKeyId: accessKeyId })
          return { userName, accessKeyId, since: accessKeyLastUsed.lastUsedDate ?? createDate }
        }),
      )
    }),
  )
  return ofUsers
    .flat()
    .filter(({ since }) => -daysUntil(since) > unusedDays)
    .map(({ userName, accessKeyId, since }) => ({
      ...{ kind: 'unusedAccessKey', name: `${userName}: ${accessKeyId}`, time: since, isUrgent: false },
      to: `/access/users/${encodeURIComponent(userName)}`,
    }))
}

/** Calls are told by the hour: this one and the one before are looked at. */
async function ofRefusals(): Promise<readonly Concern[]> {
  const { callers } = await call(GetMetricsHistory, { periodSeconds: 3600, startTime: secondsAgo(3600) })
  return callers
    .filter(({ refused }) => refused > 0)
    .map(({ caller, refused, lastTime }) => ({
      ...{ kind: 'refused', name: `${caller} (${refused})`, time: lastTime, isUrgent: false },
      // The audit log names the session; counts name the role that it is of.
      to: `/activity?caller=${encodeURIComponent(sessionsOfRole(caller))}`,
    }))
}

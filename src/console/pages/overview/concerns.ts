import { ListClientKeys } from '../../../api/application-access.ts'
import { DescribeKey, ListKeys } from '../../../api/keys.ts'
import { DescribeSecret, ListSecrets } from '../../../api/secrets.ts'
import { call } from '../../call.ts'

/** Something that somebody should look at. */
export interface Concern {
  readonly kind: 'deletion' | 'import' | 'materialExpires' | 'clientKeyExpires' | 'rotationFailed' | 'secretDeletion'
  readonly name: string
  readonly to: string
  readonly time: string
  readonly isUrgent: boolean
}

/** From when on something that expires is named. */
const dayMs = 86_400_000
const namedDays = 180
const urgentDays = 30
/** More than so many of a kind are not described one by one. */
const lookedAt = 100

const daysUntil = (time: string): number => (Date.parse(time) - Date.now()) / dayMs
const isSoon = (time: string): boolean => daysUntil(time) < namedDays
const isUrgent = (time: string): boolean => daysUntil(time) < urgentDays

/** What is due to be deleted, expires within half a year, or has failed; the most urgent first. */
export async function findConcerns(): Promise<readonly Concern[]> {
  const found = (await Promise.all([ofKeys(), ofSecrets(), ofClientKeys()])).flat()
  return found.sort((a, b) => Number(b.isUrgent) - Number(a.isUrgent) || a.time.localeCompare(b.time))
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
  return described.flatMap(
    ({ keyMetadata: { keyId, keyState, deleteDate, materialExpireTime, creationDate } }): Concern[] => {
      const about = { name: keyId, to: `/keys/${keyId}` }
      if (keyState === 'PendingDeletion') return [{ ...about, kind: 'deletion', time: deleteDate, isUrgent: true }]
      if (keyState === 'PendingImport') return [{ ...about, kind: 'import', time: creationDate, isUrgent: false }]
      if (materialExpireTime === '' || !isSoon(materialExpireTime)) return []
      return [{ ...about, kind: 'materialExpires', time: materialExpireTime, isUrgent: isUrgent(materialExpireTime) }]
    },
  )
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

import { clientKeys } from '../application-access/client-key.ts'
import { duePeriods } from '../due.ts'
import { keys } from '../keys/key.ts'
import type { Kms } from '../kms.ts'
import { countOnly } from '../paging.ts'
import type { DueWork } from '../schedule/schedule.ts'
import { secrets } from '../secrets/secret.ts'
import { secondsLater, secondsPerDay } from '../time.ts'
import { all, type Occasion } from './events.ts'

/** Days before its end at which something is said to be about to end. */
const warningDays = [7, 30, 90, 180]
const farthest = 180
/** Share of a limit, in percent, at which it is said to be nearly reached. */
const quotaPercents = [90, 70]

/** Where the end of something is told from. */
interface Ending {
  readonly type: string
  readonly resource: string
  readonly what: string
  readonly end: string
}

/** What can be seen by looking: what ends soon, what is to be deleted, what is nearly full. */
export async function occasionsNow(kms: Kms, certificateEnd: Date | undefined): Promise<readonly Occasion[]> {
  const now = kms.now()
  const ending: Ending[] = []
  const found: Occasion[] = []
  if (certificateEnd) ending.push({ ...certificate, end: certificateEnd.toISOString() })
  const account = { account: [kms.settings.accountId] }
  for await (const { id, body } of all(kms, clientKeys, account))
    ending.push({ type: 'ClientKeyExpiring', resource: `clientkey/${id}`, what: 'The ClientKey', end: body.notAfter })
  const due = duePeriods(secondsLater(now, farthest * secondsPerDay))
  for await (const { id, body } of all(kms, keys, { due })) {
    const resource = `key/${id}`
    if (body.materialExpiresAt !== undefined)
      ending.push({ type: 'KeyMaterialExpiring', resource, what: 'The key material', end: body.materialExpiresAt })
    if (body.state.name === 'PendingDeletion') found.push(planned('Key', resource, body.state.deleteAt))
  }
  for await (const { body } of all(kms, secrets, { due })) {
    const resource = `secret/${body.name}`
    if (body.deleteAt !== undefined) found.push(planned('Secret', resource, body.deleteAt))
    const { automaticRotation, failures = 0, lastRotationAt = '' } = body.managed ?? {}
    if (failures > 0 || automaticRotation === 'Invalid') found.push(failedRotation(resource, lastRotationAt, failures))
  }
  return [...found, ...ending.flatMap((one) => warning(one, now)), ...(await quotas(kms))]
}

const certificate = { type: 'CertificateExpiring', resource: 'certificate/server', what: 'The server certificate' }

function warning({ type, resource, what, end }: Ending, now: Date): readonly Occasion[] {
  const leftDays = (Date.parse(end) - now.getTime()) / (secondsPerDay * 1000)
  const days = leftDays < 0 ? undefined : warningDays.find((threshold) => leftDays <= threshold)
  if (days === undefined) return []
  const level = days <= 7 ? 'Critical' : days <= 30 ? 'Warning' : 'Info'
  return [{ type, level, resource, message: `${what} ends at ${end}.`, occasion: `${end}/${days}` }]
}

const planned = (what: 'Key' | 'Secret', resource: string, deleteAt: string): Occasion => ({
  ...{ type: `${what}DeletionScheduled`, level: 'Warning', resource, occasion: deleteAt },
  message: `It is deleted for good at ${deleteAt} unless that is cancelled.`,
})

const failedRotation = (resource: string, since: string, failures: number): Occasion => ({
  ...{ type: 'SecretRotationFailed', level: 'Critical', resource, occasion: `${since}/${failures}` },
  message: `Its rotation has failed ${failures} times in a row.`,
})

async function quotas({ records, settings }: Kms): Promise<readonly Occasion[]> {
  const account = { account: [settings.accountId] }
  const used = [
    ['keys', (await records.list(keys, account, countOnly)).total, settings.limits.keys],
    ['secrets', (await records.list(secrets, account, countOnly)).total, settings.limits.secrets],
  ] as const
  return used.flatMap(([name, count, limit]) => {
    const percent = quotaPercents.find((share) => limit > 0 && count >= (limit * share) / 100)
    if (percent === undefined) return []
    const message = `${count} of ${limit} are there: more than ${percent} %.`
    const level = percent === 90 ? 'Critical' : 'Warning'
    return [{ type: 'QuotaNearlyReached', level, resource: `quota/${name}`, message, occasion: `${limit}/${percent}` }]
  })
}

/** What was done because its time had come. */
export function occasionsOf(done: DueWork, at: string): readonly Occasion[] {
  const told = (type: string, message: string) => (resource: string) => {
    const occasion: Occasion = { type, level: 'Info', resource, message, occasion: at }
    return occasion
  }
  const key = ({ keyId }: { readonly keyId: string }): string => `key/${keyId}`
  const secret = ({ name }: { readonly name: string }): string => `secret/${name}`
  return [
    ...done.rotated.map(key).map(told('KeyRotated', 'A new version was made.')),
    ...done.deleted.map(key).map(told('KeyDeleted', 'It was deleted for good.')),
    ...done.expired.map(key).map(told('KeyMaterialExpired', 'Its imported material was destroyed.')),
    ...done.secretsRotated.map(secret).map(told('SecretRotated', 'It has a new version.')),
    ...done.secretsDeleted.map(secret).map(told('SecretDeleted', 'It was deleted for good.')),
  ]
}

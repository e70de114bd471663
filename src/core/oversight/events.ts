import { dueEntries, duePeriods } from '../due.ts'
import type { Kms } from '../kms.ts'
import { type RecordKind, type RecordReader, recordKind, type Stored, type Transaction } from '../records.ts'
import { formatTime, secondsLater, secondsPerDay } from '../time.ts'

/** Something that nobody has called for. Record id = type, resource and occasion: each occasion is told once. */
export interface ServiceEvent {
  readonly accountId: string
  readonly at: string
  readonly type: string
  readonly level: 'Info' | 'Warning' | 'Critical'
  readonly resource: string
  readonly message: string
  readonly expiresAt: string
}

export const serviceEvents = recordKind<ServiceEvent>({
  name: 'service-event',
  indexes: ({ accountId, type, expiresAt }) => [
    ['account', accountId],
    ['type', `${accountId}/${type}`],
    ...dueEntries(expiresAt),
  ],
  isSeldomRead: true,
})

/** What may have to be told, before it is known whether it was. */
export interface Occasion extends Pick<ServiceEvent, 'type' | 'level' | 'resource' | 'message'> {
  /** tells one occasion of this kind from another */
  readonly occasion: string
}

export interface KeptEvent extends ServiceEvent {
  readonly id: string
}

const keptDays = 400
const batchSize = 200

/**
 * Keeps what was not told before.
 *
 * @param alongWith - what else has to be written when an event is, and only then
 * @returns what is new; of several servers one gets it
 */
export async function keepEvents(
  kms: Kms,
  occasions: readonly Occasion[],
  alongWith: (transaction: Transaction, event: KeptEvent) => Promise<void> = async () => {},
): Promise<readonly KeptEvent[]> {
  const { accountId } = kms.settings
  const at = formatTime(kms.now())
  const expiresAt = formatTime(secondsLater(kms.now(), keptDays * secondsPerDay))
  const fresh: KeptEvent[] = []
  for (const { occasion, ...event } of occasions) {
    const id = `${event.type}/${event.resource}/${occasion}`
    const body: ServiceEvent = { accountId, at, ...event, expiresAt }
    const isNew = await kms.records.transaction(async (transaction) => {
      if (await transaction.get(serviceEvents, id)) return false
      await transaction.insert(serviceEvents, id, body)
      await alongWith(transaction, { id, ...body })
      return true
    })
    if (isNew) fresh.push({ id, ...body })
  }
  return fresh
}

/** Deletes events of long ago. */
export async function forgetOldEvents(kms: Kms): Promise<void> {
  const end = formatTime(kms.now())
  for await (const { id, body } of all(kms, serviceEvents, { due: duePeriods(kms.now()) })) {
    if (body.expiresAt > end) continue
    await kms.records.transaction(async (transaction) => {
      const event = await transaction.get(serviceEvents, id)
      if (event) await transaction.delete(serviceEvents, event)
    })
  }
}

/** Every record of a kind that matches; what is deleted on the way may let one be passed over until the next time. */
export async function* all<Body extends object>(
  { records }: { readonly records: RecordReader },
  kind: RecordKind<Body>,
  filter: Readonly<Record<string, readonly string[]>>,
): AsyncGenerator<Stored<Body>> {
  for (let offset = 0; ; offset += batchSize) {
    const { items } = await records.list(kind, filter, { offset, limit: batchSize })
    yield* items
    if (items.length < batchSize) return
  }
}

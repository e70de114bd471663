import { dueEntries, duePeriods } from '../due.ts'
import type { Kms } from '../kms.ts'
import { recordKind, type Transaction } from '../records.ts'
import { formatTime, secondsLater, secondsPerDay } from '../time.ts'
import { all, type KeptEvent, serviceEvents } from './events.ts'

/** Who is told of events. */
export interface Subscriber {
  /** tells it from others, and nothing of it: a URL may hold a secret */
  readonly name: string
  /** types of events; all unless given */
  readonly types?: readonly string[] | undefined
}

/** That somebody has to be told of an event yet. Record id = subscriber and id of the event. */
interface Delivery {
  readonly subscriber: string
  readonly eventId: string
  readonly attempts: number
  readonly nextAt: string
  /** from when on it is given up */
  readonly expiresAt: string
}

const deliveries = recordKind<Delivery>({
  name: 'event-delivery',
  indexes: ({ subscriber, expiresAt }) => [['subscriber', subscriber], ...dueEntries(expiresAt)],
  isSeldomRead: true,
})

/** Seconds from an attempt to the next; then each hour. */
const pauses = [60, 300, 600, 1800]
const hourSeconds = 3600
const triedDays = 3

/** Writes down who has to be told, together with the event: neither is there without the other. */
export async function oweDeliveries(
  transaction: Transaction,
  subscribers: readonly Subscriber[],
  { id: eventId, type, at }: KeptEvent,
): Promise<void> {
  const expiresAt = formatTime(secondsLater(new Date(at), triedDays * secondsPerDay))
  for (const { name: subscriber, types } of subscribers) {
    if (types !== undefined && !types.includes(type)) continue
    const delivery = { subscriber, eventId, attempts: 0, nextAt: at, expiresAt }
    await transaction.insert(deliveries, `${subscriber}/${eventId}`, delivery)
  }
}

/** Ids of what somebody has to be told now, oldest first. */
export async function dueDeliveries(kms: Kms, subscriber: string): Promise<readonly string[]> {
  const now = formatTime(kms.now())
  const due: string[] = []
  for await (const { id, body } of all(kms, deliveries, { subscriber: [subscriber] }))
    if (body.nextAt <= now) due.push(id)
  return due
}

export interface TakenDelivery {
  readonly event: KeptEvent
  /** there is no attempt after this one */
  readonly isLast: boolean
}

/**
 * One of several servers takes a delivery upon itself. Unless it is settled it is due again after a while: a server that
 * ends in between loses nothing, and who is told may be told twice.
 *
 * @returns nothing when another has it, or it is no longer to be delivered
 */
export const takeDelivery = (kms: Kms, id: string): Promise<TakenDelivery | undefined> =>
  kms.records.transaction(async (transaction) => {
    const now = kms.now()
    const stored = await transaction.get(deliveries, id)
    if (!stored || stored.body.nextAt > formatTime(now)) return undefined
    const { eventId, attempts, expiresAt } = stored.body
    const event = await transaction.get(serviceEvents, eventId)
    if (!event) return undefined
    const nextAt = formatTime(secondsLater(now, pauses[attempts] ?? hourSeconds))
    await transaction.update(deliveries, stored, { ...stored.body, attempts: attempts + 1, nextAt })
    return { event: { id: eventId, ...event.body }, isLast: nextAt >= expiresAt }
  })

/** It was delivered, or is given up. */
export const settleDelivery = (kms: Kms, id: string): Promise<void> =>
  kms.records.transaction(async (transaction) => {
    const stored = await transaction.get(deliveries, id)
    if (stored) await transaction.delete(deliveries, stored)
  })

/** Deletes what nobody has delivered in time: of subscribers that there are no longer. */
export async function forgetOldDeliveries(kms: Kms): Promise<void> {
  const now = formatTime(kms.now())
  const old: string[] = []
  for await (const { id, body } of all(kms, deliveries, { due: duePeriods(kms.now()) }))
    if (body.expiresAt <= now) old.push(id)
  for (const id of old) await settleDelivery(kms, id)
}

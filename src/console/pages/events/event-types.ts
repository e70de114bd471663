import type { TextName } from '../../text/catalogue.ts'

/** The types of events that there are; one that is not here is shown by its own name. */
export const eventTypes = [
  'KeyDeletionScheduled',
  'KeyDeleted',
  'KeyRotated',
  'KeyMaterialExpiring',
  'KeyMaterialExpired',
  'SecretDeletionScheduled',
  'SecretDeleted',
  'SecretRotated',
  'SecretRotationFailed',
  'ClientKeyExpiring',
  'CertificateExpiring',
  'QuotaNearlyReached',
] as const

export function eventTypeText(type: string): Extract<TextName, `event.${string}`> | undefined {
  const known = eventTypes.find((name) => name === type)
  return known && `event.${known}`
}

/** The page of what an event is about, of what has one. */
export function pageOf(resource: string): string | undefined {
  const [kind, ...rest] = resource.split('/')
  const name = rest.join('/')
  if (kind === 'key') return `/keys/${name}`
  if (kind === 'secret') return `/secrets/${encodeURIComponent(name)}`
  return kind === 'clientkey' ? '/applications' : undefined
}

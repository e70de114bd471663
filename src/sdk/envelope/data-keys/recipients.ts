import type { EnvelopeKms, Recipient } from '../envelope-kms.ts'
import { EnvelopeError } from '../errors.ts'
import type { EnvelopeFormat } from '../formats.ts'

type Recipients = readonly [Recipient, ...Recipient[]]

/** @throws EnvelopeError `InvalidArgument` for none */
export function recipientsOf(keyId: Recipient | readonly Recipient[]): Recipients {
  const [first, ...others] = Array.isArray(keyId) ? (keyId as readonly Recipient[]) : [keyId as Recipient]
  if (first === undefined || first === '') throw new EnvelopeError('InvalidArgument', 'name at least one key')
  return [first, ...others]
}

/** For formats with room for one key only. @throws EnvelopeError `InvalidArgument` for several */
export function onlyRecipientOf(keyId: Recipient | readonly Recipient[], format: EnvelopeFormat): Recipient {
  const [first, ...others] = recipientsOf(keyId)
  if (others.length > 0)
    throw new EnvelopeError('InvalidArgument', `format ${format} takes one key, ${others.length + 1} were named`)
  return first
}

/** A key's name, and the KMS that knows it. */
export function locate(recipient: Recipient, kms: EnvelopeKms): { name: string; kms: EnvelopeKms } {
  return typeof recipient === 'string' ? { name: recipient, kms } : { name: recipient.keyId, kms: recipient.kms }
}

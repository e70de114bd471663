import { callKms } from '../data-keys/call-kms.ts'
import { locate } from '../data-keys/recipients.ts'
import type { EnvelopeKms, Recipient } from '../envelope-kms.ts'
import { EnvelopeError } from '../errors.ts'

/** A key with the ARN a message names it by and the id that KMS calls take. */
interface ArnRecipient {
  readonly arn: string
  readonly keyId: string
  readonly service: EnvelopeKms
}

/**
 * The official SDK finds its keys by ARN, so a message must name them so, whatever the caller called them.
 *
 * @throws EnvelopeError `InvalidArgument` for a key whose ARN cannot be found out
 */
export function recipientsByArn(
  recipients: readonly Recipient[],
  kms: EnvelopeKms,
  signal: AbortSignal | undefined,
): Promise<ArnRecipient[]> {
  return Promise.all(recipients.map((recipient) => namedByArn(recipient, kms, signal)))
}

async function namedByArn(
  recipient: Recipient,
  kms: EnvelopeKms,
  signal: AbortSignal | undefined,
): Promise<ArnRecipient> {
  const { name, kms: service } = locate(recipient, kms)
  const arn = isArn(name) ? name : await arnFromKms(name, service, signal)
  return { arn, keyId: arn.slice(arn.indexOf(':key/') + ':key/'.length), service }
}

async function arnFromKms(name: string, kms: EnvelopeKms, signal: AbortSignal | undefined): Promise<string> {
  const answer = await callKms(name, signal, async (call) => (await kms.describeKey?.({ keyId: name }, call)) ?? {})
  const arn = answer.keyMetadata?.arn
  if (arn === undefined || !isArn(arn))
    throw new EnvelopeError(
      'InvalidArgument',
      `key ${name}: the encryption SDK needs its ARN, acs:kms:<region>:<account>:key/<id>`,
    )
  return arn
}

function isArn(name: string): boolean {
  return /^acs:kms:[^:]*:[^:]*:key\/[^:]+$/.test(name)
}

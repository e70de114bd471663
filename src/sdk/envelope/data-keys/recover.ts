import type { EncryptionContext } from '../encryption-context.ts'
import { contextField, type EnvelopeKms, servicesOf } from '../envelope-kms.ts'
import { EnvelopeError } from '../errors.ts'
import type { DataKeyCache } from './cache.ts'
import { callKms, keyBytes } from './call-kms.ts'
import { type WrappedKey, wipe } from './data-key.ts'

interface RecoverRequest {
  /** One KMS, or all that may know a key of the envelope. */
  readonly kms: EnvelopeKms | readonly EnvelopeKms[]
  readonly encryptionContext: EncryptionContext
  readonly cache?: DataKeyCache | undefined
  readonly signal?: AbortSignal | undefined
}

/** A recovered data key; the holder wipes `plaintext` after use. */
export interface RecoveredKey {
  readonly plaintext: Uint8Array
  readonly wrappedKey: WrappedKey
}

/**
 * Offers each wrapped key to each KMS until one answers with bytes that `accept` takes.
 *
 * @param accept - whether the bytes are the right key (a commitment, a length); refused ones are wiped
 * @throws EnvelopeError `KeyUnavailable` when no KMS opened any; what `refused` makes when some were opened but none accepted
 */
export async function recoverDataKey(
  wrappedKeys: readonly WrappedKey[],
  request: RecoverRequest,
  accept: (plaintext: Uint8Array) => boolean,
  refused: () => EnvelopeError,
): Promise<RecoveredKey> {
  const services = servicesOf(request.kms)
  const failures: EnvelopeError[] = []
  let wasRefused = false
  for (const wrappedKey of wrappedKeys) {
    for (const kms of services) {
      const opened = await open(kms, wrappedKey, request).catch((error: unknown) => {
        if (!(error instanceof EnvelopeError) || error.code !== 'KeyUnavailable') throw error
        failures.push(error)
      })
      if (opened === undefined) continue
      if (accept(opened)) {
        request.cache?.remember(kms, wrappedKey, request.encryptionContext, opened)
        return { plaintext: opened, wrappedKey }
      }
      wipe(opened)
      wasRefused = true
    }
  }
  if (wasRefused) throw refused()
  throw unavailable(failures)
}

async function open(kms: EnvelopeKms, wrappedKey: WrappedKey, request: RecoverRequest): Promise<Uint8Array> {
  const cached = request.cache?.recovered(kms, wrappedKey, request.encryptionContext)
  if (cached) return cached
  const name = wrappedKey.name || wrappedKey.keyId || wrappedKey.keyVersionId || 'of this envelope'
  const { ciphertextBlob } = wrappedKey
  const answer = await callKms(name, request.signal, (options) =>
    kms.decrypt({ ciphertextBlob, ...contextField(request.encryptionContext) }, options),
  )
  const plaintext = keyBytes(answer.plaintext)
  if (plaintext === undefined)
    throw new EnvelopeError('KeyUnavailable', `key ${name}: the KMS answered with something that is no data key`)
  return plaintext
}

/** Every answer in one line; the first one as the cause. */
function unavailable(failures: readonly EnvelopeError[]): EnvelopeError {
  const messages = [...new Set(failures.map((failure) => failure.message))].join('; ')
  return new EnvelopeError('KeyUnavailable', messages || 'the envelope names no key', { cause: failures[0]?.cause })
}

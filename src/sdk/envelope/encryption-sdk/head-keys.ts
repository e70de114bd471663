import type { WrappedKey } from '../data-keys/data-key.ts'
import { keyVersionOf } from '../data-keys/key-version.ts'
import { type RecoveredKey, recoverDataKey } from '../data-keys/recover.ts'
import { authenticationFailed, type EnvelopeError } from '../errors.ts'
import type { DecryptOptions } from '../options.ts'
import { damagedMessage, type Head, headIsAuthentic } from './head.ts'

/** The data key of a header, recognised by the header's tag. @throws EnvelopeError `KeyUnavailable`, `AuthenticationFailed` */
export function recoverHeadKey(head: Head, { kms, cache, signal }: DecryptOptions): Promise<RecoveredKey> {
  const { encryptionContext } = head
  const accept = (key: Uint8Array): boolean => headIsAuthentic(head, key)
  const isTwice = new Set(head.encryptedDataKeys.map(({ keyId }) => keyId)).size < head.encryptedDataKeys.length
  const refused = (): EnvelopeError =>
    isTwice ? damagedMessage('it names a key twice, and is authentic in no order of its keys') : authenticationFailed()
  return recoverDataKey(wrappedKeysOf(head), { kms, cache, signal, encryptionContext }, accept, refused)
}

/** The header's keys in the form of the other formats. */
export function wrappedKeysOf(head: Head): WrappedKey[] {
  return head.encryptedDataKeys.map(({ keyId, ciphertextBlob }) => ({
    name: keyId,
    keyId: '',
    keyVersionId: keyVersionOf(ciphertextBlob),
    ciphertextBlob,
  }))
}

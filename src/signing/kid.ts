import type { Signer } from '../crypto/signer.ts'

/** How tokens and key sets name a version of a held key: `<key id>/<key version id>`. */
export const keyIdentifier = (keyId: string, keyVersionId: string): string => `${keyId}/${keyVersionId}`

/** The name of the key that signs, if it is a held one whose version is known. */
export function kidOf(signer: Signer): string | undefined {
  const { keyId, keyVersionId } = signer as { readonly keyId?: string; readonly keyVersionId?: string }
  return keyId === undefined || keyVersionId === undefined ? undefined : keyIdentifier(keyId, keyVersionId)
}

import type { Input, Result } from '../../api/operation.ts'
import type { AddFingerprintToOIDCProvider } from '../../api/ram-identity-providers.ts'
import type { Call } from '../kms.ts'
import { changeOidcProvider } from './change-oidc-provider.ts'
import { checkedFingerprints, fingerprint } from './oidc-provider-lists.ts'

/** @throws KmsError `EntityNotExist.OIDCProvider`; `LimitExceeded.OIDCProvider.Fingerprint` */
export async function addFingerprintToOIDCProvider(
  call: Call,
  input: Input<typeof AddFingerprintToOIDCProvider>,
): Promise<Result<typeof AddFingerprintToOIDCProvider>> {
  return changeOidcProvider(call, input.oIDCProviderName, ({ fingerprints }) => ({
    fingerprints: checkedFingerprints([...fingerprints, fingerprint(input.fingerprint)]),
  }))
}

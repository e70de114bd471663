import type { Input, Result } from '../../api/operation.ts'
import type { RemoveFingerprintFromOIDCProvider } from '../../api/ram-identity-providers.ts'
import type { Call } from '../kms.ts'
import { changeOidcProvider } from './change-oidc-provider.ts'
import { fingerprint, plainFingerprint } from './oidc-provider-lists.ts'

/** @throws KmsError `EntityNotExist.OIDCProvider` */
export async function removeFingerprintFromOIDCProvider(
  call: Call,
  input: Input<typeof RemoveFingerprintFromOIDCProvider>,
): Promise<Result<typeof RemoveFingerprintFromOIDCProvider>> {
  const unwanted = plainFingerprint(fingerprint(input.fingerprint))
  return changeOidcProvider(call, input.oIDCProviderName, ({ fingerprints }) => ({
    fingerprints: fingerprints.filter((one) => plainFingerprint(one) !== unwanted),
  }))
}

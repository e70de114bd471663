import type { Input, Result } from '../../api/operation.ts'
import type { RemoveClientIdFromOIDCProvider } from '../../api/ram-identity-providers.ts'
import type { Call } from '../kms.ts'
import { changeOidcProvider } from './change-oidc-provider.ts'

/** @throws KmsError `EntityNotExist.OIDCProvider` */
export async function removeClientIdFromOIDCProvider(
  call: Call,
  input: Input<typeof RemoveClientIdFromOIDCProvider>,
): Promise<Result<typeof RemoveClientIdFromOIDCProvider>> {
  return changeOidcProvider(call, input.oIDCProviderName, ({ clientIds }) => ({
    clientIds: clientIds.filter((one) => one !== input.clientId),
  }))
}

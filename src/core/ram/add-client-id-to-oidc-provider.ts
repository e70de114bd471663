import type { Input, Result } from '../../api/operation.ts'
import type { AddClientIdToOIDCProvider } from '../../api/ram-identity-providers.ts'
import type { Call } from '../kms.ts'
import { changeOidcProvider } from './change-oidc-provider.ts'
import { checkedClientIds, clientId } from './oidc-provider-lists.ts'

/** @throws KmsError `EntityNotExist.OIDCProvider`; `LimitExceeded.OIDCProvider.ClientId` */
export async function addClientIdToOIDCProvider(
  call: Call,
  input: Input<typeof AddClientIdToOIDCProvider>,
): Promise<Result<typeof AddClientIdToOIDCProvider>> {
  return changeOidcProvider(call, input.oIDCProviderName, ({ clientIds }) => ({
    clientIds: checkedClientIds([...clientIds, clientId(input.clientId)]),
  }))
}

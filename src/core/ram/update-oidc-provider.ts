import type { Input, Result } from '../../api/operation.ts'
import type { UpdateOIDCProvider } from '../../api/ram-identity-providers.ts'
import type { Call } from '../kms.ts'
import { changeOidcProvider } from './change-oidc-provider.ts'
import { parseClientIds } from './oidc-provider-lists.ts'

/** @throws KmsError `EntityNotExist.OIDCProvider`; `InvalidParameter` of ClientIds */
export async function updateOIDCProvider(
  call: Call,
  input: Input<typeof UpdateOIDCProvider>,
): Promise<Result<typeof UpdateOIDCProvider>> {
  return changeOidcProvider(call, input.oIDCProviderName, (before) => ({
    clientIds: input.clientIds === undefined ? before.clientIds : parseClientIds(input.clientIds),
    issuanceLimitHours: input.issuanceLimitTime ?? before.issuanceLimitHours,
    description: input.newDescription ?? before.description,
  }))
}

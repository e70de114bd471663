import type { Input, Result } from '../../api/operation.ts'
import type { DeleteOIDCProvider } from '../../api/ram-identity-providers.ts'
import type { Call } from '../kms.ts'
import { findOidcProvider, oidcProviders } from './oidc-provider.ts'
import { authorizeRam } from './ram-arn.ts'

/**
 * Deletes an identity provider. Sessions that its tokens have opened go on until they expire.
 * @throws KmsError `EntityNotExist.OIDCProvider`
 */
export async function deleteOIDCProvider(
  call: Call,
  { oIDCProviderName: name }: Input<typeof DeleteOIDCProvider>,
): Promise<Result<typeof DeleteOIDCProvider>> {
  authorizeRam(call, `oidc-provider/${name}`)
  await call.kms.records.transaction(async (transaction) => {
    const provider = await findOidcProvider(transaction, call.caller.accountId, name)
    await transaction.delete(oidcProviders, provider)
  })
  return {}
}

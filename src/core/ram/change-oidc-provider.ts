import type { Call } from '../kms.ts'
import { formatTime } from '../time.ts'
import { describeOidcProvider, findOidcProvider, type OidcProvider, oidcProviders } from './oidc-provider.ts'
import { authorizeRam } from './ram-arn.ts'

/**
 * Changes something about an identity provider, for its next token.
 * @throws KmsError `EntityNotExist.OIDCProvider`
 */
export async function changeOidcProvider(
  call: Call,
  name: string,
  change: (provider: OidcProvider) => Partial<OidcProvider>,
) {
  authorizeRam(call, `oidc-provider/${name}`)
  const provider = await call.kms.records.transaction(async (transaction) => {
    const found = await findOidcProvider(transaction, call.caller.accountId, name)
    const updatedAt = formatTime(call.kms.now())
    return transaction.update(oidcProviders, found, { ...found.body, ...change(found.body), updatedAt })
  })
  return { oIDCProvider: describeOidcProvider(provider) }
}

import type { Caller } from '../access/caller.ts'
import { KmsError } from '../errors.ts'
import type { AuditNotes, Kms } from '../kms.ts'
import { oidcProviderId, oidcProviders } from '../ram/oidc-provider.ts'
import { verifyOidcToken } from './oidc-token.ts'

const providerArn = /^acs:ram::(\d{5,20}):oidc-provider\/([A-Za-z0-9._-]{1,128})$/i

/**
 * Who holds a token of an identity provider. It may do nothing but what a role trusts it with.
 *
 * @throws KmsError `InvalidParameter.OIDCProviderArn`; `AuthenticationFail.NoPermission` when there is no such provider; and what the token is refused with
 */
export async function federatedCaller(
  kms: Kms,
  { oIDCProviderArn, oIDCToken }: { readonly oIDCProviderArn: string; readonly oIDCToken: string },
  audit: AuditNotes,
): Promise<Omit<Caller, 'sourceAddress' | 'secureTransport'>> {
  const [, accountId, provider] = providerArn.exec(oIDCProviderArn) ?? []
  if (accountId === undefined || provider === undefined) throw new KmsError('InvalidParameter.OIDCProviderArn')
  const found = await kms.records.get(oidcProviders, oidcProviderId(accountId, provider))
  if (found === undefined) throw new KmsError('AuthenticationFail.NoPermission')
  audit.resource = `oidc-provider/${provider}`
  const claims = await verifyOidcToken(kms, found.body, oIDCToken)
  return {
    accountId,
    identity: { type: 'FederatedUser', id: claims.subject, provider, claims },
    accessKeyId: '',
    authentication: 'OIDC',
    policies: [],
    tokenHolder: { issuer: claims.issuer, subject: claims.subject },
  }
}

import type { Input, Result } from '../../api/operation.ts'
import type { ListOIDCProviders } from '../../api/ram-identity-providers.ts'
import type { Call } from '../kms.ts'
import { afterPage, markedPage } from './marker.ts'
import { describeOidcProvider, oidcProviders } from './oidc-provider.ts'
import { authorizeRam } from './ram-arn.ts'

export async function listOIDCProviders(
  call: Call,
  input: Input<typeof ListOIDCProviders>,
): Promise<Result<typeof ListOIDCProviders>> {
  authorizeRam(call, 'oidc-provider/*')
  const page = markedPage(input)
  const { items, total } = await call.kms.records.list(oidcProviders, { account: [call.caller.accountId] }, page)
  return { oIDCProviders: { oIDCProvider: items.map(describeOidcProvider) }, ...afterPage(page, items.length, total) }
}

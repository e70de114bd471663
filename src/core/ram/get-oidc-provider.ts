import type { Input, Result } from '../../api/operation.ts'
import type { GetOIDCProvider } from '../../api/ram-identity-providers.ts'
import type { Call } from '../kms.ts'
import { describeOidcProvider, findOidcProvider } from './oidc-provider.ts'
import { authorizeRam } from './ram-arn.ts'

/** @throws KmsError `EntityNotExist.OIDCProvider` */
export async function getOIDCProvider(
  call: Call,
  { oIDCProviderName: name }: Input<typeof GetOIDCProvider>,
): Promise<Result<typeof GetOIDCProvider>> {
  authorizeRam(call, `oidc-provider/${name}`)
  return { oIDCProvider: describeOidcProvider(await findOidcProvider(call.kms.records, call.caller.accountId, name)) }
}

import type { Input, Result } from '../../api/operation.ts'
import type { CreateOIDCProvider } from '../../api/ram-identity-providers.ts'
import { invalidParameter, KmsError } from '../errors.ts'
import type { Call } from '../kms.ts'
import { formatTime } from '../time.ts'
import { describeOidcProvider, oidcProviderId, oidcProviders } from './oidc-provider.ts'
import { parseClientIds, parseFingerprints } from './oidc-provider-lists.ts'
import { authorizeRam } from './ram-arn.ts'

/** An issuer that develops is one on the same machine (`http` there is up to the server, which may refuse to ask it). */
function checkIssuerUrl(text: string): void {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const isLocal = url?.protocol === 'http:' && /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(url.hostname)
  // As it is written, so that no two readers find another host in it.
  const isPlain = /^https?:\/\/[A-Za-z0-9.[\]:-]+(\/[A-Za-z0-9._~%:/-]*)?$/.test(text)
  if (isPlain && (url?.protocol === 'https:' || isLocal)) return
  throw invalidParameter('IssuerUrl', 'An issuer is an https URL without query and fragment.')
}

/** Of one account. */
const mostProviders = 100

/**
 * Makes an identity provider known. It is not asked before its first token.
 * @throws KmsError `EntityAlreadyExists.OIDCProvider`; `LimitExceeded.OIDCProvider`; `InvalidParameter` of IssuerUrl
 */
export async function createOIDCProvider(
  call: Call,
  input: Input<typeof CreateOIDCProvider>,
): Promise<Result<typeof CreateOIDCProvider>> {
  const { oIDCProviderName: providerName, issuerUrl } = input
  authorizeRam(call, `oidc-provider/${providerName}`)
  checkIssuerUrl(issuerUrl)
  const { accountId } = call.caller
  const id = oidcProviderId(accountId, providerName)
  const now = formatTime(call.kms.now())
  const body = {
    ...{ accountId, providerName, issuerUrl, description: input.description ?? '' },
    clientIds: parseClientIds(input.clientIds ?? ''),
    fingerprints: parseFingerprints(input.fingerprints ?? ''),
    ...{ issuanceLimitHours: input.issuanceLimitTime, createdAt: now, updatedAt: now },
  }
  const provider = await call.kms.records.transaction(async (transaction) => {
    if ((await transaction.get(oidcProviders, id)) !== undefined) throw new KmsError('EntityAlreadyExists.OIDCProvider')
    const { total } = await transaction.list(oidcProviders, { account: [accountId] }, { offset: 0, limit: 1 })
    if (total >= mostProviders) throw new KmsError('LimitExceeded.OIDCProvider')
    return transaction.insert(oidcProviders, id, body)
  })
  return { oIDCProvider: describeOidcProvider(provider) }
}

import { KmsError } from '../errors.ts'
import type { RecordReader, Stored } from '../records.ts'
import { recordKind } from '../records.ts'
import { ramArn } from './ram-arn.ts'

/** An identity provider whose tokens open sessions of roles. Record id = `<account>/<provider name>`. */
export interface OidcProvider {
  readonly accountId: string
  readonly providerName: string
  readonly description: string
  readonly issuerUrl: string
  /** audiences: a token has to be meant for one of them */
  readonly clientIds: readonly string[]
  /** SHA-1 or SHA-256 of certificates in hex, as given */
  readonly fingerprints: readonly string[]
  readonly issuanceLimitHours: number
  readonly createdAt: string
  readonly updatedAt: string
}

export const oidcProviders = recordKind<OidcProvider>({
  name: 'oidc-provider',
  indexes: (provider) => [['account', provider.accountId]],
})

export const oidcProviderId = (accountId: string, providerName: string): string => `${accountId}/${providerName}`
export const oidcProviderArn = (accountId: string, providerName: string): string =>
  ramArn(accountId, `oidc-provider/${providerName}`)

/** @throws KmsError `EntityNotExist.OIDCProvider` */
export async function findOidcProvider(
  reader: RecordReader,
  accountId: string,
  providerName: string,
): Promise<Stored<OidcProvider>> {
  const provider = await reader.get(oidcProviders, oidcProviderId(accountId, providerName))
  if (provider === undefined) throw new KmsError('EntityNotExist.OIDCProvider')
  return provider
}

/** The provider as answers show it; lists are text with commas. */
export const describeOidcProvider = ({ body }: Stored<OidcProvider>) => ({
  oIDCProviderName: body.providerName,
  arn: oidcProviderArn(body.accountId, body.providerName),
  description: body.description,
  issuerUrl: body.issuerUrl,
  clientIds: body.clientIds.join(','),
  fingerprints: body.fingerprints.join(','),
  issuanceLimitTime: body.issuanceLimitHours,
  createDate: body.createdAt,
  updateDate: body.updatedAt,
  gmtCreate: String(Date.parse(body.createdAt)),
  gmtModified: String(Date.parse(body.updatedAt)),
})

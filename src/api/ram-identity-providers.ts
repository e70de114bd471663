import { integer, list, object, optional, string, withDefault } from './field.ts'
import { define, imsApi } from './operation.ts'
import { created, page, pageResult, updated } from './ram-fields.ts'

/** IMS 2019-08-15, as far as identity providers are concerned. Its permissions are RAM's. */
const read = { api: imsApi, resource: 'account' } as const
const written = { ...read, mutates: true } as const

const providerName = string('name of the provider', {
  minLength: 1,
  maxLength: 128,
  pattern: /^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$/,
})
const description = string('free text', { maxLength: 256 })
const clientIds = string('audiences that its tokens may be meant for, with commas: up to 50 of up to 128 characters', {
  maxLength: 8192,
})
const issuanceLimit = integer('hours after its making that a token is taken', { minimum: 1, maximum: 168 })
const provider = {
  OIDCProviderName: string(''),
  Arn: string('`acs:ram::<account>:oidc-provider/<name>`'),
  Description: string(''),
  IssuerUrl: string(''),
  ClientIds: string('with commas'),
  Fingerprints: string('with commas'),
  IssuanceLimitTime: integer('hours'),
  CreateDate: created,
  UpdateDate: updated,
  GmtCreate: string('milliseconds since 1970'),
  GmtModified: string('milliseconds since 1970'),
}
const result = { OIDCProvider: object('', provider) }

export const CreateOIDCProvider = define(
  'CreateOIDCProvider',
  'Makes an OpenID Connect identity provider known, whose tokens roles can trust.',
  {
    OIDCProviderName: providerName,
    IssuerUrl: string('what its tokens name as issuer; its keys are found from there', {
      minLength: 8,
      maxLength: 255,
    }),
    ClientIds: optional(clientIds),
    Fingerprints: optional(
      string('SHA-1 or SHA-256 of certificates, with commas: up to 5, one of which the issuer has to show', {
        maxLength: 1024,
      }),
    ),
    IssuanceLimitTime: withDefault(issuanceLimit, 12),
    Description: optional(description),
  },
  result,
  written,
)

export const GetOIDCProvider = define(
  'GetOIDCProvider',
  'Describes an identity provider.',
  { OIDCProviderName: providerName },
  result,
  read,
)

export const ListOIDCProviders = define(
  'ListOIDCProviders',
  'Lists the identity providers of the account.',
  page,
  { OIDCProviders: object('', { OIDCProvider: list('', object('', provider)) }), ...pageResult },
  read,
)

export const UpdateOIDCProvider = define(
  'UpdateOIDCProvider',
  'Changes the client ids of an identity provider, how old its tokens may be, or its description.',
  {
    OIDCProviderName: providerName,
    ClientIds: optional(clientIds),
    IssuanceLimitTime: optional(issuanceLimit),
    NewDescription: optional(description),
  },
  result,
  written,
)

export const DeleteOIDCProvider = define(
  'DeleteOIDCProvider',
  'Deletes an identity provider; its tokens open no more sessions.',
  { OIDCProviderName: providerName },
  {},
  written,
)

const clientId = string('one audience', { minLength: 1, maxLength: 128 })
const fingerprint = string('SHA-1 or SHA-256 of a certificate', { minLength: 1, maxLength: 128 })

export const AddClientIdToOIDCProvider = define(
  'AddClientIdToOIDCProvider',
  'Takes tokens that are meant for one more audience.',
  { OIDCProviderName: providerName, ClientId: clientId },
  result,
  { ...written, idempotent: true },
)

export const RemoveClientIdFromOIDCProvider = define(
  'RemoveClientIdFromOIDCProvider',
  'Takes no more tokens that are meant for an audience.',
  { OIDCProviderName: providerName, ClientId: clientId },
  result,
  { ...written, idempotent: true },
)

export const AddFingerprintToOIDCProvider = define(
  'AddFingerprintToOIDCProvider',
  'Lets the issuer show one more certificate.',
  { OIDCProviderName: providerName, Fingerprint: fingerprint },
  result,
  { ...written, idempotent: true },
)

export const RemoveFingerprintFromOIDCProvider = define(
  'RemoveFingerprintFromOIDCProvider',
  'Lets the issuer no longer show a certificate.',
  { OIDCProviderName: providerName, Fingerprint: fingerprint },
  result,
  { ...written, idempotent: true },
)

/**
 * What the models of the official clients have and this service has not, or the other way round: each a decision with its
 * reason. The tests hold the contract to it, and the coverage page tells it.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

export interface Action {
  readonly request: readonly string[]
  readonly response: readonly string[]
}
export type Models = ReadonlyMap<string, Action>

/** The models of the official clients, by product. */
export function recordedModels(): Readonly<Record<string, { readonly version: string; readonly models: Models }>> {
  const file = join(import.meta.dirname, '../../vectors/api/sdk-models.json')
  const parsed = JSON.parse(readFileSync(file, 'utf8')) as Record<string, { version: string; actions: object }>
  return Object.fromEntries(
    Object.entries(parsed).map(([product, { version, actions }]) => [
      product,
      { version, models: new Map(Object.entries(actions as Record<string, Action>)) },
    ]),
  )
}

/** Not in the contract: ignored in requests, left out of answers. What may not be ignored is `refused` in the contract. */
export const leftOut: Readonly<Record<string, string>> = {
  'Ram CreatePolicy request Tag': 'tags of policies decide nothing here',
  'Ram CreateRole request Tag': 'tags of roles decide nothing here',
  'Ram DeletePolicy request CascadingDelete': 'the versions of a policy always go with it; one in use is never deleted',
  'Ram GetUser response User.LastLoginDate': 'nobody logs in to a console',
  'Ram ListPolicies response Policies.Policy.Tags': 'policies have no tags',
  'Ram ListRoles response Roles.Role.Tags': 'roles have no tags',
  'Sts AssumeRoleWithOIDC response SourceIdentity':
    'the subject of the token is kept instead, and nothing of it can be set',
}

/** In the contract, and in no model. */
export const ownFields: Readonly<Record<string, string>> = {
  'Ram UpdateAccessKey request RequireAcs3': 'an AccessKey that refuses signature version 1.0 (SEC-36)',
}

/** Actions of the clients that are not served, which says so itself (`InvalidAction.NotFound`). */
export const notServed: Readonly<Record<string, RegExp>> = {
  'only the oldest models have it, and no documentation': /^Kms DescribeService$/,
  'nobody logs in to a console':
    /^Ram (Change|Get|Set)Password\w*$|^Ram \w*(LoginProfile|MFA|SecurityPreference|AccountAlias)\w*$/,
  'users, roles and policies have no tags': /^Ram (Tag|Untag|List\w*Tag)Resources$/,
  'policies are read and replaced as a whole, in their version in force':
    /^Ram (GetPolicyVersion|SetDefaultPolicyVersion|UpdatePolicyDescription|ListEntitiesForPolicy)$/,
  'refusals say in clear what was denied': /^Ram DecodeDiagnosticMessage$/,
  'the only identity providers are those of OpenID Connect': /^Sts AssumeRoleWithSAML$/,
}

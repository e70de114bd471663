import type { RamClient } from '../sdk/ram-client.ts'
import { CliError } from './failure.ts'

const trusting = (principal: object, condition?: object): string => {
  const statement = { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: principal }
  const whole = condition === undefined ? statement : { ...statement, Condition: condition }
  return JSON.stringify({ Version: '1', Statement: [whole] })
}

/** The trust policy of a role for users of the account; for everybody in it unless users are named. */
export function trustOfUsers(accountId: string, users: readonly string[] | undefined): string {
  const names = users?.map((name) => `user/${name}`) ?? ['root']
  return trusting({ RAM: names.map((name) => `acs:ram::${accountId}:${name}`) })
}

/**
 * The trust policy of a role for subjects of an identity provider. Without subjects it would be for everybody who has an
 * account there.
 * @throws CliError `usage`
 */
export async function trustOfProvider(ram: RamClient, name: string, subjects: readonly string[] = []): Promise<string> {
  if (subjects.length === 0) throw new CliError('usage', '--trust-oidc needs --subject: whose tokens open the role')
  const { oIDCProvider: provider } = await ram.getOIDCProvider({ oIDCProviderName: name })
  return trusting(
    { Federated: [provider.arn] },
    {
      StringEquals: { 'oidc:iss': provider.issuerUrl, 'oidc:aud': provider.clientIds.split(',') },
      StringLike: { 'oidc:sub': subjects },
    },
  )
}

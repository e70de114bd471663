import { Command } from 'commander'
import { everyItem } from '../../sdk/every-item.ts'
import type { RamClient } from '../../sdk/ram-client.ts'
import { contextOf } from '../context.ts'
import { collect } from '../items.ts'

/** `keyhaven oidc-provider …` */
export function oidcProviderCommand(): Command {
  return new Command('oidc-provider')
    .description('identity providers whose tokens open sessions of roles')
    .addCommand(
      new Command('create')
        .description('make an identity provider known; its tokens open nothing until a role trusts them')
        .argument('<name>', 'name of the identity provider')
        .requiredOption('--issuer <url>', 'what its tokens name as issuer')
        .requiredOption('--client-id <ids...>', 'audiences that its tokens may be meant for')
        .option('--fingerprint <hex...>', 'SHA-1 or SHA-256 of certificates, one of which the issuer has to show')
        .option('--hours <n>', 'how old a token may be, 1 to 168; 12 unless given', Number)
        .option('--description <text>', 'whose tokens these are')
        .action(create),
    )
    .addCommand(new Command('list').description('list identity providers').action(list))
    .addCommand(
      new Command('show')
        .description('show an identity provider')
        .argument('<name>', 'name of the identity provider')
        .action(show),
    )
    .addCommand(
      new Command('update')
        .description('change audiences, greatest age or description')
        .argument('<name>', 'name of the identity provider')
        .option('--client-id <ids...>', 'audiences in place of those before')
        .option('--hours <n>', 'how old a token may be, 1 to 168', Number)
        .option('--description <text>', 'whose tokens these are')
        .action(update),
    )
    .addCommand(
      new Command('delete')
        .description('delete an identity provider; sessions that it has opened go on until they end')
        .argument('<name>', 'name of the identity provider')
        .action(remove),
    )
}

type Provider = Awaited<ReturnType<RamClient['getOIDCProvider']>>['oIDCProvider']

interface ProviderOptions {
  readonly clientId?: readonly string[]
  readonly hours?: number
  readonly description?: string
}

interface CreateOptions extends ProviderOptions {
  readonly issuer: string
  readonly fingerprint?: readonly string[]
}

const members = ({ clientId, hours }: ProviderOptions) => ({
  ...(clientId === undefined ? {} : { clientIds: clientId.join(',') }),
  ...(hours === undefined ? {} : { issuanceLimitTime: hours }),
})

const shown = (provider: Provider) => ({
  Provider: provider.oIDCProviderName,
  ARN: provider.arn,
  Issuer: provider.issuerUrl,
  Audiences: provider.clientIds.replaceAll(',', ', '),
  Fingerprints: provider.fingerprints.replaceAll(',', ', '),
  'Oldest token': `${provider.issuanceLimitTime} h`,
  Created: provider.createDate,
  Description: provider.description,
})

async function create(oIDCProviderName: string, options: CreateOptions, command: Command): Promise<void> {
  const { issuer: issuerUrl, fingerprint, description } = options
  const { output, withRam } = contextOf(command)
  await withRam(async (ram) => {
    const answer = await ram.createOIDCProvider({
      ...{ oIDCProviderName, issuerUrl, ...members(options) },
      ...(fingerprint === undefined ? {} : { fingerprints: fingerprint.join(',') }),
      ...(description === undefined ? {} : { description }),
    })
    output.record(shown(answer.oIDCProvider), answer)
  })
}

async function list(_options: object, command: Command): Promise<void> {
  const { output, withRam } = contextOf(command)
  await withRam(async (ram) => {
    const providers = await collect(everyItem(ram.listOIDCProviders))
    output.table(
      providers,
      {
        Provider: ({ oIDCProviderName }) => oIDCProviderName,
        Issuer: ({ issuerUrl }) => issuerUrl,
        Audiences: ({ clientIds }) => clientIds.replaceAll(',', ', '),
        Description: ({ description }) => description,
      },
      { providers },
    )
  })
}

async function show(oIDCProviderName: string, _options: object, command: Command): Promise<void> {
  const { output, withRam } = contextOf(command)
  await withRam(async (ram) => {
    const answer = await ram.getOIDCProvider({ oIDCProviderName })
    output.record(shown(answer.oIDCProvider), answer)
  })
}

async function update(oIDCProviderName: string, options: ProviderOptions, command: Command): Promise<void> {
  const { output, withRam } = contextOf(command)
  const newDescription = options.description === undefined ? {} : { newDescription: options.description }
  await withRam(async (ram) => {
    const answer = await ram.updateOIDCProvider({ oIDCProviderName, ...members(options), ...newDescription })
    output.record(shown(answer.oIDCProvider), answer)
  })
}

async function remove(oIDCProviderName: string, _options: object, command: Command): Promise<void> {
  const { output, withRam } = contextOf(command)
  await withRam(async (ram) => {
    const answer = await ram.deleteOIDCProvider({ oIDCProviderName })
    output.record({ Deleted: oIDCProviderName }, { oIDCProviderName, ...answer })
  })
}

import type { Command } from 'commander'
import { everyItem } from '../../sdk/every-item.ts'
import { contextOf } from '../context.ts'
import { CliError } from '../failure.ts'
import { collect } from '../items.ts'
import { ifTold, shownLastUse } from '../last-use.ts'
import { newVersionId } from './values.ts'

export async function listSecrets(prefix: string | undefined, _options: object, command: Command): Promise<void> {
  const { output, withClient } = contextOf(command)
  const filters = prefix === undefined ? {} : { filters: [{ key: 'SecretName', values: [prefix] }] }
  const secrets = await withClient((client) => collect(everyItem(client.listSecrets, filters)))
  output.table(
    secrets,
    {
      Secret: ({ secretName }) => secretName,
      Type: ({ secretType }) => secretType,
      Updated: ({ updateTime }) => updateTime,
      Deletion: ({ plannedDeleteTime }) => plannedDeleteTime ?? '',
    },
    { secrets },
  )
}

export async function showSecret(secretName: string, _options: object, command: Command): Promise<void> {
  const { output, withClient } = contextOf(command)
  const { secret, usage, versions } = await withClient(async (client) => ({
    secret: await client.describeSecret({ secretName, fetchTags: true }),
    usage: await ifTold(client.getSecretLastUsage({ secretName })),
    versions: await collect(everyItem(client.listSecretVersionIds, { secretName, includeDeprecated: true })),
  }))
  if (output.isJson) {
    output.json({ ...secret, lastUsage: usage, versions })
    return
  }
  const fields = {
    ...{ Secret: secret.secretName, Arn: secret.arn, Type: secret.secretType, Description: secret.description },
    ...{ Key: secret.encryptionKeyId, Instance: secret.dKMSInstanceId },
    ...{ Created: secret.createTime, Updated: secret.updateTime, Deletion: secret.plannedDeleteTime },
    'Last used': shownLastUse(usage),
    ...{ Rotation: secret.automaticRotation, Every: secret.rotationInterval, Next: secret.nextRotationDate },
    Tags: secret.tags?.tag.map(({ tagKey, tagValue }) => `${tagKey}=${tagValue}`).join(' '),
  }
  output.record(fields, secret)
  output.line('')
  output.table(
    versions,
    {
      Version: ({ versionId }) => versionId,
      Created: ({ createTime }) => createTime,
      Stages: ({ versionStages }) => versionStages.versionStage.join(' '),
    },
    versions,
  )
}

export async function moveStage(
  secretName: string,
  versionStage: string,
  moveToVersion: string,
  _options: object,
  command: Command,
): Promise<void> {
  const { output, withClient } = contextOf(command)
  const answer = await withClient((client) =>
    client.updateSecretVersionStage({ secretName, versionStage, moveToVersion }),
  )
  output.record({ Secret: secretName, [versionStage]: moveToVersion }, { ...answer, versionStage, moveToVersion })
}

export async function rotateSecret(secretName: string, _options: object, command: Command): Promise<void> {
  const { output, withClient } = contextOf(command)
  const versionId = newVersionId(new Date())
  const answer = await withClient((client) => client.rotateSecret({ secretName, versionId }))
  output.record({ Rotated: secretName, Version: answer.versionId }, answer)
}

export async function setRotation(
  secretName: string,
  { every, off }: { readonly every?: string; readonly off?: boolean },
  command: Command,
): Promise<void> {
  const { output, withClient } = contextOf(command)
  if ((every === undefined) === (off === undefined)) throw new CliError('usage', 'give either --every or --off')
  const policy =
    every === undefined
      ? { enableAutomaticRotation: false }
      : { enableAutomaticRotation: true, rotationInterval: every }
  const answer = await withClient((client) => client.updateSecretRotationPolicy({ secretName, ...policy }))
  output.record({ Secret: secretName, Rotation: every === undefined ? 'off' : `every ${every}` }, answer)
}

export async function deleteSecret(
  secretName: string,
  { days, now }: { readonly days?: number; readonly now?: boolean },
  command: Command,
): Promise<void> {
  const { output, withClient } = contextOf(command)
  if (days !== undefined && now === true) throw new CliError('usage', 'give either --days or --now')
  const { usage, answer } = await withClient(async (client) => ({
    usage: await ifTold(client.getSecretLastUsage({ secretName })),
    answer: await client.deleteSecret({
      secretName,
      ...(now === true ? { forceDeleteWithoutRecovery: true } : {}),
      ...(days === undefined ? {} : { recoveryWindowInDays: days }),
    }),
  }))
  output.record(
    {
      Secret: secretName,
      Deletion: now === true ? 'done' : answer.plannedDeleteTime,
      'Last used': shownLastUse(usage),
    },
    { ...answer, lastUsage: usage },
  )
}

export async function restoreSecret(secretName: string, _options: object, command: Command): Promise<void> {
  const { output, withClient } = contextOf(command)
  const answer = await withClient((client) => client.restoreSecret({ secretName }))
  output.record({ Restored: secretName }, answer)
}

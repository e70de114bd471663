import type { Page } from 'playwright-core'
import { catalogue, type TextName } from '../../src/console/text/catalogue.ts'
import { type Language, textIn } from '../../src/console/text/texts.ts'
import { Client } from '../../src/sdk/client.ts'
import { RamClient } from '../../src/sdk/ram-client.ts'
import type { TestServer } from './server.ts'

/** What the console says, in the language of the test. */
export type Say = (name: TextName) => string

export const sayIn =
  (language: Language): Say =>
  (name) =>
    textIn(language, catalogue[name])

/** One of each thing that has a page of its own. */
export interface Things {
  readonly keyId: string
  readonly signingKeyId: string
  readonly externalKeyId: string
  readonly instanceKeyId: string
  readonly instanceId: string
}

export async function makeThings(server: TestServer): Promise<Things> {
  const { endpoint, caFile, accessKeyId, accessKeySecret } = server
  const connection = { endpoint, caFile, accessKeyId, accessKeySecret }
  await using client = new Client(connection)
  await using ram = new RamClient(connection)
  const { defaultKmsInstanceId: instanceId } = await client.getDefaultKmsInstance()
  const make = async (input: Parameters<Client['createKey']>[0]): Promise<string> =>
    (await client.createKey(input)).keyMetadata.keyId
  const keyId = await make({
    ...{ description: 'what the shop keeps', enableAutomaticRotation: true, rotationInterval: '30d' },
  })
  await client.createAlias({ aliasName: 'alias/shop/orders', keyId })
  await client.tagResource({ keyId, tags: [{ tagKey: 'team', tagValue: 'shop' }] })
  await client.encrypt({ keyId, plaintext: 'x' })
  const signingKeyId = await make({ keySpec: 'EC_P256', keyUsage: 'SIGN/VERIFY' })
  const externalKeyId = await make({ origin: 'EXTERNAL' })
  await client.setDeletionProtection({ keyId: externalKeyId, enableDeletionProtection: true })
  const instanceKeyId = await make({ dKMSInstanceId: instanceId })
  await client.createSecret({ secretName: 'db/password', versionId: 'v1', secretData: 'not to be seen' })
  await client.createNetworkRule({ name: 'shop', type: 'Private', sourcePrivateIp: ['10.0.0.0/8'] })
  const permissions = ['RbacPermission/Template/CryptoServiceKeyUser']
  await client.createPolicy({ name: 'shop', kmsInstance: instanceId, permissions, resources: ['key/*'] })
  await client.createApplicationAccessPoint({ name: 'shop', policies: ['shop'] })
  await client.createClientKey({ aapName: 'shop', password: 'Test-Pass~2016' })
  await ram.createUser({ userName: 'alice' })
  await ram.createAccessKey({ userName: 'alice' })
  const trust = {
    Version: '1',
    Statement: [
      { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { RAM: [`acs:ram::${server.accountId}:root`] } },
    ],
  }
  await ram.createRole({ roleName: 'backup', assumeRolePolicyDocument: JSON.stringify(trust) })
  return { keyId, signingKeyId, externalKeyId, instanceKeyId, instanceId }
}

/** Something to be looked at: a page, or what is opened on it. */
export interface View {
  readonly path: string
  /** clicked one after the other, by the text of a button or tab */
  readonly clicks?: readonly TextName[]
}

export const menuPages: readonly View[] = (
  ['overview', 'keys', 'secrets', 'applications', 'instances', 'access', 'activity', 'events', 'system'] as const
).map((name) => ({ path: `/${name}` }))

export const innerPages = ({ keyId, signingKeyId, externalKeyId, instanceKeyId, instanceId }: Things): View[] => [
  ...(['overview', 'versions', 'use', 'access', 'activity', 'danger'] as const).map((tab) => ({
    path: `/keys/${keyId}?tab=${tab}`,
  })),
  { path: `/keys/${signingKeyId}` },
  { path: `/keys/${signingKeyId}?tab=use`, clicks: ['use.verify'] },
  { path: `/keys/${externalKeyId}?tab=material`, clicks: ['material.getParameters'] },
  { path: `/keys/${instanceKeyId}?tab=access` },
  ...(['overview', 'versions', 'rotation', 'access', 'activity', 'danger'] as const).map((tab) => ({
    path: `/secrets/db%2Fpassword?tab=${tab}`,
  })),
  { path: '/applications?tab=policies' },
  { path: '/applications?tab=rules' },
  { path: '/applications/shop' },
  { path: `/instances/${instanceId}` },
  ...['roles', 'policies', 'tester', 'sessions'].map((tab) => ({ path: `/access?tab=${tab}` })),
  { path: '/access/users/alice' },
  { path: '/access/roles/backup' },
  { path: '/find?text=shop' },
  { path: '/nowhere' },
]

/** Dialogs, drawers and each step of the wizards. */
export const openedViews = ({ keyId, externalKeyId }: Things): View[] => [
  { path: '/keys', clicks: ['keys.create'] },
  { path: '/keys', clicks: ['keys.create', 'dialog.next'] },
  { path: '/keys', clicks: ['keys.create', 'dialog.next', 'dialog.next'] },
  { path: `/keys/${keyId}`, clicks: ['key.addAlias'] },
  { path: `/keys/${keyId}`, clicks: ['key.addTag'] },
  { path: `/keys/${keyId}?tab=versions`, clicks: ['key.rotateNow'] },
  { path: `/keys/${keyId}?tab=versions`, clicks: ['key.changeInterval'] },
  { path: `/keys/${keyId}?tab=danger`, clicks: ['danger.schedule'] },
  { path: `/keys/${externalKeyId}?tab=danger`, clicks: ['danger.unprotect'] },
  { path: '/secrets', clicks: ['secrets.create'] },
  { path: '/secrets/db%2Fpassword', clicks: ['secrets.reveal'] },
  { path: '/secrets/db%2Fpassword', clicks: ['secrets.put'] },
  { path: '/secrets/db%2Fpassword?tab=versions', clicks: ['secrets.moveStage'] },
  { path: '/secrets/db%2Fpassword?tab=rotation', clicks: ['secrets.setHook'] },
  { path: '/secrets/db%2Fpassword?tab=danger', clicks: ['secrets.planDeletion'] },
  { path: '/secrets/db%2Fpassword?tab=danger', clicks: ['secrets.deleteNow'] },
  { path: '/applications', clicks: ['apps.create'] },
  { path: '/applications?tab=policies', clicks: ['apps.createPolicy'] },
  { path: '/applications?tab=policies', clicks: ['word.edit'] },
  { path: '/applications?tab=rules', clicks: ['apps.createRule'] },
  { path: '/applications/shop', clicks: ['word.edit'] },
  { path: '/applications/shop', clicks: ['word.delete'] },
  { path: '/access', clicks: ['iam.createUser'] },
  { path: '/access?tab=roles', clicks: ['iam.createRole'] },
  { path: '/access?tab=policies', clicks: ['apps.createPolicy'] },
  { path: '/access/users/alice', clicks: ['word.delete'] },
  { path: '/access/users/alice', clicks: ['iam.createAccessKey'] },
  { path: '/activity', clicks: ['audit.verify'] },
  { path: '/system', clicks: ['frame.shortcuts'] },
]

/** Clicks what opens a view. In a dialog that is open, what is clicked is in it. */
export async function open(page: Page, { clicks = [] }: View, say: Say): Promise<void> {
  for (const name of clicks) {
    const dialog = page.getByRole('dialog')
    const scope = (await dialog.count()) > 0 ? dialog.last() : page
    // an icon before the text is part of the name
    const text = new RegExp(`(^| )${RegExp.escape(say(name))}$`)
    await scope
      .getByRole('button', { name: text })
      .or(scope.getByRole('tab', { name: text }))
      .first()
      .click()
  }
}

import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { Locator, Page } from 'playwright-core'
import { hintFor } from '../../src/console/text/hints.ts'
import { Client } from '../../src/sdk/client.ts'
import { type ConsoleFixture, go, startConsole } from '../kit/console.ts'
import { makeThings, open, sayIn, type Things, type View } from '../kit/console-views.ts'

interface More extends Things {
  readonly rsaKeyId: string
  readonly macKeyId: string
  readonly sm2KeyId: string
}

let console: ConsoleFixture
let things: More
before(async () => {
  console = await startConsole()
  const { endpoint, caFile, accessKeyId, accessKeySecret } = console.server
  await using client = new Client({ endpoint, caFile, accessKeyId, accessKeySecret })
  const make = async (input: Parameters<Client['createKey']>[0]): Promise<string> =>
    (await client.createKey(input)).keyMetadata.keyId
  await client.createSecret({
    ...{
      secretName: 'db/managed',
      versionId: 'v1',
      secretType: 'Rds',
      enableAutomaticRotation: true,
      rotationInterval: '7d',
    },
    secretData: '{"Accounts":[{"AccountName":"app","AccountPassword":"first"}]}',
    extendedConfig: JSON.stringify({
      ...{ SecretSubType: 'SingleUser', DBInstanceId: 'rm' },
      CustomData: { Endpoint: 'db.example', Port: 5432, DBName: 'db', Tls: 'off' },
    }),
  })
  things = {
    ...(await makeThings(console.server)),
    rsaKeyId: await make({ keySpec: 'RSA_2048', keyUsage: 'ENCRYPT/DECRYPT' }),
    macKeyId: await make({ keySpec: 'HMAC_SHA_256', keyUsage: 'GENERATE/VERIFY_MAC' }),
    sm2KeyId: await make({ keySpec: 'EC_SM2', keyUsage: 'SIGN/VERIFY' }),
  }
})
after(() => console?.close())

/** A form, and something in it that the server refuses. */
interface BadInput extends View {
  /** what is typed, by the name of the field on the wire, or by the label of one that has none */
  readonly typed: Readonly<Record<string, string>>
  /** the field that is to be marked; the one that is typed last unless given */
  readonly marked?: string
  readonly code: string
  /** what opens it besides what has a text */
  before?(page: Page): Promise<void>
}

const editDescription = (page: Page): Promise<void> =>
  page.getByRole('button', { name: `${say('word.edit')}: ${say('word.description')}` }).click()
const selectKey = (page: Page): Promise<void> => page.getByRole('checkbox').nth(1).check()

const long = 'W'.repeat(9000)
const secret = '/secrets/db%2Fpassword'

/** Every form by the file and operation that it is of. */
const forms = ({
  keyId,
  rsaKeyId,
  macKeyId,
  sm2KeyId,
}: More): Readonly<Record<string, BadInput | 'elsewhere' | 'no fields'>> => ({
  'sign-in/sign-in-page.tsx Form': 'elsewhere',
  'pages/keys/create-key-drawer.tsx Form': 'elsewhere',
  'pages/access/policy-tester.tsx SimulateAccess': {
    ...{ path: '/access?tab=tester', typed: { Resource: 'no-such-key' }, code: 'Forbidden.ResourceNotFound' },
  },
  'pages/access/roles.tsx CreateRole': {
    ...{
      path: '/access?tab=roles',
      clicks: ['iam.createRole'],
      typed: { RoleName: 'not allowed!' },
      code: 'InvalidParameter',
    },
  },
  'pages/access/users.tsx CreateUser': {
    ...{
      path: '/access',
      clicks: ['iam.createUser'],
      typed: { UserName: 'not allowed!' },
      code: 'InvalidParameter',
    },
  },
  'pages/applications/application-page.tsx UpdateApplicationAccessPoint': {
    ...{
      path: '/applications/shop',
      clicks: ['word.edit'],
      typed: { Description: long },
      code: 'InvalidParameter',
    },
  },
  'pages/applications/network-rules.tsx CreateNetworkRule': {
    ...{ path: '/applications?tab=rules', clicks: ['apps.createRule'] },
    ...{ typed: { Name: 'new', SourcePrivateIp: '300.0.0.1' }, code: 'InvalidParameter' },
  },
  'pages/applications/network-rules.tsx UpdateNetworkRule': {
    ...{
      path: '/applications?tab=rules',
      clicks: ['word.edit'],
      typed: { SourcePrivateIp: '300.0.0.1' },
      code: 'InvalidParameter',
    },
  },
  'pages/applications/policies.tsx CreatePolicy': {
    ...{
      path: '/applications?tab=policies',
      clicks: ['apps.createPolicy'],
      typed: { Name: 'not allowed!' },
      code: 'InvalidParameter',
    },
  },
  'pages/applications/policies.tsx UpdatePolicy': {
    ...{
      path: '/applications?tab=policies',
      clicks: ['word.edit'],
      typed: { Resources: 'nonsense' },
      code: 'InvalidParameter',
    },
  },
  'pages/keys/key-overview.tsx CreateAlias': {
    ...{
      path: `/keys/${keyId}`,
      clicks: ['key.addAlias'],
      typed: { AliasName: 'alias/not allowed!' },
      code: 'InvalidParameter',
    },
  },
  'parts/tags-card.tsx TagResource': {
    ...{
      path: `/keys/${keyId}`,
      clicks: ['key.addTag'],
      typed: { 'form.tagKey': 'acs:reserved' },
      marked: 'Tags',
      code: 'InvalidParameter',
    },
  },
  'parts/editable-description.tsx operation': {
    ...{ path: `/keys/${keyId}`, before: editDescription, typed: { Description: long }, code: 'InvalidParameter' },
  },
  'pages/keys/key-selection-actions.tsx TagResources': {
    ...{
      path: '/keys',
      before: selectKey,
      clicks: ['keys.tagSelected', 'form.add'],
      typed: { 'form.tagKey': 'acs:reserved' },
      marked: 'Tag',
      code: 'InvalidParameter',
    },
  },
  'pages/keys/key-versions.tsx UpdateRotationPolicy': {
    ...{
      path: `/keys/${keyId}?tab=versions`,
      clicks: ['key.changeInterval'],
      typed: { RotationInterval: '1x' },
      code: 'InvalidParameter',
    },
  },
  'pages/keys/use/key-use.tsx Encrypt': {
    ...{ path: `/keys/${keyId}?tab=use`, typed: { Plaintext: long }, code: 'InvalidParameter' },
  },
  'pages/keys/use/key-use.tsx Decrypt': {
    ...{
      path: `/keys/${keyId}?tab=use`,
      clicks: ['use.decrypt'],
      typed: { CiphertextBlob: 'AAAA' },
      code: 'InvalidParameter',
    },
  },
  'pages/keys/use/key-use.tsx GenerateDataKey': {
    ...{ path: `/keys/${keyId}?tab=use`, clicks: ['use.dataKey', 'form.add'] },
    ...{ typed: { 'form.name': 'name', 'form.value': long }, marked: 'EncryptionContext', code: 'InvalidParameter' },
  },
  'pages/keys/use/key-use.tsx AsymmetricEncrypt': {
    ...{ path: `/keys/${rsaKeyId}?tab=use`, typed: { Plaintext: long }, code: 'InvalidParameter' },
  },
  'pages/keys/use/key-use.tsx AsymmetricDecrypt': {
    ...{
      path: `/keys/${rsaKeyId}?tab=use`,
      clicks: ['use.decrypt'],
      typed: { CiphertextBlob: 'AAAA' },
      code: 'InvalidParameter',
    },
  },
  'pages/keys/use/key-use.tsx GenerateMac': {
    ...{ path: `/keys/${macKeyId}?tab=use`, typed: { Message: long }, code: 'InvalidParameter' },
  },
  'pages/keys/use/key-use.tsx VerifyMac': {
    ...{
      path: `/keys/${macKeyId}?tab=use`,
      clicks: ['use.verify'],
      typed: { Mac: 'AAAA', Message: long },
      code: 'InvalidParameter',
    },
  },
  'pages/keys/use/signature-use.tsx Form': {
    ...{ path: `/keys/${sm2KeyId}?tab=use`, typed: { 'use.digest': 'AAAA' }, code: 'InvalidParameter' },
  },
  'pages/secrets/create-secret-drawer.tsx CreateSecret': {
    ...{
      path: '/secrets',
      clicks: ['secrets.create'],
      typed: { SecretData: 'value', SecretName: 'not allowed!' },
      code: 'InvalidParameter',
    },
  },
  'pages/secrets/put-value-form.tsx PutSecretValue': {
    ...{
      path: secret,
      clicks: ['secrets.put'],
      typed: { SecretData: 'another', VersionId: 'v1' },
      code: 'Rejected.ResourceExist',
    },
  },
  'pages/secrets/secret-rotation-tab.tsx SetSecretRotationHook': {
    ...{
      path: `${secret}?tab=rotation`,
      clicks: ['secrets.setHook'],
      typed: { Hook: 'nowhere' },
      code: 'InvalidParameter',
    },
  },
  'pages/secrets/secret-rotation-tab.tsx UpdateSecretRotationPolicy': {
    ...{
      path: '/secrets/db%2Fmanaged?tab=rotation',
      clicks: ['key.changeInterval'],
      typed: { RotationInterval: '1h' },
      code: 'InvalidParameter',
    },
  },
  'pages/secrets/secret-versions.tsx UpdateSecretVersionStage': 'no fields',
  'pages/keys/key-danger.tsx Form': 'no fields',
  'pages/keys/key-material.tsx Form': 'elsewhere',
  'pages/applications/new-application-drawer.tsx Form': 'elsewhere',
  'pages/access/policies.tsx Form': 'elsewhere',
  'pages/access/policies.tsx PolicyEditor': 'elsewhere',
  'pages/access/role-page.tsx PolicyEditor': 'elsewhere',
  'parts/resource-policy.tsx PolicyEditor': 'elsewhere',
})

/** What the sources say there is. */
function formsInSources(): readonly string[] {
  const root = join(import.meta.dirname, '../../src/console')
  const found = globSync('{pages,parts,sign-in}/**/*.tsx', { cwd: root }).flatMap((file) => {
    const source = readFileSync(join(root, file), 'utf8')
    const ofOperations = [...source.matchAll(/<(?:OperationForm|Trial)\b(?:(?!\/>|<).)*?operation=\{(\w+)\}/gs)]
    const others = [...source.matchAll(/<(Form|PolicyEditor)\b(?!\.)/g)]
    return [...ofOperations, ...others].map(([, name]) => `${file} ${name}`)
  })
  return [...new Set(found)].filter((name) => name !== 'pages/keys/use/trial.tsx operation').sort()
}

test('no form is left out', () => {
  assert.deepEqual(Object.keys(forms(things)).sort(), formsInSources())
})

const say = sayIn('zh-CN')
const isText = (name: string): boolean => name.includes('.')

/** A field, by its name on the wire, which stands beside its label; or by a text of the catalogue. */
const field = (scope: Locator, name: string): Locator =>
  isText(name) ? scope.getByLabel(say(name as 'form.name'), { exact: true }) : scope.getByLabel(new RegExp(` ${name}$`))

async function faultsOf(page: Page, form: BadInput): Promise<readonly string[]> {
  const { typed, code, marked = Object.keys(typed).at(-1) ?? '' } = form
  const scope = page.locator('form:visible').last()
  for (const [name, value] of Object.entries(typed)) {
    const input = field(scope, name).last()
    await input.fill(value)
    // of a list: one more
    if ((await input.getAttribute('role')) === 'combobox') await input.press('Enter')
  }
  await scope.locator('button[type="submit"]').click()
  const note = scope.getByRole('alert').filter({ hasText: code }).first()
  const isTold = await note.waitFor({ timeout: 15_000 }).then(
    () => true,
    () => false,
  )
  if (!isTold) return [`says not ${code} but ${(await scope.getByRole('alert').allInnerTexts()).join(' / ')}`]
  const text = (await scope.innerText()).replaceAll(/\s+/g, ' ')
  const [, hint = ''] = hintFor(code) ?? []
  const isMarked = (item: string): Locator => scope.locator('.ant-form-item-has-error', { hasText: item })
  const faults = [
    hint !== '' && text.includes(hint) ? '' : 'gives no hint in the language of the reader',
    (await isMarked(isText(marked) ? say(marked as 'form.name') : marked).count()) > 0
      ? ''
      : `does not mark ${marked}: ${await note.innerText()}`,
  ]
  for (const [name, value] of Object.entries(typed)) {
    const item = field(scope, name).last()
    const isList = (await item.getAttribute('role')) === 'combobox'
    const shown = isList ? await scope.getByTitle(value, { exact: true }).count() : await item.inputValue()
    if (shown !== (isList ? 1 : value)) faults.push(`has lost what was typed into ${name}`)
  }
  return faults.filter((fault) => fault !== '')
}

test('whatever the server refuses is told by code, text and hint, at its field, and nothing that was typed is lost', async () => {
  const page = await console.visit('/overview', { language: 'zh-CN' })
  const faults: string[] = []
  for (const [name, form] of Object.entries(forms(things))) {
    if (typeof form === 'string') continue
    await go(page, form.path)
    await form.before?.(page)
    await open(page, form, say)
    for (const fault of await faultsOf(page, form)) faults.push(`${name} ${fault}`)
    await go(page, '/nowhere')
  }
  assert.deepEqual(faults, [])
  await console.leave(page)
})

/** A refusal as every form tells it, and the field that it is about. */
async function refused(scope: Locator, code: string, marked: Locator): Promise<void> {
  await scope.getByRole('alert').filter({ hasText: code }).first().waitFor()
  await scope
    .getByText(hintFor(code)?.[0] ?? assert.fail(`no hint for ${code}`))
    .first()
    .waitFor()
  await scope.locator('.ant-form-item-has-error').filter({ has: marked }).waitFor()
}

test('wrapped material that is no key is told at its field, and new parameters are offered', async () => {
  const page = await console.visit(`/keys/${things.externalKeyId}?tab=material`)
  await page.getByRole('button', { name: 'Get parameters' }).click()
  const wrapped = page.getByLabel('Wrapped material')
  await wrapped.fill('AAAA')
  await page.locator('form button[type="submit"]').click()
  await refused(page.getByRole('tabpanel'), 'InvalidKeyMaterial', wrapped)
  assert.equal(await wrapped.inputValue(), 'AAAA')
  await page.getByText('A token is good for one attempt.').waitFor()
  await console.leave(page)
})

test('an application whose name is taken is led back to the step of the name, with all that was chosen', async () => {
  const page = await console.visit('/applications')
  await page.getByRole('button', { name: 'New application' }).first().click()
  const name = page.getByLabel('Name of the application')
  await name.fill('shop')
  await page.getByRole('button', { name: 'Next' }).click()
  await page.getByLabel('Keys', { exact: true }).click()
  await page.getByTitle('every key of the instance').click()
  await page.keyboard.press('Escape')
  for (let step = 0; step < 2; step++) await page.getByRole('button', { name: 'Next' }).click()
  await page.getByRole('button', { name: 'Let it in' }).click()
  await refused(page.getByRole('dialog'), 'Rejected.ResourceExist', name)
  assert.equal(await name.inputValue(), 'shop')
  await page.getByRole('button', { name: 'Next' }).click()
  await page.getByRole('dialog').getByTitle('every key of the instance').waitFor()
  await console.leave(page)
})

test('a policy that is refused stays as it was written', async () => {
  const page = await console.visit('/access?tab=policies')
  await page.getByRole('button', { name: 'Create policy' }).first().click()
  const dialog = page.getByRole('dialog')
  const create = dialog.getByRole('button', { name: 'Create policy' })
  const name = page.getByLabel('Name', { exact: true })
  await name.fill('not allowed!')
  await create.click()
  await refused(dialog, 'InvalidParameter', name)
  await name.fill('allowed')
  await dialog.getByText('JSON', { exact: true }).click()
  const document = dialog.getByLabel('Policy document')
  const wrong = '{"Version":"1","Statement":[{"Effect":"Allow","Action":["kms:*"],"Resource":[7]}]}'
  await document.fill(wrong)
  await create.click()
  await dialog.getByRole('alert').filter({ hasText: 'InvalidParameter.PolicyDocument' }).waitFor()
  assert.deepEqual([await name.inputValue(), await document.inputValue()], ['allowed', wrong])
  await document.fill('{"Version":')
  assert.ok(await create.isDisabled())
  await console.leave(page)
})

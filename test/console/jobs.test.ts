import assert from 'node:assert/strict'
import { constants, publicEncrypt, randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import type { Download, Locator, Page } from 'playwright-core'
import { Client } from '../../src/sdk/client.ts'
import { InstanceClient } from '../../src/sdk/instance-client.ts'
import { RamClient } from '../../src/sdk/ram-client.ts'
import { folderWith, keyhaven } from '../kit/cli.ts'
import { type ConsoleFixture, go, kept, startConsole } from '../kit/console.ts'
import { filesIn } from '../kit/zip.ts'

/**
 * What people come to the console for, one test each. Languages and themes are spread over them; two are done without
 * a mouse.
 */
let console: ConsoleFixture
let client: Client
before(async () => {
  console = await startConsole()
  const { endpoint, caFile, accessKeyId, accessKeySecret } = console.server
  client = new Client({ endpoint, caFile, accessKeyId, accessKeySecret, retry: false })
})
after(async () => {
  await client?.close()
  await console?.close()
})

const contentOf = async (download: Download): Promise<Buffer> => readFileSync(await download.path())

/** Saves what a click on the button has the browser download. */
async function downloaded(page: Page, button: Locator): Promise<Download> {
  const download = page.waitForEvent('download')
  await button.click()
  return await download
}

/** Opens a select and chooses one of what it offers. */
async function choose(page: Page, select: Locator, option: string): Promise<void> {
  await select.click()
  // Of a long list only a part is on the page until it is searched.
  if ((await select.getAttribute('readonly')) === null) await select.fill(option)
  await page.locator('.ant-select-dropdown:visible').getByTitle(option).first().click()
}

/** Presses Tab until what is wanted has the focus: whatever can be done has to be reached so. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  for (let presses = 0; presses < 60; presses++) {
    if (await target.evaluateAll((elements) => elements.some((element) => element.matches(':focus')))) return
    await page.keyboard.press('Tab')
  }
  assert.fail(`${target} is not reached by the Tab key`)
}

test('1: sees at one look whether all is well, and what is about to expire or fail (zh-CN, dark)', async () => {
  const doomed = (await client.createKey({ description: 'doomed' })).keyMetadata.keyId
  await client.scheduleKeyDeletion({ keyId: doomed, pendingWindowInDays: 7 })
  const waiting = (await client.createKey({ origin: 'EXTERNAL' })).keyMetadata.keyId
  const page = await console.visit('/overview', { language: 'zh-CN', theme: 'dark' })
  await page.getByText('服务运行正常。').waitFor()
  for (const part of ['已解封', '存储', '审计日志', '时钟']) await page.getByText(`${part}: 正常`).waitFor()
  const row = (name: string): Locator => page.getByRole('row').filter({ hasText: name })
  await row(doomed).getByText('密钥将被删除').waitFor()
  await row(waiting).getByText('密钥等待导入材料').waitFor()
  await row(doomed).getByRole('link', { name: doomed }).click()
  await page.getByText('此密钥将被永久删除，时间：').waitFor()
  await console.leave(page)
})

test('2: finds a key by alias, tag and id, and sees its state, use and rotation; by keyboard alone (en-US, dark)', async () => {
  const { keyId } = (await client.createKey({ enableAutomaticRotation: true, rotationInterval: '30d' })).keyMetadata
  await client.createAlias({ aliasName: 'alias/payroll', keyId })
  await client.tagResource({ keyId, tags: [{ tagKey: 'team', tagValue: 'salaries' }] })
  await client.encrypt({ keyId, plaintext: 'x' })
  const page = await console.visit('/overview', { theme: 'dark' })
  const found = page.getByRole('link', { name: keyId })
  for (const text of ['payroll', 'team', 'salaries', keyId]) {
    await page.getByRole('heading', { level: 1 }).waitFor()
    await page.keyboard.press('/')
    await page.keyboard.press('ControlOrMeta+A')
    await page.keyboard.type(text)
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: `Found for “${text}”` }).waitFor()
    await found.waitFor()
    await page.locator('#page').focus()
  }
  await tabTo(page, found)
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'alias/payroll' }).waitFor()
  const fact = (name: string): Locator => page.getByRole('row').filter({ hasText: name })
  await fact('State').getByText('Enabled').waitFor()
  await fact('Rotation').getByText('every 30 days').waitFor()
  await fact('Last used').locator('time').first().waitFor()
  await page.getByText('team: salaries').waitFor()

  // To the list and its filters, kept in the address, with the keys that the help names.
  await page.keyboard.press('?')
  await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  await page.keyboard.press('g')
  await page.keyboard.press('k')
  await page.getByRole('heading', { name: 'Keys', level: 1 }).waitFor()
  await tabTo(page, page.getByLabel('Key of a tag'))
  await page.keyboard.type('team')
  await page.keyboard.press('Enter')
  await page.waitForURL(/tag=team/)
  await page.getByText('1 in all').waitFor({ state: 'hidden' })
  assert.equal(
    await page
      .getByRole('row')
      .filter({ hasText: 'key-' })
      .or(page.getByRole('row').filter({ hasText: keyId }))
      .count(),
    1,
  )
  await console.leave(page)
})

test('3: makes a key without reading what specs there are (en-US, light)', async () => {
  const page = await console.visit('/keys')
  await page.keyboard.press('c')
  const dialog = page.getByRole('dialog')
  await dialog.getByText('Sign and verify').click()
  await dialog.getByRole('button', { name: 'Next' }).click()
  await dialog.getByText('EC_P256 · suggested').waitFor()
  await dialog.getByRole('button', { name: 'Next' }).click()
  await dialog.getByLabel('Alias', { exact: true }).fill('not allowed!')
  await dialog.getByRole('button', { name: 'Create key' }).click()
  // The key is there, its alias is refused: what was typed stays, and no second key is made by the next attempt.
  await dialog.getByText(/^Key .* is made/).waitFor()
  await dialog.locator('.ant-form-item-has-error', { hasText: 'The help beside it says what fits.' }).waitFor()
  assert.equal(await dialog.getByLabel('Alias', { exact: true }).inputValue(), 'not allowed!')
  const before = (await client.listKeys({ pageSize: 1 })).totalCount
  await dialog.getByLabel('Alias', { exact: true }).fill('signer')
  await dialog.getByRole('button', { name: 'Create key' }).click()
  await page.getByRole('heading', { name: 'alias/signer' }).waitFor()
  const { keyMetadata } = await client.describeKey({ keyId: 'alias/signer' })
  assert.deepEqual([keyMetadata.keySpec, keyMetadata.keyUsage], ['EC_P256', 'SIGN/VERIFY'])
  assert.equal((await client.listKeys({ pageSize: 1 })).totalCount, before)
  await console.leave(page)
})

test('4: lets an application in, whose one download is all that a program needs (zh-CN, light)', async () => {
  const page = await console.visit('/applications', { language: 'zh-CN' })
  await page.getByRole('button', { name: '新建应用' }).first().click()
  await page.getByLabel('应用名称').fill('shop')
  await page.getByRole('button', { name: '下一步' }).click()
  await choose(page, page.getByLabel('密钥', { exact: true }), '实例内所有密钥')
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: '下一步' }).click()
  await page.getByRole('button', { name: '下一步' }).click()
  await page.getByRole('button', { name: '完成接入' }).click()
  const download = await downloaded(page, page.getByRole('button', { name: '下载 shop.zip' }))
  assert.equal(download.suggestedFilename(), 'shop.zip')
  const files = filesIn(await contentOf(download))
  const text = (name: string): string => Buffer.from(files.get(`shop/${name}`) ?? '').toString()
  assert.ok(!(await page.content()).includes(text('password.txt')))
  await page.getByRole('button', { name: '关闭' }).last().click()
  await page.getByRole('link', { name: 'shop' }).waitFor()
  await console.leave(page)

  const { defaultKmsInstanceId } = await client.getDefaultKmsInstance()
  const { keyId } = (await client.createKey({ dKMSInstanceId: defaultKmsInstanceId })).keyMetadata
  await using program = new InstanceClient({
    ...{ endpoint: console.server.endpoint, caFile: console.server.caFile },
    ...{ clientKeyContent: text('clientKey.json'), password: text('password.txt') },
  })
  const { ciphertextBlob } = await program.advanceEncrypt({ keyId, plaintext: Buffer.from('hello') })
  const { plaintext } = await program.advanceDecrypt({ ciphertextBlob })
  assert.equal(Buffer.from(plaintext).toString(), 'hello')
  assert.match(text('ca.pem'), /BEGIN CERTIFICATE/)
})

test('5: finds out who used a key, what was refused, and why (en-US, dark)', async () => {
  const { keyId } = (await client.createKey()).keyMetadata
  await client.encrypt({ keyId, plaintext: 'x' })
  const mallory = await newUser('mallory')
  await using refused = new Client({ ...mallory, endpoint: console.server.endpoint, caFile: console.server.caFile })
  await assert.rejects(refused.encrypt({ keyId, plaintext: 'x' }), { code: 'Forbidden.NoPermission' })
  const page = await console.visit(`/keys/${keyId}?tab=access`, { theme: 'dark' })
  const caller = page.getByRole('row').filter({ hasText: 'mallory' })
  await caller.waitFor()
  assert.deepEqual(
    await caller
      .getByRole('cell')
      .allInnerTexts()
      .then((cells) => cells.slice(1, 3)),
    ['1', '1'],
  )
  await page.getByRole('tab', { name: 'Activity' }).click()
  await page.getByRole('img', { name: 'By hour of the week' }).waitFor()
  const saving = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Save as By day.png' }).click()
  const picture = readFileSync(await (await saving).path())
  assert.equal(picture.subarray(1, 4).toString('latin1'), 'PNG')
  await page.getByRole('radiogroup', { name: 'By day: plot or table' }).getByText('Table').click()
  await page.getByRole('columnheader', { name: 'uses' }).waitFor()
  await page.getByLabel('Error code').fill('Forbidden.NoPermission')
  await page.getByLabel('Error code').press('Enter')
  await page.waitForURL(/code=Forbidden/)
  const record = page.getByRole('row').filter({ hasText: 'user/mallory' })
  await record.getByText('Forbidden.NoPermission (403)').waitFor()
  await page.getByRole('row').filter({ hasText: ':root' }).first().waitFor({ state: 'detached' })
  await record.getByRole('button', { name: /expand/i }).click()
  const requestId = page.getByRole('row').filter({ hasText: 'RequestId' }).first()
  await requestId.waitFor()

  // Why: the tester says which statement decided, or that there is none.
  await page.getByRole('link', { name: 'Why? Test what the policies say' }).click()
  await page.getByRole('tab', { name: 'Policy tester' }).waitFor()
  assert.equal(await page.getByLabel(/^Caller/).inputValue(), `acs:ram::${console.server.accountId}:user/mallory`)
  await page.getByRole('button', { name: 'Test', exact: true }).click()
  await page.getByText('Denied: no statement allows it').waitFor()
  await console.leave(page)
})

async function newUser(userName: string) {
  const { endpoint, caFile, accessKeyId, accessKeySecret } = console.server
  await using ram = new RamClient({ endpoint, caFile, accessKeyId, accessKeySecret })
  await ram.createUser({ userName })
  const { accessKey } = await ram.createAccessKey({ userName })
  return { accessKeyId: accessKey.accessKeyId, accessKeySecret: accessKey.accessKeySecret }
}

test('6: stops a key now, plans its deletion knowing what hangs on it, and undoes it; by keyboard alone (zh-CN, light)', async () => {
  const { keyId } = (await client.createKey()).keyMetadata
  await client.createAlias({ aliasName: 'alias/leaked', keyId })
  const stateOf = async (): Promise<string> => (await client.describeKey({ keyId })).keyMetadata.keyState
  const page = await console.visit(`/keys/${keyId}`, { language: 'zh-CN' })
  const press = async (target: Locator): Promise<void> => {
    await tabTo(page, target)
    await page.keyboard.press('Enter')
  }
  await press(page.getByRole('button', { name: '立即禁用' }))
  await page.getByRole('button', { name: '启用', exact: true }).waitFor()
  assert.equal(await stateOf(), 'Disabled')
  await press(page.getByRole('button', { name: '撤销' }))
  await page.getByRole('button', { name: '立即禁用' }).waitFor()
  assert.equal(await stateOf(), 'Enabled')

  await tabTo(page, page.getByRole('tab', { selected: true }))
  await page.keyboard.press('End')
  await page.keyboard.press('Enter')
  await press(page.getByRole('button', { name: '计划删除' }))
  const dialog = page.getByRole('dialog')
  await dialog.getByText('alias/leaked').waitFor()
  await dialog.getByText('近 30 天的调用者').waitFor()
  assert.ok(await dialog.getByRole('button', { name: '计划删除' }).isDisabled())
  await tabTo(page, dialog.getByLabel(`输入 ${keyId} 以确认`))
  await page.keyboard.type(keyId)
  await press(dialog.getByRole('button', { name: '计划删除' }))
  await page.getByText('待删除').first().waitFor()
  assert.equal(await stateOf(), 'PendingDeletion')
  await press(page.getByRole('button', { name: '撤销' }))
  await page.getByText('已启用', { exact: true }).waitFor()
  assert.equal(await stateOf(), 'Enabled')
  await console.leave(page)
})

test('7: stores a secret, reads it, rolls it and sees its stages; hidden, it is nowhere (en-US, light)', async () => {
  const [first, second] = ['c4n4ry-8d1f0b', 'c4n4ry-5e77aa']
  const page = await console.visit('/secrets')
  await page.getByRole('button', { name: 'Create secret' }).first().click()
  await page.getByLabel(/^Name of the secret/).fill('browser/password')
  await page.getByLabel(/^Value/).fill(first)
  await page.getByRole('dialog').getByRole('button', { name: 'Create secret' }).click()
  await page.getByRole('heading', { name: 'browser/password' }).waitFor()

  async function reveal(value: string): Promise<void> {
    await page.getByRole('button', { name: 'Reveal' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Reveal' }).click()
    await page.getByText(value).waitFor()
    await page.getByRole('button', { name: /Hide \(/ }).click()
    await page.getByRole('button', { name: 'Reveal' }).waitFor()
  }
  await reveal(first)
  await page.getByRole('button', { name: 'New value' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel(/^Value/).fill(second)
  await dialog
    .getByLabel(/^Version /)
    .first()
    .fill('v2')
  await dialog.getByRole('button', { name: 'New value' }).click()
  await dialog.waitFor({ state: 'detached' })
  await reveal(second)

  await page.getByRole('tab', { name: 'Versions and stages' }).click()
  const version = (id: string): Locator => page.getByRole('row').filter({ has: page.getByText(id, { exact: true }) })
  await version('v2').getByText('ACSCurrent').waitFor()
  await version('v1').getByText('ACSPrevious').waitFor()
  // back to the former value, as after a roll that has gone wrong
  await version('v1').getByRole('button', { name: 'Move a stage here' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Move a stage here' }).click()
  await version('v1').getByText('ACSCurrent').waitFor()
  assert.equal((await client.getSecretValue({ secretName: 'browser/password' })).secretData, first)

  const everything = (await page.content()) + (await kept(page))
  for (const canary of [first, second]) assert.ok(!everything.includes(canary))
  await console.leave(page)
})

test('8: brings a key of one’s own, wrapped where it lies (zh-CN, dark)', async () => {
  const { keyId } = (await client.createKey({ origin: 'EXTERNAL' })).keyMetadata
  const page = await console.visit(`/keys/${keyId}`, { language: 'zh-CN', theme: 'dark' })
  await page.getByRole('button', { name: '导入密钥材料' }).click()
  const material = randomBytes(32)
  const importing = async (): Promise<void> => {
    await page.getByRole('button', { name: '获取参数' }).first().click()
    const pem = await contentOf(await downloaded(page, page.getByRole('button', { name: '另存为 wrapping-key.pem' })))
    const padding = constants.RSA_PKCS1_OAEP_PADDING
    const wrapped = publicEncrypt({ key: pem, padding, oaepHash: 'sha256' }, material)
    await page.getByLabel('已加密的密钥材料').fill(wrapped.toString('base64'))
    await page.getByRole('tabpanel').getByRole('button', { name: '导入密钥材料' }).click()
  }
  await importing()
  await page.getByText('已有密钥材料').waitFor()
  const { ciphertextBlob } = await client.encrypt({ keyId, plaintext: 'aGVsbG8=' })

  await page.getByRole('button', { name: '销毁密钥材料' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel(`输入 ${keyId} 以确认`).fill(keyId)
  await dialog.getByRole('button', { name: '销毁密钥材料' }).click()
  await page.getByText('待导入', { exact: true }).waitFor()
  await assert.rejects(client.decrypt({ ciphertextBlob }), { code: 'Rejected.PendingImport' })
  await importing()
  await page.getByText('已启用', { exact: true }).waitFor()
  assert.equal((await client.decrypt({ ciphertextBlob })).plaintext, 'aGVsbG8=')
  await console.leave(page)
})

test('9: gives a person an AccessKey and a policy, and is told why something is denied (en-US, light)', async () => {
  const page = await console.visit('/access')
  await page.getByRole('button', { name: 'Create user' }).first().click()
  await page.getByRole('dialog').getByLabel(/^User/).fill('alice')
  await page.getByRole('dialog').getByRole('button', { name: 'Create user' }).click()
  await page.getByRole('link', { name: 'alice' }).click()
  await page.getByRole('button', { name: 'Create AccessKey' }).first().click()
  const dialog = page.getByRole('dialog')
  const secret = await dialog.getByRole('row', { name: 'AccessKey secret' }).locator('.mono').innerText()
  const download = await downloaded(page, dialog.getByRole('button', { name: 'Download as CSV' }))
  const [, row = ''] = (await contentOf(download)).toString().split('\r\n')
  const [accessKeyId = '', accessKeySecret = ''] = row.split(',')
  assert.equal(accessKeySecret, secret)
  await dialog.getByRole('button', { name: 'Close' }).last().click()
  await dialog.waitFor({ state: 'detached' })
  assert.ok(!((await page.content()) + (await kept(page))).includes(secret))

  await choose(page, page.getByLabel('Give a policy…'), 'AliyunKMSReadOnlyAccess')
  await page.getByRole('button', { name: 'Remove AliyunKMSReadOnlyAccess' }).waitFor()
  await using alice = new Client({
    ...{ accessKeyId, accessKeySecret, endpoint: console.server.endpoint, caFile: console.server.caFile },
  })
  await alice.listKeys()
  await assert.rejects(alice.createKey(), { code: 'Forbidden.NoPermission' })

  await go(page, '/access?tab=tester')
  await page.getByLabel(/^Caller/).fill(`acs:ram::${console.server.accountId}:user/alice`)
  await page.getByLabel(/^Resource/).fill((await client.createKey()).keyMetadata.keyId)
  const decision = async (operation: string, decided: RegExp): Promise<void> => {
    await choose(page, page.getByLabel(/^Action/), operation)
    await page.getByRole('button', { name: 'Test', exact: true }).click()
    await page.getByText(decided).first().waitFor()
  }
  await decision('kms:DescribeKey', /^Allowed$/)
  await page.getByText(/Decided by .*AliyunKMSReadOnlyAccess/).waitFor()
  await decision('kms:DisableKey', /^Denied: no statement allows it$/)
  await console.leave(page)
})

test('10: tries a key, and takes the same call along as a command and as code (en-US, dark)', async () => {
  const symmetric = (await client.createKey()).keyMetadata.keyId
  const page = await console.visit(`/keys/${symmetric}?tab=use`, { theme: 'dark' })
  const panel = page.getByRole('tabpanel').last()
  const result = (name: string): Locator => page.locator(`[data-result="${name}"]`)
  await panel.getByLabel(/^Plaintext/).fill('hello')
  await panel.getByRole('button', { name: 'Encrypt', exact: true }).click()
  const ciphertext = await result('ciphertextBlob').innerText()
  await page.getByRole('tab', { name: 'Decrypt' }).click()
  await page.getByLabel(/^Ciphertext/).fill(ciphertext)
  await page.getByRole('button', { name: 'Decrypt', exact: true }).click()
  await result('plaintext')
    .filter({ hasText: /^hello$/ })
    .waitFor()
  const command = await page.locator('pre', { hasText: 'keyhaven kms Decrypt' }).innerText()
  const { httpEndpoint, accessKeyId, accessKeySecret } = console.server
  const { status, out } = await keyhaven(wordsOf(command).slice(1), {
    env: {
      ...{ KEYHAVEN_ENDPOINT: httpEndpoint },
      ...{ KEYHAVEN_ACCESS_KEY_ID: accessKeyId, KEYHAVEN_ACCESS_KEY_SECRET: accessKeySecret },
    },
  })
  assert.equal(status, 0)
  assert.equal(JSON.parse(out).Plaintext, Buffer.from('hello').toString('base64'))
  await page.getByRole('tab', { name: 'As code' }).click()
  const program = await page.locator('pre', { hasText: "from 'keyhaven-sdk'" }).innerText()
  assert.equal((await answerOf(program)).plaintext, Buffer.from('hello').toString('base64'))

  const signing = (await client.createKey({ keySpec: 'RSA_2048', keyUsage: 'SIGN/VERIFY' })).keyMetadata.keyId
  await go(page, `/keys/${signing}?tab=use`)
  await page.getByLabel('Message').fill('I owe you')
  await page.getByRole('button', { name: 'Sign', exact: true }).click()
  const signature = await result('value').innerText()
  await page.getByRole('tab', { name: 'Verify' }).click()
  const verifying = page.getByRole('tabpanel', { name: 'Verify' })
  const verify = async (message: string, verdict: string): Promise<void> => {
    await verifying.getByLabel('Message').fill(message)
    await verifying.getByLabel('Signature').fill(signature)
    await verifying.getByRole('button', { name: 'Verify', exact: true }).click()
    await page.getByText(verdict, { exact: true }).waitFor()
  }
  await verify('I owe you', 'It is right.')
  await verify('I owe you nothing', 'It is not right.')
  await console.leave(page)
})

/** A line as a shell takes it apart, as far as the console's own lines go. */
const wordsOf = (line: string): string[] =>
  [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? '')

/** Runs a program that the console shows, as it stands. */
async function answerOf(program: string): Promise<{ readonly plaintext: string }> {
  const sdk = pathToFileURL(join(import.meta.dirname, '../../src/sdk/index.ts')).href
  const folder = folderWith({ 'try.mjs': `${program.replace("'keyhaven-sdk'", `'${sdk}'`)}\nexport { answer }\n` })
  const { accessKeyId, accessKeySecret } = console.server
  const own = { ALIBABA_CLOUD_ACCESS_KEY_ID: accessKeyId, ALIBABA_CLOUD_ACCESS_KEY_SECRET: accessKeySecret }
  Object.assign(process.env, own)
  try {
    return (await import(pathToFileURL(join(folder, 'try.mjs')).href)).answer
  } finally {
    for (const name of Object.keys(own)) delete process.env[name]
  }
}

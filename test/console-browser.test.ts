import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { accessibilityFaults, startBrowser } from './kit/chromium.ts'
import { startTestServer, type TestServer } from './kit/server.ts'
import { buildConsole } from './tools/build-console.ts'

/** One server and one browser for everything: each costs seconds. */
let server: TestServer
let browser: Browser
before(async () => {
  await buildConsole()
  server = await startTestServer({ config: { console: 'same' } })
  browser = await startBrowser()
})
after(async () => {
  await browser?.close()
  await server?.close()
})

interface Visit {
  readonly language?: 'en-US' | 'zh-CN'
  readonly theme?: 'light' | 'dark'
}

/** A page of the console of who is signed in as the development account; what it throws fails the test. */
async function visit(path: string, { language = 'en-US', theme = 'light' }: Visit = {}): Promise<Page> {
  const context = await browser.newContext({ locale: language, colorScheme: theme, acceptDownloads: true })
  const page = await context.newPage()
  page.setDefaultTimeout(30_000)
  page.on('pageerror', (error) => {
    throw error
  })
  await page.goto(`${server.httpEndpoint}/console${path}`)
  await page.getByRole('button', { name: /development account|开发账号/ }).click()
  await page.getByRole('navigation').waitFor()
  return page
}

const close = (page: Page): Promise<void> => page.context().close()

describe('signing in', () => {
  test('the secret signs in the browser, and is neither sent nor kept nor shown', async () => {
    const context = await browser.newContext()
    const page = await context.newPage()
    page.setDefaultTimeout(30_000)
    const sent: string[] = []
    page.on('request', (request) => {
      sent.push(`${request.url()} ${JSON.stringify(request.headers())} ${request.postData() ?? ''}`)
    })
    await page.goto(`${server.httpEndpoint}/console/keys`)
    await page.getByLabel('AccessKey ID').fill(server.accessKeyId)
    await page.getByLabel('AccessKey secret').fill(server.accessKeySecret)
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await page.getByRole('heading', { name: 'Keys', level: 1 }).waitFor()
    assert.ok(sent.some((request) => request.includes('ACS3-HMAC-SHA256')))
    assert.deepEqual(
      sent.filter((request) => request.includes(server.accessKeySecret)),
      [],
    )
    assert.ok(!(await kept(context, page)).includes(server.accessKeySecret))
    assert.ok(!(await page.content()).includes(server.accessKeySecret))
    assert.equal(await page.evaluate('document.cookie'), '')

    await page.getByRole('button', { name: 'root' }).click()
    await page.getByRole('menuitem', { name: 'Sign out' }).click()
    await page.getByText('You are signed out.').waitFor()
    await page.goBack()
    await page.goto(`${server.httpEndpoint}/console/keys`)
    await page.getByLabel('AccessKey secret').waitFor()
    assert.equal(await page.getByRole('navigation').count(), 0)
    await context.close()
  })
})

/** Everything that the browser keeps for the page. */
async function kept(context: BrowserContext, page: Page): Promise<string> {
  const script = `(async () => JSON.stringify({
    local: { ...localStorage }, session: { ...sessionStorage }, url: location.href,
    databases: await indexedDB.databases(), caches: await caches.keys(),
  }))()`
  return JSON.stringify(await context.storageState()) + String(await page.evaluate(script))
}

const pages = ['overview', 'keys', 'secrets', 'applications', 'instances', 'access', 'activity', 'events', 'system']

for (const look of [
  { language: 'en-US', theme: 'light' },
  { language: 'zh-CN', theme: 'dark' },
] as const)
  test(`every page of the menu can be used by everybody: ${look.language}, ${look.theme}`, async () => {
    const page = await visit('/keys', look)
    const faults: string[] = []
    for (const path of pages) {
      await page.goto(`${server.httpEndpoint}/console/${path}`)
      await page.getByRole('heading', { level: 1 }).waitFor()
      await page.waitForLoadState('networkidle')
      for (const fault of await accessibilityFaults(page)) faults.push(`${path}: ${fault}`)
    }
    assert.deepEqual(faults, [])
    await close(page)
  })

test('a key is made, used, disabled, and its planned deletion undone', async () => {
  const page = await visit('/keys')
  await page.getByRole('button', { name: 'Create key' }).first().click()
  await page.getByRole('button', { name: 'Next' }).click()
  await page.getByRole('button', { name: 'Next' }).click()
  await page.getByLabel('Alias', { exact: true }).fill('not allowed!')
  await page.getByRole('dialog').getByRole('button', { name: 'Create key' }).click()
  // The key is there, its alias is refused: what was typed stays, and the field is marked.
  await page
    .getByText(/InvalidParameter/)
    .first()
    .waitFor()
  assert.equal(await page.getByLabel('Alias', { exact: true }).inputValue(), 'not allowed!')
  await page.getByLabel('Alias', { exact: true }).fill('browser/work')
  await page.getByRole('dialog').getByRole('button', { name: 'Create key' }).click()
  await page.getByRole('heading', { name: 'alias/browser/work' }).waitFor()

  await page.getByRole('tab', { name: 'Use it' }).click()
  await page.getByLabel(/^Plaintext/).fill('hello')
  await page.getByRole('tabpanel').getByRole('button', { name: 'Encrypt', exact: true }).click()
  const ciphertext = await page.locator('[data-result="ciphertextBlob"]').innerText()
  await page.getByRole('tab', { name: 'Decrypt' }).click()
  await page.getByLabel(/^Ciphertext/).fill(ciphertext)
  await page.getByRole('tabpanel').getByRole('button', { name: 'Decrypt', exact: true }).click()
  await page.locator('[data-result="plaintext"]', { hasText: /^hello$/ }).waitFor()

  const keyId = new URL(page.url()).pathname.split('/').at(-1) ?? ''
  await page.getByRole('tab', { name: 'Danger' }).click()
  await page.getByRole('button', { name: 'Schedule the deletion' }).click()
  const dialog = page.getByRole('dialog')
  assert.ok(await dialog.getByRole('button', { name: 'Schedule the deletion' }).isDisabled())
  await dialog.getByLabel(`Type ${keyId} to confirm`).fill(keyId)
  await dialog.getByRole('button', { name: 'Schedule the deletion' }).click()
  await page.getByText('Pending deletion').first().waitFor()
  await page.getByRole('button', { name: 'Undo' }).click()
  await page.getByText('Enabled').first().waitFor()
  await close(page)
})

test('a secret is stored, revealed when it is asked for twice, and gone from the page when hidden', async () => {
  const canary = 'c4n4ry-8d1f0b'
  const page = await visit('/secrets')
  await page.getByRole('button', { name: 'Create secret' }).first().click()
  await page.getByLabel(/^Name of the secret/).fill('browser/password')
  await page.getByLabel(/^Value/).fill(canary)
  await page.getByRole('dialog').getByRole('button', { name: 'Create secret' }).click()
  await page.getByRole('heading', { name: 'browser/password' }).waitFor()
  assert.ok(!(await page.content()).includes(canary))
  await page.getByRole('button', { name: 'Reveal' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Reveal' }).click()
  await page.getByText(canary).waitFor()
  await page.getByRole('button', { name: /Hide \(/ }).click()
  await page.getByRole('button', { name: 'Reveal' }).waitFor()
  assert.ok(!(await page.content()).includes(canary))
  assert.ok(!(await kept(page.context(), page)).includes(canary))
  await close(page)
})

test('an application is let in, with one download', async () => {
  const page = await visit('/applications')
  await page.getByRole('button', { name: 'New application' }).first().click()
  await page.getByLabel('Name of the application').fill('shop')
  await page.getByRole('button', { name: 'Next' }).click()
  await page.getByLabel('Keys', { exact: true }).click()
  await page.getByTitle('every key of the instance').click()
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Next' }).click()
  await page.getByRole('button', { name: 'Next' }).click()
  await page.getByRole('button', { name: 'Let it in' }).click()
  const download = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Download shop.zip' }).click()
  assert.equal((await download).suggestedFilename(), 'shop.zip')
  await close(page)
})

test('who is away is missed plainly: a sealed server, and its return', async () => {
  const page = await visit('/keys')
  await server.service.seal()
  await page.getByRole('button', { name: 'Fetch again' }).click()
  await page.getByText(/The server is sealed/).waitFor()
  await server.unseal()
  await page.getByText(/The server is sealed/).waitFor({ state: 'detached' })
  await page.getByRole('heading', { name: 'Keys', level: 1 }).waitFor()
  await close(page)
})

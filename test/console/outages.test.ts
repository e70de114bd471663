import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type ConsoleFixture, startConsole } from '../kit/console.ts'

let console: ConsoleFixture
before(async () => {
  console = await startConsole()
})
after(() => console?.close())

test('a server that is sealed is missed plainly, and its return makes the page go on with what was typed', async () => {
  const page = await console.visit('/secrets')
  await page.getByRole('button', { name: 'Create secret' }).first().click()
  await page.getByLabel(/^Name of the secret/).fill('typed/before')
  await page.getByLabel(/^Value/).fill('still here')
  await console.server.service.seal()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: 'Create secret' }).click()
  await dialog.getByText('ServiceUnavailableTemporary').waitFor()
  await dialog.getByText(/it is sealed, or its store does not answer/).waitFor()
  await page.getByText(/The server is sealed since/).waitFor()
  await page.getByText('keyhaven unseal').waitFor()
  await console.server.unseal()
  await page.getByText(/The server is sealed since/).waitFor({ state: 'detached' })
  assert.equal(await dialog.getByLabel(/^Value/).inputValue(), 'still here')
  await dialog.getByRole('button', { name: 'Create secret' }).click()
  await page.getByRole('heading', { name: 'typed/before' }).waitFor()
  await console.leave(page)
})

test('a page that is opened while the server is sealed comes up when it is open, signed in as before', async () => {
  const page = await console.visit('/keys', { language: 'zh-CN' })
  await console.server.service.seal()
  await page.reload()
  await page.getByText(/服务器自 .* 起处于封印状态/).waitFor()
  assert.equal(await page.getByRole('navigation').count(), 0)
  await console.server.unseal()
  await page.getByRole('heading', { name: '密钥', level: 1 }).waitFor()
  await console.leave(page)
})

test('a restart under an open page is told, and over by itself; the session goes on', async () => {
  const page = await console.visit('/keys')
  await page.getByRole('heading', { name: 'Keys', level: 1 }).waitFor()
  await console.server.restart(async () => {
    await page.getByRole('button', { name: 'Fetch again' }).click()
    await page.getByText(/The server cannot be reached since/).waitFor()
    await page.getByRole('alert').filter({ hasText: 'ServerAway' }).waitFor()
  })
  await page.getByText(/The server cannot be reached since/).waitFor({ state: 'detached' })
  await page.getByRole('alert').filter({ hasText: 'ServerAway' }).waitFor({ state: 'detached' })
  await page.getByRole('heading', { name: 'Keys', level: 1 }).waitFor()
  await console.leave(page)
})

test('who signs out while the server is away is not signed in again by its return', async () => {
  const page = await console.visit('/keys')
  await page.getByRole('heading', { name: 'Keys', level: 1 }).waitFor()
  await console.server.restart(async () => {
    await page.getByRole('button', { name: 'root' }).click()
    await page.getByRole('menuitem', { name: 'Sign out' }).click()
    await page.getByText('You are signed out.').waitFor()
    await page.getByText(/The server cannot be reached since/).waitFor()
  })
  await page.getByText(/The server cannot be reached since/).waitFor({ state: 'detached' })
  await page.getByText('You are signed out.').waitFor()
  await page.reload()
  await page.getByLabel('AccessKey secret').waitFor()
  assert.equal(await page.getByRole('navigation').count(), 0)
  await console.leave(page)
})

test('whatever is pressed while the server is away says that it was not done', async () => {
  const page = await console.visit('/activity')
  await page.getByRole('button', { name: 'Save as CSV' }).waitFor()
  await console.server.restart(async () => {
    await page.getByRole('button', { name: 'Save as CSV' }).click()
    await page.locator('.ant-notification-notice').getByText('ServerAway').waitFor()
  })
  await console.leave(page)
})

import assert from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { BrowserContext, Browser as Chromium, ConsoleMessage, Page } from 'playwright-core'
import type { SigningCredentials } from '../../src/wire/rpc-signature.ts'
import { buildConsole } from '../tools/build-console.ts'
import { Browser } from './browser.ts'
import { startBrowser } from './chromium.ts'
import { startTestServer, type TestServer, type TestServerOptions } from './server.ts'

export interface Look {
  readonly language?: 'en-US' | 'zh-CN'
  readonly theme?: 'light' | 'dark'
  readonly width?: number
}

export interface Visit extends Look {
  /** who is signed in; the account itself unless given */
  readonly as?: SigningCredentials
}

/** The console in a real browser: one of each for all tests of a file, since both cost seconds. */
export interface ConsoleFixture {
  readonly server: TestServer
  readonly browser: Chromium
  /** a window that nobody is signed in to */
  open(look?: Look): Promise<Page>
  /** a page of the console, of somebody who is signed in */
  visit(path: string, visit?: Visit): Promise<Page>
  /** Closes the window. What was wrong with its pages, if only in the browser's own words, fails the test. */
  leave(page: Page): Promise<void>
  close(): Promise<void>
}

export async function startConsole(options: TestServerOptions = {}): Promise<ConsoleFixture> {
  await buildConsole()
  const server = await startTestServer({ ...options, config: { console: 'same', ...options.config } })
  const browser = await startBrowser()
  const faults = new WeakMap<Page, string[]>()

  async function open({ language = 'en-US', theme = 'light', width = 1280 }: Look = {}): Promise<Page> {
    const context = await browser.newContext({
      ...{ locale: language, colorScheme: theme, viewport: { width, height: 800 } },
      // a dialog that still fades is of another contrast
      reducedMotion: 'reduce',
      permissions: ['clipboard-read', 'clipboard-write'],
    })
    const page = await context.newPage()
    page.setDefaultTimeout(30_000)
    faults.set(page, watch(page, server))
    return page
  }

  return {
    ...{ server, browser, open },
    async visit(path, { as = server, ...look } = {}) {
      const page = await open(look)
      await signIn(page.context(), server, as)
      await page.goto(`${server.httpEndpoint}/console${path}`)
      await page.getByRole('navigation').waitFor()
      return page
    },
    async leave(page) {
      await page.context().close()
      assert.deepEqual(faults.get(page), [])
    },
    async close() {
      await showWhatFailed(browser)
      await browser.close()
      await server.close()
    },
  }
}

const pictures = join(import.meta.dirname, '../../.cache/console')

/** Windows that nobody has left are those of tests that failed: what is to be seen in them says more than a stack. */
async function showWhatFailed(browser: Chromium): Promise<void> {
  mkdirSync(pictures, { recursive: true })
  for (const page of browser.contexts().flatMap((context) => context.pages())) {
    const path = join(pictures, `${process.pid}-${Date.now()}.png`)
    await page.screenshot({ path })
    process.stderr.write(`${page.url()} when its test failed: ${path}\n`)
  }
}

/** Whatever the browser has to say of a page: faults of scripts, what the policy of the page forbids, files that are not there. */
function watch(page: Page, server: TestServer): string[] {
  const found: string[] = []
  page.on('pageerror', (error) => found.push(String(error.stack ?? error)))
  page.on('console', (message) => {
    if (!isRefusedCall(message, server)) found.push(`${message.type()}: ${message.text()}`)
  })
  return found
}

/** The browser writes down every answer that is no success. What calls are refused, pages tell themselves. */
const isRefusedCall = (message: ConsoleMessage, { httpEndpoint }: TestServer): boolean =>
  message.text().startsWith('Failed to load resource') &&
  [`${httpEndpoint}/`, `${httpEndpoint}/healthz`].includes(message.location().url)

/** What signing in with the mouse comes to. */
async function signIn(context: BrowserContext, server: TestServer, as: SigningCredentials): Promise<void> {
  const client = new Browser(server.httpEndpoint, server.caFile)
  const { status, body } = await client.signIn(as)
  assert.equal(status, 200, JSON.stringify(body))
  const [name = '', value = ''] = (client.cookie ?? '').split('=', 2)
  await context.addCookies([{ name, value, url: server.httpEndpoint, httpOnly: true, sameSite: 'Strict' }])
}

/**
 * Goes to another page of the console without loading the program again, as its links do. By way of a page that there is
 * not: so nothing of the page before is taken for the one that comes.
 */
export async function go(page: Page, path: string): Promise<void> {
  const between = page.getByRole('heading', { name: /^There is no such page\.$|^没有这个页面。$/ })
  await push(page, '/nowhere')
  await between.waitFor()
  if (path === '/nowhere') return
  await push(page, path)
  await between.waitFor({ state: 'detached' })
  await settled(page)
}

const push = (page: Page, path: string): Promise<unknown> =>
  page.evaluate(
    `history.pushState({}, '', ${JSON.stringify(`/console${path}`)}); dispatchEvent(new PopStateEvent('popstate'))`,
  )

/** Waits until the page has its heading and nothing on it is still being fetched. */
export async function settled(page: Page): Promise<void> {
  await page.getByRole('heading', { level: 1 }).first().waitFor()
  await page.locator('.ant-skeleton:visible, .ant-spin-spinning:visible').first().waitFor({ state: 'detached' })
}

/** Everything that the browser keeps for the page. */
export async function kept(page: Page): Promise<string> {
  const state = await page.context().storageState({ indexedDB: true })
  const rest = await page.evaluate(`(async () => ({
    session: { ...sessionStorage }, address: location.href, state: history.state, title: document.title,
    databases: await indexedDB.databases(), caches: await caches.keys(),
    workers: (await navigator.serviceWorker.getRegistrations()).length, cookies: document.cookie,
  }))()`)
  return JSON.stringify([state, rest])
}

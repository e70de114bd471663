/**
 * `npm run pictures`: takes the pictures in docs/pictures/ of a running server that was filled for it. Chinese needs a
 * font of the machine that has it, such as Noto Sans SC in `.cache/chromium/.fonts/`.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { startBrowser } from '../../kit/chromium.ts'
import { startTestServer } from '../../kit/server.ts'
import { buildConsole } from '../build-console.ts'
import { type LivedIn, liveIn } from './lived-in.ts'
import { fileOf, type Look, looksOf, type Picture, pictures } from './pictures.ts'

const folder = join(import.meta.dirname, '../../../docs/pictures')
const width = 1280
const quality = 60
const locales = { en: 'en-US', zh: 'zh-CN' } as const

await buildConsole()
await using held = new AsyncDisposableStack()
const server = held.adopt(await startTestServer({ config: { console: 'same', node: 'kms-1' } }), (open) => open.close())
const browser = held.adopt(await startBrowser({ fonts: 'of the machine' }), (open) => open.close())
const there = await liveIn(server)
rmSync(folder, { recursive: true, force: true })
mkdirSync(folder, { recursive: true })
for (const picture of pictures)
  for (const look of looksOf(picture)) {
    const page = await visit(browser, `${server.httpEndpoint}/console`, there, picture, look)
    const bytes = await taken(page)
    writeFileSync(join(folder, fileOf(picture, look)), bytes)
    process.stdout.write(`${fileOf(picture, look)} ${Math.round(bytes.length / 1000)} kB\n`)
    await page.context().close()
  }

async function visit(
  opened: Browser,
  address: string,
  ids: LivedIn,
  picture: Picture,
  { language, theme }: Look,
): Promise<Page> {
  const context = await opened.newContext({
    locale: locales[language],
    colorScheme: theme,
    viewport: { width, height: picture.height },
    timezoneId: 'UTC',
    reducedMotion: 'reduce',
  })
  const page = await context.newPage()
  await page.goto(address + picture.path(ids))
  if (language === 'zh' && !(await hasChinese(page))) throw new Error('no font of this machine has Chinese in it')
  const signIn = page.getByRole('button', { name: /development account|开发账号/ })
  await signIn.click()
  await signIn.waitFor({ state: 'detached' })
  await settled(page)
  await picture.prepare?.(page)
  await settled(page)
  return page
}

/** What has not come yet is shown as grey bars in its place, or as something that turns. */
async function settled(page: Page): Promise<void> {
  await page.getByRole('heading', { level: 1 }).waitFor()
  await page.waitForLoadState('networkidle')
  await page.locator('.ant-skeleton, .ant-spin-spinning').first().waitFor({ state: 'detached' })
}

/** Where a font lacks them, every character is drawn as the same box. */
function hasChinese(page: Page): Promise<boolean> {
  return page.evaluate(`(() => {
    const drawn = (text) => {
      const canvas = document.createElement('canvas')
      const context = canvas.getContext('2d')
      context.font = '24px sans-serif'
      context.fillText(text, 0, 30)
      return canvas.toDataURL()
    }
    return drawn('密') !== drawn('钥')
  })()`)
}

async function taken(page: Page): Promise<Uint8Array> {
  const session = await page.context().newCDPSession(page)
  const { data } = await session.send('Page.captureScreenshot', { format: 'webp', quality })
  return Buffer.from(data, 'base64')
}

/**
 * `npm run check-site`: builds the docs site twice, for a folder of its host, and compares; then reads it in Chromium as a
 * reader would, in both languages: looks something up, goes to the other language, and meets no error and no other host.
 */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { extname, join } from 'node:path'
import type { Page } from 'playwright-core'
import { startBrowser } from '../../kit/chromium.ts'

const base = '/some/where/'
await using held = new AsyncDisposableStack()
const work = mkdtempSync(join(tmpdir(), 'keyhaven-site-'))
held.defer(() => rmSync(work, { recursive: true }))

function built(name: string): string {
  const output = join(work, name)
  const argv = [join(import.meta.dirname, 'build.ts'), '--base', base, '--output', output]
  const { status, stdout, stderr } = spawnSync(process.execPath, argv, { encoding: 'utf8' })
  assert.equal(status, 0, `${stdout}${stderr}`)
  return output
}

const digests = (folder: string): readonly string[] =>
  globSync('**/*.*', { cwd: folder })
    .sort()
    .map(
      (file) =>
        `${file} ${createHash('sha256')
          .update(readFileSync(join(folder, file)))
          .digest('hex')}`,
    )

const site = built('first')
assert.deepEqual(digests(built('second')), digests(site))

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
}
const server = createServer(({ url = '' }, response) => {
  const { pathname } = new URL(url, 'http://site')
  const path = decodeURIComponent(pathname.slice(base.length))
  try {
    if (!pathname.startsWith(base)) throw new Error(`${pathname} is outside of the site`)
    const content = readFileSync(join(site, path === '' || path.endsWith('/') ? `${path}index.html` : path))
    response.writeHead(200, { 'content-type': types[extname(path) || '.html'] ?? 'application/octet-stream' })
    response.end(content)
  } catch {
    response.writeHead(404).end()
  }
})
await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
held.defer(() => void server.close())
const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

const browser = held.adopt(await startBrowser({ fonts: 'of the machine' }), (open) => open.close())
const page = await browser.newPage({ viewport: { width: 1280, height: 900 } })
const faults: string[] = []
page.on('console', (message) => message.type() === 'error' && faults.push(message.text()))
page.on('pageerror', (error) => faults.push(error.message))
page.on('request', (request) => {
  if (!request.url().startsWith(origin + base)) faults.push(`asks for ${request.url()}`)
})
page.on('response', (response) => {
  if (response.status() >= 400) faults.push(`${response.status()} for ${response.url()}`)
})

/** Types a word into the search, and goes where the first answer leads. */
async function lookUp(reader: Page, word: string): Promise<string> {
  await reader.locator('.VPNavBarSearch button').first().click()
  await reader.locator('.search-input').fill(word)
  await reader.locator('.results .result').first().click()
  await reader.waitForURL(/#/)
  return new URL(reader.url()).pathname.slice(base.length)
}

await page.goto(`${origin}${base}`)
await page.getByRole('heading', { level: 1, name: 'Keyhaven' }).waitFor()
const found = await lookUp(page, 'GenerateDataKeyWithoutPlaintext')
assert.equal(found, 'reference/operations.html')

await page.goto(`${origin}${base}guides/access.html`)
await page.locator('.VPNavBarTranslations').hover()
await page.locator('.VPNavBarTranslations').getByRole('link', { name: '简体中文' }).click()
await page.waitForURL(`${origin}${base}zh-CN/guides/access.html`)
await page.getByRole('heading', { level: 1, name: '用户' }).waitFor()
const foundInChinese = await lookUp(page, '轮转')
assert.match(foundInChinese, /^zh-CN\//)

assert.deepEqual(faults, [])
process.stdout.write(`The site is the same twice, and was read in both languages: ${found}, ${foundInChinese}\n`)

import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { httpRequest } from '../../../test/kit/openapi.ts'
import { ConsoleFiles } from './files.ts'
import { consoleRoute } from './route.ts'

const folder = mkdtempSync(join(tmpdir(), 'keyhaven-console-'))
after(() => rmSync(folder, { recursive: true }))
const route = consoleRoute({
  files: new ConsoleFiles(folder),
  developmentSignIn: true,
  randomBytes: (length) => new Uint8Array(length).fill(7),
})

const get = (target: string, headers: Record<string, string> = {}) => {
  const request = httpRequest({ method: 'GET', target, headers })
  return route.matches(request) ? route.handle(request) : undefined
}

test('says how to build what has not been built', async () => {
  const answer = await get('/console/')
  assert.equal(answer?.status, 503)
  assert.match(String(answer?.body), /npm run build/)
})

test('serves the page with a nonce of its own and the policy, at every path of its own', async () => {
  mkdirSync(join(folder, 'assets'))
  writeFileSync(join(folder, 'index.html'), '<meta content="__KEYHAVEN_NONCE__"><meta content="__KEYHAVEN_SIGN_IN__">')
  for (const path of ['/console/', '/console/keys/alias%2Fa?page=2']) {
    const answer = await get(path)
    assert.ok(answer)
    const nonce = 'BwcHBwcHBwcHBwcHBwcHBw'
    assert.equal(answer.body, `<meta content="${nonce}"><meta content="access-key">`)
    assert.equal(
      answer.headers['content-security-policy'],
      `default-src 'none'; script-src 'self'; style-src 'self' 'nonce-${nonce}'; img-src 'self' data:; font-src 'self'; ` +
        "connect-src 'self'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'",
    )
    assert.equal(answer.headers['cache-control'], 'no-store')
    assert.equal(answer.headers['x-content-type-options'], 'nosniff')
    assert.equal(answer.headers['referrer-policy'], 'no-referrer')
    assert.equal(answer.headers['cross-origin-opener-policy'], 'same-origin')
  }
  assert.equal((await get('/console'))?.headers.location, '/console/')
  assert.equal((await get('/', { 'sec-fetch-mode': 'navigate' }))?.headers.location, '/console/')
  assert.equal(get('/'), undefined)
  assert.equal(get('/?Action=ListKeys'), undefined)
})

test('sends assets as they were compressed, for good, and nothing else of the disk', async () => {
  const script = 'export const a = 1\n'
  writeFileSync(join(folder, 'assets/app-1a2b.js'), script)
  writeFileSync(join(folder, 'assets/app-1a2b.js.br'), brotliCompressSync(script))
  writeFileSync(join(folder, 'assets/app-1a2b.js.gz'), gzipSync(script))
  writeFileSync(join(folder, 'secret.txt'), 'secret')
  utimesSync(join(folder, 'index.html'), 1, 1)
  const encodingFor = async (accept: string) =>
    (await get('/console/assets/app-1a2b.js', { 'accept-encoding': accept }))?.headers['content-encoding']
  assert.equal(await encodingFor('gzip, deflate, br, zstd'), 'br')
  assert.equal(await encodingFor('gzip;q=0.5, br;q=0'), 'gzip')
  assert.equal(await encodingFor(''), undefined)
  const answer = await get('/console/assets/app-1a2b.js')
  assert.equal(answer?.headers['content-type'], 'text/javascript; charset=utf-8')
  assert.match(answer?.headers['cache-control'] ?? '', /immutable/)
  for (const path of ['../secret.txt', '..%2fsecret.txt', '%2e%2e/secret.txt', '__proto__', 'app-1a2b.js.br', ''])
    assert.equal((await get(`/console/assets/${path}`))?.status, 404, path)
})

import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { kmsApi, ramApi } from '../src/api/operation.ts'
import { queryAudit } from '../src/server/audit/query.ts'
import { Browser, type BrowserCall } from './kit/browser.ts'
import { startTestServer, type TestServer } from './kit/server.ts'

let server: TestServer
before(async () => {
  server = await startTestServer({ config: { console: 'same' } })
})
after(() => server.close())

const secure = () => new Browser(server.endpoint, server.caFile)
const plain = () => new Browser(server.httpEndpoint, server.caFile)
const signedIn = async (browser = secure()): Promise<Browser> => {
  assert.equal((await browser.signIn(server)).status, 200)
  return browser
}
const ram = { version: ramApi.version }
const kms = { version: kmsApi.version }

describe('signing in', () => {
  test('gives a cookie that scripts and other hosts never see, and calls of every API go by it', async () => {
    const browser = secure()
    const { body, setCookie } = await browser.signIn(server)
    assert.match(setCookie ?? '', /^__Host-keyhaven-session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Secure$/)
    assert.deepEqual(body.Withheld, ['root:CreateAccessKey'])
    assert.ok(!JSON.stringify(body).includes(browser.cookie?.split('=')[1] ?? '?'))
    assert.equal((await browser.call('GetConsoleSession')).body.SessionId, body.SessionId)
    assert.equal((await browser.call('CreateKey', {}, kms)).status, 200)
    assert.equal((await browser.call('CreateUser', { UserName: 'bob' }, ram)).status, 200)
    assert.equal((await browser.call('CreateAccessKey', { UserName: 'bob' }, ram)).status, 200)
    assert.equal((await browser.call('CreateAccessKey', {}, ram)).body.Code, 'NoPermission')
    const records = [...queryAudit(`${server.data}/audit`, { action: 'CreateKey' })]
    assert.deepEqual(
      records.map(({ phase, via, accessKeyId, authentication }) => [phase, via, accessKeyId, authentication]),
      [
        ['request', 'console', server.accessKeyId, 'AccessKey'],
        ['response', 'console', server.accessKeyId, 'AccessKey'],
      ],
    )
  })

  test('a wrong secret is refused in the words of every call, and slowed down with them', async () => {
    const wrong = { accessKeyId: server.accessKeyId, accessKeySecret: 'wrong' }
    const codes: string[] = []
    for (let count = 0; count < 12; count++) codes.push((await secure().signIn(wrong)).body.Code)
    assert.equal(codes[0], 'SignatureDoesNotMatch')
    assert.equal(codes.at(-1), 'Rejected.Throttling')
    await signedIn()
  })

  test('never takes over a session id that was there before', async () => {
    const browser = secure()
    browser.cookie = `__Host-keyhaven-session=${'A'.repeat(43)}`
    await browser.signIn(server)
    assert.ok(!browser.cookie?.includes('A'.repeat(43)))
  })

  test('as the development account: from this machine, by a name of this machine', async () => {
    const browser = plain()
    const { status, setCookie } = await browser.call('CreateConsoleSession')
    assert.equal(status, 200)
    assert.match(setCookie ?? '', /^keyhaven-session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/)
    assert.equal((await browser.call('ListKeys', {}, kms)).status, 200)
    const host = `console.example:${new URL(server.httpEndpoint).port}`
    for (const headers of [{ host, origin: `http://${host}` }, { 'x-forwarded-for': '203.0.113.9' }]) {
      const refused = await plain().call('CreateConsoleSession', {}, { headers })
      assert.equal(refused.body.Code, 'InvalidConsoleSession')
    }
  })
})

describe('what is not from a page of the console is refused, though the cookie comes along', () => {
  const origins = (): Readonly<Record<string, BrowserCall>> => {
    const { hostname, port, host } = new URL(server.endpoint)
    return {
      'a form of another site': { headers: { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' } },
      'another port of this machine': {
        headers: { 'sec-fetch-site': 'same-site', origin: `https://${hostname}:${Number(port) + 1}` },
      },
      'another origin that says it is the same': { headers: { origin: `https://${hostname}:1` } },
      'the same host without TLS': { headers: { origin: `http://${host}` } },
      'no origin': { headers: { origin: undefined } },
      'an opaque origin': { headers: { origin: 'null' } },
      'no word of where it comes from': { headers: { 'sec-fetch-site': undefined } },
      'an address that was typed': { headers: { 'sec-fetch-site': 'none' } },
      'another content type': { headers: { 'content-type': 'text/plain' } },
      'a query string': { target: '/?Format=JSON' },
    }
  }
  test('from every place that a browser can be made to send it from', async () => {
    const { cookie } = await signedIn()
    for (const [name, call] of Object.entries(origins())) {
      const browser = secure()
      browser.cookie = cookie
      const { status, body, setCookie } = await browser.call('ListKeys', {}, { ...kms, ...call })
      assert.deepEqual([status, body.Code, setCookie], [403, 'InvalidConsoleRequest', undefined], name)
      const signIn = await secure().signIn(server, call)
      assert.deepEqual([signIn.status, signIn.setCookie], [403, undefined], `${name}, signing in`)
    }
  })

  test('without the header of the console, and with GET, the cookie is nothing', async () => {
    const browser = await signedIn()
    const unmarked = { ...kms, headers: { 'x-keyhaven-console': undefined } }
    assert.equal((await browser.call('ListKeys', {}, unmarked)).body.Code, 'MissingAccessKeyId')
    assert.equal((await browser.call('ListKeys', {}, { ...kms, method: 'GET' })).status, 403)
    assert.equal((await secure().signIn(server, { headers: { 'x-keyhaven-console': undefined } })).status, 403)
    assert.equal((await browser.call('ListKeys', {}, kms)).status, 200)
  })

  test('two cookies of the name, of which one was planted', async () => {
    const browser = await signedIn()
    browser.cookie = `${browser.cookie}; __Host-keyhaven-session=${'B'.repeat(43)}`
    assert.equal((await browser.call('ListKeys', {}, kms)).body.Code, 'InvalidConsoleSession')
  })
})

describe('a session ends', () => {
  test('by signing out, and the browser is told to forget it', async () => {
    const browser = await signedIn()
    const { cookie } = browser
    assert.match((await browser.call('DeleteConsoleSession')).setCookie ?? '', /Max-Age=0/)
    browser.cookie = cookie
    const after = await browser.call('ListKeys', {}, kms)
    assert.deepEqual([after.status, after.body.Code], [403, 'InvalidConsoleSession'])
    assert.match(after.setCookie ?? '', /Max-Age=0/)
  })

  test('at once when its AccessKey is disabled or deleted', async () => {
    const admin = await signedIn()
    await admin.call('CreateUser', { UserName: 'carol' }, ram)
    for (const [action, more] of [
      ['UpdateAccessKey', { Status: 'Inactive' }],
      ['DeleteAccessKey', {}],
    ] as const) {
      const { AccessKey } = (await admin.call('CreateAccessKey', { UserName: 'carol' }, ram)).body
      const carol = secure()
      await carol.signIn({ accessKeyId: AccessKey.AccessKeyId, accessKeySecret: AccessKey.AccessKeySecret })
      assert.equal((await carol.call('ListKeys', {}, kms)).body.Code, 'Forbidden.NoPermission')
      const ended = { UserName: 'carol', UserAccessKeyId: AccessKey.AccessKeyId, ...more }
      assert.equal((await admin.call(action, ended, ram)).status, 200)
      assert.equal((await carol.call('ListKeys', {}, kms)).body.Code, 'InvalidConsoleSession')
    }
  })
})

test('while sealed, pages are told so as every client is', async () => {
  const browser = await signedIn()
  await server.service.seal()
  assert.equal((await browser.call('ListKeys', {}, kms)).body.Code, 'ServiceUnavailableTemporary')
  await server.unseal()
  assert.equal((await browser.call('ListKeys', {}, kms)).status, 200)
})

test('on a port of its own it is served there and nowhere else; off, nowhere', async () => {
  const own = await startTestServer({ config: { console: '127.0.0.1:0' } })
  try {
    const endpoint = new URL(own.service.consoleUrl ?? '').origin.replace('127.0.0.1', 'localhost')
    assert.notEqual(endpoint, own.endpoint)
    const browser = new Browser(endpoint, own.caFile)
    assert.equal((await browser.signIn(own)).status, 200)
    assert.equal((await browser.call('ListKeys', {}, kms)).status, 200)
    const bare = await browser.call('ListKeys', {}, { ...kms, headers: { 'x-keyhaven-console': undefined } })
    assert.equal(bare.body.Code, 'InvalidConsoleRequest')
    const elsewhere = new Browser(own.endpoint, own.caFile)
    elsewhere.cookie = browser.cookie
    assert.equal((await elsewhere.call('ListKeys', {}, kms)).body.Code, 'MissingAccessKeyId')
    assert.equal((await elsewhere.signIn(own)).body.Code, 'InvalidConsoleRequest')
    const page = { method: 'GET', target: '/console/' }
    assert.equal((await elsewhere.call('', {}, page)).status, 404)
    assert.notEqual((await browser.call('', {}, page)).status, 404)
  } finally {
    await own.close()
  }
})

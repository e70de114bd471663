import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { describe, type TestContext, test } from 'node:test'
import { connect as connectTls, type TLSSocket } from 'node:tls'
import { rawAnswer, smallLimits } from '../../../test/kit/answerer.ts'
import { temporaryFolder } from '../../../test/kit/audit.ts'
import { testVault } from '../../../test/kit/tls.ts'
import { serverIdentity } from '../tls/store.ts'
import { closeServer, listen, tlsOptions } from './listen.ts'
import { json, type Route } from './route.ts'
import { Answerer, type HttpLimits, type ProxySettings } from './serve.ts'

interface Ports {
  readonly http: number
  readonly https: number
  /** where requests seemed to come from */
  readonly seen: string[]
}

async function started(t: TestContext, proxies: ProxySettings, limits: Partial<HttpLimits> = {}): Promise<Ports> {
  const seen: string[] = []
  const handle: Route['handle'] = async ({ sourceAddress }) => {
    seen.push(sourceAddress)
    return json(200, {})
  }
  const routes: Route[] = [{ name: 'all', matches: () => true, handle }]
  const answerer = new Answerer({ routes, proxies, limits: { ...smallLimits, ...limits }, log: { write: () => {} } })
  const identity = await serverIdentity(
    { folder: temporaryFolder(t), names: [], deployment: 'test', vault: testVault() },
    new Date(),
  )
  const ports = []
  for (const server of [answerer.http(), answerer.https(tlsOptions(identity))]) {
    ports.push(Number((await listen(server, { host: '127.0.0.1', port: 0 })).split(':')[1]))
    t.after(() => closeServer(server, 0))
  }
  const [http = 0, https = 0] = ports
  return { http, https, seen }
}

const request = (headers: string): string => `GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${headers}\r\n`
const forwarded = (...lists: string[]): string => lists.map((list) => `X-Forwarded-For: ${list}\r\n`).join('')
const fromHere = { trustedProxies: ['127.0.0.1', '10.0.0.0/8', '2001:db8:5::/48'] }

/** What the chain in the header means, read from its end. */
const chains: readonly { readonly lists: readonly string[]; readonly source: string }[] = [
  { lists: [], source: '127.0.0.1' },
  { lists: ['192.0.2.7'], source: '192.0.2.7' },
  { lists: ['192.0.2.7, 10.1.1.1'], source: '192.0.2.7' },
  { lists: ['192.0.2.7', '10.1.1.1, 10.2.2.2'], source: '192.0.2.7' },
  { lists: ['198.51.100.1, 192.0.2.7, 10.1.1.1'], source: '192.0.2.7' },
  { lists: ['nonsense, 192.0.2.7'], source: '192.0.2.7' },
  { lists: ['192.0.2.7, , 10.1.1.1,'], source: '192.0.2.7' },
  { lists: ['10.3.3.3, 10.1.1.1'], source: '10.3.3.3' },
  { lists: ['192.0.2.7:51000'], source: '192.0.2.7' },
  { lists: ['2001:DB8::0:7'], source: '2001:db8::7' },
  { lists: ['[2001:db8::7]:51000, 2001:db8:5::1'], source: '2001:db8::7' },
  { lists: ['::ffff:c000:207'], source: '192.0.2.7' },
  { lists: [''], source: '127.0.0.1' },
]

describe('X-Forwarded-For', () => {
  for (const { lists, source } of chains) {
    test(`"${lists.join('" and "')}" of a trusted proxy: ${source}`, async (t) => {
      const { http, seen } = await started(t, fromHere)
      assert.match(await rawAnswer(http, request(forwarded(...lists))), /^HTTP\/1\.1 200 /)
      assert.deepEqual(seen, [source])
    })
  }

  for (const entry of [
    'unknown',
    '_hidden',
    '192.0.2.300',
    '192.0.2.7/32',
    'fe80::1%eth0',
    '[2001:db8::7',
    '"192.0.2.7"',
  ]) {
    test(`"${entry}" of a trusted proxy is refused: nobody knows whom it means`, async (t) => {
      const { http, seen } = await started(t, fromHere)
      const answer = await rawAnswer(http, request(forwarded(`192.0.2.1, ${entry}`)))
      assert.match(answer, /^HTTP\/1\.1 400 [\s\S]*The header X-Forwarded-For is not valid\./)
      assert.deepEqual(seen, [])
    })
  }

  test('of anybody else it is not looked at', async (t) => {
    for (const trustedProxies of [[], ['10.0.0.1'], ['::1']]) {
      const { http, seen } = await started(t, { trustedProxies })
      for (const list of ['192.0.2.7', 'nonsense']) await rawAnswer(http, request(forwarded(list)))
      assert.deepEqual(seen, ['127.0.0.1', '127.0.0.1'])
    }
  })
})

/** Sends bytes in pieces, each on its way before the next. */
async function sendTls(port: number, header: string, pieceLength: number, text: string): Promise<string> {
  const raw = connect(port, '127.0.0.1').setNoDelay()
  await once(raw, 'connect')
  for (let at = 0; at < header.length; at += pieceLength) {
    const piece = header.slice(at, at + pieceLength)
    await new Promise((resolve) => raw.write(Buffer.from(piece, 'latin1'), resolve))
  }
  const tls: TLSSocket = connectTls({ socket: raw, rejectUnauthorized: false })
  let answer = ''
  tls.setEncoding('utf8').on('data', (chunk: string) => {
    answer += chunk
  })
  tls.on('error', () => {})
  tls.write(text)
  await new Promise((resolve) => tls.on('close', resolve))
  return answer
}

describe('PROXY protocol', () => {
  const proxies = { ...fromHere, proxyProtocol: true }
  const header = 'PROXY TCP4 192.0.2.10 192.0.2.1 60000 443\r\n'

  test('the client of a trusted proxy is seen, without TLS and with it, however the bytes are cut', async (t) => {
    const { http, https, seen } = await started(t, proxies)
    assert.match(await rawAnswer(http, header + request('')), /^HTTP\/1\.1 200 /)
    for (const pieceLength of [1, 7, header.length])
      assert.match(await sendTls(https, header, pieceLength, request('')), /^HTTP\/1\.1 200 /)
    assert.deepEqual(seen, ['192.0.2.10', '192.0.2.10', '192.0.2.10', '192.0.2.10'])
  })

  test('a proxy that speaks for itself is itself, and its X-Forwarded-For counts', async (t) => {
    const { http, seen } = await started(t, proxies)
    await rawAnswer(http, `PROXY UNKNOWN\r\n${request('')}`)
    await rawAnswer(http, `PROXY UNKNOWN\r\n${request(forwarded('192.0.2.7'))}`)
    await rawAnswer(http, `PROXY TCP4 10.1.1.1 10.0.0.1 1 2\r\n${request(forwarded('192.0.2.7'))}`)
    await rawAnswer(http, header + request(forwarded('192.0.2.7')))
    assert.deepEqual(seen, ['127.0.0.1', '192.0.2.7', '192.0.2.7', '192.0.2.10'])
  })

  test('a trusted proxy without a header, or with another, is cut off', async (t) => {
    const { http, https, seen } = await started(t, proxies)
    assert.equal(await rawAnswer(http, request('')), '')
    assert.equal(await rawAnswer(http, `PROXY TCP4 nonsense\r\n${request('')}`), '')
    assert.equal(await sendTls(https, '', 1, request('')), '')
    assert.deepEqual(seen, [])
  })

  test('from anybody else a header is no part of HTTP', async (t) => {
    const { http, seen } = await started(t, { trustedProxies: ['10.0.0.1'], proxyProtocol: true })
    assert.match(await rawAnswer(http, header + request('')), /^HTTP\/1\.1 400 /)
    assert.match(await rawAnswer(http, request('')), /^HTTP\/1\.1 200 /)
    assert.deepEqual(seen, ['127.0.0.1'])
  })

  test('connections are counted by client: a proxy may have many, each of its clients as many as others', async (t) => {
    const { http } = await started(t, proxies, { maxConnectionsPerSource: 1 })
    const held = connect(http, '127.0.0.1')
    held.write(header)
    await once(held, 'connect')
    assert.match(await rawAnswer(http, `PROXY TCP4 192.0.2.11 192.0.2.1 1 2\r\n${request('')}`), /^HTTP\/1\.1 200 /)
    for (let count = 0; count < 3; count++)
      assert.match(await rawAnswer(http, `PROXY UNKNOWN\r\n${request('')}`), /^HTTP\/1\.1 200 /)
    assert.equal(await rawAnswer(http, header + request('')), '')
    held.destroy()
  })
})

test('a request keeps its source though its connection is reset behind it', async (t) => {
  const { https, seen } = await started(t, {})
  for (let attempt = 0; attempt < 20; attempt++) {
    const raw = connect(https, '127.0.0.1')
    const tls = connectTls({ socket: raw, rejectUnauthorized: false })
    tls.on('error', () => {})
    raw.on('error', () => {})
    await once(tls, 'secureConnect')
    tls.write(request(''))
    raw.resetAndDestroy()
    await once(raw, 'close')
  }
  assert.match(await sendTls(https, '', 1, request('')), /^HTTP\/1\.1 200 /)
  assert.deepEqual([...new Set(seen)], ['127.0.0.1'])
})

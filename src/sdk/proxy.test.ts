import assert from 'node:assert/strict'
import { createServer, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { type AddressInfo, connect } from 'node:net'
import { join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import { temporaryFolder } from '../../test/kit/audit.ts'
import { testVault } from '../../test/kit/tls.ts'
import { serverIdentity } from '../server/tls/store.ts'
import { ecsRoleCredentials } from './credentials/ecs-role.ts'
import { type ProxyEnvironment, type ProxyOptions, proxyFor } from './proxy.ts'
import { parseEndpoint, Transport, type TransportOptions } from './transport.ts'

const via = (server: string, proxyEnv: ProxyEnvironment): string | undefined =>
  proxyFor(new URL(server), { proxyEnv })?.url.origin

describe('which proxy', () => {
  const both = { HTTP_PROXY: 'http://plain:1', HTTPS_PROXY: 'http://tls:2' }

  test('is said for servers with and without TLS separately, in capitals or not', () => {
    assert.equal(via('https://kms.example.com', both), 'http://tls:2')
    assert.equal(via('http://kms.example.com', both), 'http://plain:1')
    assert.equal(via('https://kms.example.com', { HTTP_PROXY: 'http://plain:1' }), undefined)
    assert.equal(via('http://kms.example.com', { HTTPS_PROXY: 'http://tls:2' }), undefined)
    assert.equal(via('https://kms.example.com', { https_proxy: 'tls:2', HTTPS_PROXY: '' }), 'http://tls:2')
    assert.equal(via('https://kms.example.com', {}), undefined)
  })

  test('is none for this machine', () => {
    for (const host of ['localhost', '127.0.0.1:8443', '127.9.9.9', '[::1]:8443'])
      assert.equal(via(`https://${host}`, both), undefined, host)
  })

  const exceptions: [noProxy: string, direct: readonly string[], proxied: readonly string[]][] = [
    ['*', ['a.example.com', '10.0.0.1'], []],
    ['example.com', ['example.com', 'kms.example.com', 'KMS.Example.COM'], ['example.org', 'myexample.com']],
    ['.example.com', ['kms.example.com'], ['example.com']],
    ['*.example.com', ['kms.example.com'], ['example.com']],
    ['example.com:8443', ['example.com:8443'], ['example.com', 'example.com:9443']],
    ['example.com:443', ['example.com'], ['example.com:8443']],
    ['10.0.0.0/8, 192.168.1.7', ['10.1.2.3', '192.168.1.7'], ['192.168.1.8', '11.0.0.1']],
    ['fd00::/8', ['[fd00::1]'], ['[fe80::1]', '10.0.0.1']],
    ['10.0.0.0/99,nonsense/8', [], ['10.0.0.1', 'nonsense.example']],
    ['a.example b.example', ['a.example', 'b.example'], ['c.example']],
  ]
  for (const [noProxy, direct, proxied] of exceptions)
    test(`is none for what NO_PROXY names: ${noProxy}`, () => {
      const env = { HTTPS_PROXY: 'http://tls:2', NO_PROXY: noProxy }
      for (const host of direct) assert.equal(via(`https://${host}`, env), undefined, host)
      for (const host of proxied) assert.equal(via(`https://${host}`, env), 'http://tls:2', host)
    })

  test('is what the option says, whatever the environment says', () => {
    const env = { HTTPS_PROXY: 'http://tls:2', NO_PROXY: '*' }
    const server = new URL('https://127.0.0.1')
    assert.equal(proxyFor(server, { proxy: 'http://own:3', proxyEnv: env })?.url.origin, 'http://own:3')
    assert.equal(
      proxyFor(new URL('https://kms.example'), { proxy: false, proxyEnv: { HTTPS_PROXY: 'x:1' } }),
      undefined,
    )
  })

  test('that is no address is refused by the name of where it was said, without its password', () => {
    const cases: [ProxyOptions, string][] = [
      [{ proxy: 'ftp://u:canary@proxy' }, 'proxy'],
      [{ proxyEnv: { https_proxy: 'http://u:canary@[' } }, 'HTTPS_PROXY'],
      [{ proxyEnv: { HTTPS_PROXY: 'socks5://u:canary@proxy' } }, 'HTTPS_PROXY'],
    ]
    for (const [options, parameter] of cases)
      assert.throws(
        () => proxyFor(new URL('https://kms.example'), options),
        (error: Error) => {
          assert.equal((error as { parameter?: string }).parameter, parameter)
          assert.doesNotMatch(String(error.stack), /canary/)
          return true
        },
      )
  })
})

interface TestProxy {
  readonly url: string
  /** what it was asked for: the request line and its credentials */
  readonly asked: string[]
}

const listening = async (t: TestContext, server: Server): Promise<number> => {
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

/** A proxy that reaches every name on this machine. */
async function startProxy(t: TestContext, status = 200): Promise<TestProxy> {
  const asked: string[] = []
  const note = (method: string | undefined, url: string | undefined, credentials: string | undefined): void => {
    asked.push(`${method} ${url} ${credentials ?? ''}`.trim())
  }
  const proxy = createServer((request, response) => {
    note(request.method, request.url, request.headers['proxy-authorization'])
    response.statusCode = status
    response.end('{}')
  })
  proxy.on('connect', (request, socket) => {
    note(request.method, request.url, request.headers['proxy-authorization'])
    if (status !== 200) return void socket.end(`HTTP/1.1 ${status} No\r\n\r\n`)
    const onward = connect(Number(request.url?.split(':').at(-1)), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
      onward.pipe(socket).pipe(onward)
    })
    onward.on('error', () => socket.destroy())
    socket.on('error', () => onward.destroy())
    onward.on('close', () => socket.destroy())
  })
  return { url: `127.0.0.1:${await listening(t, proxy)}`, asked }
}

async function sendTo(endpoint: string, options: TransportOptions) {
  const transport = new Transport(parseEndpoint(endpoint), options)
  try {
    const headers = { host: transport.host, 'x-secret': 'kept' }
    return await transport.send({ method: 'POST', path: '/?a=b', headers, body: 'body' })
  } finally {
    await transport.close()
  }
}

describe('through a proxy', () => {
  const credentials = `Basic ${Buffer.from('us er:p@ss').toString('base64')}`

  test('a server with TLS is reached by a tunnel, its certificate checked, and the proxy sees nothing of it', async (t) => {
    const folder = temporaryFolder(t)
    const names = ['kms.example']
    const { certificate, privateKey, caFile } = await serverIdentity(
      { folder, names, deployment: 'test', vault: testVault() },
      new Date(),
    )
    const seen: string[] = []
    const server = createTlsServer({ cert: certificate, key: privateKey }, (request, response) => {
      seen.push(`${request.method} ${request.url} ${request.headers['proxy-authorization'] ?? 'no credentials'}`)
      response.end('{}')
    }) as unknown as Server
    const port = await listening(t, server)
    const proxy = await startProxy(t)
    const proxyEnv = { HTTPS_PROXY: `http://us%20er:p%40ss@${proxy.url}` }
    assert.equal((await sendTo(`kms.example:${port}`, { caFile, proxyEnv })).status, 200)
    assert.deepEqual(seen, ['POST /?a=b no credentials'])
    assert.deepEqual(proxy.asked, [`CONNECT kms.example:${port} ${credentials}`])
    await assert.rejects(sendTo(`other.example:${port}`, { caFile, proxyEnv }), { code: 'certificate' })
    const named = { caFile, proxyEnv, hostname: 'kms.example' }
    assert.equal((await sendTo(`other.example:${port}`, named)).status, 200)
  })

  test('a server without TLS is asked for by its whole address', async (t) => {
    const proxy = await startProxy(t)
    const proxyEnv = { HTTP_PROXY: `us%20er:p%40ss@${proxy.url}` }
    assert.equal((await sendTo('http://kms.example:8080', { proxyEnv })).status, 200)
    assert.deepEqual(proxy.asked, [`POST http://kms.example:8080/?a=b ${credentials}`])
  })

  test('what goes wrong says that the proxy is meant, never its credentials', async (t) => {
    const proxy = await startProxy(t, 407)
    const refused = await sendTo('https://kms.example', { proxyEnv: { HTTPS_PROXY: `u:canary@${proxy.url}` } }).catch(
      (error: Error) => error,
    )
    assert.ok(refused instanceof Error)
    assert.equal(
      refused.message,
      `The proxy http://${proxy.url} refuses the way to https://kms.example (HTTP status 407; it asks for credentials).`,
    )
    assert.doesNotMatch(JSON.stringify(Object.entries(refused)) + refused.stack, /canary/)
    const absent = { proxy: 'http://u:canary@127.0.0.1:1' }
    for (const endpoint of ['https://kms.example', 'http://kms.example'])
      await assert.rejects(sendTo(endpoint, absent), {
        code: 'network',
        notSent: true,
        message: `${endpoint} cannot be reached through the proxy http://127.0.0.1:1: nobody listens there.`,
      })
  })

  test('the metadata service of the machine is never asked', async (t) => {
    const proxy = await startProxy(t)
    const before = { ...process.env }
    t.after(() => {
      process.env = before
    })
    process.env = { ...before, HTTP_PROXY: `http://${proxy.url}`, http_proxy: '', NO_PROXY: '' }
    const credentials = ecsRoleCredentials({ endpoint: 'http://192.0.2.1', timeoutMs: 20 })
    await assert.rejects(credentials())
    assert.deepEqual(proxy.asked, [])
  })
})

test('no source of the SDK reads a proxy from the environment but this one', async () => {
  const { globSync, readFileSync } = await import('node:fs')
  const reading = globSync('**/*.ts', { cwd: import.meta.dirname })
    .filter((file) => !file.endsWith('.test.ts'))
    .filter((file) => /_PROXY|process\.env/.test(readFileSync(join(import.meta.dirname, file), 'utf8')))
  assert.deepEqual(reading.sort(), ['credentials/default-chain.ts', 'proxy.ts'])
})

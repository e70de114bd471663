import 'reflect-metadata'
import assert from 'node:assert/strict'
import { createServer as createHttp, type Server } from 'node:http'
import { createServer as createHttps } from 'node:https'
import type { AddressInfo } from 'node:net'
import { describe, test } from 'node:test'
import * as x509 from '@peculiar/x509'
import { parseEndpoint, Transport, type TransportOptions, type WireRequest } from './transport.ts'

const request = (host: string): WireRequest => ({ method: 'POST', path: '/', headers: { host }, body: 'a=b' })

async function selfSigned(name: string): Promise<{ cert: string; key: string }> {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: `CN=${name}`,
    keys,
    signingAlgorithm: algorithm,
    extensions: [
      new x509.SubjectAlternativeNameExtension([{ type: 'dns', value: name }]),
      new x509.BasicConstraintsExtension(true),
    ],
  })
  const key = x509.PemConverter.encode(await crypto.subtle.exportKey('pkcs8', keys.privateKey), 'PRIVATE KEY')
  return { cert: certificate.toString('pem'), key }
}

const listen = async (server: Server): Promise<number> => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

async function sendTo(endpoint: string, options: TransportOptions): Promise<number> {
  const transport = new Transport(parseEndpoint(endpoint), options)
  try {
    return (await transport.send(request(transport.host))).status
  } finally {
    await transport.close()
  }
}

describe('TLS', async () => {
  const { cert, key } = await selfSigned('kst-1.example')
  const other = await selfSigned('kst-1.example')
  const using = async (work: (port: number) => Promise<void>): Promise<void> => {
    const server = createHttps({ cert, key }, (_, response) => response.end('{}')) as unknown as Server
    try {
      await work(await listen(server))
    } finally {
      server.closeAllConnections()
      server.close()
    }
  }

  test('trusts the CA it was given, for the host name it was given', () =>
    using(async (port) => {
      assert.equal(await sendTo(`127.0.0.1:${port}`, { ca: cert, hostname: 'kst-1.example' }), 200)
    }))

  test('refuses another CA, no CA, and another name, and says that it is the certificate', () =>
    using(async (port) => {
      const refused = { code: 'certificate', notSent: true }
      await assert.rejects(sendTo(`127.0.0.1:${port}`, { ca: other.cert, hostname: 'kst-1.example' }), {
        ...refused,
        message: /^The certificate of .* is not accepted: [^;]*\. The CA file must hold the CA that issued it\.$/,
      })
      await assert.rejects(sendTo(`127.0.0.1:${port}`, { hostname: 'kst-1.example' }), refused)
      await assert.rejects(sendTo(`127.0.0.1:${port}`, { ca: cert }), refused)
      await assert.rejects(sendTo(`127.0.0.1:${port}`, { ca: cert, hostname: 'kst-2.example' }), refused)
    }))

  test('a CA file without a certificate is refused by its name', async () => {
    const caFile = import.meta.filename
    await assert.rejects(sendTo('127.0.0.1:1', { caFile }), {
      code: 'configuration',
      message: `The CA file ${caFile} holds no certificate in PEM.`,
    })
  })

  test('a CA that cannot be parsed is refused, whatever it stands beside: TLS would pass over it in silence', async () => {
    const damaged = `${cert}\n${cert.replace(/[A-Za-z]{20}/, 'A'.repeat(20))}`
    await assert.rejects(sendTo('127.0.0.1:1', { ca: damaged }), {
      code: 'configuration',
      parameter: 'ca',
      message: 'The setting ca is damaged: certificate 2 cannot be parsed.',
    })
    await assert.rejects(sendTo('127.0.0.1:1', { ca: cert.slice(0, 200) }), { message: /certificate 1 cannot be/ })
  })

  test('a CA file may begin with a byte order mark', () =>
    using(async (port) => {
      const ca = `\uFEFF${cert}`
      assert.equal(await sendTo(`127.0.0.1:${port}`, { ca, hostname: 'kst-1.example' }), 200)
    }))

  test('is not spoken by a plain server: a network error', async () => {
    const plain = createHttp()
    const port = await listen(plain)
    await assert.rejects(sendTo(`https://127.0.0.1:${port}`, {}), {
      code: 'network',
      message: `https://127.0.0.1:${port} cannot be reached: it does not speak TLS; try http://.`,
    })
    plain.closeAllConnections()
    plain.close()
  })
})

test('an answer without end is given up', async () => {
  const server = createHttp((_, response) => {
    const more = (): void => {
      while (response.write(Buffer.alloc(1 << 20)));
    }
    response.on('drain', more)
    more()
  })
  await assert.rejects(sendTo(`http://127.0.0.1:${await listen(server)}`, {}), { code: 'badResponse' })
  server.closeAllConnections()
  server.close()
})

test('connections are kept and used again', async () => {
  let connections = 0
  const server = createHttp((_, response) => response.end('{}')).on('connection', () => connections++)
  const transport = new Transport(parseEndpoint(`http://127.0.0.1:${await listen(server)}`), {})
  for (let index = 0; index < 20; index++) await transport.send(request(transport.host))
  await transport.close()
  server.closeAllConnections()
  server.close()
  assert.ok(connections <= 2, `${connections} connections for 20 requests in a row`)
})

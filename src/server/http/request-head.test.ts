import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { rawAnswer, startAnswerer } from '../../../test/kit/answerer.ts'
import { ErrorMessage } from '../../api/instance.ts'
import type { HttpRequest } from '../../gateway/http.ts'
import { decodeMessage } from '../../wire/protobuf.ts'
import { json } from './route.ts'

interface Form {
  readonly what: string
  /** sent as it stands; every connection is closed by its last request */
  readonly bytes: string
  /** of each answer, in order */
  readonly status: readonly number[]
  /** the requests that arrive, as `method target host body` */
  readonly seen?: readonly string[]
}

const host = 'Host: kms.example.com\r\n'
const close = 'Connection: close\r\n'
const post = (headers: string, body = ''): string => `POST / HTTP/1.1\r\n${host}${close}${headers}\r\n${body}`
const get = (target: string, headers = host): string => `GET ${target} HTTP/1.1\r\n${headers}${close}\r\n`
const reached = (line: string) => ({ status: [200], seen: [line] })
const refused = { status: [400] }

/** Forms of a request and what RFC 9112 and RFC 9110 make of them; the section stands with each. */
const forms: readonly Form[] = [
  // RFC 9112 §3.2: the four forms of a target
  { what: 'origin form', bytes: get('/?A=1'), ...reached('GET /?A=1 kms.example.com') },
  { what: 'absolute form', bytes: get('http://kms.example.com/?A=1'), ...reached('GET /?A=1 kms.example.com') },
  {
    what: 'absolute form, its host before the header',
    bytes: get('HTTPS://other:8443/?A=1'),
    ...reached('GET /?A=1 other:8443'),
  },
  { what: 'absolute form without a path', bytes: get('http://other?A=1'), ...reached('GET /?A=1 other') },
  { what: 'absolute form of the host alone', bytes: get('http://[::1]:80'), ...reached('GET / [::1]:80') },
  { what: 'absolute form with a user', bytes: get('http://user@other/'), ...refused },
  { what: 'absolute form without a host', bytes: get('http:///'), ...refused },
  { what: 'absolute form of another scheme', bytes: get('ftp://other/'), ...refused },
  { what: 'a target that is no form at all', bytes: get('kms.example.com'), ...refused },
  { what: 'a target with a fragment', bytes: get('/?A=1#B'), ...refused },
  { what: 'a target with a space', bytes: get('/ ?A=1'), ...refused },
  { what: 'a target with bytes above ASCII', bytes: get('/\xe4'), ...refused },
  {
    what: 'asterisk form',
    bytes: `OPTIONS * HTTP/1.1\r\n${host}${close}\r\n`,
    ...reached('OPTIONS * kms.example.com'),
  },
  // Whoever tunnels is no client of ours: Node closes the connection.
  { what: 'authority form', bytes: `CONNECT kms.example.com:443 HTTP/1.1\r\n${host}\r\n`, status: [] },

  // RFC 9112 §3.2: Host
  { what: 'no Host', bytes: get('/', ''), ...refused },
  { what: 'an empty Host', bytes: get('/', 'Host:\r\n'), ...reached('GET /') },
  { what: 'two Hosts', bytes: get('/', `${host}Host: other\r\n`), ...refused },
  { what: 'the same Host twice', bytes: get('/', host + host), ...refused },
  { what: 'a Host that is none', bytes: get('/', 'Host: a/b\r\n'), ...refused },
  { what: 'a Host with a user', bytes: get('/', 'Host: user@kms.example.com\r\n'), ...refused },
  { what: 'a Host list', bytes: get('/', 'Host: a, b\r\n'), ...refused },
  { what: 'two Hosts beside absolute form', bytes: get('http://a/', `${host}Host: a\r\n`), ...refused },

  // RFC 9112 §2.3: versions
  { what: 'HTTP/1.0', bytes: 'GET /?A=1 HTTP/1.0\r\n\r\n', ...reached('GET /?A=1') },
  { what: 'HTTP/1.0 with a Host', bytes: `GET / HTTP/1.0\r\n${host}\r\n`, ...reached('GET / kms.example.com') },
  { what: 'HTTP/0.9', bytes: 'GET /\r\n\r\n', ...refused },
  { what: 'HTTP/1.2', bytes: `GET / HTTP/1.2\r\n${host}\r\n`, ...refused },
  { what: 'HTTP/2.0', bytes: `GET / HTTP/2.0\r\n${host}\r\n`, ...refused },
  { what: 'the preface of HTTP/2', bytes: 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', ...refused },
  {
    what: 'an upgrade to HTTP/2, ignored',
    bytes: get('/', `${host}Upgrade: h2c\r\nHTTP2-Settings: AA\r\n`),
    ...reached('GET / kms.example.com'),
  },

  // RFC 9112 §6: framing
  { what: 'a length', bytes: post('Content-Length: 2\r\n', 'ab'), ...reached('POST / kms.example.com ab') },
  { what: 'two lengths that differ', bytes: post('Content-Length: 2\r\nContent-Length: 3\r\n', 'abc'), ...refused },
  { what: 'the same length twice', bytes: post('Content-Length: 2\r\nContent-Length: 2\r\n', 'ab'), ...refused },
  { what: 'a list of lengths', bytes: post('Content-Length: 2, 2\r\n', 'ab'), ...refused },
  { what: 'a length with a sign', bytes: post('Content-Length: +2\r\n', 'ab'), ...refused },
  { what: 'a length beyond all numbers', bytes: post(`Content-Length: ${'9'.repeat(20)}\r\n`), ...refused },
  {
    what: 'a length and chunks',
    bytes: post('Content-Length: 2\r\nTransfer-Encoding: chunked\r\n', '0\r\n\r\n'),
    ...refused,
  },
  {
    what: 'chunks, with extensions',
    bytes: post('Transfer-Encoding: Chunked\r\n', '1;a=b\r\na\r\n1\r\nb\r\n0\r\n\r\n'),
    ...reached('POST / kms.example.com ab'),
  },
  {
    what: 'trailers, which are no headers',
    bytes: post('Transfer-Encoding: chunked\r\n', '2\r\nab\r\n0\r\nHost: other\r\nX-Acs-Action: x\r\n\r\n'),
    ...reached('POST / kms.example.com ab'),
  },
  { what: 'a chunk size of nonsense', bytes: post('Transfer-Encoding: chunked\r\n', '2 \r\nab\r\n'), ...refused },
  {
    what: 'a chunk size beyond all numbers',
    bytes: post('Transfer-Encoding: chunked\r\n', `${'f'.repeat(17)}\r\nab`),
    ...refused,
  },
  {
    what: 'another coding before chunked',
    bytes: post('Transfer-Encoding: gzip, chunked\r\n', '2\r\nab\r\n0\r\n\r\n'),
    ...refused,
  },
  { what: 'another coding alone', bytes: post('Transfer-Encoding: gzip\r\n', 'ab'), ...refused },
  { what: 'chunked twice', bytes: post('Transfer-Encoding: chunked\r\n'.repeat(2), '0\r\n\r\n'), ...refused },
  {
    what: 'chunks in HTTP/1.0',
    bytes: `POST / HTTP/1.0\r\n${host}Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n`,
    ...refused,
  },
  { what: 'a body of a GET', bytes: get('/', `${host}Content-Length: 0\r\n`), ...reached('GET / kms.example.com') },

  // RFC 9112 §5, §2.2: lines
  { what: 'a folded header', bytes: get('/', `${host}X-A: 1\r\n 2\r\n`), ...refused },
  { what: 'white space before the first header', bytes: get('/', ` ${host}`), ...refused },
  { what: 'white space before a colon', bytes: get('/', 'Host : a\r\n'), ...refused },
  { what: 'a header without a name', bytes: get('/', `${host}: b\r\n`), ...refused },
  { what: 'a header whose name is no token', bytes: get('/', `${host}X(A): b\r\n`), ...refused },
  { what: 'a line feed alone', bytes: 'GET / HTTP/1.1\nHost: a\n\n', ...refused },
  { what: 'a carriage return within a value', bytes: get('/', `${host}X-A: a\rb\r\n`), ...refused },
  { what: 'a zero within a value', bytes: get('/', `${host}X-A: a\0b\r\n`), ...refused },
  { what: 'an empty line before a request', bytes: `\r\n${get('/')}`, ...reached('GET / kms.example.com') },
  { what: 'headers without number', bytes: get('/', host + 'X-A: 1\r\n'.repeat(3000)), status: [431] },
  { what: 'headers without end', bytes: get('/', `${host}X-A: ${'a'.repeat(140_000)}\r\n`), status: [431] },

  // RFC 9110 §9: methods, §10.1.1: Expect
  { what: 'a method in lower case', bytes: `get / HTTP/1.1\r\n${host}\r\n`, ...refused },
  { what: 'a method that is none', bytes: `FOO / HTTP/1.1\r\n${host}\r\n`, ...refused },
  { what: 'TRACE', bytes: `TRACE / HTTP/1.1\r\n${host}${close}\r\n`, ...reached('TRACE / kms.example.com') },
  {
    what: 'who waits to be asked for the body',
    bytes: post('Expect: 100-continue\r\nContent-Length: 2\r\n', 'ab'),
    status: [100, 200],
    seen: ['POST / kms.example.com ab'],
  },
  { what: 'who expects something else', bytes: post('Expect: 200-ok\r\n'), status: [417] },

  // RFC 9112 §9.3.2: pipelining
  {
    what: 'two requests at once, answered in order',
    bytes: `GET /1 HTTP/1.1\r\n${host}\r\n${get('/2')}`,
    status: [200, 200],
    seen: ['GET /1 kms.example.com', 'GET /2 kms.example.com'],
  },
  {
    what: 'a request behind one that is refused, which nobody reads',
    bytes: `GET / HTTP/1.1\r\n${host}${host}\r\n${get('/2')}`,
    ...refused,
  },
]

const lineOf = ({ method, target, headers, body }: HttpRequest): string =>
  `${method} ${target} ${headers.get('host')?.[0] ?? ''} ${Buffer.from(body).toString()}`.trimEnd()

describe('HTTP as it is written', () => {
  for (const { what, bytes, status, seen = [] } of forms) {
    test(`${what}: ${status.join(', ') || 'closed'}`, async (t) => {
      const arrived: string[] = []
      const { port } = await startAnswerer(t, async (request) => {
        arrived.push(lineOf(request))
        return json(200, {})
      })
      const answer = await rawAnswer(port, Buffer.from(bytes, 'latin1'))
      const statuses = [...answer.matchAll(/^HTTP\/1\.1 (\d{3}) /gm)].map(([, number]) => Number(number))
      assert.deepEqual(statuses, status, answer)
      assert.deepEqual(arrived, seen)
    })
  }

  test('an answer to HEAD has the length of its body, and none', async (t) => {
    const { port } = await startAnswerer(t, async () => json(200, { a: 1 }))
    const answer = await rawAnswer(port, `HEAD / HTTP/1.1\r\n${host}${close}\r\n`)
    assert.match(answer, /\r\nContent-Length: 8\r\n/)
    assert.ok(answer.endsWith('\r\n\r\n'), answer)
  })

  test('what is refused is told in the form that its client reads, and closes the connection', async (t) => {
    const { port } = await startAnswerer(t, async () => json(200, {}))
    const answer = await rawAnswer(port, `GET / HTTP/1.1\r\n${host}${host}\r\n`)
    assert.match(answer, /\r\nConnection: close\r\n/)
    const [, text = ''] = answer.split('\r\n\r\n')
    const { Code, Message, RequestId } = JSON.parse(text)
    assert.equal(Code, 'ParseRequestParameterException')
    assert.match(Message, /The header Host is not valid\.$/)
    assert.match(RequestId, /^[0-9A-F-]{36}$/)
    const instance = await rawAnswer(port, `POST / HTTP/1.1\r\n${host}${host}X-Kms-ApiName: Encrypt\r\n\r\n`)
    assert.match(instance, /\r\nContent-Type: application\/x-protobuf\r\n/)
    const error = decodeMessage(ErrorMessage, Buffer.from(instance.split('\r\n\r\n')[1] ?? '', 'latin1'))
    assert.equal(error.errorCode, 'ParseRequestParameterException')
  })
})

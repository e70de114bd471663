import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { AnswerReader } from './answer-reader.ts'

const withLength = 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: keep-alive\r\n\r\nhello'
const chunked =
  'HTTP/1.1 429 Too Many\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n3\r\nhel\r\n2;x=y\r\nlo\r\n0\r\n\r\n'

for (const [name, whole, status, isLast] of [
  ['a length', withLength, 200, false],
  ['chunks', chunked, 429, true],
] as const)
  test(`an answer with ${name} is read, however it is cut`, () => {
    for (let at = 0; at < whole.length; at++) {
      const reader = new AnswerReader()
      if (at > 0) assert.equal(reader.read(Buffer.from(whole.slice(0, at))), undefined)
      const answer = reader.read(Buffer.from(whole.slice(at)))
      assert.ok(answer !== undefined && answer !== 'malformed')
      assert.deepEqual([answer.status, String(answer.body), answer.isLast], [status, 'hello', isLast])
    }
  })

test('one answer after the other', () => {
  const reader = new AnswerReader()
  for (let count = 0; count < 3; count++) {
    const answer = reader.read(Buffer.from(withLength))
    assert.ok(answer !== undefined && answer !== 'malformed')
  }
})

describe('what is no answer to one request is refused', () => {
  for (const text of [
    'SSH-2.0-OpenSSH\r\n\r\n',
    'HTTP/1.1 200 OK\r\n\r\nno length',
    'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nmore',
    'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nxyz\r\n',
  ])
    test(JSON.stringify(text), () => assert.equal(new AnswerReader().read(Buffer.from(text)), 'malformed'))
})

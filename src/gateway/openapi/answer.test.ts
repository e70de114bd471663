import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { boolean, bytes, integer, list, object, optional, string } from '../../api/field.ts'
import { define } from '../../api/operation.ts'
import { KmsError } from '../../core/errors.ts'
import { errorAnswer, successAnswer } from './answer.ts'

const Probe = define(
  'Probe',
  '',
  {},
  {
    KeyId: string(''),
    Blob: bytes(''),
    Value: boolean(''),
    TotalCount: integer(''),
    Keys: object('', { Key: list('', object('', { KeyId: string('') })) }),
    Names: list('', string('')),
    Later: optional(string('')),
    Plaintext: optional(string('', { sensitive: true })),
  },
)
const result = {
  keyId: 'a<b>&"c"',
  blob: new Uint8Array([255, 254]),
  value: false,
  totalCount: 2,
  keys: { key: [{ keyId: '1' }, { keyId: '2', extra: 'x' }] },
  names: [],
  internal: 'not in the contract',
}
const requestId = '11111111-2222-4333-8444-555555555555'

describe('answers', () => {
  test('success in JSON holds exactly the fields of the contract and the request id', () => {
    const answer = successAnswer({ format: 'JSON', requestId }, Probe, result)
    assert.equal(answer.status, 200)
    assert.equal(answer.headers['content-type'], 'application/json;charset=utf-8')
    assert.equal(answer.headers['x-acs-request-id'], requestId)
    assert.deepEqual(JSON.parse(String(answer.body)), {
      RequestId: requestId,
      KeyId: 'a<b>&"c"',
      Blob: '//4=',
      Value: false,
      TotalCount: 2,
      Keys: { Key: [{ KeyId: '1' }, { KeyId: '2' }] },
      Names: [],
    })
  })

  test('success in XML repeats the element of a list under a root named after the action', () => {
    const answer = successAnswer({ format: 'XML', requestId }, Probe, result)
    assert.equal(answer.headers['content-type'], 'text/xml;charset=utf-8')
    assert.equal(
      answer.body,
      '<?xml version="1.0" encoding="UTF-8"?><ProbeResponse>' +
        `<RequestId>${requestId}</RequestId><KeyId>a&lt;b&gt;&amp;&quot;c&quot;</KeyId><Blob>//4=</Blob><Value>false</Value>` +
        '<TotalCount>2</TotalCount><Keys><Key><KeyId>1</KeyId></Key><Key><KeyId>2</KeyId></Key></Keys></ProbeResponse>',
    )
  })

  test('XML replaces what it cannot carry, but refuses to alter a sensitive value', () => {
    const answer = successAnswer({ format: 'XML', requestId }, Probe, { ...result, keyId: 'a\u0000b\rc' })
    assert.ok(String(answer.body).includes('<KeyId>a\u{fffd}b&#13;c</KeyId>'))
    assert.throws(
      () => successAnswer({ format: 'XML', requestId }, Probe, { ...result, plaintext: 'a\u0001' }),
      (error) => error instanceof KmsError && error.code === 'InvalidParameter.Format',
    )
  })

  test('an error carries text only, so that clients with unchecked assertions can read it', () => {
    const answer = errorAnswer(
      { format: 'JSON', requestId },
      {
        code: 'Forbidden.NoPermission',
        message: 'no',
        hostId: 'localhost:8443',
        accessDenied: { AuthAction: 'kms:Encrypt' },
      },
    )
    assert.equal(answer.status, 403)
    assert.deepEqual(JSON.parse(String(answer.body)), {
      HttpStatus: 403,
      Code: 'Forbidden.NoPermission',
      Message: 'no',
      RequestId: requestId,
      HostId: 'localhost:8443',
      Recommend: 'See Forbidden.NoPermission in the error reference.',
      AccessDeniedDetail: { AuthAction: 'kms:Encrypt' },
    })
  })

  test('an error in XML has the root Error and the same members', () => {
    const answer = errorAnswer(
      { format: 'XML', requestId },
      { code: 'MissingParameter', message: 'a "b"', hostId: 'h' },
    )
    assert.equal(
      answer.body,
      '<?xml version="1.0" encoding="UTF-8"?><Error><HttpStatus>400</HttpStatus><Code>MissingParameter</Code>' +
        `<Message>a &quot;b&quot;</Message><RequestId>${requestId}</RequestId><HostId>h</HostId>` +
        '<Recommend>See MissingParameter in the error reference.</Recommend></Error>',
    )
  })

  test('a throttled caller is told in milliseconds when to come back', () => {
    const answer = errorAnswer(
      { format: 'JSON', requestId },
      { code: 'Rejected.Throttling', message: 'QPS Limit Exceeded', hostId: '', retryAfterMs: 40 },
    )
    assert.equal(answer.status, 429)
    assert.equal(answer.headers['x-acs-retry-after'], '40')
  })
})

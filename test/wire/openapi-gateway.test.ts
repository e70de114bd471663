import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { boolean, optional, string, withDefault } from '../../src/api/field.ts'
import { define } from '../../src/api/operation.ts'
import type { AuditRecord } from '../../src/core/audit.ts'
import { KmsError } from '../../src/core/errors.ts'
import { accessKeys } from '../../src/core/ram/access-key.ts'
import { recordKind } from '../../src/core/records.ts'
import { on } from '../../src/gateway/openapi/pair.ts'
import { Throttle } from '../../src/gateway/throttle.ts'
import { type RpcSignatureMethod, rpcSignature, rpcStringToSign } from '../../src/wire/rpc-signature.ts'
import { testKms } from '../kit/kms.ts'
import {
  acs3Request,
  bodyOf,
  encodePairs,
  httpRequest,
  type OpenapiFixture,
  openapiFixture,
  v1Request,
} from '../kit/openapi.ts'

const wrong = (fixture: OpenapiFixture) => ({ ...fixture.account, accessKeySecret: 'wrong' })

describe('answers', () => {
  test('the format is chosen in any letter case, and JSON is the default', async () => {
    const fixture = await openapiFixture((await testKms()).kms)
    const typeFor = async (format: string): Promise<string | undefined> => {
      const parameters = [
        ['Action', 'DescribeRegions'],
        ['Version', '2016-01-20'],
        ['Format', format],
      ] as const
      return (await fixture.gateway.handle(httpRequest({ target: `/?${encodePairs(parameters)}` }))).headers[
        'content-type'
      ]
    }
    for (const format of ['JSON', 'json', 'Json', 'None', '']) {
      assert.equal(await typeFor(format), 'application/json;charset=utf-8', format)
    }
    for (const format of ['XML', 'xml']) assert.equal(await typeFor(format), 'text/xml;charset=utf-8', format)
    const unknown = await fixture.gateway.handle(httpRequest({ target: '/?Action=DescribeRegions&Format=YAML' }))
    assert.equal(bodyOf(unknown).Code, 'InvalidParameter.Format')
  })

  test('an ACS3 client gets XML by its Accept header', async () => {
    const fixture = await openapiFixture((await testKms()).kms)
    const request = acs3Request(fixture.account, 'DescribeRegions', {}, { date: fixture.kms.now() })
    const headers = new Map([...request.headers, ['accept', ['text/xml']]])
    const response = await fixture.gateway.handle({ ...request, headers })
    assert.match(
      String(response.body),
      /^<\?xml .*\?><DescribeRegionsResponse><RequestId>[0-9A-F-]{36}<\/RequestId><Regions>/,
    )
  })

  test('the request id is in the header and in the body, of errors too', async () => {
    const fixture = await openapiFixture((await testKms()).kms)
    for (const action of ['DescribeRegions', 'Nonsense']) {
      const { headers, body } = await fixture.call(action)
      assert.match(body.RequestId, /^[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}$/)
      assert.equal(headers['x-acs-request-id'], body.RequestId)
    }
  })

  test('what is not served is named', async () => {
    const fixture = await openapiFixture((await testKms()).kms)
    const code = async (target: string, method = 'POST'): Promise<string> =>
      bodyOf(await fixture.gateway.handle(httpRequest({ target, method }))).Code
    assert.equal(await code('/?Version=2016-01-20'), 'MissingAction')
    assert.equal(await code('/?Action=Encrypt'), 'MissingVersion')
    assert.equal(await code('/?Action=Encrypt&Version=2015-06-12'), 'InvalidVersion')
    assert.equal(await code('/?Action=encrypt&Version=2016-01-20'), 'InvalidAction.NotFound')
    assert.equal(await code('/?Action=toString&Version=2016-01-20'), 'InvalidAction.NotFound')
    assert.equal(await code('/index.html'), 'InvalidAction.NotFound')
    assert.equal(await code('/?Action=Encrypt&Version=2016-01-20', 'DELETE'), 'UnsupportedHTTPMethod')
    assert.equal(await code('/?Action=Encrypt&Version=2016-01-20'), 'MissingAccessKeyId')
  })

  test('a fault of ours is an internal failure that says nothing, and is reported with its cause', async () => {
    const cause = new Error('details of the machine')
    const Fail = define('Fail', '', {}, {})
    const operations = [
      on(Fail, () => {
        throw cause
      }),
    ]
    const fixture = await openapiFixture((await testKms()).kms, { operations })
    const { status, body } = await fixture.call('Fail')
    assert.equal(status, 500)
    assert.equal(body.Code, 'InternalFailure')
    assert.ok(!JSON.stringify(body).includes('machine'))
    assert.equal(fixture.reports.at(-1)?.cause, cause)
  })

  test('nothing is answered while the service is sealed', async () => {
    const kms = (await testKms()).kms
    const fixture = await openapiFixture(kms)
    const sealed = { ...kms, sealing: { ...kms.sealing, isSealed: true } }
    const { gateway } = await openapiFixture(sealed, {}, fixture.account)
    const response = await gateway.handle(v1Request(fixture.account, 'DescribeRegions', {}, { date: kms.now() }))
    assert.equal(response.status, 503)
    assert.equal(bodyOf(response).Code, 'ServiceUnavailableTemporary')
  })
})

describe('authentication', () => {
  test('a wrong signature of a harmless call is answered with the string that the server signed', async () => {
    const fixture = await openapiFixture((await testKms()).kms)
    const request = v1Request(wrong(fixture), 'DescribeKey', { KeyId: "it's (a) *key*" }, { date: fixture.kms.now() })
    const { Code, Message } = bodyOf(await fixture.gateway.handle(request))
    assert.equal(Code, 'SignatureDoesNotMatch')
    const parameters = [...new URL(request.target, 'http://h').searchParams]
    const stringToSign = rpcStringToSign('POST', parameters)
    assert.equal(
      Message,
      `Specified signature is not matched with our calculation. server string to sign is:${stringToSign}`,
    )
  })

  test('what a sensitive call holds is not shown, but the message keeps its colon', async () => {
    const fixture = await openapiFixture((await testKms()).kms)
    for (const make of [v1Request, acs3Request]) {
      const request = make(
        wrong(fixture),
        'Encrypt',
        { KeyId: 'k', Plaintext: 'c2VjcmV0' },
        { date: fixture.kms.now() },
      )
      const { Code, Message } = bodyOf(await fixture.gateway.handle(request))
      assert.equal(Code, 'SignatureDoesNotMatch')
      assert.ok(Message.includes(':') && !Message.includes('c2VjcmV0') && Message.endsWith('(not shown)'), Message)
    }
  })

  test('the echo can be turned off and on', async () => {
    const kms = (await testKms()).kms
    const fixture = await openapiFixture(kms)
    const message = async (echoStringToSign: 'never' | 'always', action: string): Promise<string> => {
      const { gateway } = await openapiFixture(kms, { echoStringToSign }, fixture.account)
      const request = acs3Request(wrong(fixture), action, { KeyId: 'the-key' }, { date: kms.now() })
      return bodyOf(await gateway.handle(request)).Message
    }
    assert.ok(!(await message('never', 'DescribeKey')).includes('the-key'))
    assert.match(
      await message('always', 'Encrypt'),
      /server StringToSign is \[ACS3-HMAC-SHA256\n[0-9a-f]{64}\] server CanonicalRequest is \[POST\n\/\nKeyId=the-key\n/,
    )
  })

  test('an unknown AccessKey is told apart from a disabled one', async () => {
    const fixture = await openapiFixture((await testKms()).kms)
    const unknown = await fixture.call('DescribeRegions', {}, { as: { accessKeyId: 'nobody', accessKeySecret: 'x' } })
    assert.deepEqual([unknown.status, unknown.body.Code], [404, 'InvalidAccessKeyId.NotFound'])
    await changeAccessKey(fixture, { status: 'Inactive' })
    const inactive = await fixture.call('DescribeRegions')
    assert.deepEqual([inactive.status, inactive.body.Code], [403, 'InvalidAccessKeyId.Inactive'])
    const guess = await fixture.call('DescribeRegions', {}, { as: wrong(fixture) })
    assert.equal(guess.body.Code, 'SignatureDoesNotMatch', 'who does not know the secret does not learn it is disabled')
  })

  test('an AccessKey may be held to ACS3', async () => {
    const fixture = await openapiFixture((await testKms()).kms)
    await changeAccessKey(fixture, { requireAcs3: true })
    assert.equal((await fixture.call('DescribeRegions')).body.Code, 'InvalidSignatureMethod')
    await fixture.succeed('DescribeRegions', {}, { scheme: 'ACS3' })
  })

  const rpcTarget = (fixture: OpenapiFixture, action: string, common: Record<string, string>): string => {
    const parameters = {
      Action: action,
      Version: '2016-01-20',
      AccessKeyId: fixture.account.accessKeyId,
      SignatureMethod: 'HMAC-SHA1',
      SignatureVersion: '1.0',
      SignatureType: '',
      Timestamp: fixture.kms.now().toISOString(),
      ...common,
    }
    const pairs = Object.entries(parameters)
    const method = parameters.SignatureMethod as RpcSignatureMethod
    const Signature = rpcSignature(fixture.account.accessKeySecret, rpcStringToSign('GET', pairs), method)
    return `/?${encodePairs([...pairs, ['Signature', Signature]])}`
  }
  const get = async (fixture: OpenapiFixture, target: string): Promise<string> =>
    bodyOf(await fixture.gateway.handle(httpRequest({ method: 'GET', target }))).Code ?? 'Success'

  test('HMAC-SHA256 is taken in version 1.0, other methods are not', async () => {
    const fixture = await openapiFixture((await testKms()).kms)
    assert.equal(
      await get(fixture, rpcTarget(fixture, 'DescribeRegions', { SignatureMethod: 'HMAC-SHA256' })),
      'Success',
    )
    for (const method of ['HMAC-MD5', 'SHA256withRSA', 'none', '', 'hmac-sha1']) {
      const target = rpcTarget(fixture, 'DescribeRegions', { SignatureMethod: method })
      assert.equal(await get(fixture, target), 'InvalidSignatureMethod', method)
    }
    assert.equal(
      await get(fixture, rpcTarget(fixture, 'DescribeRegions', { SignatureType: 'PRIVATEKEY' })),
      'InvalidSignatureMethod',
    )
    assert.equal(
      await get(fixture, rpcTarget(fixture, 'DescribeRegions', { SignatureVersion: '2.0' })),
      'IncompleteSignature',
    )
  })

  test('without a nonce reading may be repeated, but what changes state may not', async () => {
    const fixture = await openapiFixture((await testKms()).kms)
    const reading = rpcTarget(fixture, 'DescribeRegions', {})
    assert.equal(await get(fixture, reading), 'Success')
    assert.equal(await get(fixture, reading), 'Success')
    const changing = rpcTarget(fixture, 'CreateKey', {})
    assert.equal(await get(fixture, changing), 'Success')
    assert.equal(await get(fixture, changing), 'SignatureNonceUsed')
  })

  test('a nonce can be demanded', async () => {
    const kms = (await testKms()).kms
    const fixture = await openapiFixture(kms)
    const strict = await openapiFixture(kms, { authentication: { requireNonce: true } }, fixture.account)
    assert.equal(await get(strict, rpcTarget(strict, 'DescribeRegions', {})), 'MissingSignatureNonce')
  })

  test('the action of version 1.0 must be among the signed parameters', async () => {
    const fixture = await openapiFixture((await testKms()).kms)
    const { Action: _, ...rest } = Object.fromEntries(
      new URL(rpcTarget(fixture, 'DescribeRegions', {}), 'http://h').searchParams,
    )
    const headers = { 'x-acs-action': 'DescribeRegions', 'x-acs-version': '2016-01-20' }
    const request = httpRequest({ method: 'GET', target: `/?${encodePairs(Object.entries(rest))}`, headers })
    assert.equal(bodyOf(await fixture.gateway.handle(request)).Code, 'MissingAction')
  })

  test('whoever keeps failing has to wait; who signs rightly never does, not even at the same address', async () => {
    const clock = { ms: 0 }
    const fixture = await openapiFixture((await testKms()).kms, { monotonicMs: () => clock.ms })
    const guess = () => fixture.call('DescribeRegions', {}, { as: wrong(fixture) })
    for (let attempt = 0; attempt < 10; attempt++) assert.equal((await guess()).body.Code, 'SignatureDoesNotMatch')
    for (const wait of [1000, 2000, 4000]) {
      const { status, body, headers } = await guess()
      assert.deepEqual([status, body.Code, headers['x-acs-retry-after']], [429, 'Rejected.Throttling', String(wait)])
      await fixture.succeed('DescribeRegions')
      clock.ms += wait
      assert.equal((await guess()).body.Code, 'SignatureDoesNotMatch')
    }
    const refusals = fixture.audit.filter(({ code }) => code !== 'Success')
    assert.equal(refusals.length, 13, 'guesses that have to wait fill no audit log')
  })

  test('AccessKeys that do not exist are not counted, so that nobody can push others out of memory', async () => {
    const fixture = await openapiFixture((await testKms()).kms)
    for (let attempt = 0; attempt < 12; attempt++) {
      const { body } = await fixture.call(
        'DescribeRegions',
        {},
        { as: { accessKeyId: 'nobody', accessKeySecret: 'x' } },
      )
      assert.equal(body.Code, 'InvalidAccessKeyId.NotFound')
    }
  })
})

describe('throttling', () => {
  test('calls above the configured rate are refused with the time to come back', async () => {
    const throttle = new Throttle({ perAccount: { read: 2 }, monotonicMs: () => 0 })
    const fixture = await openapiFixture((await testKms()).kms, { throttle })
    await fixture.succeed('ListKeys')
    await fixture.succeed('ListKeys')
    const { status, body, headers } = await fixture.call('ListKeys')
    assert.deepEqual([status, body.Code, body.Message], [429, 'Rejected.Throttling', 'QPS Limit Exceeded'])
    assert.equal(headers['x-acs-retry-after'], '500')
    await fixture.succeed('CreateKey')
  })
})

/** what the operations of these tests change */
const notes = recordKind<object>({ name: 'note', indexes: () => [] })

describe('audit', () => {
  test('a change that is refused before it is made leaves the record of its refusal alone', async () => {
    const fixture = await openapiFixture((await testKms()).kms)
    const { body } = await fixture.call('DisableKey', { KeyId: 'no-such-key' })
    assert.equal(body.Code, 'Forbidden.KeyNotFound')
    assert.deepEqual(
      fixture.audit.map(({ phase, action }) => [phase, action]),
      [['response', 'DisableKey']],
    )
  })

  test('a change is written down before it is made, everything before it is answered', async () => {
    const order: string[] = []
    const Change = define('Change', '', { KeyId: string('') }, {}, { mutates: true })
    const Read = define('Read', '', {}, {})
    const fixture = await openapiFixture((await testKms()).kms, {
      audit: {
        append: async ({ phase, action, code }) => {
          await new Promise(setImmediate)
          order.push(`${phase} ${action} ${code}`)
        },
      },
      operations: [
        on(Change, async (call, { keyId }) => {
          call.audit.keyId = keyId
          await call.kms.records.transaction((transaction) => transaction.insert(notes, keyId, {}))
          order.push('changed')
          return {}
        }),
        on(Read, () => ({})),
      ],
    })
    await fixture.succeed('Change', { KeyId: 'k' })
    order.push('answered')
    await fixture.succeed('Read')
    assert.deepEqual(order, [
      'request Change undefined',
      'changed',
      'response Change Success',
      'answered',
      'response Read Success',
    ])
  })

  test('a record says who did what with which key, and how it ended', async () => {
    const fixture = await openapiFixture((await testKms()).kms)
    const { KeyMetadata } = await fixture.succeed('CreateKey')
    fixture.audit.length = 0
    const { body } = await fixture.call('Decrypt', { CiphertextBlob: 'AAAA' })
    await fixture.succeed('Encrypt', { KeyId: KeyMetadata.KeyId, Plaintext: 'AAAA' })
    const { time, latencyMs, ...failed } = fixture.audit[0] as AuditRecord
    assert.equal(time, fixture.kms.now().toISOString())
    assert.ok(typeof latencyMs === 'number' && latencyMs >= 0)
    assert.deepEqual(failed, {
      phase: 'response',
      gateway: 'openapi',
      action: 'Decrypt',
      requestId: body.RequestId,
      principal: `acs:ram::${fixture.kms.settings.accountId}:root`,
      accessKeyId: fixture.account.accessKeyId,
      authentication: 'AccessKey',
      issuer: undefined,
      subject: undefined,
      source: '192.0.2.1',
      certificate: undefined,
      keyId: undefined,
      keyVersionId: undefined,
      resource: undefined,
      code: 'InvalidParameter',
      status: 400,
      via: undefined,
    })
    assert.deepEqual([fixture.audit[1]?.keyId, fixture.audit[1]?.code], [KeyMetadata.KeyId, 'Success'])
    assert.ok(fixture.audit[1]?.keyVersionId)
  })

  test('when it cannot be written, nothing is changed and nothing is answered', async () => {
    const Change = define('Change', '', {}, {}, { mutates: true })
    const Read = define('Read', '', {}, { Value: string('') })
    const fixture = await openapiFixture((await testKms()).kms, {
      audit: { append: () => Promise.reject(new KmsError('ServiceUnavailableTemporary')) },
      operations: [
        on(Change, async ({ kms }) => {
          await kms.records.transaction((transaction) => transaction.insert(notes, 'n', {}))
          return {}
        }),
        on(Read, () => ({ value: 'data' })),
      ],
    })
    for (const action of ['Change', 'Read']) {
      const { status, body } = await fixture.call(action)
      assert.deepEqual([status, body.Code], [503, 'ServiceUnavailableTemporary'])
      assert.ok(!JSON.stringify(body).includes('data'))
    }
    assert.equal(await fixture.kms.records.get(notes, 'n'), undefined)
  })

  test('a wrong secret for an existing AccessKey is written down, what strangers send is not', async () => {
    const fixture = await openapiFixture((await testKms()).kms)
    await fixture.call('DescribeRegions', {}, { as: { accessKeyId: 'nobody', accessKeySecret: 'x' } })
    await fixture.gateway.handle(httpRequest({ target: '/?Action=DescribeRegions&Version=2016-01-20' }))
    assert.equal(fixture.audit.length, 0)
    assert.equal(fixture.reports.length, 2)
    await fixture.call('DescribeRegions', {}, { as: wrong(fixture) })
    const [record] = fixture.audit
    assert.deepEqual(
      [record?.code, record?.accessKeyId, record?.principal],
      ['SignatureDoesNotMatch', fixture.account.accessKeyId, undefined],
    )
  })
})

describe('dry run', () => {
  const Probe = define(
    'Probe',
    '',
    { DryRun: withDefault(boolean(''), false), Name: string('', { maxLength: 3 }), Fails: optional(string('')) },
    { Secret: string('') },
  )
  const behaviour = on(Probe, (_call, { fails }) => {
    if (fails) throw new KmsError(fails as 'Rejected.Disabled', { accessDenied: { AuthAction: 'kms:Probe' } })
    return { secret: 'revealed' }
  })

  test('the outcome of the check is an error of its own', async () => {
    const fixture = await openapiFixture((await testKms()).kms, { operations: [behaviour] })
    const outcome = async (parameters: Record<string, string>) => {
      const { status, body } = await fixture.call('Probe', { DryRun: 'True', ...parameters })
      assert.ok(!JSON.stringify(body).includes('revealed'))
      return [status, body.Code]
    }
    assert.deepEqual(await outcome({ Name: 'a' }), [400, 'DryRunOperationError'])
    assert.deepEqual(await outcome({}), [400, 'ValidationError'])
    assert.deepEqual(await outcome({ Name: 'long' }), [400, 'ValidationError'])
    assert.deepEqual(await outcome({ Name: 'a', Fails: 'InvalidParameter' }), [400, 'ValidationError'])
    assert.deepEqual(await outcome({ Name: 'a', Fails: 'Forbidden.NoPermission' }), [403, 'AccessDeniedError'])
    assert.deepEqual(await outcome({ Name: 'a', Fails: 'Rejected.Disabled' }), [409, 'Rejected.Disabled'])
    assert.equal(fixture.audit.at(0)?.code, 'DryRunOperationError')
  })

  test('a wrong signature stays one', async () => {
    const fixture = await openapiFixture((await testKms()).kms, { operations: [behaviour] })
    const { body } = await fixture.call('Probe', { DryRun: 'true' }, { as: wrong(fixture) })
    assert.equal(body.Code, 'SignatureDoesNotMatch')
  })
})

async function changeAccessKey(
  { kms, account }: OpenapiFixture,
  change: { status?: 'Inactive'; requireAcs3?: boolean },
): Promise<void> {
  await kms.records.transaction(async (transaction) => {
    const key = await transaction.get(accessKeys, account.accessKeyId)
    assert.ok(key)
    await transaction.update(accessKeys, key, { ...key.body, ...change })
  })
}

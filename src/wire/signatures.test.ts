import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { acs3CanonicalRequest } from './acs3-canonical.ts'
import {
  acs3PayloadDigest,
  acs3Signature,
  acs3StringToSign,
  isAcs3Algorithm,
  parseAcs3Authorization,
  signAcs3,
} from './acs3-signature.ts'
import { canonicalQuery, type Parameter, percentDecode, percentEncode } from './percent.ts'
import { rpcSignature, rpcStringToSign, signRpc } from './rpc-signature.ts'

interface Vector {
  readonly id: string
  readonly scheme: string
  readonly credential: string
  readonly request: {
    readonly method: string
    readonly target: string
    readonly headers: readonly (readonly [string, string])[]
    readonly body: string
  }
  readonly expected: Readonly<Record<string, string>>
}

const file = join(import.meta.dirname, '../../test/vectors/openapi/signatures.json')
const { vectors, credentials } = JSON.parse(readFileSync(file, 'utf8')) as {
  readonly vectors: readonly Vector[]
  readonly credentials: Readonly<
    Record<string, { accessKeyId: string; accessKeySecret: string; securityToken?: string }>
  >
}

const credentialsOf = (vector: Vector) => {
  const found = credentials[vector.credential]
  assert.ok(found)
  return found
}

const pairs = (text: string): Parameter[] =>
  text === ''
    ? []
    : text.split('&').map((pair) => {
        const [name = '', value = ''] = pair.split('=').map(percentDecode)
        return [name, value]
      })

const queryOf = (vector: Vector): Parameter[] => pairs(vector.request.target.split('?')[1] ?? '')
const headersOf = (vector: Vector) =>
  new Map(vector.request.headers.map(([name, value]) => [name.toLowerCase(), [value]]))

const isForm = (vector: Vector): boolean =>
  headersOf(vector).get('content-type')?.[0]?.startsWith('application/x-www-form-urlencoded') ?? false

describe('signature version 1.0', () => {
  const signed = vectors.filter(({ scheme }) => scheme === 'V1')
  assert.equal(signed.length, 9)

  for (const vector of signed) {
    const parameters = [...queryOf(vector), ...(isForm(vector) ? pairs(vector.request.body) : [])]
    const { expected } = vector

    test(`${vector.id}: strings and signature equal what the client computed`, () => {
      const unsigned = parameters.filter(([name]) => name !== 'Signature')
      const stringToSign = rpcStringToSign(vector.request.method, parameters)
      assert.equal(canonicalQuery(unsigned), expected.canonicalizedQueryString)
      assert.equal(stringToSign, expected.stringToSign)
      assert.equal(rpcSignature(credentialsOf(vector).accessKeySecret, stringToSign, 'HMAC-SHA1'), expected.signature)
    })

    test(`${vector.id}: signing the same call gives the same signature`, () => {
      const common = new Set([
        'Action',
        'Version',
        'AccessKeyId',
        'SignatureMethod',
        'SignatureVersion',
        'SignatureNonce',
        'Timestamp',
        'SecurityToken',
        'Signature',
      ])
      const given = Object.fromEntries(parameters)
      if (given.Format !== 'JSON') return
      const made = signRpc({
        method: vector.request.method,
        action: given.Action ?? '',
        version: given.Version ?? '',
        parameters: parameters.filter(([name]) => !common.has(name) && name !== 'Format'),
        credentials: credentialsOf(vector),
        date: new Date(expected.timestamp ?? ''),
        nonce: expected.nonce ?? '',
      })
      assert.deepEqual(Object.fromEntries(made), given)
    })
  }

  test('the documented example without a nonce gives the recomputed signature', () => {
    const parameters = pairs(
      'Action=CreateKey&SignatureVersion=1.0&Format=json&Version=2016-01-20&AccessKeyId=testid&SignatureMethod=HMAC-SHA1&Timestamp=2016-03-28T03%3A13%3A08Z',
    )
    const signature = rpcSignature('testsecret', rpcStringToSign('GET', parameters), 'HMAC-SHA1')
    assert.equal(signature, '41wk2SSX1GJh7fwnc5eqOfiJPFg=')
  })
})

describe('ACS3 signature', () => {
  const signed = vectors.filter(({ scheme }) => isAcs3Algorithm(scheme))
  assert.equal(signed.length, 8)

  for (const vector of signed) {
    const { expected, request } = vector
    const headers = headersOf(vector)

    test(`${vector.id}: strings and signature equal what the client computed`, () => {
      const authorization = parseAcs3Authorization(headers.get('authorization')?.[0] ?? '')
      assert.ok(authorization && isAcs3Algorithm(authorization.algorithm))
      const { algorithm } = authorization
      const payloadDigest = acs3PayloadDigest(algorithm, request.body)
      const canonicalRequest = acs3CanonicalRequest({
        method: request.method,
        parameters: queryOf(vector),
        headers,
        signedHeaders: authorization.signedHeaders,
        payloadDigest,
      })
      const stringToSign = acs3StringToSign(algorithm, canonicalRequest)
      assert.equal(payloadDigest, expected.hashedPayload)
      assert.equal(canonicalRequest, expected.canonicalRequest)
      assert.equal(stringToSign, expected.stringToSign)
      assert.equal(acs3Signature(algorithm, credentialsOf(vector).accessKeySecret, stringToSign), expected.signature)
      assert.equal(authorization.signature, expected.signature)
    })

    test(`${vector.id}: signing the same call gives the same headers`, () => {
      const value = (name: string): string => headers.get(name)?.[0] ?? ''
      const extra = ['content-type', 'accept', 'x-acs-credentials-provider'].filter((name) => headers.has(name))
      const made = signAcs3({
        method: request.method,
        host: value('host'),
        action: value('x-acs-action'),
        version: value('x-acs-version'),
        query: queryOf(vector),
        body: request.body,
        headers: Object.fromEntries(extra.map((name) => [name, value(name)])),
        credentials: credentialsOf(vector),
        date: new Date(expected.timestamp ?? ''),
        nonce: expected.nonce ?? '',
        ...(vector.scheme === 'ACS3-HMAC-SM3' ? { algorithm: 'ACS3-HMAC-SM3' as const } : {}),
      })
      for (const [name, text] of Object.entries(made)) assert.equal(text, value(name), name)
    })
  }

  test('an Authorization header is read in any order of its fields', () => {
    const parsed = parseAcs3Authorization('ACS3-HMAC-SHA256 Credential=id,Signature=ab,SignedHeaders=host;x-acs-date')
    assert.deepEqual(parsed, {
      algorithm: 'ACS3-HMAC-SHA256',
      accessKeyId: 'id',
      signature: 'ab',
      signedHeaders: ['host', 'x-acs-date'],
    })
  })

  test('an Authorization header with a missing or repeated field is not read', () => {
    for (const bad of [
      '',
      'ACS3-HMAC-SHA256',
      'ACS3-HMAC-SHA256 ',
      'ACS3-HMAC-SHA256 Credential=id,SignedHeaders=host',
      'ACS3-HMAC-SHA256 Credential=id,SignedHeaders=host,Signature=',
      'ACS3-HMAC-SHA256 Credential=id,Credential=other,SignedHeaders=host,Signature=ab',
      'ACS3-HMAC-SHA256 Credential=id,SignedHeaders=host,Signature=ab,More=1',
    ]) {
      assert.equal(parseAcs3Authorization(bad), undefined, bad)
    }
  })

  test('a repeated header is signed as its trimmed values in order, joined with a comma', () => {
    const canonical = acs3CanonicalRequest({
      method: 'GET',
      parameters: [],
      headers: new Map([['x-acs-a', [' z ', 'b']]]),
      signedHeaders: ['x-acs-a'],
      payloadDigest: '00',
    })
    assert.equal(canonical, 'GET\n/\n\nx-acs-a:b,z\n\nx-acs-a\n00')
  })
})

describe('percent encoding', () => {
  test('only the unreserved characters stay as they are', () => {
    const ascii = Array.from({ length: 128 }, (_, code) => String.fromCharCode(code))
    const kept = ascii.filter((char) => percentEncode(char) === char)
    assert.equal(kept.join(''), '-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz~')
    assert.equal(percentEncode("a b!'()*中"), 'a%20b%21%27%28%29%2A%E4%B8%AD')
  })

  test('decoding gives back what was encoded', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => percentDecode(percentEncode(text)) === text))
  })

  test('a plus sign means a space', () => {
    assert.equal(percentDecode('a+b%2B'), 'a b+')
  })

  test('a cut escape, a byte that is not UTF-8 and an unescaped character are refused', () => {
    for (const bad of ['%', '%4', '%zz', '%ff', '%c0%80', '%ed%a0%80', '中', 'a\u0000', 'a\n']) {
      assert.equal(percentDecode(bad), undefined, JSON.stringify(bad))
    }
  })
})

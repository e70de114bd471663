import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { before, describe, test } from 'node:test'
import { type Api, define, kmsApi, stsApi } from '../../src/api/operation.ts'
import type { Kms } from '../../src/core/kms.ts'
import { accessKeys } from '../../src/core/ram/access-key.ts'
import { roleId, roles } from '../../src/core/ram/role.ts'
import { hashToken, sessions } from '../../src/core/sts/session.ts'
import type { HttpRequest } from '../../src/gateway/http.ts'
import { type OpenapiGatewayOptions, openapiGateway } from '../../src/gateway/openapi/handle.ts'
import { on } from '../../src/gateway/openapi/pair.ts'
import { signAcs3 } from '../../src/wire/acs3-signature.ts'
import { percentDecode } from '../../src/wire/percent.ts'
import { type SigningCredentials, signRpc } from '../../src/wire/rpc-signature.ts'
import { testKms } from '../kit/kms.ts'
import { bodyOf, encodePairs, httpRequest as openapiRequest, v1Request } from '../kit/openapi.ts'

interface Vector {
  readonly id: string
  readonly client: string
  readonly scheme: string
  readonly credential: string
  readonly request: {
    readonly method: string
    readonly target: string
    readonly headers: readonly (readonly [string, string])[]
    readonly body: string
  }
  readonly expected: { readonly timestamp?: string }
}
type Pairs = readonly (readonly [string, string])[]

const file = join(import.meta.dirname, '../vectors/openapi/signatures.json')
const { vectors, credentials } = JSON.parse(readFileSync(file, 'utf8')) as {
  readonly vectors: readonly Vector[]
  readonly credentials: {
    readonly ak: { readonly accessKeyId: string; readonly accessKeySecret: string }
    readonly sts: { readonly accessKeyId: string; readonly accessKeySecret: string; readonly securityToken: string }
  }
}
const served = vectors.filter(({ scheme }) => ['V1', 'ACS3-HMAC-SHA256', 'ACS3-HMAC-SM3'].includes(scheme))
const timeOf = (vector: Vector): Date => new Date(vector.expected.timestamp ?? '2026-11-21T22:00:25Z')

/** Operations that take anything and succeed: what is tested here happens before one runs. */
const probe = (api: Api) => (name: string) => on(define(name, '', {}, {}, { api, mutates: true }), () => ({}))
const kmsActions = [
  'Encrypt',
  'CreateKey',
  'TagResources',
  'DescribeKey',
  'PutSecretValue',
  'DescribeRegions',
  'GenerateDataKey',
  'ListKeys',
]
const operations = [...kmsActions.map(probe(kmsApi)), probe(stsApi)('AssumeRole')]

let kms: Kms
let now = new Date()
const gateway = (options: Partial<OpenapiGatewayOptions> = {}) =>
  openapiGateway({
    kms: { ...kms, now: () => now },
    audit: { append: async () => {} },
    operations,
    ...options,
  })

before(async () => {
  kms = (await testKms()).kms
  await storeCredentials()
})

async function storeCredentials(): Promise<void> {
  const { accountId } = kms.settings
  const times = { createdAt: '2026-11-21T00:00:00Z', updatedAt: '2026-11-21T00:00:00Z' }
  await kms.records.transaction(async (transaction) => {
    const { ak, sts } = credentials
    const key = { accountId, status: 'Active', createdAt: times.createdAt } as const
    await transaction.insert(accessKeys, ak.accessKeyId, key, Buffer.from(ak.accessKeySecret))
    const roleName = 'tester'
    const role = {
      accountId,
      roleId: '1',
      roleName,
      description: '',
      trustPolicy: '',
      maxSessionSeconds: 3600,
      policies: [],
    }
    await transaction.insert(roles, roleId(accountId, roleName), { ...role, ...times })
    const session = {
      accountId,
      roleName,
      roleId: '1',
      sessionName: 's',
      tokenHash: Buffer.from(hashToken(sts.securityToken)).toString('base64'),
      createdAt: times.createdAt,
      expiresAt: '2026-11-21T23:00:00Z',
    }
    await transaction.insert(sessions, sts.accessKeyId, session, Buffer.from(sts.accessKeySecret))
  })
}

const httpRequest = ({ request }: Vector): HttpRequest => ({
  method: request.method,
  target: request.target,
  headers: new Map(request.headers.map(([name, value]) => [name.toLowerCase(), [value]])),
  body: Buffer.from(request.body, 'utf8'),
  sourceAddress: '192.0.2.7',
  secureTransport: true,
})

async function answer(request: HttpRequest, at: Date, options?: Partial<OpenapiGatewayOptions>) {
  now = at
  const response = await gateway(options).handle(request)
  const { Code: code } = bodyOf(response)
  return { status: response.status, code, body: response.body }
}

async function refuses(request: HttpRequest, vector: Vector, what: string): Promise<void> {
  const { status, code } = await answer(request, timeOf(vector))
  assert.ok(status >= 400 && status < 500 && code !== undefined, `${what}: ${status} ${code}`)
}

const answerSigned = (who: SigningCredentials, at = '2026-11-21T22:00:00Z') =>
  answer(v1Request(who, 'DescribeKey', {}, { date: new Date(at) }), new Date(at))

const decodePairs = (text: string): Pairs =>
  text === ''
    ? []
    : text.split('&').map((pair) => {
        const [name = '', value = ''] = pair.split('=').map(percentDecode)
        return [name, value]
      })
/** Another value of the same length; Base64 and hex keep their alphabet. */
const altered = (value: string): string => {
  const [first = '', ...rest] = value
  return [first === 'A' ? 'B' : 'A', ...rest].join('')
}
const alterations = (pairs: Pairs): { name: string; pairs: Pairs }[] =>
  pairs.flatMap(([name, value], at) => [
    { name: `value of ${name}`, pairs: pairs.with(at, [name, altered(value)]) },
    { name: `name of ${name}`, pairs: pairs.with(at, [`${name}x`, value]) },
    { name: `without ${name}`, pairs: pairs.toSpliced(at, 1) },
  ])

describe('requests captured from official clients', () => {
  for (const vector of served) {
    const request = httpRequest(vector)

    test(`${vector.id}: accepted`, async () => {
      const { status, body } = await answer(request, timeOf(vector))
      assert.equal(status, 200, String(body))
    })

    test(`${vector.id}: accepted anywhere in the time window, refused outside`, async () => {
      const minutes = (count: number): Date => new Date(timeOf(vector).getTime() + count * 60_000)
      assert.equal((await answer(request, minutes(15))).status, 200)
      assert.equal((await answer(request, minutes(-15))).status, 200)
      assert.equal((await answer(request, minutes(15.01))).code, 'InvalidTimeStamp.Expired')
      assert.equal((await answer(request, minutes(-15.01))).code, 'InvalidTimeStamp.Expired')
    })

    test(`${vector.id}: refused when it comes again`, async () => {
      now = timeOf(vector)
      const one = gateway()
      assert.equal((await one.handle(request)).status, 200)
      const again = await one.handle(request)
      assert.equal(again.status, 400)
      assert.ok(String(again.body).includes('SignatureNonceUsed'))
    })

    test(`${vector.id}: refused after any parameter was changed, added or removed`, async () => {
      const [, query = ''] = vector.request.target.split('?')
      for (const { name, pairs } of alterations([...decodePairs(query)])) {
        await refuses({ ...request, target: `/?${encodePairs(pairs)}` }, vector, name)
      }
      await refuses({ ...request, target: `${vector.request.target}${query ? '&' : '?'}Extra=1` }, vector, 'added')
    })

    test(`${vector.id}: refused after the body or method was changed`, async () => {
      const { body, method } = vector.request
      const form = (text: string): HttpRequest => ({
        ...request,
        headers: new Map([...request.headers, ['content-type', ['application/x-www-form-urlencoded']]]),
        body: Buffer.from(text),
      })
      const isForm = body !== '' && !body.startsWith('{')
      if (isForm) {
        for (const { name, pairs } of alterations(decodePairs(body)))
          await refuses(form(encodePairs(pairs)), vector, name)
      } else if (body !== '') {
        await refuses({ ...request, body: Buffer.from(`${body} `) }, vector, 'body')
      }
      await refuses(form(`${body}${body ? '&' : ''}Extra=1`), vector, 'added to the body')
      await refuses({ ...request, method: method === 'GET' ? 'POST' : 'GET' }, vector, 'method')
    })

    test(`${vector.id}: refused after a signed header was changed, removed or repeated`, async () => {
      const authorization = request.headers.get('authorization')?.[0]
      if (authorization === undefined) return
      const signed = /SignedHeaders=([^,]*)/.exec(authorization)?.[1]?.split(';') ?? []
      for (const name of signed) {
        const [value = ''] = request.headers.get(name) ?? []
        const others = [...request.headers].filter(([other]) => other !== name)
        await refuses(
          { ...request, headers: new Map([...others, [name, [altered(value)]]]) },
          vector,
          `value of ${name}`,
        )
        await refuses({ ...request, headers: new Map(others) }, vector, `without ${name}`)
        await refuses({ ...request, headers: new Map([...others, [name, [value, value]]]) }, vector, `${name} repeated`)
      }
    })

    test(`${vector.id}: refused after the Authorization header was changed`, async () => {
      const authorization = request.headers.get('authorization')?.[0]
      if (authorization === undefined) return
      for (let at = 0; at < authorization.length; at += 3) {
        const text = `${authorization.slice(0, at)}${altered(authorization.slice(at))}`
        await refuses({ ...request, headers: new Map([...request.headers, ['authorization', [text]]]) }, vector, text)
      }
    })
  }
})

describe('what a signature does not cover decides nothing', () => {
  const at = new Date('2026-11-21T22:00:00Z')
  const withHeaders = (request: HttpRequest, more: Readonly<Record<string, string>>): HttpRequest => ({
    ...request,
    headers: new Map([...request.headers, ...Object.entries(more).map(([name, value]) => [name, [value]] as const)]),
  })

  test('an empty Action or Version that is signed names nothing, whatever the headers say', async () => {
    const options = {
      method: 'POST',
      action: 'DescribeKey',
      version: '2016-01-20',
      date: at,
      credentials: credentials.ak,
    }
    const named = { 'x-acs-action': 'DescribeKey', 'x-acs-version': '2016-01-20' }
    for (const [name, code] of [
      ['action', 'MissingAction'],
      ['version', 'MissingVersion'],
    ] as const) {
      const signed = signRpc({ ...options, parameters: [], nonce: `empty ${name}`, [name]: '' })
      const request = openapiRequest({ target: `/?${encodePairs(signed)}`, headers: named })
      assert.equal((await answer(request, at)).code, code)
    }
  })

  test('ACS3: a content type of a body must be signed; one of no body need not be', async () => {
    const signed = (body: string): HttpRequest => ({
      ...openapiRequest({
        headers: signAcs3({
          ...{ method: 'POST', host: 'kms.example.com', action: 'DescribeKey', version: '2016-01-20', query: [] },
          ...{ body, credentials: credentials.ak, date: at, nonce: `content type ${body}` },
        }),
        body,
      }),
    })
    const form = { 'content-type': 'application/x-www-form-urlencoded' }
    assert.equal((await answer(withHeaders(signed('KeyId=other'), form), at)).code, 'IncompleteSignature')
    assert.equal((await answer(withHeaders(signed('{}'), { 'content-type': 'application/json' }), at)).status, 400)
    assert.equal((await answer(withHeaders(signed(''), form), at)).status, 200)
    assert.equal((await answer(signed('{"not":"read"}'), at)).status, 200)
  })
})

describe('requests that are not served', () => {
  const codes: Readonly<Record<string, string>> = {
    'acs3-rsa': 'InvalidSignatureMethod',
    'acs3-bearer': 'InvalidSignatureMethod',
    'v1-bearer': 'InvalidSignatureMethod',
    'acs4-query': 'InvalidSignatureMethod',
    'acs3-anonymous': 'MissingAccessKeyId',
    'acs3-core-anonymous': 'MissingAccessKeyId',
    'sts-assumerolewithoidc': 'InvalidAction.NotFound',
  }

  for (const vector of vectors.filter((vector) => !served.includes(vector))) {
    test(`${vector.id}: refused with ${codes[vector.id]}`, async () => {
      assert.equal((await answer(httpRequest(vector), timeOf(vector))).code, codes[vector.id])
    })
  }

  test('version 1.0 is refused where ACS3 is required', async () => {
    for (const vector of served) {
      const { code } = await answer(httpRequest(vector), timeOf(vector), { authentication: { requireAcs3: true } })
      assert.equal(code, vector.scheme === 'V1' ? 'InvalidSignatureMethod' : undefined, vector.id)
    }
  })
})

describe('temporary credentials', () => {
  test('they are refused once they have expired', async () => {
    assert.equal((await answerSigned(credentials.sts, '2026-11-21T22:59:59Z')).status, 200)
    assert.equal((await answerSigned(credentials.sts, '2026-11-21T23:00:00Z')).code, 'InvalidSecurityToken.Expired')
  })

  test('they are refused without their token, and with another', async () => {
    const { securityToken, ...bare } = credentials.sts
    assert.equal((await answerSigned(bare)).code, 'MissingSecurityToken')
    const other = { ...bare, securityToken: altered(securityToken) }
    assert.equal((await answerSigned(other)).code, 'InvalidSecurityToken.MismatchWithAccessKey')
  })

  test('a token with a lasting AccessKey is refused', async () => {
    const mixed = { ...credentials.ak, securityToken: credentials.sts.securityToken }
    assert.equal((await answerSigned(mixed)).code, 'InvalidSecurityToken.MismatchWithAccessKey')
  })
})

test('after a restart, what is older and changes state could be a repetition; clocks may be five seconds behind', async () => {
  const restarted = {
    authentication: { servedUntil: new Date('2026-11-21T22:00:30Z') },
  }
  const at = new Date('2026-11-21T22:00:31Z')
  const sent = async (time: string, options: Partial<OpenapiGatewayOptions>, action = 'DescribeKey') =>
    (await answer(v1Request(credentials.ak, action, {}, { date: new Date(time) }), at, options)).code
  assert.equal(await sent('2026-11-21T22:00:24Z', restarted), 'InvalidTimeStamp.Expired')
  assert.equal(await sent('2026-11-21T22:00:25Z', restarted), undefined)
  assert.equal(await sent('2026-11-21T22:00:24Z', {}), undefined)
  const harmless = on(define('ListKeys', '', {}, {}, { api: kmsApi }), () => ({}))
  assert.equal(await sent('2026-11-21T21:50:00Z', { ...restarted, operations: [harmless] }, 'ListKeys'), undefined)
})

import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import fc from 'fast-check'
import type { Field } from '../../src/api/field.ts'
import type { Operation } from '../../src/api/operation.ts'
import type { HttpRequest, HttpResponse } from '../../src/gateway/http.ts'
import { openapiOperations } from '../../src/gateway/openapi/operations.ts'
import { testKms } from '../kit/kms.ts'
import { acs3Request, bodyOf, httpRequest, type OpenapiFixture, openapiFixture, v1Request } from '../kit/openapi.ts'
import { take, tours, World } from '../kit/tour.ts'

let fixture: OpenapiFixture
let keyId = ''

async function freshService(): Promise<void> {
  fixture = await openapiFixture((await testKms()).kms)
}
before(async () => {
  await freshService()
  keyId = (await fixture.succeed('CreateKey')).KeyMetadata.KeyId
})

/** A request answered as the service answers: never a fault of ours, always an envelope that clients can read. */
async function answered(request: HttpRequest): Promise<HttpResponse> {
  const response = await fixture.gateway.handle(request)
  const text = String(response.body)
  const cause = fixture.reports.at(-1)?.cause
  assert.ok(response.status < 500, `${response.status} ${text} ${cause instanceof Error ? cause.stack : ''}`)
  if (text.startsWith('<?xml')) assert.match(text, /<RequestId>[0-9A-F-]{36}<\/RequestId>/)
  else assert.match(bodyOf(response).RequestId, /^[0-9A-F-]{36}$/)
  return response
}

const genuine = (scheme: 'V1' | 'ACS3', place: 'query' | 'form', method: 'GET' | 'POST'): HttpRequest => {
  const make = scheme === 'V1' ? v1Request : acs3Request
  const parameters = { KeyId: keyId, Plaintext: 'cGxhaW4=', EncryptionContext: '{"a":"b"}' }
  return make(fixture.account, 'Encrypt', parameters, { date: fixture.kms.now(), place, method })
}

/** Ways to damage a text: cut it, double a part, exchange a character, put something in. */
const damage = fc.oneof(
  fc.record({ kind: fc.constant('cut' as const), at: fc.nat(), length: fc.nat({ max: 20 }) }),
  fc.record({ kind: fc.constant('double' as const), at: fc.nat(), length: fc.nat({ max: 40 }) }),
  fc.record({ kind: fc.constant('flip' as const), at: fc.nat(), bit: fc.nat({ max: 6 }) }),
  fc.record({
    kind: fc.constant('insert' as const),
    at: fc.nat(),
    text: fc.oneof(
      fc.string({ maxLength: 5 }),
      fc.constantFrom('&', '=', '%', '%00', '&Action=Decrypt', '&Format=XML', '\0'),
    ),
  }),
)
type Damage = typeof damage extends fc.Arbitrary<infer T> ? T : never

function damaged(text: string, how: Damage): string {
  const at = text.length === 0 ? 0 : how.at % text.length
  const [head, tail] = [text.slice(0, at), text.slice(at)]
  switch (how.kind) {
    case 'cut':
      return head + tail.slice(how.length)
    case 'double':
      return head + tail.slice(0, how.length) + tail
    case 'flip':
      return head + String.fromCharCode((tail.charCodeAt(0) || 65) ^ (1 << how.bit)) + tail.slice(1)
    case 'insert':
      return head + how.text + tail
  }
}

describe('whatever arrives', () => {
  test('a damaged request is refused or means the same, never a fault', async () => {
    const cases = fc.record({
      scheme: fc.constantFrom('V1' as const, 'ACS3' as const),
      place: fc.constantFrom('query' as const, 'form' as const),
      method: fc.constantFrom('GET' as const, 'POST' as const),
      where: fc.constantFrom('target', 'body', 'header'),
      header: fc.nat(),
      how: fc.array(damage, { minLength: 1, maxLength: 3 }),
    })
    await fc.assert(
      fc.asyncProperty(cases, async ({ scheme, place, method, where, header, how }) => {
        const request = genuine(scheme, place, method)
        const apply = (text: string): string => how.reduce(damaged, text)
        const names = [...request.headers.keys()]
        const name = names[header % names.length] ?? ''
        const made = {
          ...request,
          ...(where === 'target' ? { target: apply(request.target) } : {}),
          ...(where === 'body' ? { body: Buffer.from(apply(Buffer.from(request.body).toString())) } : {}),
          ...(where === 'header'
            ? { headers: new Map([...request.headers, [name, [apply(request.headers.get(name)?.[0] ?? '')]]]) }
            : {}),
        }
        await answered(made)
      }),
      { numRuns: 600 },
    )
  })

  test('random bytes are refused', async () => {
    const cases = fc.record({
      target: fc.string({ unit: 'binary', maxLength: 200 }).map((text) => `/?${text}`),
      body: fc.uint8Array({ maxLength: 300 }),
      headers: fc.dictionary(fc.constantFrom('authorization', 'content-type', 'accept', 'x-acs-action'), fc.string()),
    })
    await fc.assert(
      fc.asyncProperty(cases, async ({ target, body, headers }) => {
        const response = await answered({ ...httpRequest({ target, headers }), body })
        assert.notEqual(response.status, 200)
      }),
      { numRuns: 300 },
    )
  })

  test('every parameter that is sent twice, in query or form or both, is refused before anything else', async () => {
    const { body } = genuine('V1', 'form', 'POST')
    const form = Buffer.from(body).toString()
    for (const pair of form.split('&')) {
      const name = pair.split('=')[0] ?? ''
      for (const [target, text] of [
        ['/', `${form}&${pair}`],
        [`/?${pair}`, form],
        [`/?${name}`, form],
        [`/?${form}&${pair}`, ''],
      ] as const) {
        const headers = { 'content-type': 'application/x-www-form-urlencoded' }
        const response = await answered(httpRequest({ target, headers, body: text }))
        assert.equal(bodyOf(response).Code, 'InvalidParameter', `${target} ${name}`)
      }
    }
  })
})

describe('whatever a genuine caller asks', () => {
  /** Plausible and implausible texts for a field. */
  const textFor = (field: Field | undefined, known: readonly string[]): fc.Arbitrary<string> => {
    const usual = fc.oneof(
      fc.constantFrom(...known, '', 'x', '0', '1', '-1', '366', 'true', 'False', '{}', '[]', 'AAAA', '7d', '365d'),
      fc.string({ maxLength: 60 }),
      fc.string({ unit: 'binary', maxLength: 20 }),
      fc.base64String({ maxLength: 400 }),
      fc.json({ maxDepth: 3 }),
    )
    return field?.values ? fc.oneof(fc.constantFrom(...field.values), usual) : usual
  }
  /** The parameters of a call that would succeed, some of them replaced, some left out, some added. */
  const variants = (
    operation: Operation,
    valid: Readonly<Record<string, string>>,
  ): fc.Arbitrary<Record<string, string>> => {
    const known = Object.values(valid)
    const fields = Object.entries(operation.request)
    const names = fields.flatMap(([name, { kind }]) =>
      kind === 'list' ? [`${name}.1`, `${name}.2`, `${name}.1.Key`, `${name}.1.Value`, `${name}.9.Key`] : [name],
    )
    if (names.length === 0) return fc.constant({ ...valid })
    const change = fc.constantFrom(...names).chain((name) => {
      const field = operation.request[name.split('.')[0] ?? '']
      return fc.tuple(fc.constant(name), fc.option(textFor(field, known), { nil: undefined }))
    })
    return fc.array(change, { minLength: 1, maxLength: 3 }).map((changes) => {
      const merged: Record<string, string | undefined> = { ...valid, ...Object.fromEntries(changes) }
      const kept = Object.entries(merged).filter((pair): pair is [string, string] => pair[1] !== undefined)
      return Object.fromEntries(kept)
    })
  }
  /** Keys of this kind take long to make, and making them is not what is tested. */
  const isCheap = (parameters: Record<string, string>): boolean => !/RSA/.test(Object.values(parameters).join())

  const stops = tours.flatMap((steps) => steps.map((step, at) => ({ step, before: steps.slice(0, at) })))
  for (const [at, { step, before: earlier }] of stops.entries()) {
    const version = step.version ?? '2016-01-20'
    const operation = openapiOperations.find(
      ({ operation: { api, name } }) => api.version === version && name === step.action,
    )
    assert.ok(operation, step.action)
    test(`${at} ${step.action}: every variant of a good call is done or refused`, async () => {
      await freshService()
      const world = new World(fixture.kms.settings.accountId)
      for (const before of earlier) await take(before, fixture, world)
      const calls = variants(operation.operation, step.parameters(world)).filter(isCheap)
      await fc.assert(
        fc.asyncProperty(calls, async (parameters) => {
          await answered(v1Request(fixture.account, step.action, parameters, { date: fixture.kms.now(), version }))
        }),
        { numRuns: step.isSlow ? 5 : 30 },
      )
    })
  }
})

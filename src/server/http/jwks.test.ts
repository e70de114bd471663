import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { PublishedKeys } from '../../core/asymmetric/published-keys.ts'
import { KmsError } from '../../core/errors.ts'
import type { HttpRequest } from '../../gateway/http.ts'
import { jwksPath, jwksRoute } from './jwks.ts'

const request = (headers: Readonly<Record<string, string>> = {}, method = 'GET', target = jwksPath): HttpRequest => ({
  method,
  target,
  headers: new Map(Object.entries(headers).map(([name, value]) => [name, [value]])),
  body: new Uint8Array(0),
  sourceAddress: '192.0.2.1',
  secureTransport: true,
})

function fixture(answers: readonly (PublishedKeys | Error)[]) {
  const state = { asked: 0, now: 0, isSealed: false }
  const route = jwksRoute({
    isSealed: () => state.isSealed,
    monotonicMs: () => state.now,
    publishedKeys: async () => {
      const answer = answers[Math.min(state.asked++, answers.length - 1)]
      if (answer instanceof Error) throw answer
      return answer ?? assert.fail()
    },
  })
  return { route, state }
}
const one = { keys: [{ kty: 'EC', kid: 'k/1' }], isTruncated: false }
const two = { keys: [...one.keys, { kty: 'EC', kid: 'k/2' }], isTruncated: true }

test('it answers GET and HEAD of its path and nothing else', () => {
  const { route } = fixture([one])
  assert.ok(route.matches(request()))
  assert.ok(route.matches(request({}, 'HEAD', `${jwksPath}?x=1`)))
  assert.ok(!route.matches(request({}, 'POST')))
  for (const target of ['/', '/.well-known/jwks.json/', '/.well-known/JWKS.json', '/x?/.well-known/jwks.json'])
    assert.ok(!route.matches(request({}, 'GET', target)), target)
})

test('keys are looked for once a second, however many ask', async () => {
  const { route, state } = fixture([one, two])
  const answers = await Promise.all(Array.from({ length: 50 }, () => route.handle(request())))
  assert.equal(state.asked, 1)
  assert.deepEqual(new Set(answers.map(({ body }) => body)), new Set(['{"keys":[{"kty":"EC","kid":"k/1"}]}\n']))
  assert.equal(answers[0]?.headers['x-keyhaven-truncated'], undefined)
  state.now = 1000
  const later = await route.handle(request())
  assert.equal(state.asked, 2)
  assert.equal(later.headers['x-keyhaven-truncated'], 'true')
})

test('who has it already is told so, also through a proxy that weakened the tag', async () => {
  const { route, state } = fixture([one, two])
  const { headers, status } = await route.handle(request())
  const { etag = '' } = headers
  assert.equal(status, 200)
  for (const asked of [etag, `W/${etag}`, `"x", ${etag}`, '*'])
    assert.equal((await route.handle(request({ 'if-none-match': asked }))).status, 304, asked)
  for (const asked of ['"x"', '', etag.slice(1, -1)])
    assert.equal((await route.handle(request({ 'if-none-match': asked }))).status, 200, asked)
  state.now = 1000
  assert.equal((await route.handle(request({ 'if-none-match': etag }))).status, 200)
})

test('a sealed server shows none, not even those it knew; a failure is not kept', async () => {
  const { route, state } = fixture([new KmsError('ServiceUnavailableTemporary'), one])
  const unavailable = (error: unknown) => error instanceof KmsError && error.code === 'ServiceUnavailableTemporary'
  await assert.rejects(route.handle(request()), unavailable)
  assert.equal((await route.handle(request())).status, 200)
  state.isSealed = true
  await assert.rejects(route.handle(request()), unavailable)
})

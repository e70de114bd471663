import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import { type Issuer as IssuerServer, jwkOf, newSigningKey, startIssuer } from '../../../test/kit/issuer.ts'
import { IssuerUnavailable } from '../../core/issuer-keys.ts'
import { CachedIssuerKeys } from './cached-issuer-keys.ts'
import { discoverKeys } from './discovery.ts'

const [first, next] = [newSigningKey('first', 'ES256'), newSigningKey('next', 'ES256')]
const questions = 2

let server: IssuerServer
let now: number
let reports: string[]
let keys: CachedIssuerKeys
beforeEach(async () => {
  server = await startIssuer()
  server.keys = [jwkOf(first)]
  now = 0
  reports = []
  const options = { allowedHosts: ['127.0.0.1:*'], loopbackHttp: true }
  keys = new CachedIssuerKeys({
    load: (issuer) => discoverKeys(issuer, options),
    monotonicMs: () => now,
    report: (_, failure) => reports.push(failure?.message ?? 'again'),
  })
})
afterEach(() => server.close())

const kidsFor = async (kid: string | undefined): Promise<unknown[]> =>
  (await keys.keysOf({ issuerUrl: server.url, fingerprints: [] }, kid)).map((key) => key.kid)
const away = (): void => {
  server.behaviour = (request) => void request.socket.destroy()
}

test('keys are asked for once in five minutes, and at once for one that is not known', async () => {
  assert.deepEqual(await kidsFor('first'), ['first'])
  now += 299_999
  await kidsFor('first')
  await kidsFor(undefined)
  assert.equal(server.asked.length, questions)
  server.keys = [jwkOf(next)]
  assert.deepEqual(await kidsFor('next'), ['next'], 'rotated')
  assert.equal(server.asked.length, 2 * questions)
  now += 300_000
  await kidsFor('next')
  assert.equal(server.asked.length, 3 * questions)
})

test('a key that the issuer takes back is known for five minutes more at most', async () => {
  server.keys = [jwkOf(first), jwkOf(next)]
  await kidsFor('first')
  server.keys = [jwkOf(next)]
  now += 300_000
  assert.deepEqual(await kidsFor('first'), ['next'])
})

test('whatever is asked for, ten seconds pass between two questions, and those who wait share one', async () => {
  await Promise.all(Array.from({ length: 50 }, (_, at) => kidsFor(`made-up-${at}`)))
  assert.equal(server.asked.length, questions)
  now += 9_999
  await kidsFor('made-up')
  assert.equal(server.asked.length, questions)
  now += 1
  await kidsFor('made-up')
  assert.equal(server.asked.length, 2 * questions)
})

test('while the issuer is away its keys serve for an hour, and it is found again', async () => {
  await kidsFor('first')
  away()
  now += 3_599_999
  assert.deepEqual(await kidsFor('first'), ['first'])
  now += 1
  await assert.rejects(kidsFor('first'), IssuerUnavailable)
  server.behaviour = undefined
  now += 10_000
  assert.deepEqual(await kidsFor('first'), ['first'])
  assert.equal(reports.length, 2)
  assert.match(reports[0] ?? '', /ECONNRESET/)
  assert.equal(reports[1], 'again')
})

test('an issuer that changes the protocol is away like any other, and keeps nobody waiting', async () => {
  server.behaviour = (request) =>
    void request.socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: other\r\n\r\n')
  await assert.rejects(kidsFor('first'), IssuerUnavailable)
  assert.match(reports[0] ?? '', /it broke off/)
  server.behaviour = undefined
  now += 10_000
  assert.deepEqual(await kidsFor('first'), ['first'])
})

test('issuers that are pinned differently are asked each for itself, and memory is bounded', async () => {
  const loaded: string[] = []
  const many = new CachedIssuerKeys({
    load: async ({ issuerUrl }) => {
      loaded.push(issuerUrl)
      return []
    },
    monotonicMs: () => now,
    report: () => {},
  })
  const ask = (issuerUrl: string, fingerprints: string[] = []) => many.keysOf({ issuerUrl, fingerprints }, undefined)
  await ask('a')
  await ask('a', ['ab'])
  assert.deepEqual(loaded, ['a', 'a'])
  for (let count = 0; count < 1000; count++) await ask(`issuer-${count}`)
  await ask('a')
  assert.equal(loaded.length, 1003)
})

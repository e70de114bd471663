import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { testKms } from '../../../test/kit/kms.ts'
import type { Kms } from '../../core/kms.ts'
import { forgetOldDeliveries, oweDeliveries } from '../../core/oversight/deliveries.ts'
import { keepEvents } from '../../core/oversight/events.ts'
import { configSchema } from '../config/schema.ts'
import { configuredWebhooks } from './configured-webhooks.ts'
import { Webhooks } from './webhooks.ts'

const folder = mkdtempSync(join(tmpdir(), 'keyhaven-webhooks-'))
const seen: { signature: string; body: string }[] = []
let failures = 0
let port = 0
const server = createServer(async (request, response) => {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  const body = Buffer.concat(chunks).toString('utf8')
  response.statusCode = failures-- > 0 ? 503 : 204
  seen.push({ signature: String(request.headers['x-keyhaven-signature']), body })
  response.end()
})
before(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  port = (server.address() as AddressInfo).port
})
after(() => {
  server.close()
  rmSync(folder, { recursive: true })
})

const problems: string[] = []
const log = { write: (_level: string, message: string) => void problems.push(message) }
const hmacKey = 'k'.repeat(16)
const event = { type: 'KeyRotated', level: 'Info', resource: 'key/a', message: 'A new version was made.' } as const

/** A server that has one webhook more, which wants to hear of other things. */
function webhooksOf(kms: Kms): Webhooks {
  const url = `http://127.0.0.1:${port}/events`
  return new Webhooks({
    webhooks: [
      { url, hmacKey },
      { url: `${url}/more`, hmacKey, types: ['SecretRotated'] },
    ],
    ...{ log, now: kms.now },
  })
}

const happen = (kms: Kms, webhooks: Webhooks, occasion: string) =>
  keepEvents(kms, [{ ...event, occasion }], (transaction, kept) =>
    oweDeliveries(transaction, webhooks.subscribers, kept),
  )

test('an event is told, signed, and again after a failure, by whichever server; of other types nothing', async () => {
  const { kms, advance } = await testKms()
  const [first, second] = [webhooksOf(kms), webhooksOf(kms)]
  seen.length = 0
  failures = 1
  const [kept] = await happen(kms, first, '1')
  await first.deliver(kms)
  await Promise.all([first.deliver(kms), second.deliver(kms)])
  assert.equal(seen.length, 1)
  advance(61_000)
  // The first server has ended: what it owed is in the store.
  first.stop()
  await Promise.all([first.deliver(kms), second.deliver(kms), webhooksOf(kms).deliver(kms)])
  assert.equal(seen.length, 2)
  const { signature = '', body = '' } = seen[1] ?? {}
  const t = Math.floor(kms.now().getTime() / 1000)
  assert.equal(signature, `t=${t},v1=${createHmac('sha256', hmacKey).update(`${t}.${body}`).digest('hex')}`)
  assert.deepEqual(JSON.parse(body), { ...event, eventId: kept?.id, time: kept?.at })
  advance(86_400_000)
  await second.deliver(kms)
  assert.equal(seen.length, 2)
})

test('who does not answer is asked for one at a time, for three days, and then given up', async () => {
  const { kms, advance } = await testKms()
  const webhooks = webhooksOf(kms)
  seen.length = 0
  failures = Number.POSITIVE_INFINITY
  for (const occasion of ['1', '2']) await happen(kms, webhooks, occasion)
  await webhooks.deliver(kms)
  assert.equal(seen.length, 1)
  for (let hour = 0; hour < 4 * 24; hour++) {
    advance(3_600_000)
    await webhooks.deliver(kms)
    await webhooks.deliver(kms)
  }
  const attempts = seen.length
  assert.ok(attempts > 100 && attempts < 160)
  assert.equal(problems.length, 2)
  failures = 0
  advance(86_400_000)
  await webhooks.deliver(kms)
  assert.equal(seen.length, attempts)
})

test('what a webhook that was taken away was owed is forgotten', async () => {
  const { kms, advance } = await testKms()
  const webhooks = webhooksOf(kms)
  await happen(kms, webhooks, '1')
  advance(4 * 86_400_000)
  await forgetOldDeliveries(kms)
  seen.length = 0
  await webhooks.deliver(kms)
  assert.equal(seen.length, 0)
})

test('only hosts that the operator has named are told, with a key that is one', () => {
  const file = join(folder, 'webhooks.json')
  writeFileSync(join(folder, 'key'), `${'k'.repeat(16)}\n`)
  writeFileSync(join(folder, 'short'), 'k')
  const configured = (webhook: object, eventHosts: string[]) => {
    writeFileSync(file, JSON.stringify([webhook]))
    return configuredWebhooks(configSchema.parse({ eventWebhooksFile: file, eventHosts }))
  }
  const webhook = { url: 'https://hooks.example/a', hmacKeyFile: 'key' }
  assert.equal(configured(webhook, ['hooks.example:443'])[0]?.hmacKey, 'k'.repeat(16))
  assert.throws(() => configured(webhook, ['other.example:443']), /hooks\.example:443 is not among eventHosts/)
  assert.throws(() => configured({ ...webhook, hmacKeyFile: 'short' }, ['hooks.example:*']), /16 characters/)
  assert.throws(
    () => configured({ ...webhook, url: 'ftp://u:canary@hooks.example/' }, ['*:*']),
    /: 0\.url is no address/,
  )
  const secret = { ...webhook, url: 'https://hooks.example/canary' }
  writeFileSync(file, JSON.stringify([webhook, secret, secret]))
  const twice = configSchema.parse({ eventWebhooksFile: file, eventHosts: ['hooks.example:*'] })
  assert.throws(() => configuredWebhooks(twice), /: 2\.url is named twice$/)
  assert.throws(() => configured({ ...webhook, more: 1 }, ['hooks.example:*']), /Unrecognized key/)
})

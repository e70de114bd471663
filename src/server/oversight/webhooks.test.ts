import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { KeptEvent } from '../../core/oversight/events.ts'
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

const event: KeptEvent = {
  ...{ id: 'KeyRotated/key/a/1', accountId: '1', at: '2026-11-26T00:00:00Z', type: 'KeyRotated', level: 'Info' },
  ...{ resource: 'key/a', message: 'A new version was made.', expiresAt: '2027-12-31T00:00:00Z' },
}
const problems: string[] = []
const log = { write: (_level: string, message: string) => void problems.push(message) }

test('an event is told, signed, and again after a failure; of other types nothing', async () => {
  failures = 2
  const hmacKey = 'k'.repeat(16)
  const url = `http://127.0.0.1:${port}/events`
  const webhooks = new Webhooks({
    webhooks: [
      { url, hmacKey },
      { url, hmacKey, types: ['SecretRotated'] },
    ],
    ...{ log, now: () => new Date(0), backoffMs: [1, 1] },
  })
  await webhooks.tell([event])
  assert.equal(seen.length, 3)
  const { signature = '', body = '' } = seen[2] ?? {}
  assert.equal(signature, `t=0,v1=${createHmac('sha256', hmacKey).update(`0.${body}`).digest('hex')}`)
  assert.deepEqual(JSON.parse(body), {
    ...{ eventId: event.id, time: event.at, type: 'KeyRotated', level: 'Info' },
    ...{ resource: 'key/a', message: event.message },
  })
  failures = 9
  await webhooks.tell([event])
  assert.deepEqual([seen.length, problems.length], [6, 1])
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
  assert.throws(() => configured({ ...webhook, url: 'file:///etc/passwd' }, ['*:*']), /no address/)
  assert.throws(() => configured({ ...webhook, more: 1 }, ['hooks.example:*']), /Unrecognized key/)
})

import assert from 'node:assert/strict'
import { AsyncLocalStorage } from 'node:async_hooks'
import { spawnSync } from 'node:child_process'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { type Context, type ContextManager, context, ROOT_CONTEXT, trace } from '@opentelemetry/api'
import { Client } from '../src/sdk/client.ts'
import { configSchema } from '../src/server/config/schema.ts'
import { parseTraceParent } from '../src/server/tracing/trace-parent.ts'
import { openTracing } from '../src/server/tracing/tracing.ts'
import { startTestServer } from './kit/server.ts'

interface Sent {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly name: string
  readonly attributes: readonly { readonly key: string; readonly value: Readonly<Record<string, unknown>> }[]
}

interface Collector {
  readonly url: string
  readonly bodies: string[]
  spans(): readonly Sent[]
}

/** Takes spans by OTLP over HTTP. */
async function startCollector(t: TestContext): Promise<Collector> {
  const bodies: string[] = []
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    bodies.push(Buffer.concat(chunks).toString())
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/traces`,
    bodies,
    spans: () =>
      bodies.flatMap((body) =>
        JSON.parse(body).resourceSpans.flatMap(({ scopeSpans }: { scopeSpans: { spans: Sent[] }[] }) =>
          scopeSpans.flatMap(({ spans }) => spans),
        ),
      ),
  }
}

const attributesOf = ({ attributes }: Sent): Record<string, unknown> =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]))

/** As OpenTelemetry for Node keeps what is under way. */
function keepContext(t: TestContext): void {
  const storage = new AsyncLocalStorage<Context>()
  const manager: ContextManager = {
    active: () => storage.getStore() ?? ROOT_CONTEXT,
    with: (active, work, self, ...args) => storage.run(active, () => work.call(self, ...args)),
    bind: (_, target) => target,
    enable: () => manager,
    disable: () => manager,
  }
  context.setGlobalContextManager(manager)
  t.after(() => context.disable())
}

const traceId = '0af7651916cd43dd8448eb211c80319c'
const spanId = 'b7ad6b7169203331'
const within = <T>(traceFlags: number, work: () => Promise<T>): Promise<T> =>
  context.with(trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags }), work)

for (const workers of process.platform === 'linux' ? [1, 2] : [1])
  test(`a call is a span of the trace of its caller, and what it waits for are parts of it: ${workers} threads`, async (t) => {
    const collector = await startCollector(t)
    keepContext(t)
    const server = await startTestServer({ config: { traceEndpoint: collector.url, workers } })
    const client = new Client(server)
    const { keyMetadata } = await within(0, () => client.createKey())
    const { keyId } = keyMetadata
    await within(1, async () => {
      const context = { secretly: 'canary-of-a-context' }
      const { ciphertextBlob } = await client.encrypt({
        keyId,
        plaintext: 'canary-of-a-plaintext',
        encryptionContext: context,
      })
      await client.decrypt({ ciphertextBlob, encryptionContext: context })
      await client.createAlias({ keyId, aliasName: 'alias/traced' })
      await assert.rejects(client.encrypt({ keyId: 'none', plaintext: 'x' }))
    })
    await client.describeRegions()
    await client.close()
    await server.service.close()
    const spans = collector.spans()
    const named = (name: string) => spans.filter((span) => span.name === name)
    // whoever calls wanted none of this one
    assert.deepEqual(named('CreateKey'), [])
    // each thread sends its own, so they come in no order
    const isRefused = (span: Sent) => Object.hasOwn(attributesOf(span), 'error.type')
    const [encrypt, refused] = named('Encrypt').sort((one, other) => Number(isRefused(one)) - Number(isRefused(other)))
    assert.ok(encrypt && refused)
    assert.deepEqual([encrypt.traceId, encrypt.parentSpanId], [traceId, spanId])
    const { 'keyhaven.request_id': requestId, ...told } = attributesOf(encrypt)
    assert.match(String(requestId), /^[0-9A-F-]{36}$/i)
    assert.deepEqual(told, {
      ...{ 'http.request.method': 'POST', 'http.response.status_code': 200 },
      ...{ 'keyhaven.gateway': 'openapi', 'keyhaven.key_id': keyId, 'rpc.method': 'Encrypt' },
    })
    assert.equal(attributesOf(refused)['error.type'], 'Forbidden.KeyNotFound')
    assert.equal(attributesOf(refused)['http.response.status_code'], 404)
    const [alias] = named('CreateAlias')
    const parts = spans.filter(({ parentSpanId }) => parentSpanId === alias?.spanId).map(({ name }) => name)
    assert.deepEqual(
      ['audit.append', 'store.commit', 'store.get'].filter((name) => !parts.includes(name)),
      [],
    )
    const [alone] = named('DescribeRegions')
    assert.ok(alone && alone.traceId !== traceId && !alone.parentSpanId)
    assert.doesNotMatch(collector.bodies.join(''), /canary|secretly/)
    if (workers === 1) assert.equal(named('seal.unwrap').length, 1)
  })

// one that a sampler by trace id takes at nearly every ratio
const strangers = `${'0'.repeat(31)}1`

/** Requests that are refused before their sender is known, and calls of somebody who is, some of which are refused. */
async function strangersAndCaller(t: TestContext, traceRatio: number) {
  const collector = await startCollector(t)
  keepContext(t)
  const server = await startTestServer({ config: { traceEndpoint: collector.url, traceRatio } })
  const { httpEndpoint, endpoint, caFile, accessKeyId } = server
  await using stranger = new Client({ endpoint, caFile, accessKeyId, accessKeySecret: 'guessed', retry: false })
  for (const traceFlags of [0, 1]) {
    const traceparent = `00-${strangers}-${spanId}-0${traceFlags}`
    await fetch(`${httpEndpoint}/?Action=ListKeys`, { headers: { traceparent } })
    await fetch(httpEndpoint, { method: 'POST', headers: { traceparent, 'x-kms-apiname': 'Encrypt' } })
    const named = trace.setSpanContext(ROOT_CONTEXT, { traceId: strangers, spanId, traceFlags })
    await context.with(named, () => assert.rejects(stranger.listKeys()))
  }
  await using client = new Client(server)
  for (const traceFlags of [0, 1])
    await within(traceFlags, async () => {
      await client.listKeys()
      await assert.rejects(client.describeKey({ keyId: 'none' }), { code: 'Forbidden.KeyNotFound' })
    })
  await server.service.close()
  const spans = collector.spans()
  return {
    ofStrangers: spans.filter((span) => span.traceId === strangers),
    ofCaller: spans.filter((span) => span.traceId === traceId && span.parentSpanId === spanId).map(({ name }) => name),
    parts: spans.filter(({ name }) => name === 'store.list').map((span) => span.traceId),
  }
}

test('what strangers say about recording does not count: none of theirs at a ratio of 0', async (t) => {
  const { ofStrangers, ofCaller, parts } = await strangersAndCaller(t, 0)
  assert.deepEqual(ofStrangers, [])
  assert.deepEqual(ofCaller, ['ListKeys', 'DescribeKey'])
  assert.ok(parts.length > 0 && parts.every((id) => id === traceId))
})

test('what strangers say about recording does not count: all of theirs at a ratio of 1', async (t) => {
  const { ofStrangers, ofCaller } = await strangersAndCaller(t, 1)
  assert.equal(ofStrangers.filter(({ parentSpanId }) => parentSpanId === spanId).length, 6)
  assert.deepEqual(ofCaller, ['ListKeys', 'DescribeKey'], 'who calls wanted the others not to be recorded')
})

test('a collector that is away hurts no call', async () => {
  const server = await startTestServer({ config: { traceEndpoint: 'http://127.0.0.1:9/v1/traces' } })
  const client = new Client(server)
  await client.describeRegions()
  await client.close()
  await server.service.close()
  assert.deepEqual(
    server.problems.filter((line) => !line.includes('traces cannot be sent')),
    [],
  )
})

test('unless it is wanted there is nothing in the way of a call, nor is a package read', () => {
  const log = { write: () => {} }
  assert.equal(openTracing(configSchema.parse({}), log), undefined)
  const program = `
    const { Module } = process.getBuiltinModule('node:module')
    const resolve = Module._resolveFilename
    Module._resolveFilename = function (name, ...rest) {
      return resolve.call(this, name.startsWith('@opentelemetry') ? 'not-installed' : name, ...rest)
    }
    const { openTracing } = await import('${join(import.meta.dirname, '../src/server/tracing/tracing.ts')}')
    const log = { write() {} }
    console.log(openTracing({}, log))
    try { openTracing({ traceEndpoint: 'http://localhost:4318' }, log) } catch ({ message }) { console.log(message) }`
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' })
  assert.match(
    stdout,
    /^undefined\ntraceEndpoint needs packages .*npm install @opentelemetry\/api @opentelemetry\/sdk-trace /,
    stderr,
  )
})

test('a traceparent that is none is ignored', () => {
  assert.deepEqual(parseTraceParent(`00-${traceId}-${spanId}-01`), { traceId, spanId, traceFlags: 1, isRemote: true })
  assert.equal(parseTraceParent(`cc-${traceId}-${spanId}-03-later`)?.traceFlags, 1)
  const wrong: readonly (string | undefined)[] = [
    ...[undefined, '', 'x', `00-${traceId}-${spanId}`, `00-${traceId}-${spanId}-01-more`, `ff-${traceId}-${spanId}-01`],
    ...[
      `00-${'0'.repeat(32)}-${spanId}-01`,
      `00-${traceId}-${'0'.repeat(16)}-01`,
      `00-${traceId.toUpperCase()}-${spanId}-01`,
    ],
  ]
  for (const none of wrong) assert.equal(parseTraceParent(none), undefined, String(none))
})

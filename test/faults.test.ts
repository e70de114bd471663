import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import fc from 'fast-check'
import { ErrorMessage } from '../src/api/instance.ts'
import { Client } from '../src/sdk/client.ts'
import { ClientError, ServiceError } from '../src/sdk/errors.ts'
import type { RetryOptions } from '../src/sdk/retry.ts'
import { TransferClient } from '../src/sdk/transfer-client.ts'
import { encodeMessage } from '../src/wire/protobuf.ts'
import { type ApplicationSetup, setUpApplication } from './kit/application.ts'
import { type Fault, type FaultProxy, startCuttingProxy, startFaultProxy } from './kit/fault-proxy.ts'
import { startTestServer, type TestServer } from './kit/server.ts'

let server: TestServer
let setup: ApplicationSetup
let proxy: FaultProxy
let keyId: string

before(async () => {
  server = await startTestServer()
  setup = await setUpApplication(server)
  proxy = await startFaultProxy(server.httpEndpoint)
  keyId = (await setup.admin.createKey({ dKMSInstanceId: setup.instanceId })).keyMetadata.keyId
})
after(async () => {
  await setup.admin.close()
  await proxy.close()
  await server.close()
})

interface Limits {
  readonly retry?: RetryOptions | false
  readonly timeoutMs?: number
  readonly attemptTimeoutMs?: number
}

/** Longer than a busy machine takes, since no fault but a delay is waited for. */
const limits = (given: Limits) => ({ timeoutMs: 60_000, attemptTimeoutMs: 20_000, retry: false, ...given }) as const

/** A client of both gateways whose requests go through the proxy. */
const clientWith = (given: Limits, { endpoint } = proxy): Client =>
  new Client({
    public: { ...setup.public, endpoint, ...limits(given) },
    instance: { ...setup.instance, endpoint, ...limits(given) },
  })

const quick: RetryOptions = { attempts: 3, baseDelayMs: 1 }

/** A wrong ciphertext is a failure of the test, and must not be taken for an error of the call. */
async function opensAs(plaintext: string, ciphertextBlob: Uint8Array): Promise<void> {
  const opened = await setup.admin.decrypt({ ciphertextBlob }).catch((error: unknown) => assert.fail(String(error)))
  assert.equal(opened.plaintext, plaintext)
}

/** A call of each gateway, with what makes its result right. */
const calls: Readonly<Record<'public' | 'instance', (client: Client) => Promise<void>>> = {
  public: async (client) => {
    const { ciphertextBlob } = await client.encrypt({ keyId, plaintext: 'hello' })
    await opensAs('hello', ciphertextBlob)
  },
  instance: async (client) => {
    const { ciphertextBlob } = await client.advanceEncrypt({ keyId, plaintext: Buffer.from('hello') })
    await opensAs('hello', ciphertextBlob.subarray(3))
  },
}

const html = '<html><body>Bad gateway</body></html>'
const page = (status: number): Fault => ({
  kind: 'answer',
  status,
  headers: { 'content-type': 'text/html' },
  body: html,
})
const cut: Fault = { kind: 'alter', body: (body) => body.subarray(0, -1) }

/** Each fault alone, the error it is without another attempt, and whether another attempt is worth it. */
const faults: readonly { what: string; fault: Fault; code: string; isPassing: boolean }[] = [
  {
    what: 'a reset before the request',
    fault: { kind: 'reset', when: 'beforeRequest' },
    code: 'network',
    isPassing: true,
  },
  {
    what: 'a reset before the answer',
    fault: { kind: 'reset', when: 'beforeAnswer' },
    code: 'network',
    isPassing: true,
  },
  { what: 'a reset amid the answer', fault: { kind: 'reset', when: 'midAnswer' }, code: 'network', isPassing: true },
  { what: 'a page of a load balancer, 502', fault: page(502), code: 'badResponse', isPassing: true },
  { what: 'a page of a load balancer, 503', fault: page(503), code: 'badResponse', isPassing: true },
  { what: 'a page of a portal, 200', fault: page(200), code: 'badResponse', isPassing: false },
  { what: 'an empty answer', fault: { kind: 'answer', status: 200 }, code: 'badResponse', isPassing: false },
  { what: 'an answer cut short', fault: cut, code: 'badResponse', isPassing: false },
]

describe('one fault', () => {
  for (const gateway of ['public', 'instance'] as const)
    for (const { what, fault, code, isPassing } of faults) {
      test(`${what}, on the ${gateway} gateway, is a typed error`, async () => {
        await using client = clientWith({})
        proxy.inject(fault)
        await assert.rejects(calls[gateway](client), { name: 'ClientError', code })
        await calls[gateway](client)
      })
      test(`${what}, on the ${gateway} gateway, is ${isPassing ? 'got over' : 'not tried again'}`, async () => {
        await using client = clientWith({ retry: quick })
        const before = proxy.requests
        proxy.inject(fault)
        if (isPassing) await calls[gateway](client)
        else await assert.rejects(calls[gateway](client), { code })
        assert.equal(proxy.requests - before, isPassing ? 2 : 1)
      })
    }

  for (const gateway of ['public', 'instance'] as const)
    for (const [status, code] of [
      [429, 'Rejected.Throttling'],
      [503, 'ServiceUnavailableTemporary'],
      [500, 'InternalFailure'],
    ] as const)
      test(`${code}, on the ${gateway} gateway, is a typed error, and got over`, async () => {
        const body =
          gateway === 'public'
            ? JSON.stringify({ Code: code, Message: 'later', RequestId: 'r' })
            : encodeMessage(ErrorMessage, {
                statusCode: status,
                errorCode: code,
                errorMessage: 'later',
                requestId: 'r',
              })
        await using once = clientWith({})
        proxy.inject({ kind: 'answer', status, body })
        await assert.rejects(calls[gateway](once), { name: 'ServiceError', code, status, requestId: 'r' })
        await using client = clientWith({ retry: quick })
        const before = proxy.requests
        proxy.inject({ kind: 'answer', status, body })
        await calls[gateway](client)
        assert.equal(proxy.requests - before, 2)
      })

  test('a right answer under a wrong content type is taken, because only its body counts', async () => {
    await using client = clientWith({})
    for (const gateway of ['public', 'instance'] as const) {
      proxy.inject({ kind: 'retype', contentType: 'text/html' })
      await calls[gateway](client)
    }
  })

  test('an answer byte by byte is read when there is time, and a timeout when there is not', async () => {
    // long enough for the request to have met its fault: one that is left would meet another call
    await using client = clientWith({ attemptTimeoutMs: 1000 })
    for (const gateway of ['public', 'instance'] as const) {
      proxy.inject({ kind: 'drip', millisecondsPerByte: 50 })
      await assert.rejects(calls[gateway](client), { name: 'ClientError', code: 'timeout' })
    }
    await using patient = clientWith({})
    proxy.inject({ kind: 'drip', millisecondsPerByte: 1 })
    await calls.instance(patient)
  })
})

/** How long a call may take beyond its limit: longer than a machine is busy, and shorter than what the limit cuts off. */
const slackMs = 20_000

/** Runs a call to its end and tells what became of it; anything but a result or a typed error fails the test. */
async function outcomeOf(
  work: Promise<unknown>,
  timeoutMs = limits({}).timeoutMs,
): Promise<'result' | ClientError | ServiceError> {
  const startedAt = performance.now()
  try {
    await work
    return 'result'
  } catch (error) {
    if (error instanceof ClientError || error instanceof ServiceError) return error
    throw error
  } finally {
    const elapsed = performance.now() - startedAt
    assert.ok(elapsed < timeoutMs + slackMs, `took ${elapsed} ms with a limit of ${timeoutMs} ms`)
  }
}

const anyFault: fc.Arbitrary<Fault> = fc.oneof(
  fc.constantFrom(...faults.map(({ fault }) => fault)),
  fc.constant<Fault>({ kind: 'pass' }),
  fc.constant<Fault>({ kind: 'drip', millisecondsPerByte: 20 }),
  fc.constant<Fault>({ kind: 'delay', milliseconds: 60 }),
  fc.nat(200).map((at): Fault => ({ kind: 'alter', body: (body) => body.subarray(0, at % (body.length + 1)) })),
)

test('whatever happens to its requests, a call ends in time, with a right result or a typed error', async () => {
  const timeoutMs = 250
  const seen = new Set<string>()
  await fc.assert(
    fc.asyncProperty(
      fc.array(anyFault, { maxLength: 4 }),
      fc.constantFrom('public', 'instance'),
      async (some, gateway) => {
        await using own = await startFaultProxy(server.httpEndpoint)
        own.inject(...some)
        await using through = clientWith({ timeoutMs, attemptTimeoutMs: 80, retry: quick }, own)
        const outcome = await outcomeOf(calls[gateway](through), timeoutMs)
        seen.add(outcome === 'result' ? outcome : outcome.name)
      },
    ),
    { numRuns: 25 },
  )
  assert.deepEqual(seen, new Set(['result', 'ClientError']))
})

test('a fault that lasts ends in an error within the limit of the call', async () => {
  const timeoutMs = 150
  const retry = { attempts: 1000, baseDelayMs: 5 }
  for (const fault of [...faults.map(({ fault }) => fault), { kind: 'delay', milliseconds: 400 } as const])
    for (const gateway of ['public', 'instance'] as const) {
      await using own = await startFaultProxy(server.httpEndpoint)
      own.inject(...Array.from({ length: 1000 }, () => fault))
      await using through = clientWith({ timeoutMs, attemptTimeoutMs: 60, retry }, own)
      const outcome = await outcomeOf(calls[gateway](through), timeoutMs)
      assert.notEqual(outcome, 'result')
    }
})

describe('a call that changes something', () => {
  let count = 0
  /** Makes a key under one fault; tells what the client saw, and how many keys there are afterwards. */
  async function createKeyUnder(fault: Fault): Promise<{ outcome: unknown; created: number; requests: number }> {
    const alias = `alias/fault-${++count}`
    const { totalCount: before } = await setup.admin.listKeys()
    await using client = clientWith({ retry: quick })
    const requests = proxy.requests
    proxy.inject(fault)
    const outcome = await outcomeOf(client.createKey({ description: alias }))
    const { totalCount: after } = await setup.admin.listKeys()
    return { outcome, created: after - before, requests: proxy.requests - requests }
  }

  for (const { what, fault, code } of faults)
    test(`has its effect at most once, and is not sent again after ${what}`, async () => {
      const { outcome, created, requests } = await createKeyUnder(fault)
      assert.equal((outcome as ClientError).code, code)
      assert.equal(requests, 1)
      assert.equal(
        created,
        fault.kind === 'answer' || (fault.kind === 'reset' && fault.when === 'beforeRequest') ? 0 : 1,
      )
    })

  test('is sent again when it was throttled: it had no effect yet', async () => {
    const body = JSON.stringify({ Code: 'Rejected.Throttling', Message: 'QPS Limit Exceeded', RequestId: 'r' })
    const { outcome, created, requests } = await createKeyUnder({ kind: 'answer', status: 429, body })
    assert.deepEqual({ outcome, created, requests }, { outcome: 'result', created: 1, requests: 2 })
  })

  test('is not sent again when the service failed inside', async () => {
    const body = JSON.stringify({ Code: 'InternalFailure', Message: 'Internal Failure', RequestId: 'r' })
    const { outcome, requests } = await createKeyUnder({ kind: 'answer', status: 500, body })
    assert.equal((outcome as ServiceError).code, 'InternalFailure')
    assert.equal(requests, 1)
  })

  test('is sent again when nobody listened', async () => {
    const gone = await startFaultProxy(server.httpEndpoint)
    await gone.close()
    const attempts: number[] = []
    const retry = { ...quick, onAttempt: ({ attempt }: { attempt: number }) => attempts.push(attempt) }
    await using client = clientWith({ retry }, gone)
    await assert.rejects(client.createKey(), { code: 'network', notSent: true })
    assert.deepEqual(attempts, [1, 2, 3])
  })
})

test('a TLS connection that is cut anywhere is a typed error, and a key is made at most once', async () => {
  const { port } = new URL(server.endpoint)
  for (const bytes of [0, 1, 500, 1200, 1500, 2000, 2500]) {
    await using cutting = await startCuttingProxy(Number(port), bytes)
    const { totalCount: before } = await setup.admin.listKeys()
    await using client = new Client({ ...setup.public, endpoint: `https://localhost:${cutting.port}`, retry: quick })
    const outcome = await outcomeOf(client.createKey())
    const { totalCount: after } = await setup.admin.listKeys()
    if (outcome === 'result') assert.equal(after - before, 1)
    else {
      assert.equal(outcome.code, 'network')
      assert.ok(after - before <= 1)
    }
  }
})

test('the two requests of a data key share the time of the call', async () => {
  await using client = new TransferClient({ instance: { ...setup.instance, endpoint: proxy.endpoint } })
  proxy.inject({ kind: 'delay', milliseconds: 300 }, { kind: 'delay', milliseconds: 300 })
  await assert.rejects(client.generateDataKey({ keyId }, { timeoutMs: 450 }), { code: 'timeout' })
  await client.generateDataKey({ keyId })
})

test('an abort ends a call at once, also during the wait before another attempt', async () => {
  await using client = clientWith({ retry: { attempts: 5, baseDelayMs: 60_000 }, timeoutMs: 600_000 })
  const aborting = new AbortController()
  proxy.inject({ kind: 'reset', when: 'beforeRequest' })
  const onAttempt = (): void => aborting.abort()
  const retry = { attempts: 5, baseDelayMs: 60_000, onAttempt }
  await assert.rejects(client.generateRandom({ length: 1 }, { signal: aborting.signal, retry }), { code: 'aborted' })
})

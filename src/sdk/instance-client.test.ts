import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import {
  answerOf,
  errorAnswer,
  fromVector,
  type GivenAnswer,
  type InstanceLoopback,
  instanceLoopback,
} from '../../test/kit/instance-loopback.ts'
import { codeName } from '../api/field.ts'
import { GenerateRandom, instanceOperations } from '../api/instance.ts'
import { ServiceError } from './errors.ts'
import { InstanceClient } from './instance-client.ts'
import { InstanceConnection, type InstanceEnvironment, type InstanceOptions } from './instance-connection.ts'
import { systemClock } from './retry.ts'

const vectors = JSON.parse(
  readFileSync(new URL('../../test/vectors/instance-gateway/instance-gateway.json', import.meta.url), 'utf8'),
)
const { fileContent: clientKeyContent, password } = vectors.clientKey
const { keyVersionId } = vectors.constants
const environment: InstanceEnvironment = {
  clock: systemClock,
  now: () => new Date(vectors.constants.date),
  userAgent: vectors.constants.userAgent,
}

type Method = (request: object, options?: object) => Promise<Record<string, unknown>>

async function withClient(
  answers: readonly GivenAnswer[],
  work: (client: InstanceClient, server: InstanceLoopback) => Promise<void>,
  options: Partial<InstanceOptions> = {},
): Promise<void> {
  await using server = await instanceLoopback(...answers)
  const connect = { endpoint: server.endpoint, clientKeyContent, password, retry: false, ...options } as const
  await using client = new InstanceClient(connect, environment)
  await work(client, server)
}

const random = answerOf('GenerateRandom', { Random: { hex: '0102' }, RequestId: 'request-id' })

describe('a request', () => {
  for (const vector of vectors.requests.filter(({ name }: { name: string }) => name !== 'empty-body')) {
    test(`equals that of the official SDK: ${vector.name}`, async () => {
      const { response } = vector
      const answer = {
        status: response.httpStatus,
        headers: response.headers,
        body: Buffer.from(response.bodyHex, 'hex'),
      }
      await withClient([answer], async (client, server) => {
        const method = client[codeName(vector.apiName) as keyof InstanceClient] as unknown as Method
        const pinned = vector.extraRequestHeaders?.['x-kms-migrationkeyversionid']
        const result = await method(fromVector(vector.request), pinned === undefined ? {} : { keyVersionId: pinned })
        const [seen] = server.seen
        assert.ok(seen)
        const { method: verb, target } = seen
        assert.deepEqual({ verb, target }, { verb: 'POST', target: '/' })
        assert.equal(seen.body.toString('hex'), vector.bodyHex)
        for (const [name, value] of Object.entries(vector.headers))
          if (name !== 'host') assert.equal(seen.headers[name], value, name)
        const { responseHeaders, ...fields } = vector.sdkResult
        for (const [name, value] of Object.entries(fromVector(fields))) assert.deepEqual(result[name], value, name)
        if (responseHeaders?.['x-kms-migrationkeyversionid'] !== undefined)
          assert.equal(result.keyVersionId, responseHeaders['x-kms-migrationkeyversionid'])
      })
    })
  }

  test('with nothing to say has an empty body, and its length and digest are sent', async () => {
    const vector = vectors.requests.find(({ name }: { name: string }) => name === 'empty-body')
    await using server = await instanceLoopback(random)
    const connection = new InstanceConnection({ endpoint: server.endpoint, clientKeyContent, password }, environment)
    await connection.call({ ...GenerateRandom, needed: [] }, {})
    for (const [name, value] of Object.entries(vector.headers))
      if (name !== 'host') assert.equal(server.seen[0]?.headers[name], value, name)
    await connection.close()
  })

  test('that cannot be written down is refused before anything is sent', async () => {
    await withClient([random], async (client, server) => {
      const encrypt = client.encrypt as unknown as Method
      const refused: [object, string][] = [
        [{ keyId: 'k' }, 'plaintext'],
        [{ plaintext: new Uint8Array() }, 'keyId'],
        [{ keyId: 'k', plaintext: 'aGVsbG8=' }, 'plaintext'],
        [{ keyId: 5, plaintext: new Uint8Array() }, 'keyId'],
        [{ keyId: '\ud800', plaintext: new Uint8Array() }, 'keyId'],
        [{ keyId: 'k', plaintext: new Uint8Array(), paddingmode: 'NO_PADDING' }, 'paddingmode'],
      ]
      for (const [request, parameter] of refused)
        await assert.rejects(encrypt(request), { name: 'ClientError', code: 'invalidRequest', parameter })
      await assert.rejects(client.generateRandom({ length: 2 ** 31 }), { parameter: 'length' })
      await assert.rejects(client.generateRandom({ length: 1.5 }), { parameter: 'length' })
      await assert.rejects(client.generateRandom({ length: 1 }, { keyVersionId: 'x\r\ny' }), {
        parameter: 'keyVersionId',
      })
      assert.equal(server.seen.length, 0)
    })
  })
})

describe('an answer', () => {
  test('has every field, empty where the service said nothing', async () => {
    const answer = answerOf('Encrypt', { KeyId: 'k', RequestId: 'r' }, { 'x-kms-migrationkeyversionid': keyVersionId })
    await withClient([answer], async (client) => {
      assert.deepEqual(await client.encrypt({ keyId: 'k', plaintext: new Uint8Array(1) }), {
        keyId: 'k',
        keyVersionId,
        ciphertextBlob: new Uint8Array(),
        iv: new Uint8Array(),
        requestId: 'r',
        algorithm: '',
        paddingMode: '',
      })
    })
  })

  test('is an error of the service with its code, status and request id', async () => {
    for (const { httpStatus, fields, bodyHex } of vectors.errors)
      await withClient([{ status: httpStatus, body: Buffer.from(bodyHex, 'hex') }], async (client) => {
        await assert.rejects(client.generateRandom({ length: 1 }), (error) => {
          assert.ok(error instanceof ServiceError)
          const { code, message, status, requestId } = error
          assert.deepEqual(
            [code, message, status, requestId],
            [fields.ErrorCode, fields.ErrorMessage, httpStatus, fields.RequestId],
          )
          return true
        })
      })
  })

  test('that is not the service’s own is a bad response with its status', async () => {
    const text = (body: string): Buffer => Buffer.from(body)
    for (const [status, body] of [
      [200, text('')],
      [200, text('<html>Please log in</html>')],
      [200, text('{"Code":"X"}')],
      [200, Buffer.from(random.body).subarray(0, -1)],
      [302, random.body],
      [500, text('')],
      [404, text('Not Found')],
    ] as const)
      await withClient([{ status, body }], async (client) => {
        await assert.rejects(client.generateRandom({ length: 1 }), { code: 'badResponse', status })
      })
  })

  test('is believed whatever its content type says', async () => {
    await withClient([{ ...random, headers: { 'content-type': 'text/plain' } }], async (client) => {
      assert.deepEqual((await client.generateRandom({ length: 2 })).random, new Uint8Array([1, 2]))
    })
  })
})

test('the codes that invite another attempt are those of the Go client, and each attempt is reported', async () => {
  const answers = [
    errorAnswer(429, 'Rejected.Throttling'),
    errorAnswer(503, 'ServiceUnavailableTemporary'),
    errorAnswer(500, 'InternalFailure'),
    random,
  ]
  const codes: unknown[] = []
  const retry = {
    baseDelayMs: 1,
    onAttempt: ({ error }: { error?: unknown }) => codes.push((error as ServiceError | undefined)?.code),
  }
  await withClient(
    answers,
    async (client) => {
      await client.generateRandom({ length: 2 })
      assert.deepEqual(codes, ['Rejected.Throttling', 'ServiceUnavailableTemporary', 'InternalFailure', undefined])
    },
    { retry },
  )
  for (const code of ['Unauthorized', 'InvalidParam', 'SignatureNotMatch', 'Forbidden.NoPermission'])
    await withClient(
      [errorAnswer(400, code), random],
      async (client, server) => {
        await assert.rejects(client.generateRandom({ length: 2 }), { code })
        assert.equal(server.seen.length, 1)
      },
      { retry: { baseDelayMs: 1 } },
    )
})

test('an endpoint may be written as a host, with a port, as a URL, and with a slash at its end', async () => {
  await using server = await instanceLoopback(random)
  const { host } = new URL(server.endpoint)
  for (const endpoint of [`http://${host}`, `http://${host}/`]) {
    await using client = new InstanceClient({ endpoint, clientKeyContent, password })
    await client.generateRandom({ length: 1 })
  }
  await using secure = new InstanceClient({ endpoint: `${host}/`, clientKeyContent, password, retry: false })
  await assert.rejects(secure.generateRandom({ length: 1 }), { code: 'network', message: /^https:/ })
  for (const endpoint of ['', 'https://', 'host/path'])
    assert.throws(() => new InstanceClient({ endpoint, clientKeyContent, password }), { parameter: 'endpoint' })
})

test('every operation of the instance gateway has a method of its name', async () => {
  await using client = new InstanceClient({ endpoint: 'localhost', clientKeyContent, password })
  const missing = instanceOperations.filter(
    ({ name }) => typeof client[codeName(name) as keyof InstanceClient] !== 'function',
  )
  assert.deepEqual(missing, [])
})

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { answering, behaving, type LoopbackServer, type SeenRequest } from '../../test/kit/loopback-server.ts'
import { operations } from '../api/operations.ts'
import { acs3CanonicalRequest } from '../wire/acs3-canonical.ts'
import { acs3PayloadDigest, acs3Signature, acs3StringToSign, parseAcs3Authorization } from '../wire/acs3-signature.ts'
import { type Parameter, percentDecode } from '../wire/percent.ts'
import { rpcSignature, rpcStringToSign } from '../wire/rpc-signature.ts'
import { Client, type ClientOptions } from './client.ts'
import { ClientError, ServiceError } from './errors.ts'
import { RamClient } from './ram-client.ts'
import { StsClient } from './sts-client.ts'

const accessKey = { accessKeyId: 'testid', accessKeySecret: 'testsecret' }

async function withClient(
  server: LoopbackServer,
  options: ClientOptions,
  work: (client: Client) => Promise<void>,
): Promise<void> {
  await using client = new Client({ endpoint: server.endpoint, ...accessKey, retry: false, ...options })
  try {
    await work(client)
  } finally {
    await server.close()
  }
}

const parameters = (text: string): Parameter[] =>
  text === ''
    ? []
    : text.split('&').map((pair) => {
        const [name = '', value = ''] = pair.split('=').map((part) => percentDecode(part))
        return [name, value] as const
      })

const encrypted = { body: { KeyId: 'k', KeyVersionId: 'v', CiphertextBlob: 'AQID', RequestId: 'R-1' } }

function assertAcs3Signature(seen: SeenRequest): void {
  const authorization = parseAcs3Authorization(seen.headers.authorization ?? '')
  assert.ok(authorization)
  for (const name of ['host', 'content-type', 'x-acs-action', 'x-acs-date', 'x-acs-signature-nonce'])
    assert.ok(authorization.signedHeaders.includes(name) || seen.headers[name] === undefined, name)
  const payloadDigest = acs3PayloadDigest('ACS3-HMAC-SHA256', seen.body)
  assert.equal(seen.headers['x-acs-content-sha256'], payloadDigest)
  const canonical = acs3CanonicalRequest({
    method: seen.method,
    parameters: parameters(seen.target.split('?')[1] ?? ''),
    headers: new Map(Object.entries(seen.headers).map(([name, value = '']) => [name, [value]])),
    signedHeaders: authorization.signedHeaders,
    payloadDigest,
  })
  const expected = acs3Signature('ACS3-HMAC-SHA256', 'testsecret', acs3StringToSign('ACS3-HMAC-SHA256', canonical))
  assert.equal(authorization.signature, expected)
}

describe('a call', () => {
  test('is a signed POST whose parameters are in the body, and gives bytes back', async () => {
    const server = await answering(encrypted)
    await withClient(server, {}, async (client) => {
      const answer = await client.encrypt({
        keyId: 'alias/a b',
        plaintext: '测试消息',
        encryptionContext: { purpose: 'test' },
      })
      assert.deepEqual(answer, {
        keyId: 'k',
        keyVersionId: 'v',
        ciphertextBlob: new Uint8Array([1, 2, 3]),
        requestId: 'R-1',
      })
      const [seen] = server.seen
      assert.ok(seen)
      assert.equal(seen.target, '/')
      assert.equal(seen.headers['x-acs-action'], 'Encrypt')
      assert.equal(seen.headers['x-acs-version'], '2016-01-20')
      assert.deepEqual(Object.fromEntries(parameters(seen.body)), {
        KeyId: 'alias/a b',
        Plaintext: '测试消息',
        EncryptionContext: '{"purpose":"test"}',
      })
      assertAcs3Signature(seen)
    })
  })

  test('puts the parameters in the query when asked to', async () => {
    const server = await answering({ body: { KeyMetadata: { KeyId: 'k' }, RequestId: 'R' } })
    await withClient(server, { parametersIn: 'query' }, async (client) => {
      await client.describeKey({ keyId: 'k' })
      assert.equal(server.seen[0]?.target, '/?KeyId=k')
      assert.ok(server.seen[0])
      assertAcs3Signature(server.seen[0])
    })
  })

  test('signs in version 1.0 when asked to, with everything in the body', async () => {
    const server = await answering(encrypted)
    await withClient(server, { signature: 'HMAC-SHA1', securityToken: 'token' }, async (client) => {
      await client.encrypt({ keyId: 'k', plaintext: new Uint8Array([0xff]) })
      const [seen] = server.seen
      assert.ok(seen)
      const sent = parameters(seen.body)
      const given = Object.fromEntries(sent)
      assert.equal(seen.target, '/')
      assert.equal(given.Plaintext, '/w==')
      assert.equal(given.SecurityToken, 'token')
      assert.equal(given.Signature, rpcSignature('testsecret', rpcStringToSign('POST', sent), 'HMAC-SHA1'))
    })
  })

  test('sends the token of temporary credentials in a signed header', async () => {
    const server = await answering(encrypted)
    await withClient(server, { securityToken: 'token' }, async (client) => {
      await client.encrypt({ keyId: 'k', plaintext: '' })
      const [seen] = server.seen
      assert.ok(seen)
      assert.equal(seen.headers['x-acs-security-token'], 'token')
      assert.match(seen.headers.authorization ?? '', /x-acs-security-token/)
    })
  })

  test('names the host it means, not the address it connects to', async () => {
    const server = await answering(encrypted)
    await withClient(server, { hostname: 'kst-1.example' }, async (client) => {
      await client.encrypt({ keyId: 'k', plaintext: '' })
      assert.equal(server.seen[0]?.headers.host, `kst-1.example:${new URL(server.endpoint).port}`)
    })
  })

  test('may leave out a request without required fields', async () => {
    const server = await answering({ body: { Regions: { Region: [{ RegionId: 'cn-test' }] } } })
    await withClient(server, {}, async (client) => {
      assert.deepEqual((await client.describeRegions()).regions.region, [{ regionId: 'cn-test' }])
    })
  })

  test('asks a credential object of the official SDKs for each attempt', async () => {
    const server = await answering(encrypted)
    const credentials = { getCredential: async () => ({ accessKeyId: 'official', accessKeySecret: 'testsecret' }) }
    await using client = new Client({ endpoint: server.endpoint, credentials })
    await client.encrypt({ keyId: 'k', plaintext: '' })
    assert.match(server.seen[0]?.headers.authorization ?? '', /Credential=official,/)
    await server.close()
  })

  test('by wire names returns the answer as it was written', async () => {
    const server = await answering({ body: { New: { Field: 1 }, RequestId: 'R' } })
    await withClient(server, {}, async (client) => {
      const answer = await client.call({
        api: { product: 'Kms', version: '2016-01-20' },
        action: 'DoSomethingNew',
        parameters: new Map([['A', 'b']]),
        idempotent: false,
      })
      assert.deepEqual(answer, { body: { New: { Field: 1 }, RequestId: 'R' }, requestId: 'R' })
      assert.equal(server.seen[0]?.body, 'A=b')
    })
  })
})

describe('an error', () => {
  test('of the service carries its code, status, request id and what was refused', async () => {
    const server = await answering({
      status: 403,
      body: {
        Code: 'Forbidden.NoPermission',
        Message: 'This operation is forbidden by permission system.',
        RequestId: 'R-2',
        AccessDeniedDetail: { AuthAction: 'kms:Encrypt' },
      },
    })
    await withClient(server, {}, async (client) => {
      await assert.rejects(client.encrypt({ keyId: 'k', plaintext: '' }), (error) => {
        assert.ok(error instanceof ServiceError)
        assert.equal(error.code, 'Forbidden.NoPermission')
        assert.equal(error.status, 403)
        assert.equal(error.requestId, 'R-2')
        assert.equal(error.retryable, false)
        assert.deepEqual(error.accessDeniedDetail, { AuthAction: 'kms:Encrypt' })
        return true
      })
    })
  })

  test('about a signature does not repeat the signed text, which holds the plaintext', async () => {
    for (const Message of [
      'Specified signature is not matched with our calculation. server string to sign is:POST&%2F&Plaintext%3Dcanary',
      'Specified signature does not match our calculation. server StringToSign is [canary] server CanonicalRequest is [canary]',
    ]) {
      const server = await answering({ status: 400, body: { Code: 'SignatureDoesNotMatch', Message, RequestId: 'R' } })
      await withClient(server, {}, async (client) => {
        await assert.rejects(
          client.encrypt({ keyId: 'k', plaintext: 'canary' }),
          (error) => error instanceof ServiceError && /calculation\.$/.test(error.message),
        )
      })
    }
  })

  test('body that is not the service’s own is a bad response with its status', async () => {
    for (const [status, body] of [
      [502, '<html>Bad gateway</html>'],
      [200, 'null'],
      [200, '{"KeyId":'],
      [404, '{}'],
      [200, '[]'],
    ] as const) {
      const server = await answering({ status, body })
      await withClient(server, {}, async (client) => {
        await assert.rejects(client.encrypt({ keyId: 'k', plaintext: '' }), { code: 'badResponse', status })
      })
    }
  })

  test('in the request is found before anything is sent', async () => {
    const server = await answering(encrypted)
    await withClient(server, {}, async (client) => {
      const call = client.encrypt as (request: object) => Promise<unknown>
      await assert.rejects(call({ keyId: 'k' }), { code: 'invalidRequest', parameter: 'plaintext' })
      await assert.rejects(call({ keyId: 5, plaintext: '' }), { code: 'invalidRequest', parameter: 'keyId' })
      await assert.rejects(call({ keyId: 'k', plaintext: '', encryptioncontext: {} }), {
        parameter: 'encryptioncontext',
      })
      assert.equal(server.seen.length, 0)
    })
  })

  test('of the connection says that nobody listens', async () => {
    const server = await answering(encrypted)
    await server.close()
    await using client = new Client({ endpoint: server.endpoint, ...accessKey, retry: false })
    await assert.rejects(client.describeRegions(), (error) => {
      assert.ok(error instanceof ClientError)
      assert.equal(error.code, 'network')
      assert.equal(error.notSent, true)
      assert.match(error.message, /nobody listens there/)
      return true
    })
  })

  test('is a timeout when the answer does not come, a break when it stops halfway', async () => {
    const silent = await behaving(() => {})
    await withClient(silent, { attemptTimeoutMs: 30 }, async (client) => {
      await assert.rejects(client.describeRegions(), { code: 'timeout' })
    })
    const broken = await behaving((_, response) => {
      response.writeHead(200, { 'content-length': '100' })
      response.write('{"a"', () => response.destroy())
    })
    await withClient(broken, {}, async (client) => {
      await assert.rejects(client.describeRegions(), { code: 'network' })
    })
  })

  test('is an abort when the caller says so, before or during the call', async () => {
    const aborting = new AbortController()
    const silent = await behaving(() => aborting.abort())
    await withClient(silent, {}, async (client) => {
      await assert.rejects(client.describeRegions({}, { signal: aborting.signal }), { code: 'aborted' })
      await assert.rejects(client.describeRegions({}, { signal: AbortSignal.abort() }), { code: 'aborted' })
    })
  })

  test('in the settings is found when the client is made', () => {
    const settings: [ClientOptions, string][] = [
      [{}, 'endpoint'],
      [{ regionId: 'evil.example/' }, 'regionId'],
      [{ endpoint: 'https://host/path' }, 'endpoint'],
      [{ endpoint: 'http://a b' }, 'endpoint'],
      [{ endpoint: 'h', accessKeyId: 'a' }, 'accessKeySecret'],
      [{ endpoint: 'h', accessKeySecret: 'a' }, 'accessKeyId'],
      [{ endpoint: 'h', caFile: '/nowhere/ca.pem' }, 'caFile'],
      [{ endpoint: 'h', proxy: 'ftp://proxy' }, 'proxy'],
    ]
    for (const [options, parameter] of settings)
      assert.throws(() => new Client(options), { code: 'configuration', parameter }, JSON.stringify(options))
  })

  test('is missing credentials when the client has none', async () => {
    await using client = new Client({ endpoint: 'localhost:1' })
    await assert.rejects(client.describeRegions(), { code: 'credentials' })
  })
})

test('a retryable error is repeated with a fresh signature and reported attempt by attempt', async () => {
  const server = await answering(
    { status: 429, headers: { 'x-acs-retry-after': '1' }, body: { Code: 'Rejected.Throttling', Message: 'slow' } },
    { status: 503, body: { Code: 'ServiceUnavailableTemporary', Message: 'away' } },
    encrypted,
  )
  const events: (string | undefined)[] = []
  const retry = {
    baseDelayMs: 1,
    onAttempt: ({ error }: { error?: Error | undefined }) => events.push((error as ServiceError | undefined)?.code),
  }
  await withClient(server, { retry }, async (client) => {
    await client.encrypt({ keyId: 'k', plaintext: '' })
    assert.deepEqual(events, ['Rejected.Throttling', 'ServiceUnavailableTemporary', undefined])
    assert.equal(new Set(server.seen.map(({ headers }) => headers['x-acs-signature-nonce'])).size, 3)
  })
})

test('every operation of the contract has a method of its name', async () => {
  await using kms = new Client({ endpoint: 'localhost', ...accessKey })
  await using ram = new RamClient({ endpoint: 'localhost', ...accessKey })
  await using sts = new StsClient({ endpoint: 'localhost', ...accessKey })
  const clients: Readonly<Record<string, object>> = { Kms: kms, Keyhaven: kms, Ram: ram, Ims: ram, Sts: sts }
  const missing = operations
    .map(({ name, api }) => ({ client: clients[api.product], method: name.charAt(0).toLowerCase() + name.slice(1) }))
    .filter(({ client, method }) => client === undefined || typeof Reflect.get(client, method) !== 'function')
    .map(({ method }) => method)
  assert.deepEqual(missing, [])
})

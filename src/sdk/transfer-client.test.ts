import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import {
  answerOf,
  errorAnswer,
  type GivenAnswer,
  type InstanceLoopback,
  instanceLoopback,
} from '../../test/kit/instance-loopback.ts'
import { answering } from '../../test/kit/loopback-server.ts'
import { kmsApi } from '../api/operation.ts'
import { decodeBase64 } from '../crypto/base64.ts'
import { ServiceError } from './errors.ts'
import type { GatewayCallOptions } from './gateways.ts'
import { type KmsConfig, TransferClient, type TransferClientOptions } from './transfer-client.ts'

const read = (path: string) => JSON.parse(readFileSync(new URL(`../../test/vectors/${path}`, import.meta.url), 'utf8'))
const vectors = read('transfer-client/transfer-client.json')
const { fileContent: clientKeyContent, password } = read('instance-gateway/instance-gateway.json').clientKey
const { keyId, keyVersionId } = vectors.constants
const versionHeader = 'x-kms-migrationkeyversionid'

const instanceAt = (server: InstanceLoopback, more: Partial<KmsConfig> = {}): KmsConfig => ({
  endpoint: server.endpoint,
  clientKeyContent,
  password,
  retry: false,
  ...more,
})

async function withTransfer(
  answers: readonly GivenAnswer[],
  settings: Partial<KmsConfig>,
  work: (client: TransferClient, server: InstanceLoopback) => Promise<void>,
): Promise<void> {
  await using server = await instanceLoopback(...answers)
  await using client = new TransferClient({ instance: instanceAt(server, settings) })
  await work(client, server)
}

const call = (client: TransferClient, action: string, parameters: object, options?: GatewayCallOptions) =>
  client.call({ api: kmsApi, action, parameters: new Map(Object.entries(parameters)), idempotent: true }, options)

interface VectorCase {
  readonly name: string
  readonly action: string
  readonly mode: 'advance' | 'low' | 'both'
  readonly openApiQuery: Readonly<Record<string, string | undefined>>
  readonly gatewayCalls: readonly {
    readonly apiName: string
    readonly bodyHex: string
    readonly extraHeaders?: Readonly<Record<string, string>>
    readonly gatewayResponse: { readonly headers: Record<string, string>; readonly fields: object }
  }[]
  readonly openApiBody: Readonly<Record<string, unknown>>
}

/** The vectors were made by the Python client; these settings make ours write what that writes. */
function settingsOf({ name, mode }: VectorCase): Partial<KmsConfig> {
  return {
    ...(mode === 'low' ? { forceLowVersionCryptoTransfer: true } : {}),
    ...(name.includes('gbk') ? { encoding: 'GBK' } : {}),
    ...(name.endsWith('context-python') ? { contextForm: mode === 'low' ? 'pythonJson' : 'pythonHex' } : {}),
  }
}

async function assertVector(vector: VectorCase, settings: Partial<KmsConfig>): Promise<void> {
  const answers = vector.gatewayCalls.map(({ apiName, gatewayResponse }) =>
    answerOf(apiName, gatewayResponse.fields as Record<string, unknown>, gatewayResponse.headers),
  )
  await withTransfer(answers, settings, async (client, server) => {
    const { body } = await call(client, vector.action, vector.openApiQuery)
    assert.deepEqual(body, vector.openApiBody)
    assert.equal(server.seen.length, vector.gatewayCalls.length)
    for (const [index, { apiName, bodyHex, extraHeaders = {} }] of vector.gatewayCalls.entries()) {
      const seen = server.seen[index]
      assert.equal(seen?.headers['x-kms-apiname'], apiName)
      assert.equal(seen?.body.toString('hex'), bodyHex)
      for (const [name, value] of Object.entries(extraHeaders)) assert.equal(seen?.headers[name], value)
    }
  })
}

describe('a call is carried out as by the official transfer client', () => {
  assert.equal(vectors.cases.length, 19)
  for (const vector of vectors.cases as VectorCase[]) {
    test(vector.name, () => assertVector(vector, settingsOf(vector)))
    if (vector.mode === 'both')
      test(`${vector.name}, low version`, () => assertVector(vector, { forceLowVersionCryptoTransfer: true }))
  }

  test('asymmetric operations pin the version that is asked for, as Java and Go do', async () => {
    for (const { name, mode, action, openApiQuery, gatewayCalls } of vectors.cases as VectorCase[]) {
      if (mode !== 'both' || openApiQuery.KeyVersionId === undefined) continue
      const [{ apiName, gatewayResponse } = { apiName: '', gatewayResponse: { headers: {}, fields: {} } }] =
        gatewayCalls
      const answer = answerOf(apiName, gatewayResponse.fields as Record<string, unknown>, gatewayResponse.headers)
      await withTransfer([answer], {}, async (client, server) => {
        await call(client, action, openApiQuery)
        assert.equal(server.seen[0]?.headers[versionHeader], openApiQuery.KeyVersionId, name)
      })
    }
  })
})

describe('the encryption context', () => {
  const aadOf = async (context: unknown, settings: Partial<KmsConfig>, options?: GatewayCallOptions) => {
    const [{ gatewayCalls }] = vectors.cases
    const [{ gatewayResponse, apiName }] = gatewayCalls
    let sent = ''
    await withTransfer([answerOf(apiName, gatewayResponse.fields)], settings, async (client, server) => {
      const EncryptionContext = typeof context === 'string' ? context : JSON.stringify(context)
      await call(client, 'Encrypt', { KeyId: keyId, Plaintext: '', EncryptionContext }, options)
      sent = server.seen[0]?.body.toString('hex') ?? ''
    })
    return sent.slice(Buffer.from(`\x0a\x18${keyId}`, 'latin1').toString('hex').length)
  }
  const field = (hex: string): string => `22${(hex.length / 2).toString(16).padStart(2, '0')}${hex}`

  test('is sent in the form of Java and Go, or in one of Python’s, for a client or for a call', async () => {
    assert.equal(vectors.encryptionContext.length, 5)
    for (const { json, aad } of vectors.encryptionContext) {
      assert.equal(await aadOf(json, {}), field(aad.javaAndGo.hex))
      assert.equal(await aadOf(json, { contextForm: 'pythonHex' }), field(aad.pythonAdvance.hex))
      assert.equal(await aadOf(json, {}, { contextForm: 'pythonJson' }), field(aad.pythonLow.hex))
    }
  })

  test('counts as none when it is empty, in every form', async () => {
    for (const contextForm of ['digest', 'pythonHex', 'pythonJson'] as const)
      assert.equal(await aadOf({}, { contextForm }), '')
  })

  test('is refused when it is not a map of text', async () => {
    for (const context of ['{"a":1}', '[]', 'null', '{', '{"a":null}'])
      await assert.rejects(aadOf(context, {}), { code: 'InvalidParameter', message: /EncryptionContext/ })
  })
})

describe('typed methods', () => {
  const answerFor = (name: string): GivenAnswer[] =>
    (vectors.cases as VectorCase[])
      .find((vector) => vector.name === name)
      ?.gatewayCalls.map(({ apiName, gatewayResponse: { fields, headers } }) =>
        answerOf(apiName, fields as Record<string, unknown>, headers),
      ) ?? []
  const bodyOf = (name: string) => (vectors.cases as VectorCase[]).find((vector) => vector.name === name)?.openApiBody

  test('have the fields of the public client, bytes as Uint8Array', async () => {
    await withTransfer(answerFor('encrypt'), {}, async (client) => {
      const answer = await client.encrypt({ keyId, plaintext: 'hello world' })
      assert.deepEqual(
        answer.ciphertextBlob,
        new Uint8Array(decodeBase64(String(bodyOf('encrypt')?.CiphertextBlob)) ?? []),
      )
      assert.equal(answer.keyVersionId, keyVersionId)
    })
    await withTransfer(answerFor('decrypt'), {}, async (client) => {
      assert.equal((await client.decrypt({ ciphertextBlob: new Uint8Array(80) })).plaintext, 'hello world')
    })
    await withTransfer(answerFor('generate-data-key'), {}, async (client) => {
      assert.deepEqual((await client.generateDataKey({ keyId })).plaintext, new Uint8Array(32).fill(0x11))
    })
    await withTransfer(answerFor('asymmetric-verify'), {}, async (client) => {
      const request = {
        keyId,
        keyVersionId,
        algorithm: 'SM2DSA',
        digest: new Uint8Array(32),
        value: new Uint8Array(70),
      } as const
      assert.equal((await client.asymmetricVerify(request)).value, true)
    })
  })

  test('encrypt bytes as their Base64 text, like the public client', async () => {
    await withTransfer(answerFor('encrypt'), {}, async (client, server) => {
      await client.encrypt({ keyId, plaintext: Buffer.from([0xff, 0xfe]) })
      assert.ok(server.seen[0]?.body.includes('//4='))
    })
  })

  test('encrypt in the encoding of the call, and refuse what it cannot write', async () => {
    await withTransfer(answerFor('encrypt'), {}, async (client, server) => {
      await client.encrypt({ keyId, plaintext: '密钥' }, { encoding: 'GBK' })
      assert.ok(server.seen[0]?.body.includes(Buffer.from('c3dcd4bf', 'hex')))
      await assert.rejects(client.encrypt({ keyId, plaintext: '😀' }, { encoding: 'GBK' }), { parameter: 'encoding' })
      await assert.rejects(client.encrypt({ keyId, plaintext: '' }, { encoding: 'no-such' }), { code: 'configuration' })
    })
    assert.throws(
      () => new TransferClient({ instance: { endpoint: 'h', clientKeyContent, password, encoding: 'x' } }),
      {
        code: 'configuration',
        parameter: 'encoding',
      },
    )
  })

  test('refuse what the instance could only ignore', async () => {
    await withTransfer(answerFor('decrypt'), {}, async (client, server) => {
      const ciphertextBlob = new Uint8Array(80)
      await assert.rejects(client.decrypt({ ciphertextBlob, dryRun: true }), { parameter: 'dryRun' })
      await assert.rejects(client.decrypt({ ciphertextBlob, recipient: '{}' }), { parameter: 'recipient' })
      await client.decrypt({ ciphertextBlob, dryRun: false })
      assert.equal(server.seen.length, 1)
    })
  })
})

test('its requests say that they are transferred calls, unless the application gives a name', async () => {
  const answer = errorAnswer(404, 'Forbidden.KeyNotFound')
  for (const [settings, end] of [
    [{}, / transfer-client$/],
    [{ userAgent: 'shop' }, / shop$/],
  ] as const)
    await withTransfer([answer], settings, async (client, server) => {
      await assert.rejects(client.encrypt({ keyId, plaintext: '' }))
      assert.match(server.seen[0]?.headers['user-agent'] ?? '', end)
    })
})

describe('an error', () => {
  test('of the instance gateway is told in the words of the public gateway', async () => {
    assert.ok(vectors.errorMapping.length >= 10)
    for (const { code, message, python } of vectors.errorMapping)
      await withTransfer([errorAnswer(400, code, message)], {}, async (client) => {
        await assert.rejects(client.encrypt({ keyId, plaintext: '' }), (error) => {
          assert.ok(error instanceof ServiceError)
          // Where the Python client fails itself, the error stays as it came.
          assert.deepEqual(
            { code: error.code, message: error.message },
            {
              code: python?.code ?? code,
              message: python?.message ?? message,
            },
          )
          assert.deepEqual([error.status, error.requestId], [400, 'request-id'])
          return true
        })
      })
  })

  test('about a ciphertext that is too short comes before any request, from the same length on', async () => {
    const accepted = answerOf('AdvanceDecrypt', { RequestId: 'r', KeyId: keyId, KeyVersionId: keyVersionId })
    await withTransfer([accepted], {}, async (client, server) => {
      for (const { blobLength, code, message } of vectors.ciphertextLength) {
        const decrypt = client.decrypt({ ciphertextBlob: new Uint8Array(blobLength) })
        if (code === undefined) await decrypt
        else await assert.rejects(decrypt, { name: 'ServiceError', code, message })
      }
      assert.equal(server.seen.length, 1)
    })
  })

  test('about parameters has the codes of the public gateway', async () => {
    await withTransfer([errorAnswer(500, 'InternalFailure')], {}, async (client, server) => {
      const refused: [string, object, object][] = [
        ['Encrypt', { KeyId: keyId }, { code: 'MissingParameter', message: /Plaintext/ }],
        ['Decrypt', {}, { code: 'MissingParameter', message: /CiphertextBlob/ }],
        ['Decrypt', { CiphertextBlob: '%' }, { code: 'InvalidParameter', message: /CiphertextBlob/ }],
        ['AsymmetricSign', { KeyId: keyId, Algorithm: 'SM2DSA' }, { code: 'MissingParameter', message: /Digest/ }],
        ['GenerateDataKey', { KeyId: keyId, KeySpec: 'AES_512' }, { code: 'InvalidParameter', message: /KeySpec/ }],
        [
          'GenerateDataKey',
          { KeyId: keyId, NumberOfBytes: 'x' },
          { code: 'InvalidParameter', message: /NumberOfBytes/ },
        ],
      ]
      for (const [action, parameters, expected] of refused)
        await assert.rejects(call(client, action, parameters), { name: 'ServiceError', status: 400, ...expected })
      assert.equal(server.seen.length, 0)
    })
  })

  test('is raised when the answer does not name the key version that the ciphertext needs', async () => {
    const answer = answerOf('Encrypt', { RequestId: 'r', KeyId: keyId, Iv: { hex: '00'.repeat(12) } })
    await withTransfer([answer], { forceLowVersionCryptoTransfer: true }, async (client) => {
      await assert.rejects(client.encrypt({ keyId, plaintext: '' }), {
        code: 'badResponse',
        message: 'Can not found response headers parameter[x-kms-migrationkeyversionid]',
      })
    })
  })

  test('is raised rather than a ciphertext returned that would never open again', async () => {
    const blob = `240083${'00'.repeat(80)}`
    const answer = answerOf('AdvanceEncrypt', { RequestId: 'r', KeyId: keyId, CiphertextBlob: { hex: blob } })
    await withTransfer([answer], {}, async (client) => {
      await assert.rejects(client.encrypt({ keyId, plaintext: '' }), { code: 'badResponse', message: /AES_GCM/ })
    })
  })

  test('is raised when the plaintext is no text in the encoding', async () => {
    const answer = answerOf('AdvanceDecrypt', { RequestId: 'r', KeyId: keyId, Plaintext: { hex: 'ff' } })
    await withTransfer([answer], {}, async (client) => {
      await assert.rejects(client.decrypt({ ciphertextBlob: new Uint8Array(80) }), { parameter: 'encoding' })
    })
  })
})

describe('a call goes', () => {
  const encrypted = { body: { KeyId: 'public', KeyVersionId: 'v', CiphertextBlob: 'AQID', RequestId: 'R' } }
  const request = { keyId, plaintext: 'x' }

  async function routed(
    settings: Partial<TransferClientOptions> & { kms?: Partial<KmsConfig> },
    work: (client: TransferClient) => Promise<unknown>,
  ): Promise<'public' | 'instance' | 'nowhere'> {
    const publicServer = await answering(encrypted)
    const encryptCase = vectors.cases[0].gatewayCalls[0]
    await using server = await instanceLoopback(answerOf(encryptCase.apiName, encryptCase.gatewayResponse.fields))
    const { kms, ...more } = settings
    const { endpoint } = publicServer
    await using client = new TransferClient({
      public: { endpoint, accessKeyId: 'a', accessKeySecret: 'b', retry: false },
      instance: instanceAt(server, kms),
      ...more,
    })
    try {
      await work(client)
      return publicServer.seen.length > 0 ? 'public' : server.seen.length > 0 ? 'instance' : 'nowhere'
    } finally {
      await publicServer.close()
    }
  }
  const encrypt = (options?: GatewayCallOptions) => (client: TransferClient) => client.encrypt(request, options)

  test('to the instance, unless the client, a list of actions, or the call itself says otherwise', async () => {
    assert.equal(await routed({}, encrypt()), 'instance')
    assert.equal(await routed({ gateway: 'public' }, encrypt()), 'public')
    assert.equal(await routed({ kms: { defaultKmsApiNames: ['Encrypt'] } }, encrypt()), 'public')
    assert.equal(await routed({ kms: { defaultKmsApiNames: ['Decrypt'] } }, encrypt()), 'instance')
    assert.equal(await routed({}, encrypt({ gateway: 'public' })), 'public')
    const both = { gateway: 'public', kms: { defaultKmsApiNames: ['Encrypt'] } } as const
    assert.equal(await routed(both, encrypt({ gateway: 'instance' })), 'instance')
  })

  test('to the public gateway when there is no instance, or no such operation on it', async () => {
    assert.equal(await routed({ instance: undefined }, encrypt()), 'public')
    const call = (client: TransferClient) => client.updateKeyDescription({ keyId, description: '' })
    assert.equal(await routed({}, call), 'public')
    const asked = (client: TransferClient) =>
      client.updateKeyDescription({ keyId, description: '' }, { gateway: 'instance' })
    assert.equal(await routed({}, asked), 'public')
  })

  test('nowhere when its gateway is not set up: the error names the missing settings', async () => {
    await withTransfer([errorAnswer(500, 'InternalFailure')], {}, async (client) => {
      await assert.rejects(client.createKey(), { code: 'configuration', parameter: 'public' })
      await assert.rejects(client.encrypt(request, { gateway: 'public' }), { parameter: 'public' })
    })
    const other = routed({ instance: undefined }, encrypt({ gateway: 'instance' }))
    await assert.rejects(other, { code: 'configuration', parameter: 'instance' })
    assert.throws(() => new TransferClient({}), { code: 'configuration' })
  })
})

import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { codeName } from '../src/api/field.ts'
import type { Operation } from '../src/api/operation.ts'
import { operationNamed } from '../src/api/operations.ts'
import { run } from '../src/cli/program.ts'
import { decode } from '../src/gateway/openapi/decode.ts'
import { encodeResult } from '../src/gateway/openapi/encode.ts'
import { Client, type ClientOptions } from '../src/sdk/client.ts'
import type { ConnectionOptions } from '../src/sdk/connection-options.ts'
import { assumeRoleCredentials } from '../src/sdk/credentials/assume-role.ts'
import { ServiceError } from '../src/sdk/errors.ts'
import { plaintextBytes } from '../src/sdk/plaintext.ts'
import { RamClient } from '../src/sdk/ram-client.ts'
import { StsClient } from '../src/sdk/sts-client.ts'
import { newAssumer } from './kit/assumer.ts'
import { startTestServer, type TestServer } from './kit/server.ts'
import { type Step, tour, World } from './kit/tour.ts'

let server: TestServer
before(async () => {
  server = await startTestServer()
})
after(() => server.close())

const connection = (): ConnectionOptions => {
  const { endpoint, caFile, accessKeyId, accessKeySecret } = server
  return { endpoint, caFile, accessKeyId, accessKeySecret, retry: false }
}

type AnyMethod = (
  request: Readonly<Record<string, unknown>>,
) => Promise<Record<string, unknown> & { requestId: string }>

/** Takes a step of the tour by the typed method, and gives the answer back as it was on the wire. */
async function takeTyped(clients: Readonly<Record<string, object>>, step: Step, world: World) {
  const operation = operationNamed(step.version ?? '2016-01-20', step.action) as Operation
  const given = new Map(Object.entries(step.parameters(world)))
  const client = step.as ? new StsClient({ ...connection(), ...step.as(world) }) : clients[operation.api.product]
  assert.ok(client)
  const method = Reflect.get(client, codeName(operation.name)) as AnyMethod
  const result = await method(decode(operation, given))
  if (client instanceof StsClient && step.as) await client.close()
  const body = encodeResult(operation.response, result, result.requestId)
  step.remember?.(body as Parameters<NonNullable<Step['remember']>>[0], world)
  return result
}

test('every operation works from typed request to typed answer, over HTTPS with the server’s own CA', async () => {
  await using kms = new Client(connection())
  await using ram = new RamClient(connection())
  await using sts = new StsClient(connection())
  const clients = { Kms: kms, Keyhaven: kms, Ram: ram, Ims: ram, Sts: sts }
  const world = new World(server.accountId)
  for (const step of tour) {
    const taken = takeTyped(clients, step, world)
    if (step.code === undefined) assert.match((await taken).requestId, /^[0-9A-F-]{36}$/, step.action)
    else await assert.rejects(taken, (error) => error instanceof ServiceError && error.code === step.code, step.action)
  }
})

describe('encrypting and decrypting', () => {
  for (const signature of ['ACS3-HMAC-SHA256', 'ACS3-HMAC-SM3', 'HMAC-SHA1', 'HMAC-SHA256'] as const)
    for (const parametersIn of ['body', 'query'] as const)
      test(`works with ${signature} and the parameters in the ${parametersIn}`, async () => {
        await using client = new Client({ ...connection(), signature, parametersIn })
        const { keyMetadata } = await client.createKey({ description: "密钥 !'()*~ +%" })
        const { keyId } = keyMetadata
        assert.equal((await client.describeKey({ keyId })).keyMetadata.description, "密钥 !'()*~ +%")
        const encryptionContext = { a: '中&=', b: '' }
        const sealed = await client.encrypt({ keyId, plaintext: '测试消息', encryptionContext })
        const opened = await client.decrypt({ ciphertextBlob: sealed.ciphertextBlob, encryptionContext })
        assert.equal(opened.plaintext, '测试消息')
        const plaintext = new Uint8Array(6144).fill(0xa5)
        const { ciphertextBlob } = await client.encrypt({ keyId, plaintext })
        assert.deepEqual(plaintextBytes((await client.decrypt({ ciphertextBlob })).plaintext), plaintext)
      })
})

describe('what a stranger does wrong', () => {
  const failing = async (options: ClientOptions): Promise<unknown> => {
    await using client = new Client(options)
    return await client.listKeys().catch((error: unknown) => error)
  }
  const cases: [string, () => ClientOptions, string][] = [
    ['a wrong secret', () => ({ ...connection(), accessKeySecret: 'wrong' }), 'SignatureDoesNotMatch'],
    ['an unknown AccessKey', () => ({ ...connection(), accessKeyId: 'LTAI5tUnknown' }), 'InvalidAccessKeyId.NotFound'],
    ['no CA', () => ({ ...connection(), caFile: undefined }), 'certificate'],
    ['another name', () => ({ ...connection(), hostname: 'other.example' }), 'certificate'],
    [
      'plain HTTP to the TLS port',
      () => ({ ...connection(), endpoint: server.endpoint.replace('https', 'http') }),
      'network',
    ],
  ]
  for (const [what, options, code] of cases)
    test(`${what} gives ${code}, without repeating a secret`, async () => {
      const error = (await failing(options())) as Error & { code: string }
      assert.equal(error.code, code)
      assert.doesNotMatch(error.message, new RegExp(server.accessKeySecret))
    })

  test('a key that is not there is named by the service’s own code', async () => {
    await using client = new Client(connection())
    await assert.rejects(client.encrypt({ keyId: 'nowhere', plaintext: 'x' }), {
      code: 'Forbidden.KeyNotFound',
      status: 404,
    })
  })
})

test('credentials of a role are fetched from the server’s own STS and used for the calls', async () => {
  await using ram = new RamClient(connection())
  const trust = { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { RAM: [`acs:ram::${server.accountId}:root`] } }
  const allow = { Effect: 'Allow', Action: ['kms:List*'], Resource: ['*'] }
  const document = (statement: object): string => JSON.stringify({ Version: '1', Statement: [statement] })
  const { role } = await ram.createRole({ roleName: 'lister', assumeRolePolicyDocument: document(trust) })
  await ram.createPolicy({ policyName: 'list', policyDocument: document(allow) })
  await ram.attachPolicyToRole({ policyName: 'list', policyType: 'Custom', roleName: 'lister' })
  await using admin = new Client(connection())
  const assumer = await newAssumer(ram)
  const source = async () => assumer
  const sts = { endpoint: server.endpoint, caFile: server.caFile }
  const { endpoint, caFile } = server
  await using client = new Client({
    endpoint,
    caFile,
    credentials: assumeRoleCredentials({ source, roleArn: role.arn, sts }),
  })
  assert.equal((await client.listKeys()).totalCount, (await admin.listKeys()).totalCount)
  await assert.rejects(client.createKey(), { code: 'Forbidden.NoPermission' })
})

describe('the command line', () => {
  const folder = mkdtempSync(join(tmpdir(), 'keyhaven-sdk-'))
  after(() => rmSync(folder, { recursive: true }))

  async function keyhaven(...argv: string[]): Promise<string> {
    let out = ''
    let err = ''
    const status = await run(argv, {
      stdin: (async function* () {})(),
      stdout: { write: (chunk) => (out += chunk) },
      stderr: { write: (chunk) => (err += chunk) },
      env: {
        KEYHAVEN_ENDPOINT: server.endpoint,
        KEYHAVEN_ACCESS_KEY_ID: server.accessKeyId,
        KEYHAVEN_ACCESS_KEY_SECRET: server.accessKeySecret,
        KEYHAVEN_CA_FILE: server.caFile,
      },
      cwd: folder,
      home: folder,
    })
    assert.equal(status, 0, err)
    return out
  }

  test('encrypts a file under an alias and decrypts it again, through a rotation', async () => {
    writeFileSync(join(folder, 'key.pem'), Buffer.alloc(6144, 7))
    await keyhaven('key', 'create', '--alias', 'alias/Apollo/WorkKey', '--tag', 'team=apollo')
    await keyhaven('encrypt', '--key', 'alias/Apollo/WorkKey', '--context', 'purpose=test', 'key.pem')
    await keyhaven('key', 'rotate', 'alias/Apollo/WorkKey')
    await keyhaven('decrypt', '--context', 'purpose=test', 'key.pem.cipher')
    assert.deepEqual(readFileSync(join(folder, 'decrypted_key.pem')), readFileSync(join(folder, 'key.pem')))
    const versions = JSON.parse(await keyhaven('--json', 'key', 'versions', 'alias/Apollo/WorkKey'))
    assert.equal(versions.KeyVersions.length, 2)
  })

  test('lives a key’s life in everyday words', async () => {
    const created = JSON.parse(await keyhaven('--json', 'key', 'create', '--spec', 'ec_p256', '--usage', 'sign/verify'))
    const { KeyId } = created.KeyMetadata
    const state = async (): Promise<string> =>
      JSON.parse(await keyhaven('--json', 'key', 'show', KeyId)).KeyMetadata.KeyState
    assert.match(await keyhaven('key', 'public', KeyId), /^-----BEGIN PUBLIC KEY-----\n/)
    await keyhaven('alias', 'create', 'alias/signer', KeyId)
    assert.match(await keyhaven('alias', 'list', KeyId), /alias\/signer/)
    await keyhaven('key', 'disable', 'alias/signer')
    assert.equal(await state(), 'Disabled')
    await keyhaven('key', 'enable', 'alias/signer')
    await keyhaven('key', 'describe', KeyId, '签名')
    assert.match(
      await keyhaven('key', 'list', '--spec', 'EC_P256', '--long'),
      new RegExp(`${KeyId}.*alias/signer.*签名`),
    )
    await keyhaven('key', 'delete', KeyId, '--days', '7')
    assert.equal(await state(), 'PendingDeletion')
    await keyhaven('key', 'restore', KeyId)
    assert.equal(await state(), 'Enabled')
    await keyhaven('alias', 'delete', 'signer')
  })

  test('calls any operation of KMS, RAM and STS by its wire names', async () => {
    assert.match(await keyhaven('kms', 'DescribeRegions'), /"RegionId": "cn-hangzhou"/)
    assert.match(await keyhaven('sts', 'GetCallerIdentity'), new RegExp(`"AccountId": "${server.accountId}"`))
    assert.match(await keyhaven('ram', 'CreateUser', '--UserName', 'alice'), /"UserName": "alice"/)
  })
})

import assert from 'node:assert/strict'
import { execFile, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { promisify } from 'node:util'
import { asCloud } from '../../src/cli/as-cloud/as-cloud.ts'
import { startTestServer, type TestServer } from '../kit/server.ts'

/* The official command line, unchanged. KEYHAVEN_TEST_ALIYUN names it where it is not on the path. */
const aliyun = process.env.KEYHAVEN_TEST_ALIYUN ?? 'aliyun'
const skip = spawnSync(aliyun, ['version']).status === 0 ? false : `there is no ${aliyun}`

describe('the official aliyun command works unchanged', { skip }, () => {
  let server: TestServer
  let home = ''

  before(async () => {
    server = await startTestServer()
    home = mkdtempSync(join(tmpdir(), 'keyhaven-aliyun-'))
  })
  after(async () => {
    await server.close()
    rmSync(home, { recursive: true, force: true })
  })

  async function call(product: string, args: readonly string[], secret = server.accessKeySecret) {
    const endpoint = ['--endpoint', server.httpEndpoint.replace('http://', ''), '--insecure']
    const env = {
      ...process.env,
      HOME: home,
      ALIBABA_CLOUD_ACCESS_KEY_ID: server.accessKeyId,
      ALIBABA_CLOUD_ACCESS_KEY_SECRET: secret,
      ALIBABA_CLOUD_REGION_ID: server.regionId,
    }
    const { stdout } = await promisify(execFile)(aliyun, [product, ...args, ...endpoint], { env })
    return JSON.parse(stdout)
  }

  test('a key is created, named, tagged and used', async () => {
    const { KeyMetadata } = await call('kms', ['CreateKey', '--Description', 'from the command line'])
    const KeyId: string = KeyMetadata.KeyId
    await call('kms', ['CreateAlias', '--KeyId', KeyId, '--AliasName', 'alias/cli'])
    const context = ['--EncryptionContext', '{"a":"b"}']
    const sealed = await call('kms', ['Encrypt', '--KeyId', 'alias/cli', '--Plaintext', 'aGVsbG8=', ...context])
    const opened = await call('kms', ['Decrypt', '--CiphertextBlob', sealed.CiphertextBlob, ...context])
    assert.equal(opened.Plaintext, 'aGVsbG8=')
    const resource = ['--RegionId', server.regionId, '--ResourceType', 'key', '--ResourceId.1', KeyId]
    await call('kms', ['TagResources', ...resource, '--Tag.1.Key', 'k', '--Tag.1.Value', 'v'])
    const { TagResources } = await call('kms', ['ListTagResources', ...resource])
    assert.equal(TagResources.TagResource[0].TagValue, 'v')
  })

  test('errors are understood, a wrong secret as what it is', async () => {
    await assert.rejects(call('kms', ['DescribeKey', '--KeyId', 'nothing']), /Forbidden\.KeyNotFound/)
    await assert.rejects(call('kms', ['ListKeys'], 'wrong'), /Please check you AccessKeySecret/)
  })

  test('as written for the cloud, it comes here under keyhaven run', async () => {
    const { endpoint, httpEndpoint, caFile, regionId, accessKeyId, accessKeySecret } = server
    const reachable = { endpoint, httpEndpoint, caFile, regionId, accessKeyId, accessKeySecret }
    const env = { ...process.env, HOME: home, ...asCloud(reachable, {}, []) }
    for (const [words, member] of [
      [['kms', 'ListKeys'], 'TotalCount'],
      [['sts', 'GetCallerIdentity'], 'AccountId'],
      [['ram', 'ListUsers'], 'Users'],
    ] as const)
      assert.ok(member in JSON.parse((await promisify(execFile)(aliyun, words, { env })).stdout), words.join(' '))
  })

  test('its sts and ram commands work, too', async () => {
    assert.equal((await call('sts', ['GetCallerIdentity'])).AccountId, server.accountId)
    assert.deepEqual((await call('ram', ['ListUsers'])).Users.User, [])
  })
})

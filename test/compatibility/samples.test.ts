import assert from 'node:assert/strict'
import { execFile, spawnSync } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { promisify } from 'node:util'
import { asCloud } from '../../src/cli/as-cloud/as-cloud.ts'
import { type Keyhaven, startKeyhaven } from '../../src/testing/index.ts'
import { folderWith } from '../kit/cli.ts'

/*
 * The official samples, unchanged, under what keyhaven run sets: they know only the names of the cloud, and their keys by
 * fixed ids, which the seed has. KEYHAVEN_TEST_SAMPLES names a clone of them, KEYHAVEN_TEST_PYTHON an interpreter with
 * aliyun-python-sdk-core, aliyun-python-sdk-kms, pycryptodome and ecdsa; those in Go are built in KEYHAVEN_TEST_SAMPLES_GO.
 */
const samples = process.env.KEYHAVEN_TEST_SAMPLES ?? ''
const python = process.env.KEYHAVEN_TEST_PYTHON ?? 'python3'
const built = process.env.KEYHAVEN_TEST_SAMPLES_GO ?? ''
const skipPython =
  samples === ''
    ? 'KEYHAVEN_TEST_SAMPLES names no clone of the samples'
    : spawnSync(python, ['-c', 'import aliyunsdkkms, ecdsa, Crypto']).status === 0
      ? false
      : `${python} has not what they import`
const skipGo = existsSync(join(built, 'cmk_encrypt_best_practices'))
  ? false
  : 'KEYHAVEN_TEST_SAMPLES_GO has no programs'

const pemOf = (type: 'rsa' | 'ec') =>
  (type === 'rsa'
    ? generateKeyPairSync('rsa', { modulusLength: 2048 })
    : generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
  ).privateKey.export({ type: 'pkcs8', format: 'pem' }) as string

describe('the official samples run unchanged', () => {
  let kms: Keyhaven
  let cwd = ''
  let env: Record<string, string> = {}
  before(async () => {
    kms = await startKeyhaven({
      seed: {
        keys: [
          { id: 'work-key', aliases: ['alias/Apollo/WorkKey'] },
          {
            ...{ id: 'a8c6eb76-278c-4f88-801b-8fb56e4c3019', spec: 'RSA_2048', usage: 'ENCRYPT/DECRYPT' },
            versions: [{ id: '6f050e56-9b71-41db-8d48-5275855f1041', pem: pemOf('rsa') }],
          },
          {
            ...{ id: 'bb974925-d7d2-48c3-b896-cb2a3f3f33bd', spec: 'RSA_2048', usage: 'SIGN/VERIFY' },
            versions: [{ id: 'd4229c1f-17ec-40df-bfe0-51667c6c78b6', pem: pemOf('rsa') }],
          },
          {
            ...{ id: '71032ff8-1803-426f-b5be-c57bdeee1080', spec: 'EC_P256', usage: 'SIGN/VERIFY' },
            versions: [{ id: '529eb3e1-6ef5-4a47-bce4-4c86494ebc1c', pem: pemOf('ec') }],
          },
        ],
      },
    })
    const { endpoint, httpEndpoint, caFile, regionId, accessKey } = kms
    env = {
      ...asCloud({ endpoint, httpEndpoint, caFile, regionId, ...accessKey }, {}, []),
      ...{ AccessKeyId: accessKey.accessKeyId, AccessKeySecret: accessKey.accessKeySecret },
    }
    cwd = folderWith({ 'certs/key.pem': pemOf('rsa'), 'data/sales.csv': 'month,sales\n1,2\n' })
  })
  after(() => kms.close())

  /** Each pair writes what was encrypted, and then what it was. */
  async function opensWhatItSealed(run: (name: string) => Promise<unknown>): Promise<void> {
    for (const name of ['cmk_encrypt', 'cmk_decrypt', 'envelope_encrypt', 'envelope_decrypt']) await run(name)
    for (const [plain, opened] of [
      ['certs/key.pem', 'certs/decrypted_key.pem.cipher'],
      ['data/sales.csv', 'data/decrypted_sales.csv'],
    ] as const) {
      assert.equal(readFileSync(join(cwd, opened), 'utf8'), readFileSync(join(cwd, plain), 'utf8'))
      rmSync(join(cwd, opened))
    }
  }
  const call = (command: string, ...words: readonly string[]) =>
    promisify(execFile)(command, words, { cwd, env: { ...process.env, ...env }, timeout: 120_000 })
  const sample = (name: string) => {
    const { accessKeyId, accessKeySecret } = kms.accessKey
    const file = join(samples, 'kms-samples-python', `${name}.py`)
    return call(python, file, '--ak', accessKeyId, '--as', accessKeySecret)
  }

  test('those in Python that encrypt', { skip: skipPython }, () => opensWhatItSealed(sample))

  test('that in Python about asymmetric keys', { skip: skipPython }, async () => {
    const { stdout } = await sample('asymmetric')
    assert.equal(stdout.match(/测试消息/g)?.length, 2)
    assert.equal(stdout.match(/verify success/g)?.length, 3)
    assert.doesNotMatch(stdout, /failed/)
  })

  test('those in Go that encrypt', { skip: skipGo }, () =>
    opensWhatItSealed((name) => call(join(built, `${name}_best_practices`))),
  )
})

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
 * aliyun-python-sdk-core, aliyun-python-sdk-kms, pycryptodome and ecdsa, KEYHAVEN_TEST_PYTHON_CSR one with the SDK, idna,
 * pyOpenSSL 19.1 and cryptography 2.9, since generate_csr uses what later ones lack; those in Go are built in
 * KEYHAVEN_TEST_SAMPLES_GO, kms_api_samples with `go test -c`.
 *
 * Not here: asymmetric_ecdsa_p256_samples, which doesn't compile (it uses a variable that it doesn't declare), and
 * generate_csr_samples, whose constants are placeholders to fill in.
 */
const samples = process.env.KEYHAVEN_TEST_SAMPLES ?? ''
const python = process.env.KEYHAVEN_TEST_PYTHON ?? 'python3'
const pythonOfCsr = process.env.KEYHAVEN_TEST_PYTHON_CSR ?? ''
const built = process.env.KEYHAVEN_TEST_SAMPLES_GO ?? ''
const skipPython =
  samples === ''
    ? 'KEYHAVEN_TEST_SAMPLES names no clone of the samples'
    : spawnSync(python, ['-c', 'import aliyunsdkkms, ecdsa, Crypto']).status === 0
      ? false
      : `${python} has not what they import`
const skipCsr =
  samples === '' || pythonOfCsr === ''
    ? 'KEYHAVEN_TEST_SAMPLES and KEYHAVEN_TEST_PYTHON_CSR do not both name something'
    : false
const skipGo = existsSync(join(built, 'cmk_encrypt_best_practices'))
  ? false
  : 'KEYHAVEN_TEST_SAMPLES_GO has no programs'

const pemOf = (type: 'rsa' | 'ec', namedCurve = 'prime256v1') =>
  (type === 'rsa'
    ? generateKeyPairSync('rsa', { modulusLength: 2048 })
    : generateKeyPairSync('ec', { namedCurve })
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
          {
            ...{ id: '842a6803-66b0-4849-a040-c09cb0ba1aa3', spec: 'EC_P256K', usage: 'SIGN/VERIFY' },
            versions: [{ id: '303cc3ed-ac14-4da7-8d88-7dfd7fe47aed', pem: pemOf('ec', 'secp256k1') }],
          },
          { id: '2fad5f44-9573-4f28-8956-666c52cc9fa9' },
          {
            ...{ id: '4ffbf0c5-0324-4ccf-8ab7-547a3c148adb', origin: 'EXTERNAL' },
            // That which the samples import again after they deleted it: a key takes no other.
            material: { hex: 'c03c02695ab6fe914ab6ab209ab3561cab42186eedbfa0d70103ac8d30a88392' },
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

  /** What a program wrote that reports failed tests with its status. */
  const written = (program: Promise<{ stdout: string; stderr: string }>) =>
    program.catch((failure: { stdout: string; stderr: string }) => failure)
  const named = (text: string, pattern: RegExp) => new Set([...text.matchAll(pattern)].map(([, name]) => name))

  test('the tests in Python of every operation', { skip: skipPython }, async () => {
    const { stderr } = await written(sample('test_openapi'))
    assert.match(stderr, /^Ran 34 tests in /m)
    assert.match(stderr, /skipped=2\)$/m)
    // They compare with what the keys of their authors made: a public key, ciphertexts, a signature.
    assert.deepEqual(
      named(stderr, /^(?:ERROR|FAIL): (\w+)/gm),
      new Set([
        'test_asymmetric_decrypt',
        'test_asymmetric_verify',
        'test_decrypt',
        'test_get_public_key',
        'test_rsa_verify',
      ]),
    )
  })

  test('that in Python about certificate requests', { skip: skipCsr }, async () => {
    // Its own main fails before any call (it lacks the import of argparse), and would make one kind alone.
    const main = [
      'import os, sys',
      'sys.path.insert(0, sys.argv[1])',
      'import generate_csr as sample',
      "client = sample.AcsClient(os.environ['AccessKeyId'], os.environ['AccessKeySecret'], 'cn-hangzhou')",
      'getattr(sample, sys.argv[2])(client)',
    ].join('\n')
    for (const kind of ['rsa', 'ecc']) {
      const folder = join(samples, 'kms-samples-python')
      const { stdout } = await call(pythonOfCsr, '-W', 'ignore', '-c', main, folder, `${kind}_csr_main`)
      assert.equal(stdout, `Create ${kind.toUpperCase()} CSR SUCCESS\n`)
      const read = await call('openssl', 'req', '-in', 'test.csr', '-noout', '-subject', '-verify')
      assert.match(read.stdout + read.stderr, /verify OK/)
      assert.match(read.stdout, /CN ?= ?Test Certificate Request, C ?= ?CN, O ?= ?Aliyun KMS/)
    }
  })

  test('those in Go that encrypt', { skip: skipGo }, () =>
    opensWhatItSealed((name) => call(join(built, `${name}_best_practices`))),
  )

  test('those in Go about asymmetric keys', { skip: skipGo }, async () => {
    for (const name of ['asymmetric_ecdsa_p256k', 'asymmetric_rsaes', 'asymmetric_rsassa']) {
      const { stdout, stderr } = await call(join(built, `${name}_samples`))
      // They tell of what went wrong alone.
      assert.deepEqual({ name, stdout, stderr }, { name, stdout: '', stderr: '' })
    }
  })

  test('the tests in Go of every operation', { skip: skipGo }, async () => {
    // The Python ones leave the key without material, which this one deletes.
    await kms.reset()
    const { stdout } = await written(call(join(built, 'kms_api_samples'), '-test.v'))
    const passed = named(stdout, /^--- PASS: (\w+)/gm)
    assert.equal(passed.size, 30, stdout)
    assert.deepEqual(named(stdout, /^--- SKIP: (\w+)/gm), new Set(['TestCreateKey', 'TestCreateKeyVersion']))
    // They open and verify what the keys of their authors made.
    assert.deepEqual(
      named(stdout, /^--- FAIL: (\w+)/gm),
      new Set(['TestAsymmetricDecrypt', 'TestAsymmetricVerify', 'TestDecrypt', 'TestRsaVerify']),
    )
  })
})

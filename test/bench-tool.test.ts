import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { after, before, describe, test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { withLongFlags } from '../src/cli/bench/official-flags.ts'
import type { LoadResult } from '../src/load/result.ts'
import { Tally } from '../src/load/tally.ts'
import { queryAudit } from '../src/server/audit/query.ts'
import { type ApplicationSetup, setUpApplication } from './kit/application.ts'
import { folderWith, keyhaven } from './kit/cli.ts'
import { pagesToRun } from './kit/guides.ts'
import { startTestServer, type TestServer } from './kit/server.ts'

let server: TestServer
let setup: ApplicationSetup
let keyId: string
before(async () => {
  server = await startTestServer({ config: { throttle: 'off' } })
  setup = await setUpApplication(server)
  await setup.admin.updatePolicy({
    name: 'app',
    permissions: ['RbacPermission/Template/CryptoServiceKeyUser', 'RbacPermission/Template/CryptoServiceSecretUser'],
    resources: ['key/*', 'secret/*'],
  })
  keyId = (await setup.admin.createKey()).keyMetadata.keyId
})
after(async () => {
  await setup.admin.close()
  await server.close()
})

const env = () => ({
  KEYHAVEN_ENDPOINT: server.endpoint,
  KEYHAVEN_CA_FILE: server.caFile,
  KEYHAVEN_ACCESS_KEY_ID: server.accessKeyId,
  KEYHAVEN_ACCESS_KEY_SECRET: server.accessKeySecret,
})
const bench = (argv: readonly string[], cwd?: string) =>
  keyhaven(['bench', ...argv], { env: env(), ...(cwd === undefined ? {} : { cwd }) })

/** How many calls of an operation the audit log of the server has. */
const audited = (action: string): number =>
  [...queryAudit(`${server.data}/audit`, {})].filter((record) => record.action === action).length

async function resultOf(argv: readonly string[], cwd?: string): Promise<LoadResult> {
  const { status, out, err } = await bench(['--json', ...argv], cwd)
  assert.equal(status, 0, err)
  return JSON.parse(out)
}

describe('what is counted is what the server saw', () => {
  test('of a closed loop over two processes', async () => {
    const before = audited('GenerateDataKey')
    const operation = ['--operation', 'generate_data_key', '--key', keyId]
    const result = await resultOf([...operation, '--connections', '3', '--processes', '2', '--duration', '1'])
    const tally = Tally.of(...Object.values(result.operations))
    // one call more: the trial before the load
    assert.equal(audited('GenerateDataKey') - before, tally.finished + 1)
    assert.ok(tally.finished > 0)
    assert.deepEqual([tally.notOk.count, result.begun], [0, tally.finished])
  })

  test('of a mix, by its weights', async () => {
    const result = await resultOf([
      '--operation',
      'Encrypt=3,DescribeKey=1',
      '--key',
      keyId,
      '--connections',
      '1',
      '--duration',
      '1',
    ])
    const [encrypt = 0, describe = 0] = ['Encrypt', 'DescribeKey'].map(
      (name) =>
        result.operations[name]?.ok.buckets.filter((_, at) => at % 2 === 1).reduce((sum, count) => sum + count, 0) ?? 0,
    )
    assert.ok(Math.abs(encrypt - 3 * describe) <= 3, `${encrypt} and ${describe}`)
  })

  test('of an open loop, at its rate', async () => {
    const result = await resultOf([
      '--operation',
      'DescribeKey',
      '--key',
      keyId,
      '--connections',
      '8',
      '--rate',
      '20',
      '--duration',
      '2',
    ])
    const { finished } = Tally.of(...Object.values(result.operations))
    assert.equal(finished + result.unsent, 40)
  })

  test('errors by their code, and each call with a number of its own', async () => {
    const cwd = folderWith({ 'request.json': JSON.stringify({ AliasName: 'alias/load-{n}', KeyId: keyId }) })
    const made = await resultOf(
      ['--operation', 'CreateAlias', '--request', 'request.json', '--connections', '2', '--duration', '1'],
      cwd,
    )
    assert.equal(Tally.of(...Object.values(made.operations)).notOk.count, 0)
    const other = (await setup.admin.createKey()).keyMetadata.keyId
    const before = audited('Encrypt')
    const during = resultOf(['--operation', 'Encrypt', '--key', other, '--connections', '1', '--duration', '2'])
    // the trial call, and some of the load
    while (audited('Encrypt') - before < 3) await setImmediate()
    await setup.admin.disableKey({ keyId: other })
    const { errors, ok } = Tally.of(...Object.values((await during).operations))
    assert.ok(ok.count > 0)
    assert.deepEqual([...errors.keys()], ['Rejected.Disabled'])
  })
})

describe('the official tool’s words', () => {
  const files = () => {
    const cwd = folderWith()
    writeFileSync(join(cwd, 'clientKey.json'), setup.instance.clientKeyContent ?? '')
    writeFileSync(join(cwd, 'password'), `${setup.instance.password}\n`)
    return cwd
  }
  const flags = (name: string, more: readonly string[] = []) => [
    `-case=${name}`,
    `-endpoint=${server.endpoint}`,
    '-client_key_path=clientKey.json',
    `-client_key_password=${setup.instance.password}`,
    `--ca_path=${server.caFile}`,
    '-concurrence_nums=2',
    '--duration',
    '1',
    '-data_size=32',
    ...more,
  ]

  for (const [name, key] of [
    ['encrypt', 'aes'],
    ['decrypt', 'aes'],
    ['sign', 'rsa'],
    ['verify', 'rsa'],
    ['generate_datakey_pair', 'aes'],
    ['get_secret_value', 'secret'],
  ] as const)
    test(`${name} prints its blocks and has no error`, async () => {
      const what = key === 'secret' ? ['-secret_name=load'] : [`-key_id=${await keyOf(key)}`]
      if (key === 'secret') await secretOf('load')
      const { status, out, err } = await bench(flags(name, what), files())
      assert.equal(status, 0, err)
      assert.match(out, new RegExp(`^Start \\[${name}\\] Case\n----------------- Time_1: \\[`))
      const [, last = ''] = /(-+ Statistics: [\s\S]*?TimeoutErrorCount: \d+)\n/.exec(out) ?? []
      assert.match(last, /RequestCount: [1-9]\d*\tResponseCount: [1-9]\d*\tTPS: \d+\tAvgTPS: \d+\n/)
      assert.match(
        last,
        /MinOnceTimeCost: \d+ ms\tAvgOnceTimeCost: \d+ ms\nClientErrorCount: 0\tLimitExceededErrorCount: 0\tTimeoutErrorCount: 0$/,
      )
      assert.match(out, new RegExp(`\\[${name}\\] Case complete!\n`))
    })

  test('a folder for the logs gets the blocks and, if asked for, each call', async () => {
    const cwd = files()
    const argv = flags('encrypt', [`-key_id=${await keyOf('aes')}`, '-log_path=logs', '-enable_debug_log=True'])
    const { out } = await bench(argv, cwd)
    assert.doesNotMatch(out, /Benchmark-Detail/)
    const [statistics = '', debug = ''] = ['statistics', 'debug'].map((name) =>
      readFileSync(join(cwd, `logs/${name}.log`), 'utf8'),
    )
    const [, count] = /Statistics[\s\S]*ResponseCount: (\d+)/.exec(statistics) ?? []
    assert.equal(debug.match(/\[BenchDebug_\d+\]\tonceTimeCost: \d+ms/g)?.length, Number(count))
  })

  test('one dash or two, with = or a blank; the words of other commands stay', () => {
    assert.deepEqual(withLongFlags(['bench', '-case=sign', '--key_id', '-1', '-duration', '5']), [
      'bench',
      '--case=sign',
      '--key_id',
      '-1',
      '--duration',
      '5',
    ])
    assert.deepEqual(withLongFlags(['key', '-case']), ['key', '-case'])
  })

  async function keyOf(kind: 'aes' | 'rsa'): Promise<string> {
    const dKMSInstanceId = (await setup.admin.getDefaultKmsInstance()).defaultKmsInstanceId
    const spec = kind === 'aes' ? {} : ({ keySpec: 'RSA_2048', keyUsage: 'SIGN/VERIFY' } as const)
    return (await setup.admin.createKey({ dKMSInstanceId, ...spec })).keyMetadata.keyId
  }
  async function secretOf(secretName: string): Promise<void> {
    const dKMSInstanceId = (await setup.admin.getDefaultKmsInstance()).defaultKmsInstanceId
    const encryptionKeyId = await keyOf('aes')
    await setup.admin.createSecret({
      secretName,
      versionId: 'v1',
      secretData: 'value',
      dKMSInstanceId,
      encryptionKeyId,
    })
  }
})

describe('what is wrong is said in one line, before there is any load', () => {
  const key = () => ['--operation', 'encrypt', '--key', keyId]
  const cases: Readonly<
    Record<string, { readonly argv: () => readonly string[]; readonly says: RegExp; readonly status?: number }>
  > = {
    'nothing to call': { argv: () => [], says: /usage: say what to call/, status: 2 },
    'an unknown operation': {
      argv: () => ['--operation', 'encypt'],
      says: /usage: invalid case name: encypt; there are .*Encrypt/,
      status: 2,
    },
    'no key': { argv: () => ['--operation', 'encrypt'], says: /usage: --key is needed/, status: 2 },
    'an unknown key': {
      argv: () => ['--operation', 'encrypt', '--key', 'alias/none'],
      says: /Forbidden.AliasNotFound|Forbidden.KeyNotFound/,
    },
    'a number that is none': { argv: () => [...key(), '--rate', 'fast'], says: /--rate/, status: 2 },
    'no connection at all': { argv: () => [...key(), '--connections', '0'], says: /--connections/, status: 2 },
    'an operation that needs more': {
      argv: () => ['--operation', 'CreateSecret'],
      says: /CreateSecret needs SecretName, .*--request/,
      status: 2,
    },
    'a server that isn’t there': { argv: () => [...key(), '--endpoint', 'localhost:1'], says: /network: / },
    'an official case without its flags': {
      argv: () => ['--case', 'encrypt', '--key_id', 'k'],
      says: /usage: --client_key_path is needed/,
      status: 2,
    },
    'a report that is there already': {
      argv: () => [...key(), '--duration', '1', '--out', server.caFile],
      says: /fileExists/,
    },
  }
  for (const [name, { argv, says, status = 1 }] of Object.entries(cases))
    test(name, async () => {
      const before = audited('Encrypt')
      const { status: ended, out, err } = await bench(argv())
      assert.match(err, says)
      assert.match(err, /^keyhaven: .*\n$|^error: .*\n/)
      assert.equal(ended, status)
      assert.equal(out, '')
      assert.ok(audited('Encrypt') - before <= 1)
    })

  test('a wrong password', async () => {
    const cwd = folderWith({ 'clientKey.json': setup.instance.clientKeyContent ?? '', password: 'wrong' })
    const argv = [
      '--operation',
      'encrypt',
      '--key',
      keyId,
      '--client-key',
      'clientKey.json',
      '--client-key-password-file',
      'password',
    ]
    const { status, err } = await bench(argv, cwd)
    assert.equal(status, 1)
    assert.equal(err, 'keyhaven: credentials: The password of the ClientKey is wrong.\n')
  })
})

test('Ctrl-C ends a run early, with its report', async () => {
  const cwd = folderWith()
  mkdirSync(join(cwd, 'home'))
  const argv = [
    'bench',
    '--operation',
    'encrypt',
    '--key',
    keyId,
    '--duration',
    '600',
    '--out',
    'result.json',
    '--connections',
    '2',
  ]
  const child = spawn(process.execPath, [join(import.meta.dirname, '../bin/keyhaven.js'), ...argv], {
    cwd,
    env: { PATH: process.env.PATH, HOME: join(cwd, 'home'), ...env() },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const before = audited('Encrypt')
  while (audited('Encrypt') - before < 20) await setImmediate()
  child.kill('SIGINT')
  const [out, [, signal]] = await Promise.all([text(child.stdout), once(child, 'exit')])
  assert.equal(signal, 'SIGINT')
  assert.match(out, /Encrypt +[1-9]\d* /)
  assert.ok(existsSync(join(cwd, 'result.json')))
})

test('a server for the run alone: started, furnished, measured, and gone', async () => {
  const { status, out, err } = await keyhaven(
    [
      '--json',
      'bench',
      '--local',
      '--operation',
      'encrypt,sign',
      '--gateway',
      'instance',
      '--duration',
      '1',
      '--connections',
      '2',
    ],
    {},
  )
  assert.equal(status, 0, err)
  const { operations } = JSON.parse(out) as LoadResult
  assert.deepEqual(new Set(Object.keys(operations)), new Set(['Encrypt', 'Sign']))
  assert.equal(Tally.of(...Object.values(operations)).notOk.count, 0)
})

for (const guide of pagesToRun('benchmark'))
  test(`every command of docs/guides/${guide} works, in its order`, async () => {
    const page = readFileSync(join(import.meta.dirname, '../docs/guides', guide), 'utf8')
    const cwd = folderWith()
    const commands = page.split('\n').flatMap((line) => (line.startsWith('$ keyhaven ') ? [line.slice(11)] : []))
    assert.equal(commands.length, 8)
    for (const command of commands) {
      const { status, err } = await keyhaven(command.split(' '), { env: env(), cwd })
      assert.equal(status, 0, `${command}: ${err}`)
    }
    assert.match(readFileSync(join(cwd, 'before.html'), 'utf8'), /<svg/)
    await setup.admin.deleteAlias({ aliasName: 'alias/bench' })
  })

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { after, before, describe, test } from 'node:test'
import { parseSecretVariable } from '../src/cli/secret/variable.ts'
import { folderWith, keyhaven } from './kit/cli.ts'
import { startTestServer, type TestServer } from './kit/server.ts'

let server: TestServer
const root = join(import.meta.dirname, '..')
before(async () => {
  server = await startTestServer()
})
after(() => server.close())

const env = () => ({
  KEYHAVEN_ENDPOINT: server.endpoint,
  KEYHAVEN_CA_FILE: server.caFile,
  KEYHAVEN_ACCESS_KEY_ID: server.accessKeyId,
  KEYHAVEN_ACCESS_KEY_SECRET: server.accessKeySecret,
})
const cli = (argv: readonly string[], more: { stdin?: string; cwd?: string } = {}) =>
  keyhaven(argv, { env: env(), ...more })

async function ok(argv: readonly string[], more: { stdin?: string; cwd?: string } = {}): Promise<string> {
  const { status, out, err } = await cli(argv, more)
  assert.equal(status, 0, err)
  return out
}

/** The program in a process of its own, as a user starts it. */
async function program(argv: readonly string[], cwd = root) {
  const child = spawn(process.execPath, [join(root, 'bin/keyhaven.js'), ...argv], {
    cwd,
    env: { ...process.env, ...env() },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const [stdout, stderr, [status]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
  return { status, stdout, stderr }
}

describe('keyhaven secret', () => {
  test('stores what standard input or a file holds, to the byte, and prints it so', async () => {
    const value = 'päss\nword\n'
    await ok(['secret', 'create', 'cli/text', '--description', 'd', '--tag', 'a=b'], { stdin: value })
    assert.equal(await ok(['secret', 'get', 'cli/text']), value)
    const cwd = folderWith({ 'v.bin': Uint8Array.of(0, 255, 10) })
    await ok(['secret', 'create', 'cli/binary', 'v.bin', '--binary'], { cwd })
    await ok(['secret', 'get', 'cli/binary', '--out', 'copy.bin'], { cwd })
    assert.deepEqual([...readFileSync(join(cwd, 'copy.bin'))], [0, 255, 10])
    assert.equal(statSync(join(cwd, 'copy.bin')).mode & 0o777, 0o600)
    await ok(['secret', 'create', 'cli/line', '--trim'], { stdin: 'value\n' })
    assert.equal(await ok(['secret', 'get', 'cli/line']), 'value')
  })

  test('puts versions, shows them, rolls back, deletes and restores', async () => {
    await ok(['secret', 'create', 'cli/app', '--version-id', 'v1'], { stdin: '{"db":{"password":"one"}}' })
    await ok(['secret', 'put', 'cli/app', '--version-id', 'v2'], { stdin: '{"db":{"password":"two"}}' })
    assert.equal(await ok(['secret', 'get', 'cli/app', '--member', 'db.password']), 'two')
    await ok(['secret', 'move', 'cli/app', 'ACSCurrent', 'v1'])
    assert.equal(await ok(['secret', 'get', 'cli/app', '--member', 'db.password']), 'one')
    assert.match(await ok(['secret', 'show', 'cli/app']), /v2 +\S+ +ACSPrevious/)
    const shown = JSON.parse(await ok(['--json', 'secret', 'show', 'cli/app']))
    assert.deepEqual(Object.keys(shown.Versions[0]), ['VersionId', 'CreateTime', 'VersionStages'])
    assert.equal(shown.LastUsage.LastUsedOperation, 'GetSecretValue')
    assert.match(await ok(['secret', 'show', 'cli/app']), /^Last used +\S+Z by GetSecretValue$/m)
    assert.match(await ok(['secret', 'list', 'cli/a']), /^cli\/app +Generic/m)
    await ok(['secret', 'delete', 'cli/app', '--days', '7'])
    assert.match((await cli(['secret', 'get', 'cli/app'])).err, /^keyhaven: Rejected\.ResourceInDeleteWindow: /)
    await ok(['secret', 'restore', 'cli/app'])
    await ok(['secret', 'delete', 'cli/app', '--now'])
    assert.match((await cli(['secret', 'show', 'cli/app'])).err, /^keyhaven: Forbidden\.ResourceNotFound: /)
  })

  test('refuses a value that would be altered or is too long, and stores nothing', async () => {
    const cwd = folderWith({ bytes: Uint8Array.of(255, 0), long: 'x'.repeat(30_721), empty: '' })
    for (const [file, message] of [
      ['bytes', /notText: bytes is no UTF-8 text; --binary stores bytes/],
      ['long', /tooLarge: long is longer than the 30720 bytes/],
      ['empty', /empty: the value is empty/],
      ['none', /ENOENT/],
    ] as const) {
      const { status, err } = await cli(['secret', 'create', 'cli/bad', file], { cwd })
      assert.notEqual(status, 0)
      assert.match(err, message)
      assert.equal(err.trim().split('\n').length, 1)
    }
    assert.match((await cli(['secret', 'show', 'cli/bad'])).err, /ResourceNotFound/)
  })

  test('makes passwords', async () => {
    assert.match(await ok(['secret', 'password', '--length', '12', '--no-punctuation']), /^[a-zA-Z0-9]{12}\n$/)
  })
})

describe('keyhaven run', () => {
  test('gives a command secrets in its environment and hands on its exit status', async () => {
    await ok(['secret', 'create', 'run/db'], { stdin: '{"password":"p w","port":5432}' })
    await ok(['secret', 'create', 'run/token=1'], { stdin: 'tok' })
    const script = 'printf "%s|%s|%s" "$DB" "$PORT" "$TOKEN"; exit 7'
    const variables = ['run/db:password=DB', 'run/db:port=PORT', 'run/token=1=TOKEN']
    const { status, stdout } = await program([
      'run',
      ...variables.flatMap((one) => ['--secret', one]),
      '--',
      'sh',
      '-c',
      script,
    ])
    assert.deepEqual([status, stdout], [7, 'p w|5432|tok'])
  })

  test('ends as a command does that a signal ended', async () => {
    await ok(['secret', 'create', 'run/any'], { stdin: 'x' })
    const { status } = await program(['run', '--secret', 'run/any=X', '--', 'sh', '-c', 'kill -TERM $$'])
    assert.equal(status, 143)
  })

  test('runs nothing when a secret cannot be had, a member is missing, or the command does not exist', async () => {
    await ok(['secret', 'create', 'run/one'], { stdin: '{"a":1}' })
    const cwd = folderWith()
    const cases: [string, string[], RegExp][] = [
      ['run/none=X', ['touch', 'ran'], /^keyhaven: Forbidden\.ResourceNotFound: [^\n]+\n$/],
      ['run/one:b=X', ['touch', 'ran'], /^keyhaven: badResponse: The secret run\/one has no text at "b"\.\n$/],
      ['run/one', ['touch', 'ran'], /^keyhaven: usage: [^\n]+name=VARIABLE[^\n]+\n$/],
      ['run/one=X', ['no-such-command'], /^keyhaven: notRun: no-such-command cannot be run \(ENOENT\)\n$/],
    ]
    for (const [variable, command, message] of cases) {
      const { status, stderr } = await program(['run', '--secret', variable, '--', ...command], cwd)
      assert.notEqual(status, 0)
      assert.match(stderr, message)
    }
    assert.equal(existsSync(join(cwd, 'ran')), false)
  })

  test('reads names with equals signs, members, and ARNs', () => {
    const arn = 'acs:kms:cn-hangzhou:1000000000000001:secret/app/db'
    assert.deepEqual(parseSecretVariable(`${arn}:a.b=X`), { secretName: arn, member: 'a.b', variable: 'X' })
    assert.deepEqual(parseSecretVariable(`${arn}=X`), { secretName: arn, member: undefined, variable: 'X' })
    assert.deepEqual(parseSecretVariable('a=b=X'), { secretName: 'a=b', member: undefined, variable: 'X' })
    for (const wrong of ['', 'a', '=X', 'a=', 'a=1X', ':a=X'])
      assert.throws(() => parseSecretVariable(wrong), /usage|form/)
  })
})

describe('keyhaven agent', () => {
  /** Starts the agent as a user would, until the test is over. */
  async function started(cwd: string, ...options: string[]) {
    const child = spawn(
      process.execPath,
      [join(root, 'bin/keyhaven.js'), '--json', 'agent', '--listen', '127.0.0.1:0', ...options],
      {
        cwd,
        env: { ...process.env, ...env() },
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    )
    let said = ''
    for await (const chunk of child.stdout) {
      said += String(chunk)
      if (said.includes('}')) break
    }
    const { Url: url } = JSON.parse(said) as { Url: string }
    const ask = async (path: string, headers: Record<string, string> = {}, init: RequestInit = {}) => {
      const response = await fetch(url + path, { ...init, headers })
      return { status: response.status, body: JSON.parse(await response.text()) }
    }
    return { ask, [Symbol.dispose]: () => void child.kill() }
  }

  test('answers programs that show its token, in the form of KMS, from memory', async () => {
    await ok(['secret', 'create', 'agent/a b'.replace(' ', '.'), '--version-id', 'v1'], { stdin: 'value' })
    const cwd = folderWith()
    using agent = await started(cwd)
    const token = readFileSync(join(cwd, 'kmstoken'), 'utf8').trim()
    assert.equal(statSync(join(cwd, 'kmstoken')).mode & 0o777, 0o600)
    const { status, body } = await agent.ask('/v1/agent/a.b', { 'X-KMS-Token': token })
    assert.equal(status, 200)
    assert.deepEqual(
      [body.SecretName, body.SecretData, body.SecretDataType, body.VersionStages, body.VersionId],
      ['agent/a.b', 'value', 'text', { VersionStage: ['ACSCurrent'] }, 'v1'],
    )
    const again = await agent.ask('/secretsmanager/get?secretId=agent%2Fa.b', { 'X-Vault-Token': token })
    assert.equal(again.body.RequestId, body.RequestId, 'the service was not asked again')
    const refusals: [string, Record<string, string>, number][] = [
      ['/v1/agent/a.b', {}, 403],
      ['/v1/agent/a.b', { 'X-KMS-Token': `${token}x` }, 403],
      ['/v1/agent/a.b', { 'X-KMS-Token': token, 'X-Forwarded-For': '192.0.2.1' }, 403],
      ['/v1/', { 'X-KMS-Token': token }, 400],
      ['/v2/agent/a.b', { 'X-KMS-Token': token }, 404],
      ['/v1/agent/none', { 'X-KMS-Token': token }, 404],
    ]
    for (const [path, headers, expected] of refusals)
      assert.equal((await agent.ask(path, headers)).status, expected, `${path} ${JSON.stringify(headers)}`)
    assert.equal((await agent.ask('/v1/agent/a.b', { 'X-KMS-Token': token }, { method: 'POST' })).status, 405)
    assert.equal((await agent.ask('/ping')).status, 200)
  })

  test('answers in the forms of AWS Secrets Manager and Vault', async () => {
    await ok(['secret', 'create', 'agent/json'], { stdin: '{"user":"u","password":"p"}' })
    const cwd = folderWith()
    writeFileSync(join(cwd, 'token'), 'given\n', { mode: 0o600 })
    const headers = { 'X-KMS-Token': 'given' }
    {
      using agent = await started(cwd, '--token-file', 'token', '--response', 'aws')
      const { body } = await agent.ask('/secretsmanager/get?secretId=agent/json', headers)
      assert.deepEqual(
        [body.Name, body.SecretString, body.VersionStages],
        ['agent/json', '{"user":"u","password":"p"}', ['ACSCurrent']],
      )
    }
    using agent = await started(cwd, '--token-file', 'token', '--response', 'vault')
    const { body } = await agent.ask('/v1/agent/json', headers)
    assert.deepEqual(body.data.data, { user: 'u', password: 'p' })
  })
})

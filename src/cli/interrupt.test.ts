import assert from 'node:assert/strict'
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { openSync, readdirSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { folderWith } from '../../test/kit/cli.ts'
import { MemoryKms } from '../../test/kit/envelope-kms.ts'
import { serving } from '../../test/kit/envelope-service.ts'
import { answering, behaving, type LoopbackServer } from '../../test/kit/loopback-server.ts'
import { encrypt } from '../sdk/envelope/index.ts'

const program = join(import.meta.dirname, '../../bin/keyhaven.js')
const kms = new MemoryKms('alias/Apollo/WorkKey')
let server: LoopbackServer
/** takes requests and never answers */
let silent: LoopbackServer
let asked = Promise.withResolvers<void>()
before(async () => {
  server = await serving(kms)
  silent = await behaving(() => asked.resolve())
})
after(() => Promise.all([server.close(), silent.close()]))

const envFor = ({ endpoint }: LoopbackServer): NodeJS.ProcessEnv => ({
  PATH: process.env.PATH,
  KEYHAVEN_ENDPOINT: endpoint,
  KEYHAVEN_ACCESS_KEY_ID: 'id',
  KEYHAVEN_ACCESS_KEY_SECRET: 'secret',
})

interface Started {
  readonly child: ChildProcess
  readonly cwd: string
}

function start(argv: readonly string[], cwd: string, of: LoopbackServer = server): Started {
  const child = spawn(process.execPath, [program, ...argv], { cwd, env: envFor(of), stdio: 'pipe' })
  return { child, cwd }
}

/** Stops a command, and looks how it ended, what it said and what it left. */
async function assertEndsBy({ child, cwd }: Started, signal: NodeJS.Signals, left: readonly string[]): Promise<void> {
  const said: Buffer[] = []
  child.stderr?.on('data', (chunk: Buffer) => said.push(chunk))
  const closed = once(child, 'close')
  child.kill(signal)
  assert.deepEqual(await closed, [null, signal])
  assert.match(String(Buffer.concat(said)), /^(?:keyhaven: Aborted: the work was stopped\n)?$/)
  assert.deepEqual(readdirSync(cwd).sort(), left)
}

const pipes = process.platform === 'win32' && 'there are no named pipes in its folders'

for (const signal of ['SIGINT', 'SIGTERM'] as const)
  describe(`${signal} ends the command as it ends any program`, { skip: pipes }, () => {
    test('that waits for standard input', async () => {
      const started = start(['envelope', 'encrypt', '-', '--out', '-'], folderWith())
      await once(started.child.stdout ?? started.child, 'data')
      await assertEndsBy(started, signal, [])
    })

    test('that waits for the rest of standard input', async () => {
      const { ciphertext } = await encrypt(Buffer.alloc(600_000), { kms, keyId: 'alias/Apollo/WorkKey' })
      const started = start(['envelope', 'decrypt', '-'], folderWith())
      started.child.stdin?.write(ciphertext.subarray(0, 400_000))
      await once(started.child.stdout ?? started.child, 'data')
      await assertEndsBy(started, signal, [])
    })

    for (const argv of [
      ['encrypt', 'pipe'],
      ['encrypt', 'pipe', '--out', '-'],
      ['decrypt', 'pipe'],
    ])
      test(`that waits for the writer of a named pipe: ${argv.join(' ')}`, async () => {
        const cwd = folderWith()
        execFileSync('mkfifo', [join(cwd, 'pipe')])
        const started = start(['envelope', ...argv], cwd)
        const writer = await open(join(cwd, 'pipe'), 'w')
        await assertEndsBy(started, signal, ['pipe'])
        await writer.close()
      })

    test('that waits for its reader', async () => {
      const { ciphertext } = await encrypt(Buffer.alloc(4 << 20), { kms, keyId: 'alias/Apollo/WorkKey' })
      const started = start(['envelope', 'decrypt', 'a.cipher', '--out', '-'], folderWith({ 'a.cipher': ciphertext }))
      await once(started.child.stdout ?? started.child, 'readable')
      await assertEndsBy(started, signal, ['a.cipher'])
    })

    for (const argv of [
      ['envelope', 'encrypt', 'a.txt'],
      ['envelope', 'decrypt', 'a.txt.cipher'],
      ['envelope', 'rewrap', 'a.txt.cipher', '--to', 'alias/other'],
      ['envelope', 'rewrap', '.', '--recursive', '--to', 'alias/other'],
      ['encrypt', '--key', 'alias/a', 'a.txt'],
      ['key', 'list'],
    ])
      test(`that waits for the service: ${argv.slice(0, 2).join(' ')}`, async () => {
        const { ciphertext } = await encrypt(Buffer.from('x'), { kms, keyId: 'alias/Apollo/WorkKey' })
        const files = { 'a.txt': 'x', 'a.txt.cipher': ciphertext }
        const cwd = folderWith(argv.includes('encrypt') ? { 'a.txt': 'x' } : files)
        const before = readdirSync(cwd).sort()
        asked = Promise.withResolvers()
        const started = start(argv, cwd, silent)
        await asked.promise
        await assertEndsBy(started, signal, before)
      })

    const identity = { AccountId: '1', Arn: 'acs:ram::1:root', IdentityType: 'Account', PrincipalId: '1', UserId: '1' }
    const Credentials = {
      AccessKeyId: 'STS.a',
      AccessKeySecret: 's',
      SecurityToken: 't',
      Expiration: '2099-01-01T00:00:00Z',
    }
    const AssumedRoleUser = { Arn: 'acs:ram::1:role/app/metadata', AssumedRoleId: '1:metadata' }
    const sts = { ...identity, Credentials, AssumedRoleUser, RequestId: 'R' }
    for (const argv of [
      ['metadata', '--role', 'app', '--listen', '127.0.0.1:0'],
      ['agent', '--listen', '127.0.0.1:0', '--token-file', '/dev/null/none'],
    ])
      test(`that runs until it is stopped: ${argv[0]}`, async () => {
        const service = await answering({ body: sts })
        const env = { ...envFor(service), KMS_TOKEN: 'token' }
        const cwd = folderWith()
        const child = spawn(process.execPath, [program, ...argv], { cwd, env, stdio: 'pipe' })
        const [line] = await Promise.race([once(child.stdout, 'data'), once(child.stderr, 'data')])
        assert.match(String(line), /^(?:Metadata service|Agent)/)
        await assertEndsBy({ child, cwd }, signal, [])
        await service.close()
      })

    test('that runs another', async () => {
      const body = {
        SecretName: 's',
        SecretData: 'v',
        SecretDataType: 'text',
        SecretType: 'Generic',
        VersionId: 'v1',
        VersionStages: { VersionStage: ['ACSCurrent'] },
        CreateTime: '2026-01-01T00:00:00Z',
        RequestId: 'R',
      }
      const service = await answering({ body })
      const command = [process.execPath, '-e', 'console.log(1); setInterval(() => {}, 1000)']
      const started = start(['run', '--secret', 's=S', '--', ...command], folderWith(), service)
      await once(started.child.stdout ?? started.child, 'data')
      await assertEndsBy(started, signal, [])
      await service.close()
    })
  })

test('Ctrl-C at the question for a passphrase ends the program, too', {
  skip: spawnSync('script', ['--version']).status !== 0 && 'there is no program "script" to make a terminal with',
}, async () => {
  const shell = spawn('script', ['-qec', `"${process.execPath}" "${program}" init`, '/dev/null'], {
    cwd: folderWith(),
    stdio: 'pipe',
  })
  const closed = once(shell, 'exit')
  await new Promise<void>((resolve, reject) => {
    let said = ''
    shell.stdout.on('data', (chunk) => {
      said += String(chunk)
      if (said.includes('New passphrase')) resolve()
    })
    shell.stdout.on('end', () => reject(new Error(`nothing was asked: ${said}`)))
  })
  shell.stdin.write('\u0003')
  assert.deepEqual(await closed, [130, null])
})

/** Starts a shell whose whole group gets a signal, as from the keyboard. */
test('Ctrl-C ends the loop of a shell, too', {
  skip: spawnSync('bash', ['-c', 'true']).status !== 0 && 'there is no bash',
}, async () => {
  const cwd = folderWith()
  execFileSync('mkfifo', [join(cwd, 'pipe')])
  const script = 'for i in 1 2 3; do "$0" "$1" envelope encrypt pipe --force; echo "ended $?" >> ended; done'
  const shell = spawn('bash', ['-c', script, process.execPath, program], {
    cwd,
    env: envFor(server),
    stdio: ['ignore', 'pipe', openSync('/dev/null', 'w')],
    detached: true,
  })
  const closed = once(shell, 'close')
  const writer = await open(join(cwd, 'pipe'), 'w')
  process.kill(-(shell.pid ?? assert.fail()), 'SIGINT')
  assert.deepEqual(await closed, [null, 'SIGINT'])
  await writer.close()
  assert.deepEqual(readdirSync(cwd), ['pipe'])
})

import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import {
  chmodSync,
  existsSync,
  fstatSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import { Command } from 'commander'
import { addGlobalOptions } from '../src/cli/context.ts'
import { keys } from '../src/core/keys/key.ts'
import { Client } from '../src/sdk/client.ts'
import { queryAudit } from '../src/server/audit/query.ts'
import { verifyAudit } from '../src/server/audit/verify.ts'
import type { Log, LogFields } from '../src/server/log.ts'
import { temporaryFolder } from './kit/audit.ts'
import {
  type Ended,
  programFile,
  type RunOptions,
  runKeyhaven,
  spawnKeyhaven,
  spawnServer,
  startKeyhaven,
} from './kit/process.ts'
import { startTestServer } from './kit/server.ts'

interface ClientFile {
  readonly endpoint: string
  readonly httpEndpoint: string
  readonly caFile: string
  readonly regionId: string
  readonly accountId: string
  readonly accessKeyId: string
  readonly accessKeySecret: string
}

const clientFile = (data: string): ClientFile => JSON.parse(readFileSync(join(data, 'client.json'), 'utf8'))
const clientOf = ({ accountId: _, httpEndpoint: __, ...options }: ClientFile): Client =>
  new Client({ ...options, retry: { attempts: 1 } })

/** The one line that a command leaves on standard error when it cannot go on. */
async function refusal(words: readonly string[], options: RunOptions = {}): Promise<string> {
  return theLine(await runKeyhaven(words, options))
}

function theLine({ status, stdout, stderr }: Ended): string {
  assert.equal(status, /^keyhaven: usage: /.test(stderr) ? 2 : 1, stderr)
  assert.equal(stdout, '')
  assert.match(stderr, /^keyhaven: [^\n]+\n$/)
  return stderr.trim()
}

describe('development mode', () => {
  test('one start makes everything a client needs, and a second one continues', async (t) => {
    const data = join(temporaryFolder(t), 'keyhaven-data')
    const env = { KEYHAVEN_DATA: data }
    const first = await spawnServer(t, ['server', '--dev'], { env })
    const made = clientFile(data)
    assert.match(made.endpoint, /^https:\/\/127\.0\.0\.1:\d+$/)
    assert.match(made.httpEndpoint, /^http:\/\/127\.0\.0\.1:\d+$/)
    assert.match(made.accountId, /^\d{16}$/)
    assert.equal(made.regionId, 'cn-hangzhou')
    if (process.platform !== 'win32') assert.equal(statSync(join(data, 'client.json')).mode & 0o777, 0o600)

    await using client = clientOf(made)
    const { keyMetadata } = await client.createKey({})
    const { ciphertextBlob } = await client.encrypt({ keyId: keyMetadata.keyId, plaintext: 'kept' })
    const { status, stdout, stderr } = await first.stop()
    assert.equal(status, 0)
    const lines = stdout.trimEnd().split('\n')
    assert.match(lines[0] ?? '', /^Keyhaven is ready/)
    assert.deepEqual(
      lines.slice(-4).map((line) => /(key create|alias create|encrypt|decrypt) /.exec(line)?.[1]),
      ['key create', 'alias create', 'encrypt', 'decrypt'],
    )
    assert.match(stderr, /DEVELOPMENT MODE/)
    assert.doesNotMatch(stdout + stderr, new RegExp(made.accessKeySecret))

    const second = await spawnServer(t, ['server', '--dev'], { env })
    const again = clientFile(data)
    assert.equal(again.accessKeySecret, made.accessKeySecret)
    await using later = clientOf(again)
    assert.equal((await later.decrypt({ ciphertextBlob })).plaintext, 'kept')
    await second.stop()
    const audit = join(data, 'audit')
    const { faults, records, signedRecords } = verifyAudit({
      folder: audit,
      publicKey: readFileSync(join(audit, 'audit.pub'), 'utf8'),
    })
    assert.deepEqual(faults, [])
    assert.equal(signedRecords, records)
  })

  test('it ends with the shell that npm start runs it in', {
    skip: process.platform === 'win32' && 'no signals here',
  }, async (t) => {
    const data = temporaryFolder(t)
    const words = `'${process.execPath}' '${join(import.meta.dirname, '../bin/keyhaven.js')}' server --dev --data '${data}'`
    const env = {
      ...process.env,
      npm_lifecycle_event: 'start',
      KEYHAVEN_HTTPS: '127.0.0.1:0',
      KEYHAVEN_HTTP: '127.0.0.1:0',
    }
    // two commands, so that no shell replaces itself by the server
    const shell = spawn('sh', ['-c', `${words}; true`], { env, stdio: ['ignore', 'pipe', 'ignore'] })
    await once(shell.stdout, 'data')
    shell.kill('SIGKILL')
    // the server has the other end of the pipe: it is gone when that closes
    for await (const _ of shell.stdout);
    assert.equal(clientFile(data).regionId, 'cn-hangzhou')
  })

  test('it goes on when nobody reads its log or its announcement any more', async (t) => {
    const data = temporaryFolder(t)
    const server = await spawnServer(t, ['server', '--dev', '--data', data, '--log-level', 'debug'])
    server.closeOutput()
    await using client = clientOf(clientFile(data))
    for (let n = 0; n < 3; n++) await client.listKeys()
    assert.equal((await server.stop()).status, 0)
  })

  test('it listens on loopback only, unless it is told that this is meant', async (t) => {
    const data = temporaryFolder(t)
    const words = ['server', '--dev', '--data', data]
    assert.match(await refusal([...words, '--https', '0.0.0.0:0']), /listens on loopback only, not on 0\.0\.0\.0:0/)
    assert.match(await refusal([...words, '--http', '0.0.0.0:0']), /--http|http: 0\.0\.0\.0:0 is not on loopback/)
    const server = await startKeyhaven([...words, '--https', '0.0.0.0:0', '--insecure-listen'])
    await server.stop()
  })

  test('it does not open what was made for production, nor the other way round', async (t) => {
    const data = temporaryFolder(t)
    const keyFile = join(temporaryFolder(t), 'root.key')
    const init = await runKeyhaven(['init', '--data', data, '--key-file', keyFile])
    assert.equal(init.status, 0, init.stderr)
    const line = await refusal(['server', '--dev', '--data', data])
    assert.match(line, /was made in production mode: development mode does not open it$/)
    assert.ok(!existsSync(join(data, 'dev.key')))

    const development = temporaryFolder(t)
    const server = await startKeyhaven(['server', '--dev', '--data', development])
    await server.stop()
    const other = await refusal(['server', '--data', development, '--key-file', keyFile])
    assert.match(other, /was made in development mode: start it with --dev$/)
  })
})

test('a server on any loopback address is reached by the command line through client.json', async (t) => {
  if (process.platform !== 'linux') return t.skip('only Linux listens on all of 127.0.0.0/8')
  const data = temporaryFolder(t)
  const server = await startKeyhaven(['server', '--dev', '--data', data], { env: { KEYHAVEN_HTTPS: '127.0.0.79:0' } })
  const { status, stdout, stderr } = await runKeyhaven(['--data', data, 'key', 'list', '--json'])
  assert.equal(status, 0, stderr)
  assert.ok(JSON.parse(stdout))
  assert.match(JSON.parse(readFileSync(join(data, 'client.json'), 'utf8')).endpoint, /^https:\/\/127\.0\.0\.79:\d+$/)
  await server.stop()
})

describe('production mode', () => {
  const passphrase = 'correct horse battery staple'
  /** what the log says about being ready, sealed and unsealed */
  const told = /ready|seal/

  test('init shows the AccessKey once; the server starts sealed and serves after unseal', async (t) => {
    const data = temporaryFolder(t)
    const init = await spawnKeyhaven(['init', '--data', data], { input: `${passphrase}\n` })
    assert.equal(init.status, 0, init.stderr)
    const accessKeyId = /AccessKeyId\s+(\S+)/.exec(init.stdout)?.[1] ?? ''
    const accessKeySecret = /AccessKeySecret\s+(\S+)/.exec(init.stdout)?.[1] ?? ''
    assert.match(
      await refusal(['init', '--data', data, ...passphraseFlag(t, passphrase)]),
      /has been initialised already$/,
    )

    const server = await startKeyhaven(['server', '--data', data], {}, 'Keyhaven is sealed')
    const endpoint = /https:\/\/127\.0\.0\.1:\d+/.exec(server.output().stdout)?.[0] ?? ''
    const caFile = join(data, 'tls/ca.pem')
    await using client = new Client({ endpoint, accessKeyId, accessKeySecret, caFile, retry: { attempts: 1 } })
    await assert.rejects(client.listKeys(), { code: 'ServiceUnavailableTemporary' })
    const words = (command: string): string[] => [command, '--data', data, '--json']
    assert.equal(JSON.parse((await runKeyhaven(words('status'))).stdout).State, 'sealed')
    const wrong = await refusal([...words('unseal'), ...passphraseFlag(t, 'another passphrase')])
    assert.equal(wrong, 'keyhaven: configuration: Wrong root secret.')
    await refusal([...words('unseal'), ...passphraseFlag(t, 'too short')])
    const unsealed = await spawnKeyhaven(words('unseal'), { input: `${passphrase}\n` })
    assert.equal(JSON.parse(unsealed.stdout).State, 'unsealed', unsealed.stderr)
    assert.deepEqual(readdirSync(join(data, 'tls')).sort(), ['ca-key.sealed', 'ca.pem', 'server-key.pem', 'server.pem'])
    await client.createKey({})
    await runKeyhaven(words('seal'))
    await assert.rejects(client.listKeys(), { code: 'ServiceUnavailableTemporary' })
    const ended = await server.stop()
    assert.equal(ended.status, 0)
    const lines = ended.stderr
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    assert.deepEqual(
      lines.map(({ msg, code }) => (code === undefined ? msg : `${msg}: ${code}`)).filter((line) => told.test(line)),
      [
        `listening, sealed: ${endpoint}`,
        'unsealing was refused: wrong-secret',
        'unsealing was refused',
        'unsealed',
        'sealed',
      ],
    )
  })

  test('a configured passphrase, key file or variable opens the seal at the start', async (t) => {
    const keyFile = join(temporaryFolder(t), 'root.key')
    const ways: [string[], Record<string, string>][] = [
      [passphraseFlag(t, passphrase), {}],
      [['--key-file', keyFile], {}],
      [[], { KEYHAVEN_ROOT_KEY: 'ab'.repeat(32) }],
    ]
    for (const [flags, env] of ways) {
      const data = temporaryFolder(t)
      assert.equal((await runKeyhaven(['init', '--data', data, ...flags], { env })).status, 0)
      const server = await startKeyhaven(['server', '--data', data, ...flags], { env })
      const { stdout, stderr } = await server.stop()
      assert.doesNotMatch(stdout, /http:\/\//)
      assert.doesNotMatch(stdout + stderr, /abababab|correct horse/)
    }
  })

  test('a descriptor hands over a secret that the environment does not show, whichever Node is started', async (t) => {
    for (const [seal, name, secret] of [
      ['environment', 'root-key-fd', 'ab'.repeat(32)],
      ['passphrase', 'passphrase-fd', passphrase],
    ] as const) {
      const data = temporaryFolder(t)
      const flags = ['--data', data, `--${name}`, '3']
      const made = await spawnKeyhaven(['init', ...flags], { descriptor3: secret })
      assert.match(made.stdout, new RegExp(`sealed by ${seal}`), made.stderr)
      for (const node of new Set([process.execPath, olderNode() ?? process.execPath])) {
        const server = await spawnServer(t, ['server', ...flags], { descriptor3: `${secret}\n`, node })
        const shown = processesOf(data)
        assert.ok(shown.length > 0 || !existsSync('/proc/self/environ'))
        assert.ok(!shown.some((text) => text.includes(secret)))
        assert.equal((await server.stop()).status, 0)
      }
      const other = join(temporaryFolder(t), 'other')
      writeFileSync(other, 'cd'.repeat(32))
      const descriptor = openSync(other, 'r')
      const wrong = await refusal(['server', '--data', data, `--${name}=${descriptor}`])
      assert.ok(wrong.endsWith(`Wrong root secret. It is from descriptor ${descriptor}.`), wrong)
      assert.throws(() => fstatSync(descriptor), { code: 'EBADF' })
      const closed = await refusal(['server', '--data', data, `--${name}=77`])
      assert.match(closed, /in descriptor 77 cannot be read \(EBADF\)$/)
    }
  })

  test('a root secret that does not fit is one line', async (t) => {
    const data = temporaryFolder(t)
    const folder = temporaryFolder(t)
    const keyFile = join(folder, 'root.key')
    await runKeyhaven(['init', '--data', data, '--key-file', keyFile])
    const server = (file: string) => refusal(['server', '--data', data, '--key-file', file])
    const file = (name: string, text: string, mode = 0o600): string => {
      writeFileSync(join(folder, name), text)
      chmodSync(join(folder, name), mode)
      return join(folder, name)
    }
    assert.match(
      await server(file('wrong', 'cd'.repeat(32))),
      /Wrong root secret\. It is from the key file .*wrong \(keyFile\)\.$/,
    )
    assert.match(await server(file('short', 'cd')), /does not hold 32 bytes/)
    assert.match(await server(join(folder, 'missing')), /missing cannot be read/)
    if (process.platform !== 'win32')
      assert.match(await server(file('open', 'cd'.repeat(32), 0o644)), /can be read by others/)
    const variable = { env: { KEYHAVEN_ROOT_KEY: 'ab'.repeat(32) } }
    assert.match(await refusal(['server', '--data', data], variable), /sealed by key-file, not by environment/)
    assert.match(
      await refusal(['init', '--data', temporaryFolder(t), ...passphraseFlag(t, 'short')]),
      /at least 16 characters/,
    )
    if (process.platform !== 'win32')
      assert.match(
        await refusal(['init', '--data', temporaryFolder(t), ...passphraseFlag(t, 'long enough, but open', 0o644)]),
        /passphrase can be read by others/,
      )
  })
})

describe('what cannot work is one clear line and exit status 1', () => {
  test('a data directory that was never initialised, which is then not made either', async (t) => {
    const data = join(temporaryFolder(t), 'mistyped')
    assert.match(await refusal(['server', '--data', data]), /holds no deployment yet: make one with "keyhaven init"$/)
    assert.ok(!existsSync(data))
  })

  test('a database or a development key that went missing: no other one is made in its place', async (t) => {
    const data = temporaryFolder(t)
    await (await startKeyhaven(['server', '--dev', '--data', data])).stop()
    rmSync(join(data, 'dev.key'))
    assert.match(await refusal(['server', '--dev', '--data', data]), /dev\.key is missing: without it nothing .*$/)
    assert.ok(!existsSync(join(data, 'dev.key')))
    rmSync(join(data, 'keyhaven.db'))
    const lost = /holds the audit log of a deployment that its database .*keyhaven\.db does not hold: restore that, or /
    assert.match(await refusal(['server', '--data', data]), lost)
    assert.match(await refusal(['init', '--data', data, ...passphraseFlag(t, 'long enough for all')]), lost)
    assert.ok(!existsSync(join(data, 'keyhaven.db')))
    assert.match(await refusal(['server', '--dev', '--data', data]), lost)
  })

  test('a damaged certificate of its own', async (t) => {
    const data = temporaryFolder(t)
    await (await startKeyhaven(['server', '--dev', '--data', data])).stop()
    writeFileSync(join(data, 'tls/server.pem'), 'damaged')
    assert.match(await refusal(['server', '--dev', '--data', data]), /server\.pem or .*server-key\.pem is damaged: /)
  })

  test('a port in use', async (t) => {
    const other = createServer().listen(0, '127.0.0.1')
    t.after(() => other.close())
    await new Promise((resolve) => other.once('listening', resolve))
    const { port } = other.address() as { port: number }
    const data = temporaryFolder(t)
    for (const setting of ['https', 'http']) {
      const line = await refusal(['server', '--dev', '--data', data, `--${setting}`, `127.0.0.1:${port}`])
      const ways = `--${setting} or KEYHAVEN_${setting.toUpperCase()}`
      assert.equal(
        line,
        `keyhaven: configuration: port ${port} on 127.0.0.1 is in use by another program: choose another with ${ways}`,
      )
    }
  })

  test('a second server on the same data directory', async (t) => {
    const data = temporaryFolder(t)
    await spawnServer(t, ['server', '--dev', '--data', data])
    const line = theLine(await spawnKeyhaven(['server', '--dev', '--data', data]))
    assert.match(line, /another server is using .* \(process \d+\)$/)
  })

  test('a data directory that is a file, or lies below one', async (t) => {
    const file = join(temporaryFolder(t), 'file')
    writeFileSync(file, '')
    assert.match(await refusal(['server', '--dev', '--data', file]), /file is a file, not a directory$/)
    assert.match(
      await refusal(['server', '--dev', '--data', join(file, 'x')]),
      /lies below something that is no directory$/,
    )
  })

  test('a data directory that may not be written', { skip: cannotLoseRights() }, async (t) => {
    const data = temporaryFolder(t)
    chmodSync(data, 0o555)
    // what is loaded now need not be readable for the other user: the project may lie in a folder of root's alone
    await refusal(['server', '--dev', '--data', import.meta.filename])
    const isRoot = process.getuid?.() === 0
    if (isRoot) process.seteuid?.(65534)
    try {
      assert.match(await refusal(['server', '--dev', '--data', data]), /may not be written by this user$/)
    } finally {
      if (isRoot) process.seteuid?.(0)
    }
  })

  test('a damaged database', async (t) => {
    const data = temporaryFolder(t)
    writeFileSync(join(data, 'keyhaven.db'), 'this is no database, whatever its name says'.repeat(100))
    assert.match(await refusal(['server', '--dev', '--data', data]), /keyhaven\.db/)
  })

  test('settings that make no sense', async (t) => {
    const data = temporaryFolder(t)
    const words = ['server', '--dev', '--data', data]
    assert.match(await refusal([...words, '--https', 'nonsense']), /--https: is not host:port$/)
    assert.match(await refusal([...words, '--no-such-flag']), /no-such-flag/)
    assert.match(await refusal(words, { env: { KEYHAVEN_MAX_KEYS: 'x' } }), /KEYHAVEN_MAX_KEYS: is not a number$/)
    assert.match(
      await refusal([...words, '--store', 'postgres://u:canary@127.0.0.1:1/x']),
      /^(?!.*canary).*127\.0\.0\.1/,
    )
    assert.match(
      await refusal([...words, '--tls-cert', '/dev/null', '--tls-key', '/dev/null']),
      /tlsCert: \/dev\/null does not hold certificates in PEM$/,
    )
    assert.match(
      await refusal([...words, '--https', '192.0.2.1:0', '--insecure-listen']),
      /192\.0\.2\.1 is no address of this machine$/,
    )
  })

  test('a port without TLS in production mode', async (t) => {
    const line = await refusal(['server', '--data', temporaryFolder(t), '--http', '127.0.0.1:0'])
    assert.match(line, /http: only development mode listens without TLS$/)
  })

  test('an audit log that is not what was written', async (t) => {
    const data = temporaryFolder(t)
    await (await startKeyhaven(['server', '--dev', '--data', data])).stop()
    const segment = join(data, 'audit/00000001.log')
    writeFileSync(segment, readFileSync(segment, 'utf8').replace('AuditClosed', 'AuditChosen'))
    assert.match(
      await refusal(['server', '--dev', '--data', data]),
      /00000001\.log line \d+ \(record \d+\) was changed/,
    )
    const { status, stdout } = await runKeyhaven(['audit', 'verify', '--data', data])
    assert.equal(status, 1)
    assert.match(stdout, /was changed: its hash does not fit/)
  })

  test('no server to talk to', async (t) => {
    const data = temporaryFolder(t)
    for (const command of ['status', 'seal'])
      assert.match(await refusal([command, '--data', data]), /no server is running on/)
  })
})

test('--help and --print-config start nothing and show no password', async (t) => {
  const data = join(temporaryFolder(t), 'none')
  const help = await runKeyhaven(['server', '--help'])
  assert.match(help.stdout, /--tls-names <value>/)
  const words = ['server', '--print-config', '--data', data, '--store', 'postgres://u:canary@db/x']
  const { stdout } = await runKeyhaven(words)
  assert.equal(JSON.parse(stdout).data, data)
  assert.doesNotMatch(stdout, /canary/)
  assert.equal(existsSync(data), false)
})

describe('an older Node', { skip: noOlderNode() }, () => {
  test('runs the program with the Node that npm ci brought along', async () => {
    const { status, stdout } = await spawnKeyhaven(['server', '--print-config'], { node: olderNode() ?? '' })
    assert.equal(status, 0)
    assert.equal(JSON.parse(stdout).regionId, 'cn-hangzhou')
  })

  test('hands the descriptors on that a shell makes files of', (t) => {
    const seed = join(temporaryFolder(t), 'seed.json')
    writeFileSync(seed, '{"keys":[]}')
    const command = `"$0" "$1" seed check /dev/fd/5 5<"$2"`
    const argv = ['-c', command, olderNode() ?? '', programFile, seed]
    assert.equal(execFileSync('sh', argv, { encoding: 'utf8' }), '')
  })

  test('hands its flags on', async (t) => {
    const options = { node: olderNode() ?? '', nodeFlags: ['--secure-heap=33554432'] }
    const data = temporaryFolder(t)
    await (await startKeyhaven(['server', '--dev', '--data', data])).stop()
    const server = await spawnServer(t, ['server', '--dev', '--data', data], options)
    const { status, stderr } = await server.stop()
    assert.equal(status, 0)
    assert.doesNotMatch(stderr, /secure.heap/)
  })
})

test('the launcher knows the options that come with a value before the name of a command', async () => {
  const known = /const valued =\s+\/\^--\((.*)\)\$\//.exec(readFileSync(programFile, 'utf8'))?.[1]?.split('|') ?? []
  const program = addGlobalOptions(new Command())
  const valued = program.options.filter(({ required }) => required).map(({ long }) => long?.slice(2))
  assert.deepEqual(known.sort(), valued.sort())
})

test('an Encrypt that was acknowledged after sealing does not exist', async (t) => {
  const server = await startTestServer()
  t.after(() => server.close())
  await using client = clientOf(server)
  const { keyMetadata } = await client.createKey({})
  const now: { isSealed: boolean } = { isSealed: false }
  let late = 0
  let succeeded = 0
  const encryptAll = async (): Promise<void> => {
    for (;;) {
      const startedSealed = now.isSealed
      try {
        await client.encrypt({ keyId: keyMetadata.keyId, plaintext: 'x' })
        if (startedSealed) late++
        succeeded++
      } catch {
        if (startedSealed) return
      }
    }
  }
  const load = Array.from({ length: 50 }, encryptAll)
  while (succeeded < 200) await new Promise(setImmediate)
  await server.service.seal()
  now.isSealed = true
  await Promise.all(load)
  assert.equal(late, 0)
})

test('a record that somebody changed in the database is refused, logged and audited', async (t) => {
  const server = await startTestServer()
  t.after(() => server.close())
  await using client = clientOf(server)
  const { keyMetadata } = await client.createKey({})
  const { DatabaseSync } = await import('node:sqlite')
  const database = new DatabaseSync(join(server.data, 'keyhaven.db'))
  const changed = database
    .prepare("update records set body = replace(body, 'Enabled', 'Disabled') where kind = 'key'")
    .run()
  database.close()
  assert.equal(changed.changes, 1)
  // what is in memory is what was verified; forget it, as a restart would
  await server.service.seal()
  await server.unseal()
  await assert.rejects(client.describeKey({ keyId: keyMetadata.keyId }), { code: 'InternalFailure' })
  assert.match(server.problems.join('\n'), /a stored record is not what was written/)
})

test('due rotations happen and are audited; nothing is deleted after the clock jumped, until that is confirmed', async (t) => {
  const clock = { aheadMs: 0 }
  const jumps: LogFields[] = []
  const log: Log = { write: (_level, message, fields = {}) => void (/the clock/.test(message) && jumps.push(fields)) }
  const server = await startTestServer({ now: () => new Date(Date.now() + clock.aheadMs), log })
  t.after(() => server.close())
  await using client = clientOf(server)
  const rotating = await client.createKey({ enableAutomaticRotation: true, rotationInterval: '7d' })
  const doomed = await client.createKey({})
  await client.scheduleKeyDeletion({ keyId: doomed.keyMetadata.keyId, pendingWindowInDays: 7 })
  clock.aheadMs = 8 * 86_400_000
  await server.service.doDueWork()
  const eventsOf = (action: string) => [...queryAudit(join(server.data, 'audit'), { action })].map(({ keyId }) => keyId)
  assert.deepEqual(eventsOf('RotateKey'), [rotating.keyMetadata.keyId])
  assert.deepEqual(eventsOf('DeleteKey'), [])
  assert.match(server.problems.join('\n'), /the clock jumped: nothing is deleted until/)
  const [{ jumpMs = 0, latencyMs } = {}] = jumps
  assert.deepEqual([Math.round(jumpMs / 86_400_000), latencyMs], [8, undefined])
  await server.service.trustClock()
  await server.service.doDueWork()
  assert.deepEqual(eventsOf('DeleteKey'), [doomed.keyMetadata.keyId])
  assert.equal(await server.kms.records.get(keys, doomed.keyMetadata.keyId), undefined)
})

test('the health of the service is told without authentication, also while it is sealed', async (t) => {
  const server = await startTestServer()
  t.after(() => server.close())
  const get = async (path: string) => {
    const answer = await fetch(`${server.httpEndpoint}${path}`)
    return [answer.status, JSON.parse(await answer.text()).status]
  }
  assert.deepEqual(await Promise.all(['/livez', '/healthz', '/readyz'].map(get)), [
    [200, 'ok'],
    [200, 'ok'],
    [200, 'ok'],
  ])
  await server.service.seal()
  assert.deepEqual(await Promise.all(['/livez', '/healthz', '/readyz'].map(get)), [
    [200, 'ok'],
    [200, 'sealed'],
    [503, 'sealed'],
  ])
})

test('metrics count requests by operation, gateway and outcome', async (t) => {
  const server = await startTestServer()
  t.after(() => server.close())
  await server.service.startMetrics()
  await using client = clientOf(server)
  await client.createKey({})
  const text = await (await fetch(`${server.httpEndpoint}/metrics`)).text()
  assert.match(text, /keyhaven_requests_total\{gateway="openapi",action="CreateKey",code="Success",scheme="ACS3"\} 1/)
  assert.match(text, /keyhaven_sealed 0/)
  const end = new X509Certificate(readFileSync(join(server.data, 'tls/server.pem'))).validToDate.getTime() / 1000
  assert.match(text, new RegExp(`^keyhaven_certificate_expiry_seconds ${end}$`, 'm'))
  assert.doesNotMatch(text, new RegExp(server.accessKeyId))
})

function passphraseFlag(t: TestContext, passphrase: string, mode = 0o600): string[] {
  const file = join(temporaryFolder(t), 'passphrase')
  writeFileSync(file, `${passphrase}\n`)
  // whatever the umask takes away from a new file
  chmodSync(file, mode)
  return ['--passphrase-file', file]
}

function cannotLoseRights(): string | false {
  return process.getuid === undefined && 'no users here'
}

function olderNode(): string | undefined {
  const folders = (process.env.PATH ?? '').split(':').filter((folder) => !folder.includes('node_modules'))
  return folders.map((folder) => join(folder, 'node')).find((file) => existsSync(file) && majorOf(file) < 26)
}

function majorOf(node: string): number {
  return Number.parseInt(execFileSync(node, ['-p', 'process.versions.node'], { encoding: 'utf8' }), 10)
}

function noOlderNode(): string | false {
  return olderNode() === undefined && 'this machine has no older Node'
}

/** What the system shows of the processes whose command line names the folder; nothing where it shows none. */
function processesOf(folder: string): string[] {
  const numbers = existsSync('/proc/self/environ') ? readdirSync('/proc').filter((name) => /^\d+$/.test(name)) : []
  return numbers.flatMap((pid) => {
    try {
      const commandLine = readFileSync(`/proc/${pid}/cmdline`, 'latin1')
      return commandLine.includes(folder) ? [commandLine + readFileSync(`/proc/${pid}/environ`, 'latin1')] : []
    } catch {
      return [] // it has ended meanwhile, or is somebody else's
    }
  })
}

import assert from 'node:assert/strict'
import { execFile, spawnSync } from 'node:child_process'
import { chmodSync, lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, type TestContext, test } from 'node:test'
import { promisify } from 'node:util'
import { parse } from 'yaml'
import type { CallEvent } from '../src/kubernetes/grpc-server.ts'
import type { Health } from '../src/kubernetes/health.ts'
import { clientLimits, startPlugin } from '../src/kubernetes/plugin.ts'
import { folderFault, placeSocket } from '../src/kubernetes/socket.ts'
import { Client, type ClientOptions } from '../src/sdk/client.ts'
import { type ApplicationSetup, setUpApplication } from './kit/application.ts'
import { pagesToRun } from './kit/guides.ts'
import { keyUser } from './kit/key-user.ts'
import { keyhavenOnPath } from './kit/keyhaven-on-path.ts'
import { type Encrypted, KmsV2Client } from './kit/kms-v2.ts'
import { answering } from './kit/loopback-server.ts'
import { runKeyhaven, startKeyhaven } from './kit/process.ts'
import { startTestServer, type TestServer } from './kit/server.ts'

/** Longer than anything takes on a machine that has other things to do. */
const patience = { attemptTimeoutMs: 60_000, timeoutMs: 60_000 }
const folder = mkdtempSync(join(tmpdir(), 'keyhaven-kms-'))
const dekSeed = Buffer.from('5eed'.repeat(16), 'hex')

let server: TestServer
let application: ApplicationSetup
let admin: Client
before(async () => {
  server = await startTestServer()
  application = await setUpApplication(server)
  admin = application.admin
})
after(async () => {
  await admin.close()
  await server.close()
  rmSync(folder, { recursive: true })
})

let names = 0
/** A key with an alias, for one test. */
async function newKey(): Promise<{ readonly keyId: string; readonly alias: string }> {
  const alias = `alias/k8s-${++names}`
  const { keyId } = (await admin.createKey({})).keyMetadata
  await admin.createAlias({ keyId, aliasName: alias })
  return { keyId, alias }
}

/** An AccessKey that may do `actions` with one key, and nothing else. */
const accessKeyFor = (keyId: string, actions: readonly string[]) => keyUser(server, `k8s-${++names}`, keyId, actions)

/** A plugin and its caller, until the test ends. */
async function startedPlugin(t: TestContext, key: string, options: ClientOptions = publicOptions()) {
  const socket = join(folder, `${++names}.sock`)
  const client = new Client(options)
  const [calls, checks]: [CallEvent[], Health[]] = [[], []]
  const plugin = await startPlugin(client, {
    ...{ socket, key, timeoutMs: patience.timeoutMs },
    onCall: (call) => calls.push(call),
    onCheck: (health) => checks.push(health),
  })
  const kms = new KmsV2Client(socket)
  t.after(async () => {
    kms[Symbol.dispose]()
    await plugin.stop()
    await client.close()
  })
  return { kms, plugin, socket, calls, checks }
}

function publicOptions({ accessKeyId, accessKeySecret } = server): ClientOptions {
  const { endpoint, caFile } = server
  return { ...clientLimits, ...patience, endpoint, caFile, accessKeyId, accessKeySecret }
}

/** gRPC has codes and a line of text, which ends in the log of the API server. */
const refusedAs = (code: number, details: RegExp) => ({ code, details })

describe('the KMS v2 plugin', () => {
  const gateways = {
    'public gateway': () => publicOptions(),
    'gateway of an instance': () => ({ instance: { ...application.instance, ...clientLimits, ...patience } }),
  }
  for (const [gateway, options] of Object.entries(gateways))
    test(`encrypts and decrypts over the ${gateway}, under one key id until the key is rotated`, async (t) => {
      const { keyId, alias } = await newKey()
      const { kms } = await startedPlugin(t, alias, options())
      const status = await kms.status()
      const { keyVersions } = await admin.listKeyVersions({ keyId })
      const first = `${keyId}/${keyVersions?.keyVersion?.[0]?.keyVersionId}`
      assert.deepEqual(status, { version: 'v2', healthz: 'ok', keyId: first })
      const before = await kms.encrypt(dekSeed)
      assert.deepEqual([before.keyId, before.annotations], [first, {}])
      assert.ok(before.ciphertext.length <= 1024, 'what an API server takes')
      assert.ok(!Buffer.from(before.ciphertext).includes(dekSeed))
      const rotated = await admin.createKeyVersion({ keyId })
      const afterwards = await kms.encrypt(dekSeed)
      assert.equal(afterwards.keyId, `${keyId}/${rotated.keyVersion.keyVersionId}`)
      assert.deepEqual(await kms.status(), { version: 'v2', healthz: 'ok', keyId: afterwards.keyId })
      for (const encrypted of [before, afterwards]) assert.deepEqual(await kms.decrypt(encrypted), dekSeed)
    })

  test('what one gateway has encrypted, the other decrypts', async (t) => {
    const { alias } = await newKey()
    const one = await startedPlugin(t, alias)
    const other = await startedPlugin(t, alias, gateways['gateway of an instance']())
    assert.deepEqual(await other.kms.decrypt(await one.kms.encrypt(dekSeed)), dekSeed)
    assert.deepEqual(await one.kms.decrypt(await other.kms.encrypt(dekSeed)), dekSeed)
  })

  test('follows an alias that is moved to another key, and decrypts what the former one encrypted', async (t) => {
    const { alias, ...former } = await newKey()
    const { kms } = await startedPlugin(t, alias)
    const before = await kms.encrypt(dekSeed)
    const next = await newKey()
    await admin.updateAlias({ keyId: next.keyId, aliasName: alias })
    const afterwards = await kms.encrypt(dekSeed)
    assert.deepEqual(
      [before, afterwards].map(({ keyId }) => keyId.split('/')[0]),
      [former.keyId, next.keyId],
    )
    assert.equal((await kms.status()).keyId, afterwards.keyId)
    assert.deepEqual(await kms.decrypt(before), dekSeed)
  })

  test('decrypts nothing that was tampered with, nor what others have encrypted under the same key', async (t) => {
    const { alias } = await newKey()
    const { kms, plugin } = await startedPlugin(t, alias)
    const encrypted = await kms.encrypt(dekSeed)
    const flipped = Uint8Array.from(encrypted.ciphertext)
    flipped[flipped.length - 1] = (flipped.at(-1) ?? 0) ^ 1
    const { ciphertextBlob } = await admin.encrypt({ keyId: alias, plaintext: dekSeed })
    const annotations = { 'kms.example.com/a': Buffer.from('b') }
    const bad = {
      'a flipped bit': { ...encrypted, ciphertext: flipped },
      'a part': { ...encrypted, ciphertext: encrypted.ciphertext.subarray(0, 40) },
      junk: { ...encrypted, ciphertext: Buffer.alloc(1024, 'junk') },
      nothing: { ...encrypted, ciphertext: Buffer.alloc(0) },
      'of somebody else': { ...encrypted, ciphertext: ciphertextBlob },
      'another key id': { ...encrypted, keyId: 'k8s/2' },
      'no key id': { ...encrypted, keyId: '' },
      annotations: { ...encrypted, annotations },
      'an empty annotation': { ...encrypted, annotations: { 'kms.example.com/a': Buffer.alloc(0) } },
    }
    for (const [what, request] of Object.entries(bad))
      await assert.rejects(kms.decrypt(request), ({ code, details }) => {
        assert.ok([3, 5].includes(code), `${what}: ${code} ${details}`)
        return true
      })
    await assert.rejects(kms.send('Decrypt', Buffer.from([0x0a, 0xff])), refusedAs(3, /protobuf/))
    await assert.rejects(kms.send('Reencrypt', Buffer.alloc(0)), { code: 12 })
    assert.equal((await plugin.health()).error, undefined)
    assert.deepEqual(await kms.decrypt(encrypted), dekSeed)
  })

  test('takes what the service takes, bytes of any value, and nothing empty', async (t) => {
    const { alias } = await newKey()
    const { kms } = await startedPlugin(t, alias)
    for (const plaintext of [Buffer.from([0]), Buffer.from('中文'), Buffer.alloc(6000, 0xff)])
      assert.deepEqual(await kms.decrypt(await kms.encrypt(plaintext)), plaintext)
    await assert.rejects(kms.encrypt(Buffer.alloc(0)), refusedAs(3, /^The plaintext is empty\.$/))
    await assert.rejects(kms.encrypt(Buffer.alloc(10_000)), refusedAs(3, /Plaintext/))
    await assert.rejects(kms.encrypt(Buffer.alloc(100_000)), { code: 8 })
  })

  test('answers hundreds at once', async (t) => {
    const { alias } = await newKey()
    const { kms } = await startedPlugin(t, alias)
    const plaintexts = Array.from({ length: 200 }, (_, index) => Buffer.from(`${index}`))
    const encrypted = await Promise.all(plaintexts.map((plaintext) => kms.encrypt(plaintext)))
    assert.deepEqual(await Promise.all(encrypted.map((one) => kms.decrypt(one))), plaintexts)
    assert.equal(new Set(encrypted.map(({ keyId }) => keyId)).size, 1)
  })

  test('looks at the key once for many who ask, and again when a call has failed', async (t) => {
    const { keyId, alias } = await newKey()
    const { kms, checks } = await startedPlugin(t, alias)
    await Promise.all(Array.from({ length: 20 }, () => kms.status()))
    assert.equal(checks.length, 1)
    await admin.disableKey({ keyId })
    assert.equal((await kms.status()).healthz, 'ok')
    await assert.rejects(kms.encrypt(dekSeed), refusedAs(9, /^Rejected\.Disabled: .*\(request [\w-]+\)$/))
    const disabled = await kms.status()
    assert.match(disabled.healthz, /^Rejected\.Disabled: /)
    assert.equal(disabled.keyId, '', 'with one, the API server would go on writing')
    await admin.enableKey({ keyId })
    assert.equal((await kms.status()).healthz, 'ok')
  })

  test('does with the rights to encrypt and decrypt under one key, and says which of them is missing', async (t) => {
    const { keyId, alias } = await newKey()
    const usable = await accessKeyFor(keyId, ['kms:Encrypt', 'kms:Decrypt'])
    const { kms } = await startedPlugin(t, alias, publicOptions({ ...server, ...usable }))
    assert.equal((await kms.status()).healthz, 'ok')
    const encrypted = await kms.encrypt(dekSeed)
    assert.deepEqual(await kms.decrypt(encrypted), dekSeed)
    // A key that can be encrypted under and not decrypted would lose every Secret at the next start of the API server.
    const half = await accessKeyFor(keyId, ['kms:Encrypt', 'kms:DescribeKey'])
    const other = await startedPlugin(t, alias, publicOptions({ ...server, ...half }))
    assert.match((await other.kms.status()).healthz, /^Forbidden\.NoPermission: .*kms:Decrypt/)
    await assert.rejects(other.kms.decrypt(encrypted), refusedAs(7, /^Forbidden\.NoPermission/))
    const wrong = { ...usable, accessKeySecret: 'canary-of-the-secret' }
    const third = await startedPlugin(t, alias, publicOptions({ ...server, ...wrong }))
    await assert.rejects(third.kms.encrypt(dekSeed), refusedAs(16, /^SignatureDoesNotMatch(?!.*canary)/))
  })

  test('names a key that there is not', async (t) => {
    const { kms } = await startedPlugin(t, 'alias/nothing')
    assert.deepEqual((await kms.status()).keyId, '')
    await assert.rejects(kms.encrypt(dekSeed), refusedAs(5, /^Forbidden\.(?:Alias|Key)NotFound/))
  })

  test('says that the server is sealed or away, and goes on when it is back', async (t) => {
    const { alias } = await newKey()
    const options = { ...publicOptions(), retry: false } as ClientOptions
    const { kms } = await startedPlugin(t, alias, options)
    const encrypted = await kms.encrypt(dekSeed)
    await kms.status()
    await server.service.seal()
    await assert.rejects(kms.decrypt(encrypted), refusedAs(14, /^ServiceUnavailableTemporary/))
    const sealed = await kms.status()
    assert.match(sealed.healthz, /^ServiceUnavailableTemporary/)
    assert.equal(sealed.keyId, '')
    await server.unseal()
    assert.equal((await kms.status()).healthz, 'ok')
    await server.restart(async () => {
      await assert.rejects(kms.decrypt(encrypted), refusedAs(14, / cannot be reached: nobody listens there\.$/))
      const away = await kms.status()
      assert.match(away.healthz, /nobody listens there/)
      assert.equal(away.keyId, '')
    })
    assert.equal((await kms.status()).healthz, 'ok')
    assert.deepEqual(await kms.decrypt(encrypted), dekSeed)
  })

  test('asks again what the server could not do in that moment', async (t) => {
    const busy = { status: 503, body: { Code: 'ServiceUnavailableTemporary', Message: 'later', RequestId: 'r' } }
    const done = { body: { CiphertextBlob: 'AAEC', KeyId: 'k', KeyVersionId: 'v', RequestId: 'r' } }
    const busyServer = await answering(busy, busy, done)
    t.after(() => busyServer.close())
    const access = { accessKeyId: 'id', accessKeySecret: 'secret' }
    const options = { ...clientLimits, ...patience, ...access, endpoint: busyServer.endpoint }
    const { kms } = await startedPlugin(t, 'alias/k8s', options)
    const { ciphertext, keyId } = await kms.encrypt(dekSeed)
    assert.deepEqual([Buffer.from(ciphertext), keyId], [Buffer.from([0, 1, 2]), 'k/v'])
    assert.equal(busyServer.seen.length, 3)
  })

  test('stops asking when the caller stops waiting', async (t) => {
    const silent = createServer(() => undefined).listen(0, '127.0.0.1')
    await new Promise((resolve) => silent.once('listening', resolve))
    t.after(() => silent.close())
    const { port } = silent.address() as { readonly port: number }
    const access = { accessKeyId: 'id', accessKeySecret: 'secret' }
    const options = { ...clientLimits, ...patience, ...access, endpoint: `http://127.0.0.1:${port}` }
    const { kms, calls } = await startedPlugin(t, 'alias/k8s', options)
    await assert.rejects(kms.encrypt(dekSeed, 200), { code: 4 })
    const { error } = await eventually(() => calls[0])
    assert.match((error as { code: string }).code, /^(?:timeout|aborted)$/)
  })
})

async function eventually<Value>(look: () => Value | undefined): Promise<Value> {
  for (;;) {
    const found = look()
    if (found !== undefined) return found
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

describe('its socket', () => {
  const noPlace = (message: RegExp) => ({ name: 'SocketUnusable', message })
  const listenAt = (server: ReturnType<typeof createServer>) => (path: string) =>
    new Promise<void>((resolve) => server.listen(path, resolve))

  test('has no place in a folder where others could put one of their own there', async () => {
    const self = 1000
    for (const [uid, mode] of [
      [0, 0o755],
      [self, 0o700],
      [self, 0o755],
    ] as const)
      assert.equal(folderFault({ uid, mode }, self), undefined, `${uid} ${mode.toString(8)}`)
    for (const mode of [0o770, 0o720, 0o702, 0o1777])
      for (const uid of [0, self])
        assert.match(folderFault({ uid, mode }, self) ?? '', /^may be written to by its group/)
    for (const own of [0, self]) assert.match(folderFault({ uid: 1001, mode: 0o700 }, own) ?? '', /^belongs to another/)
    const place = mkdtempSync(join(folder, 'place-'))
    for (const mode of [0o720, 0o702, 0o1777]) {
      chmodSync(place, mode)
      const refused = noPlace(/^The folder of --socket may be written to by its group or by others, /)
      await assert.rejects(placeSocket(join(place, 'kms.sock'), listenAt(createServer())), refused)
    }
    assert.deepEqual(readdirSync(place), [])
  })

  test('is its owner’s alone from its first moment, and goes with the plugin', async (t) => {
    const place = mkdtempSync(join(folder, 'place-'))
    const listener = createServer()
    t.after(() => listener.close())
    const modes: number[] = []
    const socket = await placeSocket(join(place, 'kms.sock'), async (path) => {
      modes.push(statSync(join(path, '..')).mode & 0o777)
      await listenAt(listener)(path)
      assert.deepEqual(
        readdirSync(place).filter((name) => name === 'kms.sock'),
        [],
      )
    })
    modes.push(lstatSync(join(place, 'kms.sock')).mode & 0o777)
    assert.deepEqual(modes, [0o700, 0o600])
    assert.deepEqual(readdirSync(place), ['kms.sock'])
    socket.remove()
    assert.deepEqual(readdirSync(place), [])
  })

  test('takes the place of one at which nobody listens, and of nothing else', async (t) => {
    const place = mkdtempSync(join(folder, 'place-'))
    const path = join(place, 'kms.sock')
    const [first, second, third] = [createServer(), createServer(), createServer()]
    t.after(() => [first, second, third].map((one) => one.close()))
    const former = await placeSocket(path, listenAt(first))
    await assert.rejects(placeSocket(path, listenAt(second)), noPlace(/^Another program listens at /))
    await new Promise((resolve) => first.close(resolve))
    const latter = await placeSocket(path, listenAt(second))
    former.remove()
    assert.deepEqual(readdirSync(place), ['kms.sock'], 'what is another’s stays')
    latter.remove()
    writeFileSync(path, 'mine')
    await assert.rejects(placeSocket(path, listenAt(third)), noPlace(/is there already and is no socket/))
    await assert.rejects(placeSocket(join(place, 'none/kms.sock'), listenAt(third)), noPlace(/^There is no folder /))
    await assert.rejects(placeSocket(join(place, 'x'.repeat(100)), listenAt(third)), noPlace(/too long/))
    assert.deepEqual(readdirSync(place), ['kms.sock'])
  })
})

describe('keyhaven kubernetes-kms', () => {
  test('serves until it is stopped, tells its log, and takes its socket away', async () => {
    const { keyId, alias } = await newKey()
    const { endpoint, caFile } = server
    const { accessKeyId, accessKeySecret } = await accessKeyFor(keyId, ['kms:Encrypt', 'kms:Decrypt'])
    const env = {
      ...{ KEYHAVEN_ENDPOINT: endpoint, KEYHAVEN_CA_FILE: caFile },
      ...{ KEYHAVEN_ACCESS_KEY_ID: accessKeyId, KEYHAVEN_ACCESS_KEY_SECRET: accessKeySecret },
    }
    const socket = join(folder, 'cli.sock')
    const words = ['kubernetes-kms', '--socket', socket, '--key', alias, '--log-level', 'debug']
    const running = await startKeyhaven(words, { env }, 'Socket')
    const kms = new KmsV2Client(socket)
    const { keyId: known } = await kms.status()
    const encrypted = await kms.encrypt(dekSeed)
    assert.deepEqual(await kms.decrypt(encrypted), dekSeed)
    await assert.rejects(kms.decrypt({ ...encrypted, keyId: 'other' }), { code: 3 })
    const again = await runKeyhaven(words, { env })
    assert.deepEqual(again, {
      status: 1,
      stdout: '',
      stderr: `keyhaven: socket: Another program listens at ${socket}.\n`,
    })
    kms[Symbol.dispose]()
    const { status, stdout, stderr } = await running.stop()
    assert.equal(status, 143)
    assert.match(stdout, new RegExp(`^Socket +${socket}\nKey +${alias}\n$`))
    assert.equal(lstatSync(socket, { throwIfNoEntry: false }), undefined)
    const lines = stderr
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    const said = lines.map(({ msg, action }) => (action === undefined ? msg : `${action} ${msg}`))
    assert.deepEqual(
      said.filter((line) => !line.startsWith('Status')),
      [
        `encrypting under ${known}`,
        ...['Encrypt call', 'Decrypt call'],
        'Decrypt Decrypt failed: invalidRequest: The ciphertext was not made under this key_id.',
        'stopped',
      ],
    )
    for (const secret of [dekSeed.toString('hex'), dekSeed.toString('base64'), accessKeySecret])
      assert.ok(!stderr.includes(secret) && !stdout.includes(secret))
  })

  test('says in one line what is wrong with its settings', async () => {
    const socket = join(folder, 'bad.sock')
    const shared = mkdtempSync(join(folder, 'shared-'))
    chmodSync(shared, 0o770)
    const key = ['--key', 'alias/k8s']
    const env = {
      KEYHAVEN_ENDPOINT: 'https://127.0.0.1:1',
      ...{ KEYHAVEN_ACCESS_KEY_ID: 'a', KEYHAVEN_ACCESS_KEY_SECRET: 'b' },
    }
    const bad: readonly (readonly [readonly string[], RegExp])[] = [
      [key, /^keyhaven: usage: required option '--socket <file>' not specified\n$/],
      [['--socket', socket], /^keyhaven: usage: required option '--key <id>' not specified\n$/],
      [['--socket', socket, ...key, '--log-level', 'loud'], /^keyhaven: usage: .*loud.*\n$/],
      [['--socket', join(folder, 'no/kms.sock'), ...key], /^keyhaven: socket: There is no folder .*\n$/],
      [
        ['--socket', join(shared, 'kms.sock'), ...key],
        /^keyhaven: socket: The folder of --socket may be written to by its group or by others, .*shared-\w+\.\n$/,
      ],
      [['--socket', socket, ...key, '--client-key', 'none.json'], /^keyhaven: \w+: .*none\.json.*\n$/],
      [
        ['--socket', socket, ...key, '--client-key-password-file', 'p'],
        /^keyhaven: usage: .*goes with --client-key\n$/,
      ],
    ]
    for (const [words, stderr] of bad) {
      const ended = await runKeyhaven(['kubernetes-kms', ...words], { env, cwd: folder })
      assert.match(ended.stderr, stderr)
      assert.notEqual(ended.status, 0)
    }
    const { stderr } = await runKeyhaven(['kubernetes-kms', '--socket', socket, ...key], { cwd: folder })
    assert.match(stderr, /^keyhaven: no(?:Connection|AccessKey): .*\n$/)
  })
})

describe('docs/guides/kubernetes-secrets.md', () => {
  const textOf = (page: string) => readFileSync(join(import.meta.dirname, '../docs/guides', page), 'utf8')
  const page = textOf('kubernetes-secrets.md')
  const blocks = (kind: string): string[] =>
    [...page.matchAll(new RegExp(`^\`\`\`${kind}\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map(([, text = '']) => text)
  const [pod, encryption] = blocks('yaml').map((text) => parse(text))
  const [unit = '', environment = ''] = blocks('ini')
  const [, command = ''] = /^ExecStart=\/usr\/local\/bin\/(.*)$/m.exec(unit) ?? []

  test('says the same in both languages, and names one socket throughout', () => {
    assert.deepEqual(pagesToRun('kubernetes-secrets'), ['kubernetes-secrets.md'])
    const [container] = pod.spec.containers
    assert.equal(container.command.join(' '), command)
    const { endpoint } = encryption.resources[0].providers[0].kms
    assert.ok(command.includes(`--socket ${new URL(endpoint).pathname} `))
    const volumes = pod.spec.volumes.map(({ name }: { name: string }) => name)
    assert.deepEqual(
      container.volumeMounts.map(({ name }: { name: string }) => name),
      volumes,
    )
  })

  test('has a unit that systemd takes', {
    skip: spawnSync('systemd-analyze', ['--version']).error !== undefined && 'there is no systemd here',
  }, () => {
    const file = join(folder, 'keyhaven-kubernetes-kms.service')
    // The program is looked for, and it is another machine's.
    const verified = (text: string): string => {
      writeFileSync(file, text.replace('/usr/local/bin/keyhaven', process.execPath))
      const { stderr } = spawnSync('systemd-analyze', ['verify', '--man=no', file], { encoding: 'utf8' })
      return stderr
        .split('\n')
        .filter((line) => line.includes('keyhaven'))
        .join('\n')
    }
    assert.equal(verified(unit), '')
    assert.match(verified(`${unit}[Service]\nNoSuchDirective=yes\n`), /NoSuchDirective/)
  })

  test('can be followed: what it makes is enough for the plugin, as a service and as a pod', async (t) => {
    const place = mkdtempSync(join(folder, 'guide-'))
    const here = (text: string): string => text.replaceAll(/\/(?:etc\/keyhaven-kms|run\/kms)\b/g, place)
    const [policy = ''] = blocks('json')
    writeFileSync(join(place, 'policy.json'), policy)
    const own = await startTestServer()
    t.after(() => own.close())
    const around = { cwd: place, env: keyhavenOnPath(own) }
    const shell = async (text: string) => (await promisify(execFile)('sh', ['-euc', here(text)], around)).stdout
    const [access = '', protect = '', app = '', , rotate = ''] = blocks('sh')
    const printed = await shell(access)
    const [, accessKeyId = '', accessKeySecret = ''] = /Access key id +(\S+)\s+Secret +(\S+)/.exec(printed) ?? []
    await shell(protect)
    await shell(app)
    const ofUnit: Readonly<Record<string, string>> = {
      ...{ KEYHAVEN_ENDPOINT: own.endpoint, KEYHAVEN_CA_FILE: own.caFile },
      ...{ KEYHAVEN_ACCESS_KEY_ID: accessKeyId, KEYHAVEN_ACCESS_KEY_SECRET: accessKeySecret },
    }
    assert.deepEqual(environment.match(/^\w+(?==)/gm), Object.keys(ofUnit))
    const [{ args, env }] = pod.spec.containers
    const ofPod = Object.fromEntries(env.map(({ name, value }: { name: string; value: string }) => [name, here(value)]))
    const ways = [
      { words: command.split(' ').slice(1), env: ofUnit },
      { words: [...command.split(' ').slice(1), ...args], env: { ...ofPod, KEYHAVEN_ENDPOINT: own.endpoint } },
    ]
    const sealed: Encrypted[] = []
    for (const { words, env } of ways) {
      const running = await startKeyhaven(words.map(here), { env }, 'Socket')
      using kms = new KmsV2Client(join(place, 'keyhaven.sock'))
      const { healthz, keyId } = await kms.status()
      assert.equal(healthz, 'ok')
      sealed.push(await kms.encrypt(dekSeed))
      await shell(rotate)
      sealed.push(await kms.encrypt(dekSeed))
      assert.notEqual((await kms.status()).keyId, keyId)
      for (const one of sealed) assert.deepEqual(await kms.decrypt(one), dekSeed)
      await running.stop()
    }
    assert.equal(new Set(sealed.map(({ keyId }) => keyId)).size, 3)
  })
})

import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, describe, test } from 'node:test'
import { answering, behaving, type LoopbackAnswer, type LoopbackServer } from '../../test/kit/loopback-server.ts'
import { run } from './program.ts'

const folders: string[] = []
after(() => {
  for (const folder of folders) rmSync(folder, { recursive: true })
})

/** A folder of its own for one test, with the given files. */
function folderWith(files: Readonly<Record<string, string | Uint8Array>> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'keyhaven-cli-'))
  folders.push(folder)
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), content)
  }
  return folder
}

interface Outcome {
  readonly status: number
  readonly out: string
  readonly err: string
}

interface Surroundings {
  readonly cwd?: string
  readonly home?: string
  readonly stdin?: string
  readonly env?: Readonly<Record<string, string>>
}

async function keyhaven(argv: readonly string[], around: Surroundings = {}): Promise<Outcome> {
  const written = { out: [] as Uint8Array[], err: [] as Uint8Array[] }
  const sink = (chunks: Uint8Array[]) => ({
    write: (chunk: string | Uint8Array) => chunks.push(Buffer.from(chunk as string)),
  })
  const status = await run(argv, {
    stdin: (async function* () {
      yield Buffer.from(around.stdin ?? '')
    })(),
    stdout: sink(written.out),
    stderr: sink(written.err),
    env: around.env ?? {},
    cwd: around.cwd ?? folderWith(),
    home: around.home ?? '/nowhere',
  })
  return { status, out: Buffer.concat(written.out).toString(), err: Buffer.concat(written.err).toString() }
}

const envFor = (server: LoopbackServer) => ({
  KEYHAVEN_ENDPOINT: server.endpoint,
  KEYHAVEN_ACCESS_KEY_ID: 'env-id',
  KEYHAVEN_ACCESS_KEY_SECRET: 'env-secret',
})

/** Runs a command against a server that gives these answers. */
async function against(
  answers: readonly LoopbackAnswer[],
  work: (server: LoopbackServer) => Promise<void>,
): Promise<void> {
  const server = await answering(...answers)
  try {
    await work(server)
  } finally {
    await server.close()
  }
}

const form = (body: string): Record<string, string | undefined> => Object.fromEntries(new URLSearchParams(body))
const accessKeyOf = (server: LoopbackServer): string | undefined =>
  /Credential=([^,]+)/.exec(server.seen.at(-1)?.headers.authorization ?? '')?.[1]

describe('keyhaven kms', () => {
  test('sends the parameters as they are and prints the answer as it is', async () => {
    await against([{ body: { KeyId: 'k', New: [1], RequestId: 'R' } }], async (server) => {
      const argv = ['kms', 'Encrypt', '--KeyId', 'alias/a', '--Plaintext=x y', '--EncryptionContext', '{"a":"b"}']
      const outcome = await keyhaven(argv, { env: envFor(server) })
      assert.equal(outcome.status, 0, outcome.err)
      assert.equal(outcome.out, '{\n\t"KeyId": "k",\n\t"New": [\n\t\t1\n\t],\n\t"RequestId": "R"\n}\n')
      assert.deepEqual(form(server.seen[0]?.body ?? ''), {
        KeyId: 'alias/a',
        Plaintext: 'x y',
        EncryptionContext: '{"a":"b"}',
      })
    })
  })

  test('takes values from standard input and files, as text or as Base64', async () => {
    await against([{ body: { RequestId: 'R' } }], async (server) => {
      const cwd = folderWith({ 'bytes.bin': new Uint8Array([0, 255]), 'id.txt': 'the-key\n' })
      const argv = ['kms', 'AsymmetricSign', '--KeyId', '@id.txt', '--Digest', 'base64@bytes.bin', '--Algorithm', '-']
      const outcome = await keyhaven([...argv, '--KeyVersionId', '@@x'], {
        env: envFor(server),
        cwd,
        stdin: 'secret\r\n',
      })
      assert.equal(outcome.status, 0, outcome.err)
      assert.deepEqual(form(server.seen[0]?.body ?? ''), {
        KeyId: 'the-key',
        Digest: 'AP8=',
        Algorithm: 'secret',
        KeyVersionId: '@x',
      })
    })
  })

  const misuse: [readonly string[], RegExp][] = [
    [['kms', 'encrypt'], /^keyhaven: unknownOperation: .*did you mean Encrypt\?\n$/],
    [['kms', 'Encrypt', '--Keyid', 'x'], /^keyhaven: unknownParameter: .*Keyid.*\n$/],
    [['kms', 'Encrypt', '--KeyId'], /^keyhaven: usage: --KeyId needs a value\n$/],
    [['kms', 'Encrypt', 'stray'], /^keyhaven: usage: "stray" is not a parameter.*\n$/],
    [['kms', 'Encrypt', '--KeyId', 'a', '--KeyId', 'b'], /^keyhaven: usage: --KeyId is given twice\n$/],
    [['kms', 'Encrypt', '--KeyId', '@missing'], /^keyhaven: ENOENT: .*missing does not exist\.\n$/],
    [['nonsense'], /^keyhaven: usage: unknown command 'nonsense'.*\n$/],
    [['key', 'create', '--bogus'], /^keyhaven: usage: unknown option '--bogus'.*\n$/],
    [['key', 'create', '--spec', 'DES'], /^keyhaven: usage: --spec must be one of .*Aliyun_AES_256.*\n$/],
    [['key', 'rotation', 'k'], /^keyhaven: usage: .*--every or --off.*\n$/],
    [['encrypt', 'x'], /^keyhaven: usage: required option '--key <key>' not specified\n$/],
    [[], /^keyhaven: usage: no command given.*\n$/],
    [['key', 'list'], /^keyhaven: noConnection: .*keyhaven server --dev.*\n$/],
  ]
  for (const [argv, line] of misuse)
    test(`"keyhaven ${argv.join(' ')}" is refused in one line`, async () => {
      const outcome = await keyhaven(argv)
      assert.equal(outcome.status, 1)
      assert.equal(outcome.out, '')
      assert.match(outcome.err, line)
    })

  test('lists the operations, and explains one', async () => {
    assert.match((await keyhaven(['kms'])).out, /^GenerateDataKey .*data key/m)
    const help = await keyhaven(['kms', 'GenerateDataKey', '--help'])
    assert.match(help.out, /--NumberOfBytes .*0 to 1024/)
    assert.equal(help.status, 0)
  })
})

test('an error of the service is one line with its code and request id, and status 1', async () => {
  const body = { Code: 'Forbidden.KeyNotFound', Message: 'The specified Key\nis not found.', RequestId: 'R-7' }
  await against([{ status: 404, body }], async (server) => {
    const outcome = await keyhaven(['key', 'show', 'k'], { env: envFor(server) })
    assert.deepEqual(outcome, {
      status: 1,
      out: '',
      err: 'keyhaven: Forbidden.KeyNotFound: The specified Key is not found. (request R-7)\n',
    })
  })
})

describe('the connection', () => {
  const alias = { body: { Aliases: { Alias: [] }, PageNumber: 1, PageSize: 100, TotalCount: 0, RequestId: 'R' } }
  const profileFile = (endpoint: string, id: string): string =>
    JSON.stringify({
      current: 'main',
      profiles: [
        { name: 'main', mode: 'AK', access_key_id: id, access_key_secret: 's', endpoint },
        { name: 'other', mode: 'AK', access_key_id: `${id}-other`, access_key_secret: 's', endpoint },
      ],
    })
  const clientFile = (endpoint: string): string =>
    JSON.stringify({ endpoint, accessKeyId: 'file-id', accessKeySecret: 's', caFile: 'ca.pem', regionId: 'cn-local' })

  test('comes from the nearest source: environment, named profile, this folder, default profile', async () => {
    await against([alias], async (server) => {
      const cwd = folderWith({ 'keyhaven-data/client.json': clientFile(server.endpoint), 'keyhaven-data/ca.pem': '' })
      const home = folderWith({
        '.keyhaven/config.json': profileFile(server.endpoint, 'kh'),
        '.aliyun/config.json': profileFile(server.endpoint, 'ali'),
      })
      const cloud = {
        ALIBABA_CLOUD_ACCESS_KEY_ID: 'cloud-id',
        ALIBABA_CLOUD_ACCESS_KEY_SECRET: 's',
        ALIBABA_CLOUD_ENDPOINT: server.endpoint,
      }
      const idUsed = async (argv: readonly string[], around: Surroundings): Promise<string | undefined> => {
        const outcome = await keyhaven(['alias', 'list', ...argv], around)
        assert.equal(outcome.err, '')
        return accessKeyOf(server)
      }
      assert.equal(await idUsed([], { cwd, home, env: { ...cloud, ...envFor(server) } }), 'env-id')
      assert.equal(await idUsed(['--profile', 'other'], { cwd, home, env: cloud }), 'kh-other')
      assert.equal(await idUsed([], { cwd, home, env: cloud }), 'file-id')
      assert.equal(await idUsed(['--data', join(cwd, 'keyhaven-data')], { home }), 'file-id')
      assert.equal(await idUsed([], { home, env: cloud }), 'cloud-id')
      assert.equal(await idUsed([], { home }), 'kh')
      assert.equal(
        await idUsed(['--access-key-id', 'flag-id'], { cwd, env: { KEYHAVEN_ACCESS_KEY_SECRET: 'x' } }),
        'flag-id',
      )
    })
  })

  test('may be a profile that assumes a role at the server itself', async () => {
    const Credentials = {
      AccessKeyId: 'STS.session',
      AccessKeySecret: 's',
      SecurityToken: 't',
      Expiration: new Date(Date.now() + 3_600_000).toISOString(),
    }
    await against([{ body: { Credentials, AssumedRoleUser: {}, RequestId: 'R' } }, alias], async (server) => {
      const profile = {
        name: 'main',
        mode: 'RamRoleArn',
        endpoint: server.endpoint,
        access_key_id: 'long',
        access_key_secret: 's',
        ram_role_arn: 'acs:ram::1:role/app',
      }
      const home = folderWith({ '.keyhaven/config.json': JSON.stringify({ current: 'main', profiles: [profile] }) })
      const outcome = await keyhaven(['alias', 'list'], { home })
      assert.equal(outcome.err, '')
      assert.equal(server.seen[0]?.headers['x-acs-action'], 'AssumeRole')
      assert.equal(accessKeyOf(server), 'STS.session')
    })
  })

  test('with a damaged file or an unknown profile is refused in one line that names it', async () => {
    const cwd = folderWith({ 'keyhaven-data/client.json': '{"endpoint":' })
    assert.match((await keyhaven(['alias', 'list'], { cwd })).err, /^keyhaven: badFile: .*client\.json is not .*\n$/)
    const home = folderWith({ '.aliyun/config.json': '{}' })
    const outcome = await keyhaven(['alias', 'list', '--profile', 'p'], { home })
    assert.match(outcome.err, /^keyhaven: noProfile: no profile "p" in .*\n$/)
  })

  test('to a server that is not there fails at once', async () => {
    const server = await answering(alias)
    await server.close()
    const outcome = await keyhaven(['alias', 'list'], { env: envFor(server) })
    assert.match(
      outcome.err,
      /^keyhaven: network: http:\/\/127\.0\.0\.1:\d+ cannot be reached: nobody listens there\. The settings are from environment KEYHAVEN_\*\.\n$/,
    )
  })
})

/** Encrypts by reversing, so that a test can see what was sent and what came back. */
const reversing = (): Promise<LoopbackServer> =>
  behaving((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const sent = form(Buffer.concat(chunks).toString())
      const reverse = (bytes: Buffer): Buffer => Buffer.from(bytes.toReversed())
      const answer =
        request.headers['x-acs-action'] === 'Encrypt'
          ? { CiphertextBlob: reverse(Buffer.from(sent.Plaintext ?? '')).toString('base64') }
          : { Plaintext: reverse(Buffer.from(sent.CiphertextBlob ?? '', 'base64')).toString() }
      response.end(JSON.stringify({ KeyId: 'k', KeyVersionId: 'v', RequestId: 'R', ...answer }))
    })
  })

describe('encrypt and decrypt', () => {
  const withServer = async (work: (env: Record<string, string>) => Promise<void>): Promise<void> => {
    const server = await reversing()
    try {
      await work(envFor(server))
    } finally {
      await server.close()
    }
  }
  const cipherOf = (plaintext: string): string => Buffer.from([...plaintext].toReversed().join('')).toString('base64')
  const pem = '-----BEGIN PRIVATE KEY-----\nAAEC\n-----END PRIVATE KEY-----\n'

  test('put the ciphertext beside the file, and the plaintext back, as the official samples do', () =>
    withServer(async (env) => {
      const cwd = folderWith({ 'certs/key.pem': pem })
      const encrypted = await keyhaven(['encrypt', '--key', 'alias/Apollo/WorkKey', 'certs/key.pem'], { cwd, env })
      assert.equal(encrypted.status, 0, encrypted.err)
      const cipher = readFileSync(join(cwd, 'certs/key.pem.cipher'), 'utf8')
      assert.equal(cipher, cipherOf(Buffer.from(pem).toString('base64')))
      const decrypted = await keyhaven(['decrypt', 'certs/key.pem.cipher'], { cwd, env })
      assert.equal(decrypted.status, 0, decrypted.err)
      assert.equal(readFileSync(join(cwd, 'certs/decrypted_key.pem'), 'utf8'), pem)
      assert.equal(statSync(join(cwd, 'certs/decrypted_key.pem')).mode & 0o777, 0o600)
      assert.deepEqual(readdirSync(join(cwd, 'certs')).sort(), ['decrypted_key.pem', 'key.pem', 'key.pem.cipher'])
    }))

  test('work as pipes', () =>
    withServer(async (env) => {
      const encrypted = await keyhaven(['encrypt', '--key', 'k', '-'], { env, stdin: 'hello' })
      assert.equal(encrypted.out, cipherOf('aGVsbG8='))
      const decrypted = await keyhaven(['decrypt', '-'], { env, stdin: `${encrypted.out}\n` })
      assert.equal(decrypted.out, 'hello')
    }))

  test('read files of the Java sample, which encrypts the text itself', () =>
    withServer(async (env) => {
      const cwd = folderWith({ 'a.cipher': `${cipherOf(pem)}\r\n`, 'b.cipher': cipherOf('test') })
      await keyhaven(['decrypt', 'a.cipher'], { cwd, env })
      assert.equal(readFileSync(join(cwd, 'decrypted_a'), 'utf8'), pem)
      assert.equal((await keyhaven(['decrypt', '--text', '--out', '-', 'b.cipher'], { cwd, env })).out, 'test')
    }))

  test('replace a file only when told to', () =>
    withServer(async (env) => {
      const cwd = folderWith({ a: 'new', 'a.cipher': 'old' })
      const refused = await keyhaven(['encrypt', '--key', 'k', 'a'], { cwd, env })
      assert.match(refused.err, /^keyhaven: fileExists: a\.cipher exists; use --force to replace it\n$/)
      assert.equal(readFileSync(join(cwd, 'a.cipher'), 'utf8'), 'old')
      await keyhaven(['encrypt', '--key', 'k', '--force', 'a'], { cwd, env })
      assert.equal(readFileSync(join(cwd, 'a.cipher'), 'utf8'), cipherOf('bmV3'))
      assert.deepEqual(readdirSync(cwd).sort(), ['a', 'a.cipher'])
    }))

  const refusals: [string, readonly string[], RegExp][] = [
    [
      'a file over the limit',
      ['encrypt', '--key', 'k', 'big'],
      /^keyhaven: tooLarge: big .*keyhaven envelope encrypt big"\n$/,
    ],
    ['a missing file', ['encrypt', '--key', 'k', 'missing'], /^keyhaven: ENOENT: .*missing does not exist\.\n$/],
    ['a folder', ['encrypt', '--key', 'k', '.'], /^keyhaven: .*folder\.\n$/],
    [
      'something that is no ciphertext',
      ['decrypt', 'plain'],
      /^keyhaven: notCiphertext: plain .*envelope decrypt plain"\n$/,
    ],
    ['an empty ciphertext', ['decrypt', 'empty'], /^keyhaven: notCiphertext: .*\n$/],
    [
      'a target folder that does not exist',
      ['encrypt', '--key', 'k', 'a', '--out', 'no/x'],
      /^keyhaven: ENOENT: no\/x .*\n$/,
    ],
  ]
  for (const [what, argv, line] of refusals)
    test(`refuse ${what} in one line`, () =>
      withServer(async (env) => {
        const cwd = folderWith({ big: Buffer.alloc(6145), plain: 'no base64!', empty: '\n', a: 'a' })
        const outcome = await keyhaven(argv, { cwd, env })
        assert.equal(outcome.status, 1)
        assert.match(outcome.err, line)
        assert.deepEqual(readdirSync(cwd).sort(), ['a', 'big', 'empty', 'plain'])
      }))
})

describe('tables', () => {
  const aliases = [
    { AliasName: 'alias/一', KeyId: 'k-1', AliasArn: 'arn' },
    { AliasName: 'alias/long-name', KeyId: 'k\u001b[31m-2\n', AliasArn: 'arn' },
  ]
  const body = { Aliases: { Alias: aliases }, PageNumber: 1, PageSize: 100, TotalCount: 2, RequestId: 'R' }

  test('are aligned by what a terminal shows, and show no control characters', async () => {
    await against([{ body }], async (server) => {
      const { out } = await keyhaven(['alias', 'list'], { env: envFor(server) })
      assert.deepEqual(out.split('\n'), ['Alias            Key', 'alias/一         k-1', 'alias/long-name  k-2', ''])
    })
  })

  test('become JSON with wire names for programs', async () => {
    await against([{ body }], async (server) => {
      const { out } = await keyhaven(['--json', 'alias', 'list'], { env: envFor(server) })
      assert.deepEqual(JSON.parse(out), { Aliases: aliases })
    })
  })

  test('hold every page', async () => {
    const page = (count: number) => ({
      body: { ...body, TotalCount: 150, Aliases: { Alias: Array(count).fill(aliases[0]) } },
    })
    await against([page(100), page(50)], async (server) => {
      const { out } = await keyhaven(['alias', 'list'], { env: envFor(server) })
      assert.equal(out.split('\n').length, 152)
      assert.equal(server.seen.length, 2)
    })
  })
})

describe('everyday words', () => {
  const metadata = {
    KeyMetadata: { KeyId: 'k-9', KeySpec: 'RSA_2048', KeyState: 'Enabled', Arn: 'arn' },
    RequestId: 'R',
  }
  const done = { RequestId: 'R' }
  const cases: [readonly string[], string, Readonly<Record<string, string>>][] = [
    [['key', 'enable', 'k'], 'EnableKey', { KeyId: 'k' }],
    [['key', 'disable', 'k'], 'DisableKey', { KeyId: 'k' }],
    [['key', 'delete', 'k', '--days', '7'], 'ScheduleKeyDeletion', { KeyId: 'k', PendingWindowInDays: '7' }],
    [['key', 'restore', 'k'], 'CancelKeyDeletion', { KeyId: 'k' }],
    [['key', 'describe', 'k', ''], 'UpdateKeyDescription', { KeyId: 'k', Description: '' }],
    [
      ['key', 'rotation', 'k', '--every', '30d'],
      'UpdateRotationPolicy',
      { KeyId: 'k', EnableAutomaticRotation: 'true', RotationInterval: '30d' },
    ],
    [['key', 'rotation', 'k', '--off'], 'UpdateRotationPolicy', { KeyId: 'k', EnableAutomaticRotation: 'false' }],
    [['key', 'protect', 'k'], 'SetDeletionProtection', { KeyId: 'k', EnableDeletionProtection: 'true' }],
    [['key', 'protect', 'k', '--off'], 'SetDeletionProtection', { KeyId: 'k', EnableDeletionProtection: 'false' }],
    [['alias', 'create', 'a/b', 'k'], 'CreateAlias', { AliasName: 'alias/a/b', KeyId: 'k' }],
    [['alias', 'move', 'alias/a', 'k'], 'UpdateAlias', { AliasName: 'alias/a', KeyId: 'k' }],
    [['alias', 'delete', 'alias/a'], 'DeleteAlias', { AliasName: 'alias/a' }],
    [
      ['key', 'create', '--spec', 'rsa_2048', '--usage', 'sign/verify', '--tag', 'a=b', '--tag', 'c=', '--external'],
      'CreateKey',
      {
        KeySpec: 'RSA_2048',
        KeyUsage: 'SIGN/VERIFY',
        Origin: 'EXTERNAL',
        Tags: '[{"TagKey":"a","TagValue":"b"},{"TagKey":"c","TagValue":""}]',
      },
    ],
  ]
  for (const [argv, action, parameters] of cases)
    test(`"keyhaven ${argv.join(' ')}" calls ${action}`, async () => {
      await against([{ body: action === 'CreateKey' ? metadata : done }], async (server) => {
        const outcome = await keyhaven(argv, { env: envFor(server) })
        assert.equal(outcome.status, 0, outcome.err)
        assert.equal(server.seen.length, 1)
        assert.equal(server.seen[0]?.headers['x-acs-action'], action)
        assert.deepEqual(form(server.seen[0]?.body ?? ''), parameters)
      })
    })

  test('an alias is resolved where the operation takes a key id only', async () => {
    await against([{ body: metadata }, { body: done }], async (server) => {
      await keyhaven(['key', 'disable', 'alias/a'], { env: envFor(server) })
      assert.equal(form(server.seen[1]?.body ?? '').KeyId, 'k-9')
    })
  })

  test('a key whose alias is refused is reported by its id', async () => {
    const taken = { status: 400, body: { Code: 'AliasAlreadyExists', Message: 'AliasName Already Exists.' } }
    await against([{ body: metadata }, taken], async (server) => {
      const outcome = await keyhaven(['key', 'create', '--alias', 'a'], { env: envFor(server) })
      assert.match(outcome.err, /^keyhaven: noAlias: created key k-9, but not alias\/a: AliasName Already Exists\.\n$/)
    })
  })
})

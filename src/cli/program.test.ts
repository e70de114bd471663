import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { rootCertificates } from 'node:tls'
import { accessKeyOf, against, envFor, folderWith, form, keyhaven, type Surroundings } from '../../test/kit/cli.ts'
import { answering } from '../../test/kit/loopback-server.ts'

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

  test('a parameter with a dot in its name, or a part of one, is passed on', async () => {
    await against([{ body: { RequestId: 'R' } }], async (server) => {
      const [whole, part] = ['ExtendedConfig.CustomData', 'ExtendedConfig.CustomData.Port']
      const { err } = await keyhaven(
        ['kms', 'UpdateSecret', '--SecretName', 's', `--${whole}`, '{}', `--${part}`, '1'],
        {
          env: envFor(server),
        },
      )
      assert.equal(err, '')
      const { [whole]: sent, [part]: sentPart } = form(server.seen[0]?.body ?? '')
      assert.deepEqual([sent, sentPart], ['{}', '1'])
    })
  })

  test('a refusal says which action is not permitted', async () => {
    const body = {
      Code: 'Forbidden.NoPermission',
      Message: 'No.',
      AccessDeniedDetail: { AuthAction: 'kms:ListAliases' },
    }
    await against([{ status: 403, body }], async (server) => {
      const { err } = await keyhaven(['alias', 'list'], { env: envFor(server) })
      assert.match(err, /^keyhaven: Forbidden\.NoPermission: No\. kms:ListAliases is not permitted\./)
    })
  })

  const misuse: [readonly string[], RegExp][] = [
    [['kms', 'encrypt'], /^keyhaven: unknownOperation: .*did you mean Encrypt\?\n$/],
    [['kms', 'Encrpt'], /^keyhaven: unknownOperation: .*did you mean Encrypt\?\n$/],
    [['kms', 'ListKey'], /^keyhaven: unknownOperation: .*did you mean ListKeys\?\n$/],
    [['kms', 'Xyz'], /^keyhaven: unknownOperation: .*"keyhaven kms" lists them\n$/],
    [['kms', 'Encrypt', '--Keyid', 'x'], /^keyhaven: unknownParameter: .*Keyid; did you mean KeyId\?\n$/],
    [['kms', 'Encrypt', '--Nothing', 'x'], /^keyhaven: unknownParameter: .*"keyhaven kms Encrypt --help"\n$/],
    [['kms', 'Encrypt', '--KeyId'], /^keyhaven: usage: --KeyId needs a value\n$/],
    [['kms', 'Encrypt', 'stray'], /^keyhaven: usage: "stray" is not a parameter.*\n$/],
    [['kms', 'Encrypt', '--KeyId', 'a', '--KeyId', 'b'], /^keyhaven: usage: --KeyId is given twice\n$/],
    [['nonsense'], /^keyhaven: usage: unknown command 'nonsense'.*\n$/],
    [['key', 'create', '--bogus'], /^keyhaven: usage: unknown option '--bogus'.*\n$/],
    [['key', 'create', '--spec', 'DES'], /^keyhaven: usage: --spec must be one of .*Aliyun_AES_256.*\n$/],
    [['key', 'rotation', 'k'], /^keyhaven: usage: .*--every or --off.*\n$/],
    [['encrypt', 'x'], /^keyhaven: usage: required option '--key <key>' not specified\n$/],
    [[], /^keyhaven: usage: no command given.*\n$/],
    [['key'], /^keyhaven: usage: "keyhaven key" needs one of create, list, .*"keyhaven key --help"\n$/],
    [['--region', 'x', 'alias'], /^keyhaven: usage: "keyhaven alias" needs one of create, .*\n$/],
    [['ky'], /^keyhaven: usage: unknown command 'ky' \(Did you mean key\?\)\n$/],
    [['key', 'creat'], /^keyhaven: usage: unknown command 'creat' \(Did you mean create\?\)\n$/],
    [['server', '--no-such'], /^keyhaven: usage: .*--no-such.*\n$/],
    [['server', '--https', 'nonsense'], /^keyhaven: usage: --https: is not host:port\n$/],
    [['alias', 'list', '--timeout', 'soon'], /^keyhaven: usage: .*number of seconds.*\n$/],
    [['alias', 'list', '--proxy', 'http://u:canary@p'], /^(?!.*canary)keyhaven: usage: .*HTTPS_PROXY.*\n$/],
  ]
  test('a family without a word shows a person its help', async () => {
    const { out, err, status } = await keyhaven(['key'], { isTerminal: true })
    assert.match(out, /^Usage: keyhaven key \[options\] \[command\]\n/)
    assert.match(err, /needs one of create/)
    assert.equal(status, 2)
  })

  for (const [argv, line] of misuse)
    test(`"keyhaven ${argv.join(' ')}" is refused in one line`, async () => {
      const outcome = await keyhaven(argv)
      assert.match(outcome.err, line)
      assert.equal(outcome.out, '')
      assert.equal(outcome.status, 2)
    })

  const failures: [readonly string[], RegExp][] = [
    [['kms', 'Encrypt', '--KeyId', '@missing'], /^keyhaven: ENOENT: .*missing does not exist\.\n$/],
    [
      ['kms', 'Encrypt', '--KeyId', '@no/such/file'],
      /^keyhaven: ENOENT: .*no\/such\/file cannot be: there is no folder .*no\/such\.\n$/,
    ],
    [['key', 'list'], /^keyhaven: noConnection: .*keyhaven server --dev.*\n$/],
    [['server', '--data', '/nowhere/at/all'], /^keyhaven: configuration: .* holds no deployment yet.*\n$/],
  ]
  for (const [argv, line] of failures)
    test(`"keyhaven ${argv.join(' ')}" fails in one line, with another status than a wrong call`, async () => {
      const outcome = await keyhaven(argv)
      assert.match(outcome.err, line)
      assert.equal(outcome.out, '')
      assert.equal(outcome.status, 1)
    })

  test('help is a word, too', async () => {
    for (const words of [['key'], ['key', 'create'], [], ['kms', 'Encrypt']]) {
      const help = await keyhaven(['help', ...words])
      assert.deepEqual(help, await keyhaven([...words, '--help']))
      assert.deepEqual([help.status, help.err], [0, ''])
    }
  })

  test('there is no help for a word that is no command', async () => {
    for (const words of [['creat'], ['key', 'creat']]) {
      const refused = await keyhaven(words)
      assert.match(refused.err, /^keyhaven: usage: unknown command 'creat'.*\n$/)
      assert.deepEqual([refused.status, refused.out], [2, ''])
      assert.deepEqual(await keyhaven(['help', ...words]), refused)
      assert.deepEqual(await keyhaven([...words, '--help']), refused)
    }
    assert.equal((await keyhaven(['import', 'a.pem', '--help'])).status, 0)
  })

  test('the version has three names', async () => {
    for (const word of ['--version', '-V', 'version']) assert.match((await keyhaven([word])).out, /^\d+\.\d+\.\d+\n$/)
  })

  test('an empty file is refused before the service is asked', async () => {
    const cwd = folderWith({ 'empty.txt': '' })
    const outcome = await keyhaven(['encrypt', '--key', 'alias/a', 'empty.txt'], { cwd })
    assert.deepEqual(outcome, {
      status: 1,
      out: '',
      err: 'keyhaven: empty: empty.txt is empty; there is nothing to encrypt\n',
    })
  })

  test('a file that does not open is told from what can be done about it', async () => {
    const body = { Code: 'InvalidParameter', Message: 'The specified parameter is not valid.', RequestId: 'R-8' }
    await against([{ status: 400, body }], async (server) => {
      const cwd = folderWith({ 'a.cipher': 'AAAA' })
      const outcome = await keyhaven(['decrypt', 'a.cipher'], { cwd, env: envFor(server) })
      assert.deepEqual(outcome, {
        status: 1,
        out: '',
        err: 'keyhaven: InvalidParameter: a.cipher is damaged, or --context is not what it was encrypted with (request R-8)\n',
      })
    })
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

test('a call that is refused for its time says how far which clock is off', async () => {
  const cases: [number, string][] = [
    [62, "1 h 2 min behind the server's"],
    [-3000, "2 d 2 h 0 min ahead of the server's"],
  ]
  for (const [aheadMinutes, expected] of cases) {
    const body = { Code: 'InvalidTimeStamp.Expired', Message: 'Expired.', RequestId: 'R-9' }
    const headers = { date: new Date(Date.now() + aheadMinutes * 60_000).toUTCString() }
    await against([{ status: 400, headers, body }], async (server) => {
      const { err } = await keyhaven(['key', 'show', 'k'], { env: envFor(server) })
      const clock = `The clock of this machine is ${expected}.`
      assert.equal(err, `keyhaven: InvalidTimeStamp.Expired: Expired. ${clock} (request R-9)\n`)
    })
  }
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
      const cwd = folderWith({
        'keyhaven-data/client.json': clientFile(server.endpoint),
        'keyhaven-data/ca.pem': rootCertificates[0] ?? '',
      })
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
      const user = { KEYHAVEN_ACCESS_KEY_ID: 'user-id', KEYHAVEN_ACCESS_KEY_SECRET: 's' }
      assert.equal(await idUsed([], { cwd, home, env: user }), 'user-id', 'more than the account of the folder')
      assert.equal(await idUsed(['--data', join(cwd, 'keyhaven-data')], { home, env: user }), 'user-id')
      assert.equal(await idUsed([], { home, env: cloud }), 'cloud-id')
      assert.equal(await idUsed([], { home }), 'kh')
      assert.equal(
        await idUsed(['--access-key-id', 'flag-id'], { cwd, env: { KEYHAVEN_ACCESS_KEY_SECRET: 'x' } }),
        'flag-id',
      )
    })
  })

  test('never signs with the secret of another AccessKey', async () => {
    const cwd = folderWith({ 'keyhaven-data/client.json': clientFile('http://127.0.0.1:1') })
    assert.equal(
      (await keyhaven(['alias', 'list', '--access-key-id', 'other-id'], { cwd })).err,
      'keyhaven: noSecret: KEYHAVEN_ACCESS_KEY_SECRET is needed beside --access-key-id other-id\n',
    )
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
    assert.match((await keyhaven(['alias', 'list'], { cwd })).err, /^keyhaven: badFile: .*client\.json is not JSON\n$/)
    const home = folderWith({ '.aliyun/config.json': '{}' })
    const outcome = await keyhaven(['alias', 'list', '--profile', 'p'], { home })
    assert.match(outcome.err, /^keyhaven: noProfile: no profile "p" in .*\n$/)
  })

  test('of a profile whose name is nearly one is suggested', async () => {
    const home = folderWith({ '.keyhaven/config.json': '{"profiles": [{"name": "staging"}]}' })
    const { err } = await keyhaven(['alias', 'list', '--profile', 'stagin'], { home })
    assert.match(err, /no profile "stagin" in .* \(did you mean staging\?\)\n$/)
  })

  test('of every file says which one is wrong and what of it', async () => {
    const own = 'home/.keyhaven/config.json'
    const cases: [file: string, content: string, problem: RegExp][] = [
      ['keyhaven-data/client.json', '[]', /client\.json is no JSON object$/],
      ['keyhaven-data/client.json', '{"endpoint":5}', /"endpoint" in .*client\.json is no text$/],
      ['keyhaven-data/client.json', '{"accessKeyId":"i","accessKeySecret":{}}', /"accessKeySecret" in .* is no text$/],
      [own, '{', /config\.json is not JSON$/],
      [own, '{"profiles":{}}', /"profiles" in .*config\.json is no list of objects$/],
      [own, '{"profiles":[5]}', /"profiles" in .* is no list of objects$/],
      [own, '{"current":5,"profiles":[]}', /"current" in .* is no text$/],
      ['home/.aliyun/config.json', '{"profiles":[{"name":"default","endpoint":{}}]}', /"endpoint" in .* is no text$/],
    ]
    for (const [file, content, problem] of cases) {
      const cwd = folderWith({ [file]: content })
      const { err, status } = await keyhaven(['alias', 'list'], { cwd, home: join(cwd, 'home') })
      assert.match(err.trimEnd(), problem)
      assert.match(err, /^keyhaven: badFile: [^\n]*\n$/)
      assert.equal(status, 1)
    }
    const folder = folderWith({ 'keyhaven-data/client.json/x': '' })
    assert.match((await keyhaven(['alias', 'list'], { cwd: folder })).err, /badFile: .*client\.json is a folder\n$/)
  })

  test('may be in files that begin with a byte order mark', async () => {
    await against([alias], async (server) => {
      const content = JSON.stringify({ endpoint: server.endpoint, accessKeyId: 'file-id', accessKeySecret: 's' })
      const cwd = folderWith({ 'keyhaven-data/client.json': `\uFEFF${content}` })
      assert.equal((await keyhaven(['alias', 'list'], { cwd })).err, '')
      const home = folderWith({ '.aliyun/config.json': `\uFEFF${profileFile(server.endpoint, 'ali')}` })
      assert.equal((await keyhaven(['alias', 'list'], { home })).err, '')
    })
  })

  test('to a server that is named says what is missing to call it', async () => {
    const whoIsMissing = async (env: Readonly<Record<string, string>>) =>
      (await keyhaven(['alias', 'list'], { env: { KEYHAVEN_ENDPOINT: 'https://kms.internal', ...env } })).err
    const start = 'keyhaven: noAccessKey: as whom to call https://kms.internal is not known: set '
    assert.equal(
      await whoIsMissing({}),
      `${start}KEYHAVEN_ACCESS_KEY_ID and KEYHAVEN_ACCESS_KEY_SECRET
`,
    )
    const role = { ALIBABA_CLOUD_ROLE_ARN: 'acs:ram::1:role/r', ALIBABA_CLOUD_OIDC_TOKEN_FILE: 'token' }
    assert.equal(
      await whoIsMissing(role),
      `${start}ALIBABA_CLOUD_OIDC_PROVIDER_ARN
`,
    )
  })

  test('to a server that is named goes to no other that is known as well', async () => {
    await against([alias], async (server) => {
      const home = folderWith({ '.aliyun/config.json': profileFile(server.endpoint, 'ali') })
      const elsewhere = { KEYHAVEN_ENDPOINT: 'https://kms.internal' }
      const { err } = await keyhaven(['alias', 'list'], { home, env: elsewhere })
      assert.match(err, /^keyhaven: noAccessKey: as whom to call https:\/\/kms\.internal is not known/)
      const ofCloud = {
        ...{ ALIBABA_CLOUD_ENDPOINT: server.endpoint, ALIBABA_CLOUD_ACCESS_KEY_ID: 'a' },
        ALIBABA_CLOUD_ACCESS_KEY_SECRET: 's',
      }
      assert.match((await keyhaven(['alias', 'list'], { env: { ...ofCloud, ...elsewhere } })).err, /noAccessKey/)
      assert.equal(server.seen.length, 0)
      assert.equal(
        (await keyhaven(['alias', 'list'], { env: { ...ofCloud, KEYHAVEN_ENDPOINT: server.endpoint } })).err,
        '',
      )
    })
  })

  test('to the server of a folder that is named goes nowhere else', async () => {
    await against([alias], async (server) => {
      const home = folderWith({ '.keyhaven/config.json': profileFile(server.endpoint, 'kh') })
      const missing = await keyhaven(['--data', '/no/such/folder', 'alias', 'list'], { home })
      assert.equal(missing.err, 'keyhaven: noConnection: there is no folder /no/such/folder\n')
      const empty = folderWith()
      const line = `keyhaven: noConnection: ${empty} holds no client.json: no server has been started on it\n`
      assert.equal((await keyhaven(['alias', 'list'], { home, env: { KEYHAVEN_DATA: empty } })).err, line)
      assert.equal((await keyhaven(['--data', '.', 'alias', 'list'], { home, cwd: empty })).err, line)
    })
  })

  test('to a server in production is told from its folder, its AccessKey from elsewhere', async () => {
    await against([alias], async (server) => {
      const data = folderWith({ 'client.json': JSON.stringify({ endpoint: server.endpoint }) })
      const argv = ['--data', data, 'alias', 'list']
      const env = { KEYHAVEN_ACCESS_KEY_ID: 'env-id', KEYHAVEN_ACCESS_KEY_SECRET: 's' }
      assert.equal((await keyhaven(argv, { env })).err, '')
      assert.equal(accessKeyOf(server), 'env-id')
      const home = folderWith({ '.keyhaven/config.json': profileFile(server.endpoint, 'kh') })
      assert.equal((await keyhaven(argv, { home })).err, '')
      assert.equal(accessKeyOf(server), 'kh')
      const other = folderWith({ '.keyhaven/config.json': profileFile('http://127.0.0.1:1', 'kh') })
      for (const around of [{ home: other }, {}]) {
        const { err } = await keyhaven(argv, around)
        assert.match(
          err,
          /^keyhaven: noAccessKey: .* is at http:.*"keyhaven configure --data [^\n]*ACCESS_KEY_SECRET\n$/,
        )
      }
    })
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

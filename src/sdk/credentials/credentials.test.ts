import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, describe, test } from 'node:test'
import { answering, behaving, type LoopbackServer } from '../../../test/kit/loopback-server.ts'
import { ClientError, ServiceError } from '../errors.ts'
import { assumeRoleCredentials, stsEndpoint } from './assume-role.ts'
import { cliProfileCredentials } from './cli-profile.ts'
import { cloudSsoCredentials } from './cloud-sso.ts'
import { fileCredentials } from './credentials-file.ts'
import { defaultCredentials } from './default-chain.ts'
import { ecsRoleCredentials } from './ecs-role.ts'
import { externalCommandCredentials, shellWords } from './external-command.ts'
import { oauthCredentials } from './oauth.ts'
import { oidcRoleCredentials } from './oidc-role.ts'
import { uriCredentials } from './uri.ts'

const folder = mkdtempSync(join(tmpdir(), 'keyhaven-credentials-'))
after(() => rmSync(folder, { recursive: true }))

let count = 0
function file(content: string | object): string {
  const path = join(folder, String(count++), 'file')
  mkdirSync(dirname(path))
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content))
  return path
}

const Expiration = new Date(Date.now() + 3_600_000).toISOString()
const temporary = { AccessKeyId: 'STS.id', AccessKeySecret: 'secret-canary', SecurityToken: 'token', Expiration }
const given = { accessKeyId: 'STS.id', accessKeySecret: 'secret-canary', securityToken: 'token' }
const assumed = { body: { Credentials: temporary, AssumedRoleUser: {}, RequestId: 'R' } }
const source = async () => ({ accessKeyId: 'long', accessKeySecret: 'secret' })
const roleArn = 'acs:ram::1:role/app'

const without = <T extends object>(value: T, ...names: string[]): object =>
  Object.fromEntries(Object.entries(value).filter(([name]) => !names.includes(name)))
const plain = (credentials: object): object => without(credentials, 'expiresAt')

async function serving(server: LoopbackServer, work: (server: LoopbackServer) => Promise<void>): Promise<void> {
  try {
    await work(server)
  } finally {
    await server.close()
  }
}

describe('a role', () => {
  test('is assumed with a signed call that names the session', async () => {
    await serving(await answering(assumed), async ({ endpoint, seen }) => {
      const provider = assumeRoleCredentials({
        source,
        roleArn,
        roleSessionName: 'backup',
        durationSeconds: 900,
        policy: '{}',
        sts: { endpoint },
      })
      assert.deepEqual(plain(await provider()), given)
      assert.deepEqual(plain(await provider()), given)
      assert.equal(seen.length, 1)
      assert.equal(seen[0]?.headers['x-acs-action'], 'AssumeRole')
      assert.equal(seen[0]?.headers['x-acs-version'], '2015-04-01')
      assert.match(seen[0]?.headers.authorization ?? '', /Credential=long,/)
      assert.deepEqual(Object.fromEntries(new URLSearchParams(seen[0]?.body)), {
        RoleArn: roleArn,
        RoleSessionName: 'backup',
        DurationSeconds: '900',
        Policy: '{}',
      })
    })
  })

  test('that is refused passes on the service’s error', async () => {
    const refused = { status: 403, body: { Code: 'NoPermission', Message: 'no', RequestId: 'R' } }
    await serving(await answering(refused), async ({ endpoint }) => {
      await assert.rejects(assumeRoleCredentials({ source, roleArn, sts: { endpoint } })(), (error) => {
        assert.ok(error instanceof ServiceError)
        return error.code === 'NoPermission'
      })
    })
  })

  test('cannot be assumed for less than a quarter of an hour', () => {
    assert.throws(() => assumeRoleCredentials({ source, roleArn, durationSeconds: 899 }), {
      code: 'configuration',
      parameter: 'durationSeconds',
    })
  })

  test('is asked for at the endpoint, the region’s address, or the central one', () => {
    assert.equal(stsEndpoint({ endpoint: 'localhost:1', regionId: 'cn-x' }), 'localhost:1')
    assert.equal(stsEndpoint({ regionId: 'cn-x' }), 'sts.cn-x.aliyuncs.com')
    assert.equal(stsEndpoint({ regionId: 'cn-x', isVpc: true }), 'sts-vpc.cn-x.aliyuncs.com')
    assert.equal(stsEndpoint({}), 'sts.aliyuncs.com')
  })

  test('of an OIDC token is asked for without a signature, with the token of the file', async () => {
    await serving(await answering(assumed), async ({ endpoint, seen }) => {
      const provider = oidcRoleCredentials({
        roleArn,
        oidcProviderArn: 'acs:ram::1:oidc-provider/demo',
        oidcTokenFile: file('eyJ.test.token\n'),
        roleSessionName: 'oidc-session',
        sts: { endpoint },
      })
      assert.deepEqual(plain(await provider()), given)
      const [request] = seen
      assert.equal(request?.method, 'POST')
      assert.equal(request?.headers.authorization, undefined)
      const query = Object.fromEntries(new URLSearchParams(request?.target.slice(2)))
      assert.match(query.Timestamp ?? '', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
      assert.deepEqual(without(query, 'Timestamp'), {
        Action: 'AssumeRoleWithOIDC',
        Format: 'JSON',
        Version: '2015-04-01',
      })
      assert.deepEqual(Object.fromEntries(new URLSearchParams(request?.body)), {
        OIDCProviderArn: 'acs:ram::1:oidc-provider/demo',
        OIDCToken: 'eyJ.test.token',
        RoleArn: roleArn,
        RoleSessionName: 'oidc-session',
        DurationSeconds: '3600',
      })
    })
  })
})

/** A metadata service; `hardened` answers only with a token, `plain` knows none. */
const metadata = (mode: 'hardened' | 'plain', seen: string[] = []): Promise<LoopbackServer> =>
  behaving((request, response) => {
    seen.push(`${request.method} ${request.url}`)
    const isAllowed = mode === 'plain' || request.headers['x-aliyun-ecs-metadata-token'] === 'the-token'
    if (request.method === 'PUT')
      response.writeHead(mode === 'plain' ? 404 : 200).end(mode === 'plain' ? '' : 'the-token')
    else if (!isAllowed) response.writeHead(403).end()
    else if (request.url?.endsWith('/app')) response.end(JSON.stringify({ ...temporary, Code: 'Success' }))
    else response.end('app\n')
  })

describe('an ECS role', () => {
  for (const mode of ['hardened', 'plain'] as const)
    test(`is read from a ${mode} metadata service, its name too`, async () => {
      await serving(await metadata(mode), async ({ endpoint }) => {
        assert.deepEqual(plain(await ecsRoleCredentials({ endpoint })()), given)
        assert.deepEqual(plain(await ecsRoleCredentials({ endpoint, roleName: 'app' })()), given)
      })
    })

  test('is refused from a plain service when the token is required', async () => {
    const seen: string[] = []
    await serving(await metadata('plain', seen), async ({ endpoint }) => {
      await assert.rejects(ecsRoleCredentials({ endpoint, isTokenRequired: true })(), { code: 'credentials' })
      assert.deepEqual(seen, ['PUT /latest/api/token'])
    })
  })

  test('is refused when the service does not say Success', async () => {
    await serving(await answering({ body: { ...temporary, Code: 'Failed' } }), async ({ endpoint }) => {
      await assert.rejects(ecsRoleCredentials({ endpoint, roleName: 'app' })(), { code: 'credentials' })
    })
  })
})

describe('a credentials URI', () => {
  test('gives what it holds', async () => {
    await serving(await answering({ body: temporary }), async ({ endpoint, seen }) => {
      assert.deepEqual(plain(await uriCredentials(`${endpoint}/a?b=c`)()), given)
      assert.equal(seen[0]?.target, '/a?b=c')
    })
  })

  test('must be an address', () => {
    for (const uri of ['', 'file:///etc/passwd', 'x'])
      assert.throws(() => uriCredentials(uri), { code: 'configuration' })
  })

  const damaged: [string, unknown][] = [
    ['is no JSON', 'secret-canary'],
    ['has no AccessKeyId', without(temporary, 'AccessKeyId')],
    ['has no token', { ...temporary, SecurityToken: '' }],
    ['has no time', { ...temporary, Expiration: 'tomorrow' }],
    ['is a list', [temporary]],
  ]
  for (const [what, body] of damaged)
    test(`whose answer ${what} is refused without repeating it`, async () => {
      await serving(await answering({ body }), async ({ endpoint }) => {
        await assert.rejects(uriCredentials(endpoint)(), (error) => {
          assert.ok(error instanceof ClientError)
          assert.equal(error.code, 'credentials')
          assert.doesNotMatch(error.message, /canary/)
          return true
        })
      })
    })
})

describe('the credentials file', () => {
  const ini = `
; shared by all SDKs
[default]
type = access_key            ; or another
access_key_id = ak-id
access_key_secret = ak=secret

[temporary]
type=sts
access_key_id=a
access_key_secret=b
security_token=c
[empty]
[strange]
type = bearer
`
  test('gives the section that is asked for', async () => {
    const path = file(ini)
    assert.deepEqual(await fileCredentials({ path })(), { accessKeyId: 'ak-id', accessKeySecret: 'ak=secret' })
    assert.deepEqual(await fileCredentials({ path, section: 'temporary' })(), {
      accessKeyId: 'a',
      accessKeySecret: 'b',
      securityToken: 'c',
    })
  })

  test('says what is missing', async () => {
    const path = file(ini)
    for (const [section, message] of [
      ['none', /has no section "none"/],
      ['empty', /of the type ""/],
      ['strange', /of the type "bearer"/],
    ] as const)
      await assert.rejects(fileCredentials({ path, section })(), { code: 'credentials', message })
    await assert.rejects(fileCredentials({ path: '/nowhere/credentials' })(), { message: /cannot be read/ })
  })
})

describe('a profile of the command line', () => {
  const profile = (more: object): string => file({ current: 'main', profiles: [{ name: 'main', ...more }] })
  const credentials = (more: object, sts?: object) => cliProfileCredentials({ path: profile(more), sts })()
  const accessKey = { access_key_id: 'a', access_key_secret: 'b' }

  test('may hold an AccessKey or a token, whatever the letter case of its mode', async () => {
    const expected = { accessKeyId: 'a', accessKeySecret: 'b' }
    assert.deepEqual(await credentials({ mode: 'AK', ...accessKey }), expected)
    assert.deepEqual(await credentials({ mode: 'ststoken', ...accessKey, sts_token: 'c' }), {
      ...expected,
      securityToken: 'c',
    })
  })

  test('may name a role to assume, with the AccessKey beside it or of another profile', async () => {
    await serving(await answering(assumed), async ({ endpoint, seen }) => {
      const role = { ram_role_arn: roleArn, ram_session_name: 'n', expired_seconds: 1000, sts_endpoint: endpoint }
      assert.deepEqual(plain(await credentials({ mode: 'RamRoleArn', ...accessKey, ...role })), given)
      const path = file({
        current: 'outer',
        profiles: [
          { name: 'outer', mode: 'ChainableRamRoleArn', source_profile: 'inner', ...role },
          { name: 'inner', mode: 'AK', access_key_id: 'inner', access_key_secret: 'x' },
        ],
      })
      assert.deepEqual(plain(await cliProfileCredentials({ path })()), given)
      assert.match(seen[0]?.headers.authorization ?? '', /Credential=a,/)
      assert.match(seen[1]?.headers.authorization ?? '', /Credential=inner,/)
      assert.equal(new URLSearchParams(seen[1]?.body).get('DurationSeconds'), '1000')
    })
  })

  test('may name a credentials URI or an OIDC token', async () => {
    await serving(await answering({ body: temporary }, assumed), async ({ endpoint }) => {
      assert.deepEqual(plain(await credentials({ mode: 'CredentialsURI', credentials_uri: endpoint })), given)
      const oidc = { oidc_provider_arn: 'p', oidc_token_file: file('t'), ram_role_arn: roleArn }
      assert.deepEqual(plain(await credentials({ mode: 'OIDC', ...oidc }, { endpoint })), given)
    })
  })

  test('may name a program that prints them', async () => {
    const printed = { mode: 'StsToken', access_key_id: 'a', access_key_secret: 'b', sts_token: 'c' }
    const command = `${process.execPath} -e 'console.log(process.argv[1])' '${JSON.stringify(printed)}'`
    assert.deepEqual(plain(await credentials({ mode: 'External', process_command: command })), {
      accessKeyId: 'a',
      accessKeySecret: 'b',
      securityToken: 'c',
    })
  })

  const refused: [object, RegExp][] = [
    [{ mode: 'AK' }, /without access_key_id/],
    [{ mode: 'StsToken', ...accessKey }, /without sts_token/],
    [{ mode: 'RsaKeyPair' }, /mode "RsaKeyPair", which is not served/],
    [{ mode: 'ChainableRamRoleArn', source_profile: 'main', ram_role_arn: 'r' }, /back to "main"/],
    [{ mode: 'ChainableRamRoleArn', source_profile: 'gone', ram_role_arn: 'r' }, /has no profile "gone"/],
    [{ mode: 'OAuth', oauth_refresh_token: 'x', oauth_site_type: 'MOON' }, /must be CN or INTL/],
    [{ mode: 'CloudSSO', cloud_sso_sign_in_url: 'https://x' }, /without cloud_sso_account_id/],
  ]
  for (const [more, message] of refused)
    test(`of ${JSON.stringify(more)} is refused, saying why`, async () => {
      await assert.rejects(credentials(more), { message })
    })

  test('in a damaged file is refused without quoting the file', async () => {
    const path = file('{"profiles": [{"access_key_secret": "canary"')
    await assert.rejects(cliProfileCredentials({ path })(), (error: Error) => !/canary/.test(error.message))
  })
})

describe('a login', () => {
  const now = Date.now()
  const seconds = (from: number): number => Math.floor(now / 1000) + from

  test('of CloudSSO is exchanged for credentials until it ends', async () => {
    const answer = { body: { CloudCredential: temporary, RequestId: 'R' } }
    await serving(await answering(answer), async ({ endpoint, seen }) => {
      const options = { signInUrl: `${endpoint}/start`, accountId: '1', accessConfig: 'ac', accessToken: 'access' }
      const provider = cloudSsoCredentials({ ...options, accessTokenExpire: seconds(60) })
      assert.deepEqual(plain(await provider()), given)
      assert.equal(seen[0]?.target, '/cloud-credentials')
      assert.equal(seen[0]?.headers.authorization, 'Bearer access')
      assert.deepEqual(JSON.parse(seen[0]?.body ?? ''), { AccountId: '1', AccessConfigurationId: 'ac' })
      await assert.rejects(cloudSsoCredentials({ ...options, accessTokenExpire: seconds(-1) })(), {
        message: /aliyun configure --mode CloudSSO/,
      })
    })
  })

  test('of OAuth is renewed in good time, kept for the next program, and exchanged', async () => {
    const exchanged = {
      accessKeyId: 'STS.id',
      accessKeySecret: 'secret-canary',
      securityToken: 'token',
      expiration: Expiration,
    }
    const renewed = { access_token: 'access-2', refresh_token: 'refresh-2', expires_in: 7200 }
    await serving(await answering({ body: renewed }, { body: exchanged }), async ({ endpoint, seen }) => {
      const saved: object[] = []
      const provider = oauthCredentials({
        login: { refreshToken: 'refresh-1', accessToken: 'access-1', accessTokenExpire: seconds(1000) },
        site: { url: endpoint, clientId: 'client' },
        save: async (login) => void saved.push(login),
      })
      assert.deepEqual(plain(await provider()), given)
      assert.equal(new URLSearchParams(seen[0]?.body).get('refresh_token'), 'refresh-1')
      assert.equal(seen[1]?.target, '/v1/exchange')
      assert.equal(seen[1]?.headers.authorization, 'Bearer access-2')
      assert.deepEqual(
        saved.map((login) => without(login, 'accessTokenExpire')),
        [{ accessToken: 'access-2', refreshToken: 'refresh-2' }],
      )
    })
  })
})

test('a renewed login replaces the old one in its file, and nothing else', async () => {
  const { updateProfile } = await import('./config-file.ts')
  const other = { name: 'other', mode: 'AK' }
  const path = file({ current: 'main', extra: 1, profiles: [other, { name: 'main', a: 1, b: 2 }] })
  await updateProfile(path, 'main', { b: 3 })
  assert.deepEqual(JSON.parse(readFileSync(path, 'utf8')), {
    current: 'main',
    extra: 1,
    profiles: [other, { name: 'main', a: 1, b: 3 }],
  })
  assert.equal(statSync(path).mode & 0o777, 0o600)
})

describe('a program that prints credentials', () => {
  test('is split into words as a shell would', () => {
    assert.deepEqual(shellWords(String.raw`tool --a 'b c' "d \"e\" $F \x" g\ h "" i'j'"k"`), [
      'tool',
      '--a',
      'b c',
      String.raw`d "e" $F \x`,
      'g h',
      '',
      'ijk',
    ])
  })

  const bad: [string, RegExp][] = [
    ['', /is empty/],
    ['/nowhere/tool secret-canary', /failed \(ENOENT\)/],
    [`${process.execPath} -e 'console.error("secret-canary"); process.exit(3)'`, /failed \(3\)/],
    [`${process.execPath} -e 'console.log("secret-canary")'`, /is not JSON/],
    [`${process.execPath} -e 'console.log("{}")'`, /printed no AccessKey/],
  ]
  for (const [command, message] of bad)
    test(`"${command.replace(process.execPath, 'node')}" is refused without repeating what it says`, async () => {
      await assert.rejects(externalCommandCredentials(command)(), (error: Error) => {
        assert.match(error.message, message)
        assert.doesNotMatch(`${error.message}${error.cause}`, /canary/)
        return true
      })
    })
})

describe('the default chain', () => {
  const home = (): string => {
    const path = join(folder, `home-${count++}`)
    mkdirSync(join(path, '.aliyun'), { recursive: true })
    mkdirSync(join(path, '.alibabacloud'), { recursive: true })
    return path
  }
  const noMetadata = { ALIBABA_CLOUD_ECS_METADATA_DISABLED: 'TRUE' }
  const aliyun = (id: string): string =>
    JSON.stringify({ current: 'p', profiles: [{ name: 'p', mode: 'AK', access_key_id: id, access_key_secret: 's' }] })

  test('looks in the environment first, then in the profile, then in the file', async () => {
    const folderOfUser = home()
    const id = async (env: Readonly<Record<string, string>>): Promise<string> =>
      (await defaultCredentials({ env: { ...noMetadata, ...env }, home: folderOfUser })()).accessKeyId
    writeFileSync(
      join(folderOfUser, '.alibabacloud/credentials'),
      '[default]\ntype=access_key\naccess_key_id=of-file\naccess_key_secret=s\n',
    )
    assert.equal(await id({}), 'of-file')
    writeFileSync(join(folderOfUser, '.aliyun/config.json'), aliyun('of-profile'))
    assert.equal(await id({}), 'of-profile')
    assert.equal(await id({ ALIBABA_CLOUD_CLI_PROFILE_DISABLED: 'true' }), 'of-file')
    const env = { ALIBABA_CLOUD_ACCESS_KEY_ID: 'of-env', ALIBABA_CLOUD_ACCESS_KEY_SECRET: 's' }
    assert.equal(await id(env), 'of-env')
  })

  test('asks the metadata service, then the credentials URI', async () => {
    await serving(await metadata('hardened'), async ({ endpoint }) => {
      const provider = defaultCredentials({ env: {}, home: home(), metadataEndpoint: endpoint })
      assert.deepEqual(plain(await provider()), given)
    })
    await serving(await answering({ body: temporary }), async ({ endpoint }) => {
      const provider = defaultCredentials({
        env: { ...noMetadata, ALIBABA_CLOUD_CREDENTIALS_URI: endpoint },
        home: home(),
      })
      assert.deepEqual(plain(await provider()), given)
    })
  })

  test('that found nothing says what each source lacked, and looks everywhere again next time', async () => {
    const folderOfUser = home()
    const provider = defaultCredentials({ env: noMetadata, home: folderOfUser })
    await assert.rejects(provider(), (error: Error) => {
      assert.match(error.message, /aliyun profile: .*credentials file: /)
      return (error as ClientError).code === 'credentials'
    })
    writeFileSync(join(folderOfUser, '.aliyun/config.json'), aliyun('late'))
    assert.equal((await provider()).accessKeyId, 'late')
  })
})

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { folderWith, keyhaven } from '../../../test/kit/cli.ts'
import { jwkOf, newSigningKey, tokenOf } from '../../../test/kit/issuer.ts'
import { startTestServer, type TestServer } from '../../../test/kit/server.ts'

const issuer = 'https://issuer.example'
const key = newSigningKey('platform')
const folder = folderWith({ 'keys.json': JSON.stringify({ [issuer]: { keys: [jwkOf(key)] } }) })

let server: TestServer
before(async () => {
  server = await startTestServer({ config: { oidcKeysFile: `${folder}/keys.json` } })
})
after(() => server.close())

const administrator = () => ({
  ...{ KEYHAVEN_ENDPOINT: server.endpoint, KEYHAVEN_CA_FILE: server.caFile },
  ...{ KEYHAVEN_ACCESS_KEY_ID: server.accessKeyId, KEYHAVEN_ACCESS_KEY_SECRET: server.accessKeySecret },
})
const run = (...words: string[]) => keyhaven(words, { env: administrator(), cwd: folder })
async function shown(...words: string[]): Promise<string> {
  const { status, out, err } = await run(...words)
  assert.equal(status, 0, err)
  return out
}

test('a provider is made, listed, shown, changed and deleted', async () => {
  const fingerprint = 'ab'.repeat(20)
  const made = ['--issuer', issuer, '--client-id', 'one', 'two', '--fingerprint', fingerprint, '--hours', '2']
  assert.match(await shown('oidc-provider', 'create', 'ci', ...made), /Audiences +one, two\n/)
  assert.match(await shown('oidc-provider', 'list'), /ci +https:\/\/issuer\.example +one, two/)
  await shown('oidc-provider', 'update', 'ci', '--client-id', 'three', '--description', 'runners')
  const text = await shown('oidc-provider', 'show', 'ci')
  for (const line of [
    /Audiences +three\n/,
    /Oldest token +2 h\n/,
    /Description +runners\n/,
    /Fingerprints +(ab){20}\n/,
  ])
    assert.match(text, line)
  const { OIDCProvider } = JSON.parse(await shown('oidc-provider', 'show', 'ci', '--json'))
  assert.equal(OIDCProvider.ClientIds, 'three')
  await shown('oidc-provider', 'delete', 'ci')
  assert.match((await run('oidc-provider', 'show', 'ci')).err, /^keyhaven: EntityNotExist\.OIDCProvider: /)
})

test('a role that trusts a provider has to say whose tokens, and ways to trust exclude each other', async () => {
  await shown('oidc-provider', 'create', 'trusted', '--issuer', issuer, '--client-id', 'keyhaven')
  const cases = [
    [['--trust-oidc', 'trusted'], /^keyhaven: usage: --trust-oidc needs --subject/],
    [['--subject', 'a'], /^keyhaven: usage: --subject goes with --trust-oidc/],
    [['--trust-oidc', 'trusted', '--trust-user', 'alice', '--subject', 'a'], /^keyhaven: usage: .* exclude each other/],
    [['--trust-oidc', 'unknown', '--subject', 'a'], /^keyhaven: EntityNotExist\.OIDCProvider/],
  ] as const
  for (const [words, message] of cases) assert.match((await run('role', 'create', 'job', ...words)).err, message)
  await shown('role', 'create', 'job', '--trust-oidc', 'trusted', '--subject', 'repo:a/*', 'repo:b/*')
  const { Role } = JSON.parse(await shown('ram', 'GetRole', '--RoleName', 'job'))
  assert.deepEqual(JSON.parse(Role.AssumeRolePolicyDocument).Statement, [
    {
      ...{ Effect: 'Allow', Action: 'sts:AssumeRole' },
      Principal: { Federated: [`acs:ram::${server.accountId}:oidc-provider/trusted`] },
      Condition: {
        StringEquals: { 'oidc:iss': issuer, 'oidc:aud': ['keyhaven'] },
        StringLike: { 'oidc:sub': ['repo:a/*', 'repo:b/*'] },
      },
    },
  ])
})

test('with a token in the environment the program needs no AccessKey; one that is given counts more', async () => {
  await shown('oidc-provider', 'create', 'ci', '--issuer', issuer, '--client-id', 'keyhaven')
  await shown('role', 'create', 'runner', '--trust-oidc', 'ci', '--subject', 'job')
  const now = Math.floor(Date.now() / 1000)
  const claims = { iss: issuer, sub: 'job', aud: 'keyhaven', iat: now, exp: now + 300 }
  const cwd = folderWith({ token: tokenOf(key, claims), elsewhere: tokenOf(key, { ...claims, sub: 'other' }) })
  const arnOf = (rest: string): string => `acs:ram::${server.accountId}:${rest}`
  const environment = {
    ...{ ALIBABA_CLOUD_ROLE_ARN: arnOf('role/runner'), ALIBABA_CLOUD_OIDC_PROVIDER_ARN: arnOf('oidc-provider/ci') },
    ...{ ALIBABA_CLOUD_OIDC_TOKEN_FILE: 'token', ALIBABA_CLOUD_ROLE_SESSION_NAME: 'job-7' },
  }
  const reached = { KEYHAVEN_ENDPOINT: server.endpoint, KEYHAVEN_CA_FILE: server.caFile }
  const whoIs = async (env: Readonly<Record<string, string>>) => {
    const { out, err } = await keyhaven(['sts', 'GetCallerIdentity'], { cwd, env })
    return out === '' ? err : JSON.parse(out).Arn
  }
  assert.equal(await whoIs({ ...environment, ...reached }), arnOf('assumed-role/runner/job-7'))
  assert.equal(await whoIs({ ...environment, ...administrator() }), arnOf('root'))
  const others = { ...environment, ...reached, ALIBABA_CLOUD_OIDC_TOKEN_FILE: 'elsewhere' }
  assert.match(await whoIs(others), /^keyhaven: NoPermission: /)
  assert.match(
    await whoIs(environment),
    /^keyhaven: noConnection: /,
    'the token is sent to no server but one that is named',
  )
})

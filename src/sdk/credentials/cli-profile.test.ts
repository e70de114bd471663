import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, describe, test } from 'node:test'
import {
  assumedAnswer,
  plain,
  serving,
  temporaryAnswer,
  temporaryGiven,
  without,
} from '../../../test/kit/credentials.ts'
import { answering } from '../../../test/kit/loopback-server.ts'
import { cliProfileCredentials } from './cli-profile.ts'
import { cloudSsoCredentials } from './cloud-sso.ts'
import { updateProfile } from './config-file.ts'
import { oauthCredentials } from './oauth.ts'

const folder = mkdtempSync(join(tmpdir(), 'keyhaven-credentials-'))
after(() => rmSync(folder, { recursive: true }))

let count = 0
function file(content: string | object): string {
  const path = join(folder, String(count++), 'file')
  mkdirSync(dirname(path))
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content))
  return path
}

const roleArn = 'acs:ram::1:role/app'

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
    await serving(await answering(assumedAnswer), async ({ endpoint, seen }) => {
      const role = { ram_role_arn: roleArn, ram_session_name: 'n', expired_seconds: 1000, sts_endpoint: endpoint }
      assert.deepEqual(plain(await credentials({ mode: 'RamRoleArn', ...accessKey, ...role })), temporaryGiven)
      const path = file({
        current: 'outer',
        profiles: [
          { name: 'outer', mode: 'ChainableRamRoleArn', source_profile: 'inner', ...role },
          { name: 'inner', mode: 'AK', access_key_id: 'inner', access_key_secret: 'x' },
        ],
      })
      assert.deepEqual(plain(await cliProfileCredentials({ path })()), temporaryGiven)
      assert.match(seen[0]?.headers.authorization ?? '', /Credential=a,/)
      assert.match(seen[1]?.headers.authorization ?? '', /Credential=inner,/)
      assert.equal(new URLSearchParams(seen[1]?.body).get('DurationSeconds'), '1000')
    })
  })

  test('may name a credentials URI or an OIDC token', async () => {
    await serving(await answering({ body: temporaryAnswer }, assumedAnswer), async ({ endpoint }) => {
      assert.deepEqual(plain(await credentials({ mode: 'CredentialsURI', credentials_uri: endpoint })), temporaryGiven)
      const oidc = { oidc_provider_arn: 'p', oidc_token_file: file('t'), ram_role_arn: roleArn }
      assert.deepEqual(plain(await credentials({ mode: 'OIDC', ...oidc }, { endpoint })), temporaryGiven)
    })
  })

  test('may name a program that prints them', async () => {
    const printed = { mode: 'StsToken', access_key_id: 'a', access_key_secret: 'b', sts_token: 'c' }
    const command = `'${process.execPath}' -e 'console.log(process.argv[1])' '${JSON.stringify(printed)}'`
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
    const answer = { body: { CloudCredential: temporaryAnswer, RequestId: 'R' } }
    await serving(await answering(answer), async ({ endpoint, seen }) => {
      const options = { signInUrl: `${endpoint}/start`, accountId: '1', accessConfig: 'ac', accessToken: 'access' }
      const provider = cloudSsoCredentials({ ...options, accessTokenExpire: seconds(60) })
      assert.deepEqual(plain(await provider()), temporaryGiven)
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
      expiration: temporaryAnswer.Expiration,
    }
    const renewed = { access_token: 'access-2', refresh_token: 'refresh-2', expires_in: 7200 }
    await serving(await answering({ body: renewed }, { body: exchanged }), async ({ endpoint, seen }) => {
      const saved: object[] = []
      const provider = oauthCredentials({
        login: { refreshToken: 'refresh-1', accessToken: 'access-1', accessTokenExpire: seconds(1000) },
        site: { url: endpoint, clientId: 'client' },
        save: async (login) => void saved.push(login),
      })
      assert.deepEqual(plain(await provider()), temporaryGiven)
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

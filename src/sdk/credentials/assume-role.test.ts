import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, describe, test } from 'node:test'
import { assumedAnswer, plain, serving, temporaryGiven, without } from '../../../test/kit/credentials.ts'
import { answering } from '../../../test/kit/loopback-server.ts'
import { ServiceError } from '../errors.ts'
import { assumeRoleCredentials, stsEndpoint } from './assume-role.ts'
import { oidcRoleCredentials } from './oidc-role.ts'

const folder = mkdtempSync(join(tmpdir(), 'keyhaven-credentials-'))
after(() => rmSync(folder, { recursive: true }))

let count = 0
function file(content: string | object): string {
  const path = join(folder, String(count++), 'file')
  mkdirSync(dirname(path))
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content))
  return path
}

const source = async () => ({ accessKeyId: 'long', accessKeySecret: 'secret' })
const roleArn = 'acs:ram::1:role/app'

describe('a role', () => {
  test('is assumed with a signed call that names the session', async () => {
    await serving(await answering(assumedAnswer), async ({ endpoint, seen }) => {
      const provider = assumeRoleCredentials({
        source,
        roleArn,
        roleSessionName: 'backup',
        durationSeconds: 900,
        policy: '{}',
        sts: { endpoint },
      })
      assert.deepEqual(plain(await provider()), temporaryGiven)
      assert.deepEqual(plain(await provider()), temporaryGiven)
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
    await serving(await answering(assumedAnswer), async ({ endpoint, seen }) => {
      const provider = oidcRoleCredentials({
        roleArn,
        oidcProviderArn: 'acs:ram::1:oidc-provider/demo',
        oidcTokenFile: file('eyJ.test.token\n'),
        roleSessionName: 'oidc-session',
        sts: { endpoint },
      })
      assert.deepEqual(plain(await provider()), temporaryGiven)
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

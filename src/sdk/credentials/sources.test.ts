import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  metadataService,
  plain,
  serving,
  temporaryAnswer,
  temporaryGiven,
  without,
} from '../../../test/kit/credentials.ts'
import { answering } from '../../../test/kit/loopback-server.ts'
import { ClientError } from '../errors.ts'
import { ecsRoleCredentials } from './ecs-role.ts'
import { externalCommandCredentials, shellWords } from './external-command.ts'
import { uriCredentials } from './uri.ts'

describe('an ECS role', () => {
  for (const mode of ['hardened', 'plain', 'tokens in vain'] as const)
    test(`is read from a ${mode} metadata service, its name too`, async () => {
      await serving(await metadataService(mode), async ({ endpoint }) => {
        assert.deepEqual(plain(await ecsRoleCredentials({ endpoint })()), temporaryGiven)
        assert.deepEqual(plain(await ecsRoleCredentials({ endpoint, roleName: 'app' })()), temporaryGiven)
      })
    })

  test('is refused from a plain service when the token is required', async () => {
    const seen: string[] = []
    await serving(await metadataService('plain', seen), async ({ endpoint }) => {
      await assert.rejects(ecsRoleCredentials({ endpoint, isTokenRequired: true })(), { code: 'credentials' })
      assert.deepEqual(seen, ['PUT /latest/api/token'])
    })
  })

  test('is refused from a service that refuses its own token when the token is required', async () => {
    const seen: string[] = []
    await serving(await metadataService('tokens in vain', seen), async ({ endpoint }) => {
      const credentials = ecsRoleCredentials({ endpoint, roleName: 'app', isTokenRequired: true })
      await assert.rejects(credentials(), { code: 'credentials', message: /HTTP status 403/ })
      assert.deepEqual(seen, ['PUT /latest/api/token', 'GET /latest/meta-data/ram/security-credentials/app'])
    })
  })

  test('that the machine does not have is reported as such, also in the hardened mode', async () => {
    const seen: string[] = []
    await serving(await metadataService('hardened', seen), async ({ endpoint }) => {
      const credentials = ecsRoleCredentials({ endpoint, roleName: 'other' })
      await assert.rejects(credentials(), { code: 'credentials', message: /HTTP status 404/ })
      assert.equal(seen.length, 2)
    })
  })

  test('is refused when the service does not say Success', async () => {
    await serving(await answering({ body: { ...temporaryAnswer, Code: 'Failed' } }), async ({ endpoint }) => {
      await assert.rejects(ecsRoleCredentials({ endpoint, roleName: 'app' })(), { code: 'credentials' })
    })
  })
})

describe('a credentials URI', () => {
  test('gives what it holds', async () => {
    await serving(await answering({ body: temporaryAnswer }), async ({ endpoint, seen }) => {
      assert.deepEqual(plain(await uriCredentials(`${endpoint}/a?b=c`)()), temporaryGiven)
      assert.equal(seen[0]?.target, '/a?b=c')
    })
  })

  test('must be an address', () => {
    for (const uri of ['', 'file:///etc/passwd', 'x'])
      assert.throws(() => uriCredentials(uri), { code: 'configuration' })
  })

  const damaged: [string, unknown][] = [
    ['is no JSON', 'secret-canary'],
    ['has no AccessKeyId', without(temporaryAnswer, 'AccessKeyId')],
    ['has no token', { ...temporaryAnswer, SecurityToken: '' }],
    ['has no time', { ...temporaryAnswer, Expiration: 'tomorrow' }],
    ['is a list', [temporaryAnswer]],
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
    [`'${process.execPath}' -e 'console.error("secret-canary"); process.exit(3)'`, /failed \(3\)/],
    [`'${process.execPath}' -e 'console.log("secret-canary")'`, /is not JSON/],
    [`'${process.execPath}' -e 'console.log("{}")'`, /printed no AccessKey/],
  ]
  for (const [command, message] of bad)
    test(`"${command.replace(`'${process.execPath}'`, 'node')}" is refused without repeating what it says`, async () => {
      await assert.rejects(externalCommandCredentials(command)(), (error: Error) => {
        assert.match(error.message, message)
        assert.doesNotMatch(`${error.message}${error.cause}`, /canary/)
        return true
      })
    })
})

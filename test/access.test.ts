import assert from 'node:assert/strict'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { metadataServer } from '../src/cli/metadata/service.ts'
import { Client } from '../src/sdk/client.ts'
import { ecsRoleCredentials } from '../src/sdk/credentials/ecs-role.ts'
import type { ServiceError } from '../src/sdk/errors.ts'
import { RamClient } from '../src/sdk/ram-client.ts'
import { StsClient } from '../src/sdk/sts-client.ts'
import { pagesToRun } from './kit/guides.ts'
import { type Ended, runKeyhaven } from './kit/process.ts'
import { startTestServer, type TestServer } from './kit/server.ts'

interface AccessKey {
  readonly accessKeyId: string
  readonly accessKeySecret: string
  readonly securityToken?: string
}

let server: TestServer
let admin: Client
let ram: RamClient
const folder = mkdtempSync(join(tmpdir(), 'keyhaven-access-'))

before(async () => {
  server = await startTestServer()
  admin = new Client(optionsFor(server))
  ram = new RamClient(optionsFor(server))
})
after(async () => {
  await admin.close()
  await ram.close()
  await server.close()
  rmSync(folder, { recursive: true, force: true })
})

const optionsFor = ({ accessKeyId, accessKeySecret, securityToken }: AccessKey) => ({
  endpoint: server.endpoint,
  caFile: server.caFile,
  retry: false as const,
  ...{ accessKeyId, accessKeySecret, ...(securityToken === undefined ? {} : { securityToken }) },
})

/** The command line, as whoever holds the AccessKey. */
const keyhaven = (words: readonly string[], as: AccessKey = server, cwd = folder): Promise<Ended> =>
  runKeyhaven(words, {
    cwd,
    env: {
      KEYHAVEN_ENDPOINT: server.endpoint,
      KEYHAVEN_CA_FILE: server.caFile,
      KEYHAVEN_ACCESS_KEY_ID: as.accessKeyId,
      KEYHAVEN_ACCESS_KEY_SECRET: as.accessKeySecret,
    },
  })

async function succeed(words: readonly string[], as?: AccessKey): Promise<string> {
  const { status, stdout, stderr } = await keyhaven(words, as)
  assert.equal(status, 0, stderr)
  return stdout
}

/** The official client, unchanged; answers and errors in wire names. */
function official(as: AccessKey, apiVersion = '2016-01-20') {
  const { RPCClient } = createRequire(import.meta.url)('@alicloud/pop-core')
  const client = new RPCClient({ ...as, endpoint: server.httpEndpoint, apiVersion })
  return (action: string, parameters: object = {}) => client.request(action, parameters, { method: 'POST' })
}

const newKey = async (): Promise<string> => (await admin.createKey()).keyMetadata.keyId

/** A user with an AccessKey and one policy of its own. */
async function newUser(userName: string, statements: readonly object[]): Promise<AccessKey> {
  const name = { userName }
  await ram.createUser(name)
  const policyDocument = JSON.stringify({ Version: '1', Statement: statements })
  await ram.createPolicy({ policyName: userName, policyDocument })
  await ram.attachPolicyToUser({ ...name, policyType: 'Custom', policyName: userName })
  return (await ram.createAccessKey(name)).accessKey
}
const allow = (action: string | string[], resource = '*', more: object = {}) => ({
  ...{ Effect: 'Allow', Action: action, Resource: resource },
  ...more,
})
const refusal = async (work: Promise<unknown>): Promise<ServiceError> =>
  work.then(
    () => assert.fail('it was not refused'),
    (error: ServiceError) => error,
  )

describe('users', () => {
  test('an administrator makes a user on the command line, whose AccessKey an official client uses', async () => {
    const keyId = await newKey()
    const file = join(folder, 'policy.json')
    writeFileSync(file, JSON.stringify({ Version: '1', Statement: [allow('kms:Encrypt', `acs:kms:*:*:key/${keyId}`)] }))
    await succeed(['user', 'create', 'backup', '--comment', 'nightly'])
    await succeed(['policy', 'create', 'backup', file])
    await succeed(['policy', 'attach', 'backup', '--user', 'backup'])
    const made = JSON.parse(await succeed(['access-key', 'create', '--user', 'backup', '--json']))
    const { AccessKeyId: accessKeyId, AccessKeySecret: accessKeySecret } = made.AccessKey
    const call = official({ accessKeyId, accessKeySecret })
    const { CiphertextBlob } = await call('Encrypt', { KeyId: keyId, Plaintext: 'c2VjcmV0' })
    const denied = await refusal(call('Decrypt', { CiphertextBlob }))
    assert.equal(denied.code, 'Forbidden.NoPermission')
    const { AccessDeniedDetail } = (denied as unknown as { data: { AccessDeniedDetail: object } }).data
    assert.deepEqual(
      { ...AccessDeniedDetail },
      {
        AuthAction: 'kms:Decrypt',
        AuthPrincipalType: 'SubUser',
        AuthPrincipalOwnerId: server.accountId,
        AuthPrincipalDisplayName: (await ram.getUser({ userName: 'backup' })).user.userId,
        NoPermissionType: 'ImplicitDeny',
        PolicyType: 'AccountLevelIdentityBasedPolicy',
      },
    )
    assert.match(await succeed(['user', 'show', 'backup']), /Policies +backup/)
    assert.match(await succeed(['access-key', 'list', '--user', 'backup']), /Active +\S+Z +\S+Z$/m)
    await succeed(['access-key', 'disable', accessKeyId, '--user', 'backup'])
    assert.equal((await refusal(call('Encrypt', { KeyId: keyId, Plaintext: 'x' }))).code, 'InvalidAccessKeyId.Inactive')
    await succeed(['access-key', 'enable', accessKeyId, '--user', 'backup'])
    await call('Encrypt', { KeyId: keyId, Plaintext: 'x' })
    await succeed(['user', 'delete', 'backup', '--force'])
    assert.equal((await refusal(call('Encrypt', { KeyId: keyId, Plaintext: 'x' }))).code, 'InvalidAccessKeyId.NotFound')
  })

  test('a policy that would not be understood in full is one clear line', async () => {
    const file = join(folder, 'bad.json')
    writeFileSync(file, JSON.stringify({ Version: '1', Statement: [allow('kms:*', '*', { Conditions: {} })] }))
    const { status, stderr } = await keyhaven(['policy', 'create', 'bad', file])
    assert.equal(status, 1)
    assert.match(stderr, /^keyhaven: InvalidParameter\.PolicyDocument: .*unknown member "Conditions"[^\n]*\n$/)
  })

  test('the real RAM names work with an official client', async () => {
    const call = official(server, '2015-05-01')
    const { User } = await call('CreateUser', { UserName: 'legacy', DisplayName: 'Legacy' })
    assert.deepEqual([User.UserName, User.DisplayName], ['legacy', 'Legacy'])
    const { AccessKey } = await call('CreateAccessKey', { UserName: 'legacy' })
    assert.deepEqual(
      new Set(Object.keys(AccessKey)),
      new Set(['AccessKeyId', 'AccessKeySecret', 'CreateDate', 'Status']),
    )
    const { AccessKeys } = await call('ListAccessKeys', { UserName: 'legacy' })
    assert.equal(AccessKeys.AccessKey[0].AccessKeySecret, undefined)
    assert.equal((await refusal(call('CreateUser', { UserName: 'legacy' }))).code, 'EntityAlreadyExists.User')
    assert.equal((await refusal(call('CreateUser', { UserName: 'a b' }))).code, 'InvalidParameter')
  })

  test('a user without permission can administer nobody', async () => {
    const user = await newUser('plain', [allow('kms:*')])
    assert.equal((await refusal(official(user, '2015-05-01')('ListUsers'))).code, 'NoPermission')
    const { status, stderr } = await keyhaven(['user', 'create', 'eve'], user)
    assert.equal(status, 1)
    assert.match(stderr, /^keyhaven: NoPermission: /)
  })

  test('conditions are about the request: its address, its transport, the tags of the key', async () => {
    const local = { IpAddress: { 'acs:SourceIp': '127.0.0.0/8' } }
    const elsewhere = { IpAddress: { 'acs:SourceIp': '203.0.113.0/24' } }
    const keyId = await newKey()
    await admin.tagResource({ keyId, tags: [{ tagKey: 'team', tagValue: 'Apollo' }] })
    const outcome = async (name: string, condition: object, protocol: 'http' | 'https'): Promise<string> => {
      const as = await newUser(name, [allow('kms:DescribeKey', '*', { Condition: condition })])
      if (protocol === 'http') return official(as)('DescribeKey', { KeyId: keyId }).then(() => 'ok', codeOf)
      await using client = new Client(optionsFor(as))
      return await client.describeKey({ keyId }).then(() => 'ok', codeOf)
    }
    const codeOf = ({ code }: ServiceError): string => code
    assert.equal(await outcome('local', local, 'http'), 'ok')
    assert.equal(await outcome('elsewhere', elsewhere, 'http'), 'Forbidden.NoPermission')
    assert.equal(await outcome('tls', { Bool: { 'acs:SecureTransport': 'true' } }, 'https'), 'ok')
    assert.equal(
      await outcome('plain-http', { Bool: { 'acs:SecureTransport': 'true' } }, 'http'),
      'Forbidden.NoPermission',
    )
    assert.equal(await outcome('apollo', { StringEquals: { 'kms:tag/team': 'Apollo' } }, 'https'), 'ok')
    assert.equal(
      await outcome('gemini', { StringEquals: { 'kms:tag/team': 'Gemini' } }, 'https'),
      'Forbidden.NoPermission',
    )
  })

  test('while an alias flips between two keys, nobody ever gets the key that is not permitted', async () => {
    const [permitted, forbidden] = [await newKey(), await newKey()]
    await admin.createAlias({ keyId: permitted, aliasName: 'alias/flipping' })
    const as = await newUser('racer', [allow('kms:Encrypt', `acs:kms:*:*:key/${permitted}`)])
    await using racer = new Client(optionsFor(as))
    let isFlipping = true
    const flip = async (): Promise<void> => {
      for (let round = 0; round < 20; round++) {
        for (const keyId of [forbidden, permitted]) await admin.updateAlias({ aliasName: 'alias/flipping', keyId })
      }
      isFlipping = false
    }
    const seen: string[] = []
    const hammer = async (): Promise<void> => {
      do {
        await racer.encrypt({ keyId: 'alias/flipping', plaintext: 'x' }).then(
          ({ keyId }) => seen.push(keyId),
          ({ code }: ServiceError) => seen.push(code),
        )
      } while (isFlipping)
    }
    await Promise.all([flip(), hammer(), hammer()])
    assert.deepEqual(new Set(seen), new Set(['Forbidden.NoPermission', permitted]))
  })
})

describe('roles', () => {
  test('a session does what role and session policy both allow, and needs its token', async () => {
    const keyId = await newKey()
    const user = await newUser('caller', [allow('sts:AssumeRole', `acs:ram:*:${server.accountId}:role/app`)])
    await succeed(['role', 'create', 'app', '--trust-user', 'caller'])
    await succeed(['policy', 'attach', 'AliyunKMSCryptoUserAccess', '--role', 'app'])
    const { Credentials, AssumedRoleUser } = await official(user, '2015-04-01')('AssumeRole', {
      RoleArn: `acs:ram::${server.accountId}:role/app`,
      RoleSessionName: 'laptop',
      Policy: JSON.stringify({ Version: '1', Statement: [allow('kms:Encrypt')] }),
    })
    assert.equal(AssumedRoleUser.Arn, `acs:ram::${server.accountId}:assumed-role/app/laptop`)
    const accessKey = { accessKeyId: Credentials.AccessKeyId, accessKeySecret: Credentials.AccessKeySecret }
    const session = { ...accessKey, securityToken: Credentials.SecurityToken }
    await using client = new Client(optionsFor(session))
    const { ciphertextBlob } = await client.encrypt({ keyId, plaintext: 'hello' })
    assert.equal((await refusal(client.decrypt({ ciphertextBlob }))).code, 'Forbidden.NoPermission')
    const identity = await official(session, '2015-04-01')('GetCallerIdentity')
    assert.deepEqual([identity.IdentityType, identity.Arn], ['AssumedRoleUser', AssumedRoleUser.Arn])
    const describe = (as: AccessKey) => refusal(official(as)('DescribeKey', { KeyId: keyId }))
    assert.equal((await describe(accessKey)).code, 'MissingSecurityToken')
    assert.equal(
      (await describe({ ...session, securityToken: 'x' })).code,
      'InvalidSecurityToken.MismatchWithAccessKey',
    )
  })

  test('who is not trusted does not get in, whatever its policies say', async () => {
    await succeed(['role', 'create', 'closed', '--trust-user', 'caller'])
    const outsider = await newUser('outsider', [allow('sts:*')])
    await using sts = new StsClient(optionsFor(outsider))
    const roleArn = `acs:ram::${server.accountId}:role/closed`
    const denied = await refusal(sts.assumeRole({ roleArn, roleSessionName: 'try' }))
    assert.equal(denied.code, 'NoPermission')
  })

  test('a program made for the role of a cloud machine gets it from the metadata service', async () => {
    const trust = { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: ['ecs.aliyuncs.com'] } }
    const file = join(folder, 'trust.json')
    writeFileSync(file, JSON.stringify({ Version: '1', Statement: [trust] }))
    await succeed(['role', 'create', 'machine', '--trust', file])
    await succeed(['policy', 'attach', 'AliyunKMSReadOnlyAccess', '--role', 'machine'])
    const roleArn = `acs:ram::${server.accountId}:role/machine`
    const keeper = await newUser('keeper', [allow(['sts:AssumeRole', 'ram:PassRole'], roleArn)])
    await using sts = new StsClient(optionsFor(keeper))
    const metadata = metadataServer({
      ...{ roleName: 'machine', regionId: 'cn-hangzhou', requireToken: true, now: () => new Date() },
      assume: async () => (await sts.assumeRole({ roleArn, roleSessionName: 'metadata' })).credentials,
    })
    metadata.listen(0, '127.0.0.1')
    await once(metadata, 'listening')
    try {
      const { port } = metadata.address() as AddressInfo
      const credentials = ecsRoleCredentials({ endpoint: `http://127.0.0.1:${port}`, isTokenRequired: true })
      await using client = new Client({ endpoint: server.endpoint, caFile: server.caFile, credentials })
      assert.ok((await client.listKeys()).totalCount > 0)
      const [keyId = ''] = (await client.listKeys()).keys.key.map((key) => key.keyId)
      assert.equal((await refusal(client.encrypt({ keyId, plaintext: 'x' }))).code, 'Forbidden.NoPermission')
    } finally {
      metadata.closeAllConnections()
      metadata.close()
    }
  })
})

describe('applications', () => {
  test('one command writes everything an application needs, and its sample runs', async () => {
    const { keyMetadata } = await admin.createKey()
    const out = join(folder, 'shop')
    await succeed(['app', 'create', 'shop', '--keys', keyMetadata.keyId, '--from', '127.0.0.0/8', '--out', out])
    const files = readdirSync(out).toSorted((a, b) => a.localeCompare(b, 'en'))
    assert.deepEqual(
      files.map((file) => file.replace(/_.*(?=\.)/, '')),
      ['clientKey.json', 'password.json', 'PrivateKmsCA.pem', 'sample.mjs'],
    )
    const modeOf = (start: string) =>
      statSync(join(out, files.find((file) => file.startsWith(start)) ?? '')).mode & 0o777
    assert.deepEqual([modeOf('clientKey'), modeOf('password')], [0o600, 0o600])
    const sample = join(out, files.at(-1) ?? '')
    const local = pathToFileURL(join(import.meta.dirname, '../src/sdk/index.ts')).href
    writeFileSync(sample, readFileSync(sample, 'utf8').replace("from 'keyhaven-sdk'", `from '${local}'`))
    assert.equal(await printedBy(sample), 'hello')
    await admin.updateNetworkRule({ name: 'shop', sourcePrivateIp: ['10.0.0.1'] })
    await assert.rejects(printedBy(`${sample}?moved`), { code: 'Forbidden.NoPermission' })
    await succeed(['app', 'delete', 'shop'])
    await assert.rejects(printedBy(`${sample}?deleted`), { code: 'Unauthorized' })
  })

  test('what cannot be set up leaves nothing behind', async () => {
    const before = await admin.listPolicies()
    const { status, stderr } = await keyhaven([
      'app',
      'create',
      'lost',
      '--keys',
      '*',
      '--days',
      '1',
      '--out',
      '/dev/null/x',
    ])
    assert.equal(status, 1)
    assert.match(stderr, /^keyhaven: /)
    const taken = await keyhaven(['app', 'create', 'lost', '--keys', 'alias/unknown', '--out', join(folder, 'lost')])
    assert.match(taken.stderr, /Forbidden\.AliasNotFound/)
    assert.equal((await admin.listPolicies()).totalCount, before.totalCount)
    assert.equal((await admin.listApplicationAccessPoints()).totalCount, 0)
    assert.equal(existsSync(join(folder, 'lost')), false)
  })

  test('nor does what fails when everything has been set up', async () => {
    const { keyMetadata } = await admin.createKey()
    const maker = await newUser('maker', [allow('kms:*'), { ...allow('kms:GetKmsInstance'), Effect: 'Deny' }])
    const out = join(folder, 'not', 'there')
    const words = ['app', 'create', 'halfway', '--keys', keyMetadata.keyId, '--from', '127.0.0.0/8', '--out', out]
    const { status, stderr } = await keyhaven(words, maker)
    assert.equal(status, 1)
    assert.match(stderr, /^keyhaven: Forbidden\.NoPermission: /)
    assert.equal((await admin.listApplicationAccessPoints()).totalCount, 0)
    assert.equal((await admin.listPolicies()).totalCount, 0)
    assert.equal((await admin.listNetworkRules()).totalCount, 0)
    assert.equal(existsSync(join(folder, 'not')), false)
  })

  test('deleting one that is half gone takes the rest', async () => {
    const { keyMetadata } = await admin.createKey()
    await succeed(['app', 'create', 'rest', '--keys', keyMetadata.keyId, '--out', join(folder, 'rest')])
    await admin.deleteApplicationAccessPoint({ name: 'rest' })
    await succeed(['app', 'delete', 'rest'])
    assert.equal((await admin.listPolicies()).totalCount, 0)
    assert.match((await keyhaven(['app', 'delete', 'rest'])).stderr, /^keyhaven: Forbidden\.ResourceNotFound: /)
  })
})

test('a user or role that cannot be deleted keeps its policies', async () => {
  const helper = await newUser('helper', [allow(['ram:List*', 'ram:Detach*', 'ram:Attach*'])])
  await succeed(['user', 'create', 'kept'])
  await succeed(['role', 'create', 'kept'])
  for (const kind of ['user', 'role']) {
    await succeed(['policy', 'attach', 'AliyunKMSReadOnlyAccess', `--${kind}`, 'kept'])
    const { stderr } = await keyhaven([kind, 'delete', 'kept', '--force'], helper)
    assert.match(stderr, /^keyhaven: NoPermission: /)
    assert.match(await succeed([kind, 'show', 'kept']), /Policies +AliyunKMSReadOnlyAccess/)
    await succeed([kind, 'delete', 'kept', '--force'])
  }
})

for (const guide of pagesToRun('access')) {
  test(`every command of docs/guides/${guide} works, in its order`, async (t) => {
    const text = readFileSync(join(import.meta.dirname, '../docs/guides', guide), 'utf8')
    const cwd = mkdtempSync(join(folder, 'guide-'))
    const [, policy = ''] = /```json\n([\s\S]*?)```/.exec(text) ?? []
    writeFileSync(join(cwd, 'encrypt-only.json'), policy)
    const commands = text.split('\n').flatMap((line) => (line.startsWith('$ keyhaven ') ? [line.slice(11)] : []))
    assert.ok(commands.length > 10)
    let newest: AccessKey = server
    for (const command of commands) {
      const words = [...command.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? '')
      // The account assumes no roles: the guide says to do it with the AccessKey that it had made before.
      const as = command.startsWith('role assume ') ? newest : server
      const { status, stdout, stderr } = await keyhaven(words, as, cwd)
      assert.equal(status, 0, `${command}: ${stderr}`)
      if (command.startsWith('access-key create ')) newest = shownAccessKey(stdout)
    }
    t.diagnostic(`${commands.length} commands`)
    // what the other language's guide makes again
    await ram.deletePolicy({ policyName: 'encrypt-only' })
    await succeed(['role', 'delete', 'reader', '--force'])
    await succeed(['user', 'delete', 'carol', '--force'])
    await admin.deleteAlias({ aliasName: 'alias/shop' })
  })
}

/** As `access-key create` shows it. */
function shownAccessKey(text: string): AccessKey {
  const [, accessKeyId = ''] = /^Access key id\s+(\S+)$/m.exec(text) ?? []
  const [, accessKeySecret = ''] = /^Secret\s+(\S+)$/m.exec(text) ?? []
  return { accessKeyId, accessKeySecret }
}

/** What a program prints, run here as a module. */
async function printedBy(module: string): Promise<string> {
  const { log } = console
  const printed: string[] = []
  console.log = (text: string) => printed.push(text)
  try {
    await import(module.startsWith('/') ? pathToFileURL(module.split('?')[0] ?? '').href + queryOf(module) : module)
  } finally {
    console.log = log
  }
  return printed.join('\n')
}
const queryOf = (module: string): string => (module.includes('?') ? `?${module.split('?')[1]}` : '')

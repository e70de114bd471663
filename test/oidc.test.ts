import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import type { RequestListener } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { Client } from '../src/sdk/client.ts'
import { oidcRoleCredentials } from '../src/sdk/credentials/oidc-role.ts'
import { RamClient } from '../src/sdk/ram-client.ts'
import { StsClient } from '../src/sdk/sts-client.ts'
import { queryAudit } from '../src/server/audit/query.ts'
import { openLog } from '../src/server/log.ts'
import {
  type Issuer,
  type IssuerTls,
  issuerTls,
  jwkOf,
  macToken,
  newSigningKey,
  startIssuer,
  tokenOf,
  unsignedToken,
} from './kit/issuer.ts'
import { type PostgresServer, startPostgres } from './kit/postgres.ts'
import { startTestServer, type TestServer } from './kit/server.ts'

/*
 * Tokens of real issuers: HTTPS servers on loopback with discovery and a key set, which the whole server asks.
 */
const folder = mkdtempSync(join(tmpdir(), 'keyhaven-oidc-'))
const key = newSigningKey('first')
const subject = 'repo:shop/web:ref:refs/heads/main'
const code = (name: string): string => `AuthenticationFail.OIDCToken.${name}`
const seconds = (): number => Math.floor(Date.now() / 1000)
const claimsOf = (issuer: Issuer, more: object = {}) => {
  const now = seconds()
  return { ...{ iss: issuer.url, sub: subject, aud: 'keyhaven', iat: now, nbf: now, exp: now + 600 }, ...more }
}

let tls: IssuerTls
let postgres: PostgresServer
before(async () => {
  tls = await issuerTls()
  postgres = await startPostgres()
})
after(async () => {
  await postgres.stop()
  rmSync(folder, { recursive: true, force: true })
})

/** A deployment with a role that trusts the tokens of one issuer, and everything that it logs. */
interface Deployment extends AsyncDisposable {
  readonly server: TestServer
  readonly issuer: Issuer
  readonly lines: readonly string[]
  /** the code that AssumeRoleWithOIDC answers to a token */
  answer(token: string, provider?: string): Promise<string>
  makeProvider(name: string, issuer: Issuer, fingerprints?: string): Promise<void>
  /** what a session of a token reads */
  readSecret(token: string): Promise<string | undefined>
}

interface DeploymentOptions {
  readonly store?: string
  readonly oidcHosts?: (issuer: Issuer) => readonly string[]
  readonly fingerprints?: string
  /** 1 where it is counted how often the issuer is asked: each worker asks for itself */
  readonly workers?: 1
}

const hostOf = ({ url }: Issuer): string => new URL(url).host

async function deploy({ store, oidcHosts, fingerprints, workers }: DeploymentOptions = {}): Promise<Deployment> {
  await using held = new AsyncDisposableStack()
  const issuer = held.adopt(await startIssuer(tls), (one) => one.close())
  issuer.keys = [jwkOf(key)]
  const oidcCaFile = join(folder, 'ca.pem')
  writeFileSync(oidcCaFile, tls.ca)
  const lines: string[] = []
  const log = openLog(
    'json',
    'debug',
    () => new Date(),
    (line) => void lines.push(line),
  )
  const hosts = (oidcHosts ?? ((one: Issuer) => [hostOf(one)]))(issuer)
  const server = held.adopt(
    await startTestServer({
      config: { oidcCaFile, oidcHosts: [...hosts], ...(store && { store }), ...(workers && { workers }) },
      log,
    }),
    (one) => one.close(),
  )
  const options = { endpoint: server.endpoint, caFile: server.caFile, retry: false as const }
  const ram = held.adopt(new RamClient({ ...options, ...server }), (one) => one.close())
  const sts = held.adopt(new StsClient({ ...options, ...server }), (one) => one.close())
  const admin = held.adopt(new Client({ ...options, ...server }), (one) => one.close())
  const arnOf = (rest: string): string => `acs:ram::${server.accountId}:${rest}`
  const makeProvider = async (oIDCProviderName: string, { url: issuerUrl }: Issuer, prints?: string) => {
    const given = prints === undefined ? {} : { fingerprints: prints }
    await ram.createOIDCProvider({ oIDCProviderName, issuerUrl, clientIds: 'keyhaven', ...given })
  }
  await makeProvider('ci', issuer, fingerprints)
  const statement = {
    ...{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Federated: [arnOf('oidc-provider/ci')] } },
    Condition: {
      StringEquals: { 'oidc:iss': issuer.url, 'oidc:aud': 'keyhaven' },
      StringLike: { 'oidc:sub': 'repo:shop/*' },
    },
  }
  const assumeRolePolicyDocument = JSON.stringify({ Version: '1', Statement: [statement] })
  await ram.createRole({ roleName: 'deploy', assumeRolePolicyDocument })
  await ram.attachPolicyToRole({ roleName: 'deploy', policyType: 'System', policyName: 'AliyunKMSSecretUserAccess' })
  await admin.createSecret({ secretName: 'app/db', versionId: 'v1', secretData: 'a password' })
  const owned = held.move()
  return {
    ...{ server, issuer, lines, makeProvider },
    answer: (oIDCToken, provider = 'ci') =>
      sts
        .assumeRoleWithOIDC({
          ...{ oIDCProviderArn: arnOf(`oidc-provider/${provider}`), roleArn: arnOf('role/deploy') },
          ...{ oIDCToken, roleSessionName: 'job-7' },
        })
        .then(
          () => 'ok',
          (error: { code: string }) => error.code,
        ),
    async readSecret(token) {
      const oidcTokenFile = join(folder, 'token')
      writeFileSync(oidcTokenFile, `${token}\n`)
      const credentials = oidcRoleCredentials({
        ...{ roleArn: arnOf('role/deploy'), oidcProviderArn: arnOf('oidc-provider/ci'), oidcTokenFile },
        ...{ roleSessionName: 'job-7', sts: { endpoint: server.endpoint, caFile: server.caFile } },
      })
      await using client = new Client({ ...options, credentials })
      return (await client.getSecretValue({ secretName: 'app/db' })).secretData
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

/** Everything that the server keeps. */
const filesIn = (folder: string): string =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'))
    .join('\n')

for (const engine of ['SQLite', 'PostgreSQL']) {
  const storeOf = async () => (engine === 'SQLite' ? {} : { store: await postgres.createDatabase() })

  describe(`on ${engine}`, () => {
    test('a program reads a secret with nothing but a token; the audit log says whose it was, and the token nowhere', async () => {
      await using deployment = await deploy(await storeOf())
      const { issuer, server, lines, readSecret } = deployment
      const token = tokenOf(key, claimsOf(issuer))
      assert.equal(await readSecret(token), 'a password')
      await deployment.answer(tokenOf(newSigningKey('first'), claimsOf(issuer)))
      await server.service.close()
      const records = [...queryAudit(`${server.data}/audit`, {})]
      const opened = records.filter(({ action, phase }) => action === 'AssumeRoleWithOIDC' && phase === 'response')
      const provider = `acs:ram::${server.accountId}:oidc-provider/ci`
      assert.deepEqual(
        opened.map((one) => [one.code, one.authentication, one.issuer, one.subject, one.principal, one.resource]),
        [
          ['Success', 'OIDC', issuer.url, subject, `${provider}/${subject}`, 'role/deploy'],
          [code('InvalidSignature'), undefined, undefined, undefined, undefined, 'oidc-provider/ci'],
        ],
      )
      const [read] = records.filter(({ action }) => action === 'GetSecretValue')
      assert.deepEqual([read?.issuer, read?.subject, read?.authentication], [issuer.url, subject, 'StsToken'])
      const [, payload = '', signature = ''] = token.split('.')
      for (const text of [JSON.stringify(records), lines.join('\n'), filesIn(server.data)])
        assert.ok(!text.includes(signature) && !text.includes(payload), 'the token is written down')
    })

    test('tokens that are none, of somebody else, not of now, or for somebody else open nothing', async () => {
      await using deployment = await deploy(await storeOf())
      const { issuer, answer } = deployment
      const now = seconds()
      const cases: readonly (readonly [name: string, token: string, expected: string])[] = [
        ['genuine', tokenOf(key, claimsOf(issuer)), 'ok'],
        ['wrong audience', tokenOf(key, claimsOf(issuer, { aud: 'elsewhere' })), code('AudienceNotMatch')],
        ['expired', tokenOf(key, claimsOf(issuer, { exp: now - 120 })), code('Expired')],
        ['not yet valid', tokenOf(key, claimsOf(issuer, { nbf: now + 300 })), code('Invalid')],
        ['of the future', tokenOf(key, claimsOf(issuer, { iat: now + 300 })), code('Invalid')],
        ['alg none', unsignedToken(claimsOf(issuer)), code('Invalid')],
        ['HS256 by the public key', macToken(key, claimsOf(issuer)), code('Invalid')],
        ['wrong issuer', tokenOf(key, claimsOf(issuer, { iss: 'https://evil.example' })), code('IssuerNotMatch')],
        ['wrong key', tokenOf(newSigningKey('first'), claimsOf(issuer)), code('InvalidSignature')],
        ['another subject', tokenOf(key, claimsOf(issuer, { sub: 'repo:evil/web' })), 'NoPermission'],
        ['too long', `${tokenOf(key, claimsOf(issuer, { x: 'x'.repeat(20_000) }))}`, 'InvalidParameter'],
        ['no token', 'x.y.z', code('Invalid')],
      ]
      for (const [name, token, expected] of cases) assert.equal(await answer(token), expected, name)
      assert.equal(await answer(tokenOf(key, claimsOf(issuer)), 'unknown'), 'AuthenticationFail.NoPermission')
    })
  })
}

describe('keys', () => {
  test('a flood of unknown key ids asks the issuer once', async () => {
    await using deployment = await deploy({ workers: 1 })
    const { issuer, answer } = deployment
    const made = Array.from({ length: 40 }, (_, at) => ({ ...key, kid: `made-up-${at}` }))
    const answers = await Promise.all(made.map((one) => answer(tokenOf(one, claimsOf(issuer)))))
    assert.deepEqual([...new Set(answers)], [code('InvalidSignature')])
    assert.deepEqual(issuer.asked, ['/.well-known/openid-configuration', '/keys'])
    assert.equal(await answer(tokenOf(key, claimsOf(issuer))), 'ok')
    assert.equal(issuer.asked.length, 2)
  })
})

const keySetOf =
  (keys: unknown): RequestListener =>
  (request, response) => {
    const base = `https://${request.headers.host}`
    const discovery = { issuer: base, jwks_uri: `${base}/keys` }
    response.end(JSON.stringify(request.url === '/keys' ? keys : discovery))
  }

describe('an issuer', () => {
  const broken = code('IssuerConfigurationBroken')
  const misbehaviours: readonly (readonly [name: string, behaviour: RequestListener, reason: RegExp])[] = [
    ['that is away', (request) => void request.socket.destroy(), /ECONNRESET/],
    ['that answers an error', (_, response) => void response.writeHead(503).end('{}'), /it answered 503/],
    [
      'that redirects',
      (_, response) => void response.writeHead(302, { location: 'https://127.0.0.1:1/' }).end(),
      /it answered 302/,
    ],
    ['that is no JSON', (_, response) => void response.end('<html>secret inside</html>'), /it is not valid JSON/],
    ['with a list', (_, response) => void response.end('[]'), /it is no JSON object/],
    [
      'that calls itself otherwise',
      (_, response) => void response.end('{"issuer":"https://evil.example"}'),
      /calls itself otherwise/,
    ],
    ['without keys', keySetOf({}), /it is no key set/],
    ['with a huge key set', keySetOf({ keys: [], padding: 'x'.repeat(300_000) }), /longer than 262144 bytes/],
    ['with too many keys', keySetOf({ keys: Array.from({ length: 101 }, () => ({})) }), /more than 100 keys/],
    [
      'that compresses',
      (_, response) => void response.writeHead(200, { 'content-encoding': 'gzip' }).end('x'),
      /it is compressed/,
    ],
    [
      'that never ends',
      (_, response) => {
        const more = () => response.write('x'.repeat(65_536), () => response.destroyed || setImmediate(more))
        more()
      },
      /longer than 262144 bytes/,
    ],
  ]
  for (const [name, behaviour, reason] of misbehaviours) {
    test(`${name} opens nothing, and the log says why`, async () => {
      await using deployment = await deploy()
      const { issuer, answer, lines } = deployment
      issuer.behaviour = behaviour
      assert.equal(await answer(tokenOf(key, claimsOf(issuer))), broken)
      const [line = ''] = lines.filter((one) => one.includes('cannot be had') && one.includes('"level":40'))
      assert.match(line, reason)
      assert.ok(!line.includes('secret inside'))
    })
  }

  test('that falls silent, before its answer or in the middle of it, is not waited for without end', async () => {
    const silences: readonly RequestListener[] = [() => {}, (_, response) => void response.write('{')]
    const waited = silences.map(async (behaviour) => {
      await using deployment = await deploy()
      deployment.issuer.behaviour = behaviour
      assert.equal(await deployment.answer(tokenOf(key, claimsOf(deployment.issuer))), broken)
      assert.ok(deployment.lines.some((line) => line.includes('it took too long')))
    })
    await Promise.all(waited)
  })

  test('whose key set lies at an address that is not allowed is not asked for it', async () => {
    await using deployment = await deploy()
    const { issuer, answer, lines } = deployment
    issuer.keysUrl = 'https://169.254.169.254/keys'
    assert.equal(await answer(tokenOf(key, claimsOf(issuer))), broken)
    assert.ok(lines.some((line) => line.includes('oidcHosts does not name 169.254.169.254:443')))
  })

  test('that the operator does not name is not asked', async () => {
    await using deployment = await deploy({ oidcHosts: () => [] })
    const { issuer, answer, lines } = deployment
    assert.equal(await answer(tokenOf(key, claimsOf(issuer))), broken)
    assert.deepEqual(issuer.asked, [])
    assert.ok(lines.some((line) => line.includes(`the setting oidcHosts does not name ${hostOf(issuer)}`)))
  })

  test('that is away is not asked by each token', async () => {
    await using deployment = await deploy({ workers: 1 })
    const { issuer, answer } = deployment
    issuer.behaviour = (request) => void request.socket.destroy()
    for (let count = 0; count < 5; count++) assert.equal(await answer(tokenOf(key, claimsOf(issuer))), broken)
    assert.equal(issuer.asked.length, 1)
  })
})

describe('certificates', () => {
  test('that nobody trusts are refused, whatever the fingerprint', async () => {
    const stranger = await issuerTls()
    await using deployment = await deploy({ oidcHosts: () => ['localhost:*'] })
    await using held = new AsyncDisposableStack()
    const other = held.adopt(await startIssuer(stranger), (one) => one.close())
    other.keys = [jwkOf(key)]
    await deployment.makeProvider('stranger', other, new X509Certificate(stranger.ca).fingerprint.replaceAll(':', ''))
    assert.equal(await deployment.answer(tokenOf(key, claimsOf(other)), 'stranger'), code('HttpsUrlInvalid'))
  })

  test('of the chain are compared with the fingerprints: of the CA, of the server, by SHA-1 or SHA-256', async () => {
    const [ca, leaf] = [new X509Certificate(tls.ca), new X509Certificate(tls.server.certificate)]
    for (const fingerprint of [ca.fingerprint.replaceAll(':', ''), ca.fingerprint256, leaf.fingerprint.toLowerCase()]) {
      await using deployment = await deploy({ fingerprints: `${'ab'.repeat(20)},${fingerprint}` })
      assert.equal(await deployment.answer(tokenOf(key, claimsOf(deployment.issuer))), 'ok', fingerprint)
    }
    await using deployment = await deploy({ fingerprints: 'ab'.repeat(20) })
    const answer = await deployment.answer(tokenOf(key, claimsOf(deployment.issuer)))
    assert.equal(answer, code('PublicKeyFingerprintMismatch'))
  })
})

import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { Client } from '../../src/sdk/client.ts'
import { defaultCredentials } from '../../src/sdk/credentials/default-chain.ts'
import { RamClient } from '../../src/sdk/ram-client.ts'
import { type Issuer, issuerTls, jwkOf, newSigningKey, startIssuer, tokenOf } from '../kit/issuer.ts'
import { startTestServer, type TestServer } from '../kit/server.ts'

/*
 * The official credentials of type oidc_role_arn, unchanged: `@alicloud/credentials` opens the session, and the generated
 * client of KMS reads a secret with it.
 */
const load = createRequire(import.meta.url)
const folder = mkdtempSync(join(tmpdir(), 'keyhaven-oidc-official-'))
const key = newSigningKey('platform')

let server: TestServer
let issuer: Issuer
before(async () => {
  const tls = await issuerTls()
  const oidcCaFile = join(folder, 'ca.pem')
  writeFileSync(oidcCaFile, tls.ca)
  issuer = await startIssuer(tls)
  issuer.keys = [jwkOf(key)]
  server = await startTestServer({ config: { oidcCaFile, oidcHosts: [new URL(issuer.url).host] } })
  // For the clients that take no CA of their own, as NODE_EXTRA_CA_CERTS does it for a whole process.
  setDefaultCACertificates([...getCACertificates('default'), readFileSync(server.caFile, 'utf8')])
  await makeRole()
})
after(async () => {
  await server.close()
  await issuer.close()
  rmSync(folder, { recursive: true, force: true })
})

const arnOf = (rest: string): string => `acs:ram::${server.accountId}:${rest}`

/** As the documentation of the cloud has it for pods: the audience is that of STS, the subject the service account. */
async function makeRole(): Promise<void> {
  await using ram = new RamClient(server)
  await using client = new Client(server)
  await ram.createOIDCProvider({ oIDCProviderName: 'ack', issuerUrl: issuer.url, clientIds: 'sts.aliyuncs.com' })
  const condition = {
    StringEquals: {
      'oidc:aud': 'sts.aliyuncs.com',
      'oidc:iss': issuer.url,
      'oidc:sub': 'system:serviceaccount:shop:web',
    },
  }
  const principal = { Federated: [arnOf('oidc-provider/ack')] }
  const statement = { Action: 'sts:AssumeRole', Condition: condition, Effect: 'Allow', Principal: principal }
  const assumeRolePolicyDocument = JSON.stringify({ Statement: [statement], Version: '1' })
  await ram.createRole({ roleName: 'pod', assumeRolePolicyDocument })
  await ram.attachPolicyToRole({ roleName: 'pod', policyType: 'System', policyName: 'AliyunKMSSecretUserAccess' })
  await client.createSecret({ secretName: 'app/db', versionId: 'v1', secretData: 'a password' })
}

/** The file that the platform mounts, some of them with a line end. */
function tokenFile(more: object = {}, end = ''): string {
  const now = Math.floor(Date.now() / 1000)
  const claims = { iss: issuer.url, sub: 'system:serviceaccount:shop:web', aud: ['sts.aliyuncs.com'] }
  const file = join(folder, 'token')
  writeFileSync(file, tokenOf(key, { ...claims, iat: now, nbf: now, exp: now + 3600, ...more }) + end)
  return file
}

function officialCredential(oidcTokenFilePath: string) {
  const { default: Credential, Config } = load('@alicloud/credentials')
  return new Credential(
    new Config({
      ...{ type: 'oidc_role_arn', roleArn: arnOf('role/pod'), oidcProviderArn: arnOf('oidc-provider/ack') },
      ...{ oidcTokenFilePath, roleSessionName: 'web', stsEndpoint: new URL(server.endpoint).host },
    }),
  )
}

for (const end of ['', '\n']) {
  test(`official credentials of a token ${end === '' ? 'as it is' : 'with a line end'} read a secret`, async () => {
    const generated = load('@alicloud/kms20160120')
    const { Config } = load('@alicloud/rpc-client')
    const credential = officialCredential(tokenFile({}, end))
    const endpoint = new URL(server.httpEndpoint).host
    const client = new generated.default(new Config({ credential, type: 'sts', endpoint, protocol: 'http' }))
    const answer = await client.getSecretValue(new generated.GetSecretValueRequest({ secretName: 'app/db' }))
    assert.equal(answer.secretData, 'a password')
  })
}

test('official credentials find role, provider and token in the environment of a pod', async () => {
  const { default: Credential, Config } = load('@alicloud/credentials')
  const environment = {
    ...{ ALIBABA_CLOUD_ROLE_ARN: arnOf('role/pod'), ALIBABA_CLOUD_OIDC_PROVIDER_ARN: arnOf('oidc-provider/ack') },
    ALIBABA_CLOUD_OIDC_TOKEN_FILE: tokenFile(),
  }
  Object.assign(process.env, environment)
  try {
    const stsEndpoint = new URL(server.endpoint).host
    const { accessKeyId } = await new Credential(new Config({ type: 'oidc_role_arn', stsEndpoint })).getCredential()
    assert.match(accessKeyId, /^STS\./)
    const credentials = defaultCredentials({ sts: { endpoint: server.endpoint, caFile: server.caFile } })
    await using client = new Client({ endpoint: server.endpoint, caFile: server.caFile, credentials })
    assert.equal((await client.getSecretValue({ secretName: 'app/db' })).secretData, 'a password')
  } finally {
    for (const name of Object.keys(environment)) delete process.env[name]
  }
})

test('official credentials show what a token is refused with', async () => {
  const refused = officialCredential(tokenFile({ exp: 1, iat: 0.5 })).getCredential()
  await assert.rejects(refused, /AuthenticationFail\.OIDCToken\.Expired.*This JsonWebToken is expired/)
  const elsewhere = officialCredential(tokenFile({ aud: 'elsewhere' })).getCredential()
  await assert.rejects(elsewhere, /AuthenticationFail\.OIDCToken\.AudienceNotMatch.*Invalid audience/)
})

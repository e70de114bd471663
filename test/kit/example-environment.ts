import { generateKeyPairSync } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { metadataServer } from '../../src/cli/metadata/service.ts'
import { decodePem } from '../../src/crypto/pem.ts'
import { Client, RamClient, StsClient } from '../../src/sdk/index.ts'
import { certificateFor, certified, snOf, startAlipay } from './alipay.ts'
import { setUpApplication } from './application.ts'
import { type Assumer, newAssumer } from './assumer.ts'
import { startTestServer, type TestServer } from './server.ts'

const roleName = 'BackupJob'

/** A server with everything that the pages of the examples ask for. */
export interface ExampleEnvironment {
  /** where examples may work, each in a folder of its own */
  readonly folder: string
  /** what is to lie in such a folder: `certs/`, a notification of Alipay's */
  readonly given: string
  readonly variables: NodeJS.ProcessEnv
  close(): Promise<void>
}

export async function prepareExamples(): Promise<ExampleEnvironment> {
  const server = await startTestServer()
  const folder = join(server.data, 'examples')
  const given = join(folder, 'given')
  mkdirSync(join(given, 'certs'), { recursive: true })
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  writeFileSync(join(given, 'certs/key.pem'), privateKey.export({ format: 'pem', type: 'pkcs8' }))
  const application = await prepareApplication(server, folder)
  const alipay = await prepareAlipay(server, given)
  const assumer = await giveRole(server)
  const metadata = await startMetadata({ ...server, ...assumer })
  const { ALIBABA_CLOUD_REGION_ID: _, KMS_KEY_ID: __, KMS_INSTANCE_ID: ___, ...surroundings } = process.env
  return {
    ...{ folder, given },
    variables: {
      ...surroundings,
      ...application,
      ...{ ALIPAY_APP_ID: '2021000000000001', ALIPAY_GATEWAY: alipay.gateway },
      ...{ KEYHAVEN_METADATA: metadata.address, KEYHAVEN_ACCESS_KEY_ID: assumer.accessKeyId },
      KEYHAVEN_ACCESS_KEY_SECRET: assumer.accessKeySecret,
    },
    async close() {
      metadata.close()
      await alipay.close()
      await server.close()
    },
  }
}

/** The two keys, an application with a ClientKey, and the files with which both find the server. */
async function prepareApplication(server: TestServer, folder: string): Promise<Record<string, string>> {
  const { admin, instance } = await setUpApplication(server)
  await using client = admin
  const permissions = ['CryptoServiceKeyUser', 'CryptoServiceSecretUser'].map(
    (name) => `RbacPermission/Template/${name}`,
  )
  await client.updatePolicy({ name: 'app', permissions, resources: ['key/*', 'secret/*'] })
  for (const aliasName of ['alias/Apollo/WorkKey', 'alias/Apollo/BackupKey']) {
    const { keyMetadata } = await client.createKey({})
    await client.createAlias({ keyId: keyMetadata.keyId, aliasName })
  }
  const { endpoint, caFile, regionId, accountId, accessKeyId, accessKeySecret } = server
  const clientFile = join(folder, 'client.json')
  writeFileSync(clientFile, JSON.stringify({ endpoint, caFile, regionId, accountId, accessKeyId, accessKeySecret }))
  const app = join(folder, 'app')
  mkdirSync(app)
  writeFileSync(join(app, 'clientKey_KAAP.json'), instance.clientKeyContent ?? '')
  writeFileSync(join(app, 'password_KAAP.json'), `${instance.password}\n`)
  return { KEYHAVEN_CLIENT: clientFile, KEYHAVEN_APP: app, KMS_CA_FILE: caFile }
}

/** A held key with a certificate, and a stand-in for the open platform that believes both modes. */
async function prepareAlipay(server: TestServer, given: string) {
  await using client = new Client(server)
  const { keyMetadata } = await client.createKey({ keySpec: 'RSA_2048', keyUsage: 'SIGN/VERIFY' })
  const { keyId } = keyMetadata
  await client.createAlias({ keyId, aliasName: 'alias/alipay' })
  const { keyVersions } = await client.listKeyVersions({ keyId })
  const keyVersionId = keyVersions?.keyVersion?.[0]?.keyVersionId ?? ''
  const { publicKey } = await client.getPublicKey({ keyId, keyVersionId })
  const root = await certified('C=CN,O=Ant,CN=Test Root R1')
  const alipay = await certified('C=CN,O=Ant,CN=Alipay', root)
  const spki = decodePem('PUBLIC KEY', publicKey) ?? new Uint8Array()
  const application = await certificateFor('C=CN,O=Shop,CN=App', spki, root)
  const issuer = 'CN=Test Root R1,O=Ant,C=CN'
  const standIn = await startAlipay({
    applicationKey: publicKey,
    privateKey: alipay.privateKey,
    isEitherMode: true,
    sns: {
      application: snOf(issuer, application),
      alipay: snOf(issuer, alipay.certificate),
      root: snOf(issuer, root.certificate),
    },
  })
  const file = (name: string, content: string) => writeFileSync(join(given, name), content)
  file('certs/appCertPublicKey.crt', application)
  file('certs/alipayCertPublicKey.crt', alipay.certificate)
  file('certs/alipayRootCert.crt', root.certificate)
  file('certs/alipayPublicKey.txt', alipay.publicKey.replaceAll(/-----.*-----|\s/g, ''))
  const notification = { app_id: '2021000000000001', trade_status: 'TRADE_SUCCESS', subject: '订单', body: '' }
  file('notification.txt', `${standIn.notification(notification)}\n`)
  return standIn
}

async function giveRole(server: TestServer): Promise<Assumer> {
  await using ram = new RamClient(server)
  const Principal = { RAM: [`acs:ram::${server.accountId}:root`] }
  const Statement = [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal }]
  await ram.createRole({ roleName, assumeRolePolicyDocument: JSON.stringify({ Version: '1', Statement }) })
  await ram.attachPolicyToRole({ roleName, policyType: 'System', policyName: 'AliyunKMSCryptoUserAccess' })
  return await newAssumer(ram)
}

async function startMetadata(settings: TestServer & Assumer): Promise<{ address: string; close(): void }> {
  const roleArn = `acs:ram::${settings.accountId}:role/${roleName}`
  const service = metadataServer({
    roleName,
    regionId: 'cn-hangzhou',
    requireToken: true,
    assume: async () => {
      await using sts = new StsClient(settings)
      return (await sts.assumeRole({ roleArn, roleSessionName: 'metadata' })).credentials
    },
    now: () => new Date(),
    onFailure: (error) => {
      throw error
    },
  })
  await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', () => resolve()))
  const address = service.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return {
    address: `http://127.0.0.1:${port}`,
    close() {
      service.closeAllConnections()
      service.close()
    },
  }
}

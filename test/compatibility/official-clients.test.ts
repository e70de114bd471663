import assert from 'node:assert/strict'
import { constants, createPublicKey, generateKeyPairSync, verify, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { after, before, describe, test } from 'node:test'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { CreateUser } from '../../src/api/ram.ts'
import { newAccessKey } from '../../src/core/ram/create-access-key.ts'
import { createUser } from '../../src/core/ram/create-user.ts'
import { RamClient } from '../../src/sdk/ram-client.ts'
import { type Assumer, newAssumer } from '../kit/assumer.ts'
import { actor } from '../kit/calls.ts'
import { certify } from '../kit/certify.ts'
import { startTestServer, type TestServer } from '../kit/server.ts'
import { type Body, type Connection, type OfficialClient, officialClients, type Parameters } from './clients.ts'
import { keepSecret } from './secrets-story.ts'

const load = createRequire(import.meta.url)

type Call = (action: string, parameters?: Parameters) => Promise<Body>

let server: TestServer
let ca = ''
let strangers = 0
let temporary: Credentials

before(async () => {
  server = await startTestServer()
  ca = readFileSync(server.caFile, 'utf8')
  // For the clients that take no CA of their own, as NODE_EXTRA_CA_CERTS does it for a whole process.
  setDefaultCACertificates([...getCACertificates('default'), ca])
  // Before any other call: ten seconds after one on the same connection, the client of credentials takes that one's timeout
  // for its own.
  temporary = await assumeRole()
})
after(() => server.close())

const connection = (protocol: Connection['protocol'], more: Partial<Connection> = {}): Connection => ({
  protocol,
  host: new URL(protocol === 'https' ? server.endpoint : server.httpEndpoint).host,
  ca,
  accessKeyId: server.accessKeyId,
  accessKeySecret: server.accessKeySecret,
  ...more,
})

const certificateKey = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
}).privateKey

async function newAccessKeyOfUser(userName: string): Promise<{ readonly accessKeyId: string }> {
  await actor(server.kms)(CreateUser, createUser, { userName })
  return newAccessKey(server.kms, server.accountId, userName)
}

/** The ten operations of the former certificate manager. */
async function useCertificate(call: Call): Promise<void> {
  const created = await call('CreateCertificate', {
    ...{ KeySpec: 'RSA_2048', Subject: 'CN=userName,OU=kms,O=aliyun,C=CN', ExportablePrivateKey: false },
    SubjectAlternativeNames: ['test1.example.com', 'test2.example.com'],
  })
  const { CertificateId, Csr } = created
  assert.equal(created.Arn.split(':').at(-1), `certificate/${CertificateId}`)
  const certificate = certify(Csr)
  await call('UploadCertificate', { CertificateId, Certificate: certificate })
  assert.equal((await call('GetCertificate', { CertificateId })).Certificate, certificate)
  const described = await call('DescribeCertificate', { CertificateId })
  const { Subject, Status, Issuer, ExportablePrivateKey } = described
  const expected = ['CN=userName,OU=kms,O=aliyun,C=CN', 'ACTIVE', 'CN=testCA', false]
  assert.deepEqual([Subject, Status, Issuer, ExportablePrivateKey], expected)
  const message = Buffer.from('The quick brown fox')
  const signed = {
    CertificateId,
    Algorithm: 'RSA_PSS_SHA_256',
    Message: message.toString('base64'),
    MessageType: 'RAW',
  }
  const { SignatureValue } = await call('CertificatePrivateKeySign', signed)
  const key = { key: new X509Certificate(certificate).publicKey, padding: constants.RSA_PKCS1_PSS_PADDING }
  assert.ok(verify('sha256', message, key, Buffer.from(SignatureValue, 'base64')))
  assert.equal((await call('CertificatePublicKeyVerify', { ...signed, SignatureValue })).SignatureValid, true)
  const scheme = { CertificateId, Algorithm: 'RSAES_OAEP_SHA_256' }
  const { CiphertextBlob } = await call('CertificatePublicKeyEncrypt', { ...scheme, Plaintext: 'c2VjcmV0' })
  assert.equal((await call('CertificatePrivateKeyDecrypt', { ...scheme, CiphertextBlob })).Plaintext, 'c2VjcmV0')
  await call('UpdateCertificateStatus', { CertificateId, Status: 'INACTIVE' })
  assert.equal(await codeOf(call('CertificatePrivateKeySign', signed)), 'Rejected.Disabled')
  await call('DeleteCertificate', { CertificateId })
  assert.equal(await codeOf(call('DescribeCertificate', { CertificateId })), 'Certificate.NotFound')
}

/** A key named alias/Apollo/WorkKey encrypts the private key of a certificate, and decrypts it again. */
async function protectCertificateKey(call: Call): Promise<void> {
  const { KeyMetadata } = await call('CreateKey', { Description: 'Apollo, 阿波罗' })
  const { KeyId } = KeyMetadata
  assert.equal(KeyMetadata.KeyState, 'Enabled')
  await call('CreateAlias', { KeyId, AliasName: 'alias/Apollo/WorkKey' })
  const Plaintext = Buffer.from(certificateKey).toString('base64')
  const EncryptionContext = { purpose: 'certificate', 'host name': 'www.example.com' }
  const encrypted = await call('Encrypt', { KeyId: 'alias/Apollo/WorkKey', Plaintext, EncryptionContext })
  assert.equal(encrypted.KeyId, KeyId)
  const decrypted = await call('Decrypt', { CiphertextBlob: encrypted.CiphertextBlob, EncryptionContext })
  assert.equal(Buffer.from(decrypted.Plaintext, 'base64').toString(), certificateKey)
  assert.equal(decrypted.KeyVersionId, encrypted.KeyVersionId)

  const dataKey = await call('GenerateDataKey', { KeyId, KeySpec: 'AES_128' })
  assert.equal(Buffer.from(dataKey.Plaintext, 'base64').length, 16)
  assert.equal((await call('Decrypt', { CiphertextBlob: dataKey.CiphertextBlob })).Plaintext, dataKey.Plaintext)

  const listed = await call('ListKeys', { PageNumber: 1, PageSize: 100 })
  assert.ok(listed.Keys.Key.some((key: Body) => key.KeyId === KeyId))
  assert.equal(listed.TotalCount, listed.Keys.Key.length)
  const { Aliases } = await call('ListAliasesByKeyId', { KeyId })
  assert.deepEqual(
    Aliases.Alias.map((alias: Body) => alias.AliasName),
    ['alias/Apollo/WorkKey'],
  )
  await call('DeleteAlias', { AliasName: 'alias/Apollo/WorkKey' })
  await call('ScheduleKeyDeletion', { KeyId, PendingWindowInDays: 7 })
  assert.equal((await call('DescribeKey', { KeyId })).KeyMetadata.KeyState, 'PendingDeletion')
}

async function signAndVerify(call: Call): Promise<void> {
  const { KeyMetadata } = await call('CreateKey', { KeySpec: 'EC_P256', KeyUsage: 'SIGN/VERIFY' })
  const { KeyId } = KeyMetadata
  const { KeyVersions } = await call('ListKeyVersions', { KeyId })
  const { KeyVersionId } = KeyVersions.KeyVersion[0]
  const { PublicKey } = await call('GetPublicKey', { KeyId, KeyVersionId })
  const message = Buffer.from('a statement')
  const Digest = Buffer.from(await crypto.subtle.digest('SHA-256', message)).toString('base64')
  const signing = { KeyId, KeyVersionId, Algorithm: 'ECDSA_SHA_256', Digest }
  const { Value } = await call('AsymmetricSign', signing)
  assert.ok(verify('sha256', message, createPublicKey(PublicKey), Buffer.from(Value, 'base64')))
  assert.equal((await call('AsymmetricVerify', { ...signing, Value })).Value, true)
  const other = Buffer.alloc(32).toString('base64')
  assert.equal((await call('AsymmetricVerify', { ...signing, Digest: other, Value })).Value, false)
}

async function tag(call: Call): Promise<void> {
  const { KeyMetadata } = await call('CreateKey')
  const { KeyId } = KeyMetadata
  await call('TagResource', { KeyId, Tags: [{ TagKey: 'team', TagValue: 'a-b' }] })
  const { Tags } = await call('ListResourceTags', { KeyId })
  assert.equal(Tags.Tag.length, 1)
  assert.equal(Tags.Tag[0].TagValue, 'a-b')
}

type Credentials = Pick<Connection, 'accessKeyId' | 'accessKeySecret' | 'securityToken'>

/** Temporary credentials, as `@alicloud/credentials` fetches them from the same server. */
async function assumeRole(): Promise<Credentials> {
  const roleName = 'compatibility'
  const assumer = await makeRole(roleName)
  const { default: Credential, Config } = load('@alicloud/credentials')
  const credential = new Credential(
    new Config({
      type: 'ram_role_arn',
      ...assumer,
      roleArn: `acs:ram::${server.accountId}:role/${roleName}`,
      roleSessionName: 'test',
      roleSessionExpiration: 900,
      stsEndpoint: new URL(server.endpoint).host,
    }),
  )
  const { accessKeyId, accessKeySecret, securityToken } = await credential.getCredential()
  assert.match(accessKeyId, /^STS\./)
  return { accessKeyId, accessKeySecret, securityToken }
}

/** A role, made with the official client, and who may assume it. */
async function makeRole(RoleName: string): Promise<Assumer> {
  const { RPCClient } = load('@alicloud/pop-core')
  const { accessKeyId, accessKeySecret, accountId, endpoint } = server
  const ram = new RPCClient({ accessKeyId, accessKeySecret, endpoint, apiVersion: '2015-05-01' })
  const principal = { RAM: [`acs:ram::${accountId}:root`] }
  const Statement = [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: principal }]
  const AssumeRolePolicyDocument = JSON.stringify({ Version: '1', Statement })
  const PolicyName = 'AliyunKMSFullAccess'
  await ram.request('CreateRole', { RoleName, AssumeRolePolicyDocument })
  await ram.request('AttachPolicyToRole', { RoleName, PolicyName, PolicyType: 'System' })
  await using own = new RamClient(server)
  return await newAssumer(own)
}

const codeOf = async (answer: Promise<Body>): Promise<string> => {
  try {
    await answer
  } catch (error) {
    return (error as { code: string }).code
  }
  return 'no error'
}

const knowsAll = ({ knows = () => true }: OfficialClient, ...actions: string[]): boolean => actions.every(knows)

for (const client of officialClients) {
  for (const protocol of client.protocols) {
    describe(`${client.name} over ${protocol}`, () => {
      test('encrypts the private key of a certificate under alias/Apollo/WorkKey', async () => {
        await protectCertificateKey(client.connect(connection(protocol)))
      })

      if (knowsAll(client, 'AsymmetricSign')) {
        test('signs, and anybody can verify', () => signAndVerify(client.connect(connection(protocol))))
      }

      if (knowsAll(client, 'TagResource')) {
        test('tags a key', () => tag(client.connect(connection(protocol))))
      }

      if (knowsAll(client, 'CreateSecret')) {
        test('keeps a secret from its first value to its end', () => {
          const name = `${client.name}.${protocol}`.replace(/[^A-Za-z0-9]+/g, '-')
          return keepSecret(client.connect(connection(protocol)), (...actions) => knowsAll(client, ...actions), name)
        })
      }

      if (knowsAll(client, 'CreateCertificate', 'CertificatePrivateKeySign')) {
        test('has a certificate from its request to its deletion', () =>
          useCertificate(client.connect(connection(protocol))))
      }

      test('sends as much as an operation takes', async () => {
        const call = client.connect(connection(protocol))
        const { KeyMetadata } = await call('CreateKey')
        const context = { EncryptionContext: { name: '上'.repeat(8000) } }
        const Plaintext = Buffer.alloc(4608, 7).toString('base64')
        const { CiphertextBlob } = await call('Encrypt', { KeyId: KeyMetadata.KeyId, Plaintext, ...context })
        assert.equal((await call('Decrypt', { CiphertextBlob, ...context })).Plaintext, Plaintext)
      })

      test('works with temporary credentials', async () => {
        const call = client.connect(connection(protocol, temporary))
        const { KeyMetadata } = await call('CreateKey')
        await call('Encrypt', { KeyId: KeyMetadata.KeyId, Plaintext: 'AA==' })
      })

      test('understands errors', async () => {
        const call = client.connect(connection(protocol))
        assert.equal(await codeOf(call('DescribeKey', { KeyId: 'nothing' })), 'Forbidden.KeyNotFound')
        assert.equal(
          await codeOf(call('Encrypt', { KeyId: 'alias/nothing', Plaintext: 'AA' })),
          'Forbidden.AliasNotFound',
        )
        assert.equal(
          await codeOf(call('ScheduleKeyDeletion', { KeyId: 'nothing', PendingWindowInDays: 1 })),
          'InvalidParameter',
        )
        // Of an AccessKey of its own: one that gets many wrong signatures is made to wait.
        const { accessKeyId } = await newAccessKeyOfUser(`mistyped${++strangers}`)
        const wrong = client.connect(connection(protocol, { accessKeyId, accessKeySecret: 'wrong' }))
        assert.equal(await codeOf(wrong('DescribeKey', { KeyId: 'x' })), 'SignatureDoesNotMatch')
        const unknown = client.connect(connection(protocol, { accessKeyId: `unknown${++strangers}` }))
        assert.equal(await codeOf(unknown('DescribeKey', { KeyId: 'x' })), 'InvalidAccessKeyId.NotFound')
      })
    })
  }
}

import { type Api, keyhavenApi, kmsApi, ramApi, stsApi } from '../../src/api/operation.ts'
import { encryptSm2 } from '../../src/crypto/sm2-encryption.ts'
import { decodeSm2Spki } from '../../src/crypto/sm2-key.ts'
import { InstanceClient } from '../../src/sdk/instance-client.ts'
import { certify } from '../kit/certify.ts'
import { answersTo, Caller, type Parameters, type Question, type Reached, type Written } from './written.ts'

const base64 = (text: string): string => Buffer.from(text).toString('base64')
const context = JSON.stringify({ purpose: 'to be read by later releases' })
const digest = base64('a digest of thirty-two bytes ...')
const clientKeyPassword = 'Of-a-fixture~2026'

/** Makes calls of the account, and collects questions. */
class Writer {
  readonly #account: Caller
  readonly questions: Question[] = []

  constructor(account: Caller) {
    this.#account = account
  }

  /** Changes something, or makes something up that is asked about. */
  // biome-ignore lint/suspicious/noExplicitAny: answers are as the wire has them
  change(action: string, parameters: Parameters = {}, api: Api = kmsApi): Promise<any> {
    return this.#account.call(api, action, parameters)
  }

  /** What is asked when everything is there, now and of later releases. */
  ask(action: string, parameters: Parameters = {}, api: Api = kmsApi, as: Question['as'] = 'account'): void {
    this.questions.push({ as, api, action, parameters })
  }
}

/**
 * Has a server keep some of everything that it can keep.
 *
 * @param schema - of its database: what it does not know of yet is left out
 */
export async function writeEverything(
  reached: Reached,
  account: Written['credentials']['account'],
  schema: number,
): Promise<Written> {
  const owner = new Caller(reached, account)
  const { user, policy } = await createUser(owner)
  const writer = new Writer(owner)
  const { KmsInstanceId: instance } = (await writer.change('ListKmsInstances')).KmsInstances.KmsInstance[0]
  const application = await createApplication(writer, instance)
  const symmetric = await writeSymmetricKeys(writer)
  await writeAsymmetricKeys(writer)
  await writeOtherKeys(writer)
  const instanceKey = await createKey(writer, { DKMSInstanceId: instance, KeySpec: 'Aliyun_AES_256' })
  readKey(writer, instanceKey)
  await writeSecrets(writer, symmetric, { DKMSInstanceId: instance, EncryptionKeyId: instanceKey })
  if (schema >= 3) await writeCertificate(writer)
  const ciphertexts = await writeInstanceCiphertexts(reached, { keyId: instanceKey, ...application })
  await readIdentities(writer, policy, schema)
  readLists(writer)
  await owner.close()
  const credentials = { account, user }
  const asked = await answersTo(reached, credentials, writer.questions)
  return {
    at: new Date().toISOString(),
    credentials,
    asked,
    application: { ...application, ciphertexts },
  }
}

/** One who may decrypt and nothing else. */
async function createUser(owner: Caller) {
  const ram = (action: string, parameters: Parameters) => owner.call(ramApi, action, parameters)
  await ram('CreateUser', { UserName: 'reader', DisplayName: 'Reader', Comments: 'of a fixture' })
  const { AccessKey } = await ram('CreateAccessKey', { UserName: 'reader' })
  const made = AccessKey as { readonly AccessKeyId: string; readonly AccessKeySecret: string }
  const Statement = [{ Effect: 'Allow', Action: 'kms:Decrypt', Resource: '*' }]
  const policy = { PolicyName: 'decrypt', PolicyType: 'Custom' }
  await ram('CreatePolicy', { PolicyName: 'decrypt', PolicyDocument: JSON.stringify({ Version: '1', Statement }) })
  await ram('AttachPolicyToUser', { ...policy, UserName: 'reader' })
  return { user: { accessKeyId: made.AccessKeyId, accessKeySecret: made.AccessKeySecret }, policy }
}

async function createApplication(writer: Writer, instance: string) {
  const rule = { Name: 'anywhere', Type: 'Private', SourcePrivateIp: '["127.0.0.1"]' }
  await writer.change('CreateNetworkRule', rule)
  await writer.change('CreatePolicy', {
    ...{ Name: 'use-keys', KmsInstance: instance, Resources: '["key/*"]', Description: 'all keys' },
    Permissions: '["RbacPermission/Template/CryptoServiceKeyUser"]',
    AccessControlRules: '{"NetworkRules":["anywhere"]}',
  })
  await writer.change('CreateApplicationAccessPoint', { Name: 'application', Policies: '["use-keys"]' })
  const made = await writer.change('CreateClientKey', {
    ...{ AapName: 'application', Password: clientKeyPassword },
    ...{ NotBefore: '2026-01-01T00:00:00Z', NotAfter: '2126-01-01T00:00:00Z' },
  })
  const clientKeyContent = JSON.stringify({ KeyId: made.ClientKeyId, PrivateKeyData: made.PrivateKeyData })
  for (const [action, parameters] of [
    ['DescribeNetworkRule', { Name: 'anywhere' }],
    ['DescribePolicy', { Name: 'use-keys' }],
    ['DescribeApplicationAccessPoint', { Name: 'application' }],
    ['ListClientKeys', { AapName: 'application' }],
  ] as const)
    writer.ask(action, parameters)
  return { clientKeyContent, password: clientKeyPassword }
}

async function createKey(writer: Writer, parameters: Parameters): Promise<string> {
  return (await writer.change('CreateKey', parameters)).KeyMetadata.KeyId
}

function readKey(writer: Writer, KeyId: string): void {
  for (const action of ['DescribeKey', 'ListKeyVersions', 'ListAliasesByKeyId', 'ListResourceTags'])
    writer.ask(action, { KeyId })
}

/** @returns the id of one that secrets can be sealed under */
async function writeSymmetricKeys(writer: Writer): Promise<string> {
  const keys: string[] = []
  for (const KeySpec of ['Aliyun_AES_256', 'Aliyun_SM4']) {
    const KeyId = await createKey(writer, { KeySpec, Description: KeySpec, Tags: '[{"TagKey":"a","TagValue":"b"}]' })
    await writer.change('CreateAlias', { KeyId, AliasName: `alias/${KeySpec}` })
    await encrypt(writer, KeyId)
    await writer.change('CreateKeyVersion', { KeyId })
    await encrypt(writer, `alias/${KeySpec}`)
    const { CiphertextBlob } = await writer.change('GenerateDataKey', { KeyId })
    writer.ask('Decrypt', { CiphertextBlob })
    readKey(writer, KeyId)
    keys.push(KeyId)
  }
  const [KeyId = ''] = keys
  await writer.change('UpdateRotationPolicy', { KeyId, EnableAutomaticRotation: 'true', RotationInterval: '365d' })
  await writer.change('SetDeletionProtection', { KeyId, EnableDeletionProtection: 'true' })
  writer.ask('DescribeKey', { KeyId })
  return KeyId
}

async function encrypt(writer: Writer, KeyId: string): Promise<void> {
  const request = { KeyId, Plaintext: base64(`under ${KeyId}`), EncryptionContext: context }
  const { CiphertextBlob } = await writer.change('Encrypt', request)
  writer.ask('Decrypt', { CiphertextBlob, EncryptionContext: context })
  writer.ask('Decrypt', { CiphertextBlob, EncryptionContext: context }, kmsApi, 'user')
  writer.ask('Decrypt', { CiphertextBlob })
}

const signing = {
  RSA_2048: 'RSA_PSS_SHA_256',
  EC_P256: 'ECDSA_SHA_256',
  EC_P256K: 'ECDSA_SHA_256',
  EC_SM2: 'SM2DSA',
}

async function writeAsymmetricKeys(writer: Writer): Promise<void> {
  for (const [KeySpec, Algorithm] of Object.entries(signing)) {
    const KeyId = await createKey(writer, { KeySpec, KeyUsage: 'SIGN/VERIFY' })
    const version = await firstVersion(writer, KeyId)
    const request = { ...version, Algorithm, Digest: digest }
    const { Value } = await writer.change('AsymmetricSign', request)
    writer.ask('AsymmetricVerify', { ...request, Value })
    writer.ask('GetPublicKey', version)
    readKey(writer, KeyId)
  }
  for (const [KeySpec, Algorithm] of [
    ['RSA_2048', 'RSAES_OAEP_SHA_256'],
    ['EC_SM2', 'SM2PKE'],
  ] as const) {
    const version = await firstVersion(writer, await createKey(writer, { KeySpec, KeyUsage: 'ENCRYPT/DECRYPT' }))
    const request = { ...version, Algorithm, Plaintext: base64(`under ${KeySpec}`) }
    const { CiphertextBlob } = await writer.change('AsymmetricEncrypt', request)
    writer.ask('AsymmetricDecrypt', { ...version, Algorithm, CiphertextBlob })
  }
}

async function firstVersion(writer: Writer, KeyId: string) {
  const { KeyVersions } = await writer.change('ListKeyVersions', { KeyId })
  return { KeyId, KeyVersionId: String(KeyVersions.KeyVersion[0].KeyVersionId) }
}

/** Of a MAC, of material from elsewhere, waiting for some, disabled, waiting for the end. */
async function writeOtherKeys(writer: Writer): Promise<void> {
  const mac = { KeyId: await createKey(writer, { KeySpec: 'HMAC_SHA_256' }), Algorithm: 'HMAC_SHA_256' }
  const message = { ...mac, Message: base64('message') }
  const { Mac } = await writer.change('GenerateMac', message)
  writer.ask('VerifyMac', { ...message, Mac })

  const imported = await createKey(writer, { Origin: 'EXTERNAL', Description: 'brought along' })
  const wrapping = { KeyId: imported, WrappingKeySpec: 'EC_SM2', WrappingAlgorithm: 'SM2PKE' }
  const { ImportToken, PublicKey } = await writer.change('GetParametersForImport', wrapping)
  const material = Buffer.from('material of thirty-two bytes ...')
  const wrapped = encryptSm2(decodeSm2Spki(Buffer.from(PublicKey, 'base64')), material)
  const EncryptedKeyMaterial = Buffer.from(wrapped).toString('base64')
  await writer.change('ImportKeyMaterial', {
    ...{ KeyId: imported, ImportToken, EncryptedKeyMaterial, KeyMaterialExpireUnix: '0' },
  })
  await encrypt(writer, imported)

  const disabled = await createKey(writer, { Description: 'disabled' })
  await encrypt(writer, disabled)
  await writer.change('DisableKey', { KeyId: disabled })
  writer.ask('Encrypt', { KeyId: disabled, Plaintext: base64('text') })

  const ending = await createKey(writer, { Description: 'to be deleted' })
  await writer.change('ScheduleKeyDeletion', { KeyId: ending, PendingWindowInDays: '30' })
  for (const KeyId of [mac.KeyId, imported, disabled, ending]) readKey(writer, KeyId)
  // Nobody asks when it was rotated: the first releases said so, though it has no material yet.
  writer.ask('ListKeyVersions', { KeyId: await createKey(writer, { Origin: 'EXTERNAL' }) })

  await writer.change('CreateManagedDataKey', { DataKeyName: 'shared' }, keyhavenApi)
  await writer.change('CreateManagedDataKeyVersion', { DataKeyName: 'shared' }, keyhavenApi)
  writer.ask('GetManagedDataKey', { DataKeyName: 'shared', UseLatest: 'true' })
  writer.ask('ListManagedDataKeyVersions', { DataKeyName: 'shared' })
}

async function writeSecrets(writer: Writer, key: string, inInstance: Parameters): Promise<void> {
  const secret = { SecretName: 'app/password', Description: 'of the database', EncryptionKeyId: key }
  const Tags = '[{"TagKey":"team","TagValue":"a"}]'
  await writer.change('CreateSecret', { ...secret, VersionId: 'v1', SecretData: 'one', Tags })
  await writer.change('PutSecretValue', { SecretName: 'app/password', VersionId: 'v2', SecretData: 'two' })
  const binary = { SecretName: 'app/binary', SecretDataType: 'binary', SecretData: base64('bytes'), VersionId: 'v1' }
  await writer.change('CreateSecret', binary)
  await writer.change('CreateSecret', {
    ...{ SecretName: 'app/instance', SecretData: 'in an instance', VersionId: 'v1', ...inInstance },
  })
  await writer.change('CreateSecret', { SecretName: 'app/gone', VersionId: 'v1', SecretData: 'gone' })
  await writer.change('DeleteSecret', { SecretName: 'app/gone', RecoveryWindowInDays: '30' })
  for (const VersionId of ['v1', 'v2']) writer.ask('GetSecretValue', { SecretName: 'app/password', VersionId })
  for (const SecretName of ['app/password', 'app/binary', 'app/instance', 'app/gone']) {
    writer.ask('GetSecretValue', { SecretName })
    writer.ask('DescribeSecret', { SecretName, FetchTags: 'true' })
    writer.ask('ListSecretVersionIds', { SecretName })
  }
  writer.ask('GetSecretValue', { SecretName: 'app/password' }, kmsApi, 'user')
}

async function writeCertificate(writer: Writer): Promise<void> {
  const subject = { KeySpec: 'EC_SM2', Subject: 'CN=test,C=CN', SubjectAlternativeNames: '["test.example"]' }
  const { CertificateId, Csr } = await writer.change('CreateCertificate', subject)
  await writer.change('UploadCertificate', { CertificateId, Certificate: certify(Csr) })
  const signed = { CertificateId, Algorithm: 'SM2DSA', MessageType: 'RAW', Message: base64('message') }
  const { SignatureValue } = await writer.change('CertificatePrivateKeySign', signed)
  writer.ask('CertificatePublicKeyVerify', { ...signed, SignatureValue })
  writer.ask('GetCertificate', { CertificateId })
  writer.ask('DescribeCertificate', { CertificateId })
}

interface InApplication extends Pick<Written['application'], 'clientKeyContent' | 'password'> {
  readonly keyId: string
}

async function writeInstanceCiphertexts({ endpoint, caFile }: Reached, { keyId, ...application }: InApplication) {
  await using client = new InstanceClient({ endpoint, caFile, ...application, retry: false })
  const plaintext = 'of an application'
  const algorithm = 'AES_GCM'
  const made = await client.encrypt({ keyId, plaintext: Buffer.from(plaintext), algorithm })
  const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64')
  return [{ keyId, plaintext, algorithm, ciphertextBlob: text(made.ciphertextBlob), iv: text(made.iv) }]
}

async function readIdentities(writer: Writer, policy: Parameters, schema: number): Promise<void> {
  const { AccountId } = await writer.change('GetCallerIdentity', {}, stsApi)
  const Principal = { RAM: [`acs:ram::${AccountId}:root`] }
  const Statement = [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal }]
  const AssumeRolePolicyDocument = JSON.stringify({ Version: '1', Statement })
  await writer.change('CreateRole', { RoleName: 'operator', AssumeRolePolicyDocument }, ramApi)
  await writer.change('AttachPolicyToRole', { ...policy, RoleName: 'operator' }, ramApi)
  const questions: [string, Parameters][] = [
    ['GetUser', { UserName: 'reader' }],
    ['ListUsers', {}],
    ['ListAccessKeys', { UserName: 'reader' }],
    ['GetPolicy', policy],
    ['ListPoliciesForUser', { UserName: 'reader' }],
    ['GetRole', { RoleName: 'operator' }],
    ['ListPoliciesForRole', { RoleName: 'operator' }],
  ]
  if (schema >= 2) {
    await writer.change('CreateGroup', { GroupName: 'readers', Comments: 'all of them' }, ramApi)
    await writer.change('AddUserToGroup', { UserName: 'reader', GroupName: 'readers' }, ramApi)
    questions.push(['ListUsersForGroup', { GroupName: 'readers' }], ['ListGroupsForUser', { UserName: 'reader' }])
  }
  for (const [action, parameters] of questions) writer.ask(action, parameters, ramApi)
  writer.ask('GetCallerIdentity', {}, stsApi)
  writer.ask('GetCallerIdentity', {}, stsApi, 'user')
}

/** Pages, totals, and what is found by what it is. */
function readLists(writer: Writer): void {
  writer.ask('ListKeys', { PageSize: '100' })
  writer.ask('ListKeys', { PageSize: '3', PageNumber: '2' })
  for (const [Key, ...Values] of [
    ['KeyState', 'Enabled'],
    ['KeyState', 'Disabled', 'PendingDeletion'],
    ['KeySpec', 'EC_SM2'],
    ['KeyUsage', 'SIGN/VERIFY'],
  ])
    writer.ask('ListKeys', { Filters: JSON.stringify([{ Key, Values }]), PageSize: '100' })
  writer.ask('ListAliases', { PageSize: '100' })
  writer.ask('ListSecrets', { PageSize: '100' })
  writer.ask('ListSecrets', { Filters: '[{"Key":"SecretName","Values":["app/b"]}]' })
  writer.ask('ListNetworkRules', {})
  writer.ask('ListPolicies', {})
  writer.ask('ListApplicationAccessPoints', {})
}

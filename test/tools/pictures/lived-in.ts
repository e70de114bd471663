import { readFileSync } from 'node:fs'
import { MetricsHistory } from '../../../src/core/oversight/metrics-history.ts'
import { accessKeys } from '../../../src/core/ram/access-key.ts'
import { formatTime } from '../../../src/core/time.ts'
import { Client } from '../../../src/sdk/client.ts'
import { InstanceClient } from '../../../src/sdk/instance-client.ts'
import { RamClient } from '../../../src/sdk/ram-client.ts'
import type { TestServer } from '../../kit/server.ts'

/** What pages show that are about one thing. */
export interface LivedIn {
  readonly orders: string
  readonly accountId: string
}

const hourMs = 3_600_000
const dayMs = 24 * hourMs

/** Fills a new server with what a shop would have in it: keys, secrets, applications, people, and a month of calls. */
export async function liveIn(server: TestServer): Promise<LivedIn> {
  const { httpEndpoint: endpoint, accessKeyId, accessKeySecret, regionId } = server
  await using client = new Client({ endpoint, accessKeyId, accessKeySecret, regionId })
  await using ram = new RamClient({ endpoint, accessKeyId, accessKeySecret })
  const keyIds = await makeKeys(client)
  await makeSecrets(client)
  await letApplicationsIn(server, client, keyIds.orders)
  await makePeople(server, ram, keyIds.orders)
  await pastCalls(server, keyIds)
  return { orders: keyIds.orders, accountId: server.accountId }
}

async function makeKeys(client: Client) {
  const make = async (
    alias: string,
    key: Parameters<Client['createKey']>[0],
    tags: Readonly<Record<string, string>>,
  ) => {
    const { keyId } = (await client.createKey(key)).keyMetadata
    await client.createAlias({ aliasName: `alias/${alias}`, keyId })
    await client.tagResource({ keyId, tags: asTags(tags) })
    return keyId
  }
  const partner = await make('partner/import', { origin: 'EXTERNAL', description: 'key of a partner' }, { team: 'b2b' })
  const old = await make('archive/2024', {}, { team: 'data' })
  const reports = await make('reports', {}, { team: 'data' })
  const invoices = await make(
    'invoices/sign',
    { keySpec: 'EC_P256', keyUsage: 'SIGN/VERIFY', description: 'signs invoices' },
    { team: 'finance' },
  )
  await make('gateway/sm2', { keySpec: 'EC_SM2', keyUsage: 'SIGN/VERIFY' }, { team: 'gateway', env: 'prod' })
  const tokens = await make(
    'tokens/hmac',
    { keySpec: 'HMAC_SHA_256', keyUsage: 'GENERATE/VERIFY_MAC' },
    { team: 'web' },
  )
  const payments = await make(
    'shop/payments',
    { enableAutomaticRotation: true, rotationInterval: '90d', description: 'card numbers' },
    { team: 'shop', env: 'prod' },
  )
  const orders = await make(
    'shop/orders',
    { enableAutomaticRotation: true, rotationInterval: '180d', description: 'orders and addresses of customers' },
    { team: 'shop', env: 'prod' },
  )
  await client.createAlias({ aliasName: 'alias/shop/addresses', keyId: orders })
  await client.setDeletionProtection({ keyId: orders, enableDeletionProtection: true })
  await client.disableKey({ keyId: reports })
  await client.scheduleKeyDeletion({ keyId: old, pendingWindowInDays: 14 })
  for (const keyId of [orders, payments]) await client.encrypt({ keyId, plaintext: '6222 0000 0000 0000' })
  return { orders, payments, tokens, invoices, partner }
}

const asTags = (tags: Readonly<Record<string, string>>) =>
  Object.entries(tags).map(([tagKey, tagValue]) => ({ tagKey, tagValue }))

async function makeSecrets(client: Client): Promise<void> {
  const secret = (secretName: string, secretData: string, tags: Readonly<Record<string, string>> = {}) =>
    client.createSecret({ secretName, versionId: 'v1', secretData, tags: asTags(tags) })
  const tags = { team: 'shop', env: 'prod' }
  await secret('mail/smtp', 'a long password')
  await secret('build/registry-token', 'a token', { team: 'platform' })
  await secret('shop/old-database', 'a password of before')
  await secret('shop/redis', 'another password', tags)
  await secret('shop/database', JSON.stringify({ user: 'shop', password: 'the password' }), tags)
  await client.putSecretValue({ secretName: 'shop/database', versionId: 'v2', secretData: 'the next password' })
  for (const secretName of ['shop/database', 'mail/smtp', 'build/registry-token'])
    await client.getSecretValue({ secretName })
  await client.deleteSecret({ secretName: 'shop/old-database', recoveryWindowInDays: 14 })
}

async function letApplicationsIn(server: TestServer, client: Client, keyId: string): Promise<void> {
  const { defaultKmsInstanceId: kmsInstance } = await client.getDefaultKmsInstance()
  const { keyId: own } = (await client.createKey({ dKMSInstanceId: kmsInstance, keySpec: 'Aliyun_AES_256' }))
    .keyMetadata
  await client.createAlias({ aliasName: 'alias/checkout', keyId: own })
  await client.createNetworkRule({ name: 'shop-net', type: 'Private', sourcePrivateIp: ['10.8.0.0/16', '127.0.0.1'] })
  for (const [name, resource] of [
    ['warehouse', 'key/*'],
    ['checkout', `key/${own}`],
  ] as const) {
    await client.createPolicy({
      name,
      kmsInstance,
      permissions: ['RbacPermission/Template/CryptoServiceKeyUser'],
      resources: [resource],
      accessControlRules: { networkRules: ['shop-net'] },
    })
    await client.createApplicationAccessPoint({ name, policies: [name] })
  }
  await client.createClientKey({
    aapName: 'warehouse',
    password: 'Warehouse-2026~',
    notBefore: formatTime(inDays(0)),
    notAfter: formatTime(inDays(20)),
  })
  const password = 'Checkout-2026~'
  const { clientKeyId, privateKeyData } = await client.createClientKey({ aapName: 'checkout', password })
  await using checkout = new InstanceClient({
    endpoint: server.endpoint,
    ca: readFileSync(server.caFile, 'utf8'),
    clientKeyContent: JSON.stringify({ KeyId: clientKeyId, PrivateKeyData: privateKeyData }),
    password,
  })
  await checkout.advanceEncrypt({ keyId: own, plaintext: Buffer.from('a basket') })
  await checkout.advanceEncrypt({ keyId, plaintext: Buffer.from('not for it') }).catch(() => undefined)
}

const inDays = (days: number): Date => new Date(Date.now() + days * dayMs)

async function makePeople(server: TestServer, ram: RamClient, keyId: string): Promise<void> {
  for (const [userName, displayName, policyName] of [
    ['chen.yu', '陈宇', 'AliyunKMSReadOnlyAccess'],
    ['maria', 'Maria Lopez', 'AliyunKMSFullAccess'],
    ['release-bot', 'Release pipeline', 'AliyunKMSSecretUserAccess'],
  ] as const) {
    await ram.createUser({ userName, displayName })
    await ram.attachPolicyToUser({ userName, policyName, policyType: 'System' })
  }
  const { accessKey: bot } = await ram.createAccessKey({ userName: 'release-bot' })
  const { accessKey: forgotten } = await ram.createAccessKey({ userName: 'chen.yu' })
  const limits = {
    Version: '1',
    Statement: [{ Sid: 'NoDataOfCustomers', Effect: 'Deny', Action: ['kms:Encrypt', 'kms:Decrypt'], Resource: ['*'] }],
  }
  await ram.createPolicy({ policyName: 'release-limits', policyDocument: JSON.stringify(limits) })
  await ram.attachPolicyToUser({ userName: 'release-bot', policyName: 'release-limits', policyType: 'Custom' })
  await using client = new Client({ endpoint: server.httpEndpoint, ...bot })
  await client.getSecretValue({ secretName: 'build/registry-token' })
  for (let attempt = 0; attempt < 3; attempt++) await client.encrypt({ keyId, plaintext: 'x' }).catch(() => undefined)
  await server.kms.records.transaction(async (transaction) => {
    const stored = await transaction.get(accessKeys, forgotten.accessKeyId)
    if (stored) await transaction.update(accessKeys, stored, { ...stored.body, createdAt: formatTime(inDays(-200)) })
  })
}

/** A month of calls as they are counted: more of them by day than by night, few at weekends. */
async function pastCalls(
  { kms, accountId }: TestServer,
  { orders, payments, tokens, invoices }: Readonly<Record<'orders' | 'payments' | 'tokens' | 'invoices', string>>,
): Promise<void> {
  const arn = (path: string): string => `acs:ram::${accountId}:${path}`
  const habits = [
    { action: 'Encrypt', keyId: orders, principal: arn('role/web'), share: 42 },
    { action: 'Decrypt', keyId: orders, principal: arn('role/web'), share: 61 },
    { action: 'Decrypt', keyId: orders, principal: arn('user/maria'), share: 3 },
    { action: 'GenerateDataKey', keyId: payments, principal: arn('role/payments'), share: 18 },
    { action: 'GenerateMac', keyId: tokens, principal: arn('role/web'), share: 25 },
    { action: 'AsymmetricSign', keyId: invoices, principal: arn('user/release-bot'), share: 6 },
    { action: 'GetSecretValue', principal: arn('role/web'), share: 9 },
    { action: 'DescribeKey', principal: arn('user/chen.yu'), share: 4 },
  ]
  const history = new MetricsHistory(kms.records, 'another')
  const end = kms.now().getTime()
  for (let hour = 30 * 24; hour > 0; hour--) {
    const at = new Date(end - hour * hourMs)
    for (const { share, ...call } of habits) {
      const count = Math.round(8 * share * bustle(at) * (0.8 + 0.4 * wobble(hour * share)))
      for (let n = 0; n < count; n++)
        history.count({ ...call, code: 'Success', status: 200, latencyMs: 0.6 + 2 * wobble(n + hour) ** 4 }, at)
    }
    const refused = { ...call403, principal: arn('user/release-bot') }
    for (let n = 0; n < Math.round(4 * wobble(hour)); n++) history.count(refused, at)
    await history.flush(Math.round(1500 + 4000 * wobble(hour)))
  }
  for (let minute = 59; minute > 0; minute--) {
    const at = new Date(end - minute * 60_000)
    for (const { share, ...call } of habits)
      for (let n = 0; n < (share / 8) * (0.5 + wobble(minute * share)); n++)
        history.count({ ...call, code: 'Success', status: 200, latencyMs: 0.6 + 2 * wobble(n + minute) ** 4 }, at)
    await history.flush(Math.round(1500 + 3000 * wobble(minute)))
  }
}

const call403 = { action: 'Decrypt', code: 'Forbidden.NoPermission', status: 403, latencyMs: 0.4 }

/** How much goes on at a time of the week, in the zone of the pictures. */
function bustle(at: Date): number {
  const isWeekend = [0, 6].includes(at.getUTCDay())
  const hour = at.getUTCHours()
  const ofDay = Math.max(0.08, Math.sin(((hour - 6) / 16) * Math.PI))
  return ofDay * (isWeekend ? 0.3 : 1)
}

/** From 0 to 1, without an order that could be seen, and the same every time. */
function wobble(n: number): number {
  const long = Math.sin(n * 12.9898 + 1) * 43_758.5453
  return long - Math.floor(long)
}

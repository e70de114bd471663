import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import { CreateAlias } from '../src/api/aliases.ts'
import { Encrypt } from '../src/api/cryptography.ts'
import { codeName, type Field, type Fields } from '../src/api/field.ts'
import { CreateKey } from '../src/api/keys.ts'
import type { Operation } from '../src/api/operation.ts'
import type { Caller } from '../src/core/access/caller.ts'
import { createAlias } from '../src/core/aliases/create-alias.ts'
import { encrypt } from '../src/core/cryptography/encrypt.ts'
import { createKey } from '../src/core/keys/create-key.ts'
import type { Kms } from '../src/core/kms.ts'
import { openapiOperations } from '../src/gateway/openapi/operations.ts'
import type { Pair } from '../src/gateway/openapi/pair.ts'
import { accountCaller, actor, answerOf, userCaller } from './kit/calls.ts'
import { testKms } from './kit/kms.ts'

/**
 * Operations that every caller may run. A batch tells of each secret by itself: src/core/secrets/secrets.test.ts. Of
 * sessions of the console everybody has their own: src/core/console/console-sessions.test.ts.
 */
const forEverybody = new Set([
  ...['DescribeRegions', 'GetCallerIdentity', 'BatchGetSecretValue'],
  ...['CreateConsoleSession', 'GetConsoleSession', 'DeleteConsoleSession', 'ListConsoleSessions'],
])

const policy = { Version: '1', Statement: [{ Effect: 'Allow', Action: ['kms:*'], Resource: ['*'] }] }
const keyPolicy = { ...policy, Statement: [{ ...policy.Statement[0], Principal: { RAM: ['acs:ram::1:root'] } }] }
const trust = {
  ...policy,
  Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { RAM: ['acs:ram::1:root'] } }],
}

const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })

/** Values that a field's contract alone does not give away. Of fields not named here the contract says enough. */
interface Names {
  readonly key: string
  readonly alias: string
  readonly blob: Uint8Array
}
const byField = (names: Names): Readonly<Record<string, unknown>> => ({
  KeyId: names.key,
  DestinationKeyId: names.key,
  AliasName: names.alias,
  CiphertextBlob: names.blob,
  PublicKeyBlob: publicKey.export({ format: 'der', type: 'spki' }),
  RegionId: 'cn-hangzhou',
  ResourceId: [names.key],
  WrappingAlgorithm: 'RSAES_OAEP_SHA_256',
  WrappingKeySpec: 'RSA_2048',
  OIDCProviderName: 'ci',
  IssuerUrl: 'https://issuer.example',
  Fingerprint: 'ab'.repeat(20),
  RoleArn: 'acs:ram::1000000000000001:role/none',
})
const byOperation = (names: Names): Readonly<Record<string, Readonly<Record<string, unknown>>>> => ({
  TagResource: { keyId: names.key },
  UntagResource: { keyId: names.key },
  UntagResources: { all: true },
  ListTagResources: { resourceId: [names.key] },
  SetDeletionProtection: { keyId: names.key },
  SetKeyPolicy: { policy: JSON.stringify(keyPolicy) },
  CreateRole: { assumeRolePolicyDocument: JSON.stringify(trust) },
})

/** The smallest input that gets past the checks of syntax. */
function sampleInput({ name, request }: Operation, names: Names): Record<string, unknown> {
  return { ...sampleFields(request, byField(names)), ...byOperation(names)[name] }
}

function sampleFields(fields: Fields, known: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const given = Object.entries(fields).filter(([, field]) => field.presence !== 'optional')
  return Object.fromEntries(given.map(([name, field]) => [codeName(name), known[name] ?? sampleValue(name, field)]))
}

function sampleValue(name: string, field: Field): unknown {
  if (field.presence === 'default') return field.default
  switch (field.kind) {
    case 'string':
      return field.values?.[0] ?? (name.endsWith('Document') ? JSON.stringify(policy) : 'sample')
    case 'bytes':
      return new Uint8Array(32).fill(1)
    case 'integer':
      return field.minimum ?? 1
    case 'boolean':
      return false
    case 'json':
      return field.item ? sampleValue(name, field.item) : {}
    case 'list':
      return field.item ? [sampleValue(name, field.item)] : []
    default:
      return sampleFields(field.fields ?? {}, {})
  }
}

const run = (kms: Kms, { operation, run: behave }: Pair, caller: Caller, names: Names): Promise<string> =>
  answerOf(
    (async () => {
      const requestId = '00000000-0000-4000-8000-000000000000'
      await behave({ kms, caller, operation, requestId, audit: {} }, sampleInput(operation, names))
    })(),
  )

const prepared = (async () => {
  const { kms } = await testKms()
  const account = actor(kms)
  const { keyId } = (await account(CreateKey, createKey, {})).keyMetadata
  await account(CreateAlias, createAlias, { aliasName: 'alias/existing', keyId })
  const { ciphertextBlob } = await account(Encrypt, encrypt, { keyId, plaintext: 'c2VjcmV0' })
  const unknownVersion = Buffer.from('00000000-0000-4000-8000-000000000000')
  const existing: Names = { key: keyId, alias: 'alias/existing', blob: ciphertextBlob }
  const unknown: Names = {
    key: '00000000-0000-4000-8000-000000000000',
    alias: 'alias/none',
    blob: Buffer.concat([unknownVersion, ciphertextBlob.subarray(36)]),
  }
  return { kms, existing, unknown }
})()

for (const pair of openapiOperations) {
  const { name } = pair.operation
  if (forEverybody.has(name)) continue

  test(`${name} refuses a caller without permissions, whether what it names exists or not`, async () => {
    const { kms, existing, unknown } = await prepared
    const { product } = pair.operation.api
    const refusal = ['Ram', 'Ims', 'Sts'].includes(product) ? 'NoPermission' : 'Forbidden.NoPermission'
    for (const names of [existing, unknown]) assert.equal(await run(kms, pair, userCaller(kms), names), refusal)
  })

  if (!('KeyId' in pair.operation.request || 'CiphertextBlob' in pair.operation.request)) continue
  test(`${name} tells another account nothing about a key`, async () => {
    const { kms, existing, unknown } = await prepared
    const stranger = accountCaller(kms, '9000000000000009')
    const answers = [await run(kms, pair, stranger, existing), await run(kms, pair, stranger, unknown)]
    assert.equal(answers[0], answers[1])
    assert.notEqual(answers[0], 'ok')
  })
}

test('operations for everybody are few and exist', () => {
  const served = new Set(openapiOperations.map(({ operation }) => operation.name))
  for (const name of forEverybody) assert.ok(served.has(name), name)
})

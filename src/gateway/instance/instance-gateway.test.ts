import assert from 'node:assert/strict'
import {
  createPrivateKey,
  createPublicKey,
  sign as opensslSign,
  verify as opensslVerify,
  randomBytes,
} from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { actor } from '../../../test/kit/calls.ts'
import { type Application, callInstance, instanceRequest, newApplication } from '../../../test/kit/instance.ts'
import { testKms } from '../../../test/kit/kms.ts'
import { CreateNetworkRule, DeleteClientKey, UpdateNetworkRule } from '../../api/application-access.ts'
import { Decrypt as OpenapiDecrypt, Encrypt as OpenapiEncrypt } from '../../api/cryptography.ts'
import type { InstanceOperation, Message, MessageInput } from '../../api/instance.ts'
import * as api from '../../api/instance.ts'
import { CreateKey, CreateKeyVersion, DisableKey } from '../../api/keys.ts'
import { createNetworkRule } from '../../core/application-access/create-network-rule.ts'
import { deleteClientKey } from '../../core/application-access/delete-client-key.ts'
import { updateNetworkRule } from '../../core/application-access/update-network-rule.ts'
import type { AuditRecord } from '../../core/audit.ts'
import { decrypt } from '../../core/cryptography/decrypt.ts'
import { encrypt } from '../../core/cryptography/encrypt.ts'
import { createInstance } from '../../core/instances/create-instance.ts'
import { createKey } from '../../core/keys/create-key.ts'
import { createKeyVersion } from '../../core/keys/create-key-version.ts'
import { disableKey } from '../../core/keys/disable-key.ts'
import { sha256 } from '../../crypto/hash.ts'
import { decodeMessage, encodeMessage } from '../../wire/protobuf.ts'
import { instanceGateway } from './handle.ts'
import { pairings } from './operations.ts'

async function service(options: Parameters<typeof newApplication>[1] = {}, settings = {}) {
  const { kms, advance } = await testKms({ settings })
  const application = await newApplication(kms, options)
  const records: AuditRecord[] = []
  const gateway = instanceGateway({ kms, audit: { append: async (record) => void records.push(record) } })
  const send = <Q extends Message, R extends Message>(
    operation: InstanceOperation<Q, R>,
    input: MessageInput<Q>,
    more: Parameters<typeof callInstance>[5] = {},
    as: Application = application,
  ) => callInstance(gateway, kms, as, operation, input, more)
  const newKey = async (request: object = {}) => {
    const input = { dKMSInstanceId: application.instanceId, ...request }
    return (await actor(kms)(CreateKey, createKey, input as never)).keyMetadata.keyId
  }
  return { kms, advance, application, gateway, records, send, newKey }
}

const plaintext = Buffer.from('你好, KMS')
const pinned = (versionId: string | undefined) => ({ headers: { 'x-kms-migrationkeyversionid': versionId ?? '' } })

test('every operation of the contract is paired with a behaviour', () => {
  assert.deepEqual(new Set(pairings.keys()), new Set(api.instanceOperations.map(({ name }) => name)))
})

test('Encrypt gives ciphertext and IV apart, names the version in a header, and Decrypt opens it', async () => {
  const { send, newKey, records } = await service()
  const keyId = await newKey()
  const aad = Buffer.from('aad')
  const sealed = await send(api.Encrypt, { keyId, plaintext, aad })
  assert.equal(sealed.status, 200)
  assert.equal(sealed.keyVersionId?.length, 36)
  assert.equal(sealed.values.iv.length, 12)
  assert.equal(sealed.values.ciphertextBlob.length, plaintext.length + 16)
  assert.equal(sealed.values.algorithm, 'AES_GCM')
  const { ciphertextBlob, iv } = sealed.values
  const opened = await send(api.Decrypt, { keyId, ciphertextBlob, iv, aad })
  assert.deepEqual(Buffer.from(opened.values.plaintext), plaintext)
  assert.equal(opened.keyVersionId, sealed.keyVersionId)
  const unnamed = await send(api.Decrypt, { ciphertextBlob, iv, aad }, pinned(sealed.keyVersionId))
  assert.deepEqual(Buffer.from(unnamed.values.plaintext), plaintext)
  assert.deepEqual(
    records.map(({ action, code, keyId: key, authentication }) => [action, code, key, authentication]),
    ['Encrypt', 'Decrypt', 'Decrypt'].map((action) => [action, 'Success', keyId, 'ClientKey']),
  )
})

test('AES_CBC and, where it is allowed, AES_ECB round trip with both paddings', async () => {
  const { send, newKey } = await service({}, { allowEcb: true })
  const keyId = await newKey({ keySpec: 'Aliyun_AES_128' })
  for (const algorithm of ['AES_CBC', 'AES_ECB']) {
    for (const [paddingMode, message] of [
      ['PKCS7_PADDING', plaintext],
      ['NO_PADDING', Buffer.alloc(32, 5)],
    ] as const) {
      const sealed = await send(api.Encrypt, { keyId, plaintext: message, algorithm, paddingMode })
      assert.equal(sealed.values.paddingMode, paddingMode)
      assert.equal(sealed.values.iv.length, algorithm === 'AES_CBC' ? 16 : 0)
      const { ciphertextBlob, iv } = sealed.values
      const opened = await send(api.Decrypt, { keyId, ciphertextBlob, iv, algorithm, paddingMode })
      assert.deepEqual(Buffer.from(opened.values.plaintext), message)
      const described = await send(api.AdvanceEncrypt, { keyId, plaintext: message, algorithm, paddingMode })
      const again = await send(api.AdvanceDecrypt, { ciphertextBlob: described.values.ciphertextBlob })
      assert.deepEqual(Buffer.from(again.values.plaintext), message)
    }
  }
  assert.equal(
    (await send(api.Encrypt, { keyId, plaintext, algorithm: 'AES_CBC', paddingMode: 'NO_PADDING' })).status,
    400,
  )
})

test('AES_CTR and the modes of SM4 round trip, with the IV apart and within', async () => {
  const { send, newKey } = await service({}, { allowEcb: true })
  const algorithms = {
    Aliyun_AES_256: ['AES_CTR'],
    Aliyun_AES_192: ['AES_CTR'],
    Aliyun_SM4: ['SM4_GCM', 'SM4_CBC', 'SM4_ECB', 'SM4_CTR'],
  }
  for (const [keySpec, names] of Object.entries(algorithms)) {
    const keyId = await newKey({ keySpec })
    for (const algorithm of names) {
      const { ciphertextBlob, iv, paddingMode } = (await send(api.Encrypt, { keyId, plaintext, algorithm })).values
      assert.equal(paddingMode, /CBC|ECB/.test(algorithm) ? 'PKCS7_PADDING' : '')
      if (algorithm.endsWith('CTR')) assert.equal(ciphertextBlob.length, plaintext.length)
      const opened = await send(api.Decrypt, { keyId, ciphertextBlob, iv, algorithm })
      assert.deepEqual(Buffer.from(opened.values.plaintext), plaintext)
      const described = await send(api.AdvanceEncrypt, { keyId, plaintext, algorithm })
      const again = await send(api.AdvanceDecrypt, { ciphertextBlob: described.values.ciphertextBlob })
      assert.deepEqual(Buffer.from(again.values.plaintext), plaintext)
    }
  }
  const padded = { keyId: await newKey(), plaintext, algorithm: 'AES_CTR', paddingMode: 'PKCS7_PADDING' }
  assert.equal((await send(api.Encrypt, padded)).error.errorCode, 'InvalidParameter')
})

test('ECB is refused unless it is allowed', async () => {
  const { send, newKey } = await service()
  const { status, error } = await send(api.Encrypt, { keyId: await newKey(), plaintext, algorithm: 'AES_ECB' })
  assert.equal(`${status} ${error.errorCode}`, '400 InvalidParameter')
})

test('after rotation Encrypt keeps to the initial version and AdvanceEncrypt follows the primary one', async () => {
  const { kms, send, newKey } = await service()
  const keyId = await newKey()
  const before = await send(api.AdvanceEncrypt, { keyId, plaintext })
  await actor(kms)(CreateKeyVersion, createKeyVersion, { keyId })
  const plain = await send(api.Encrypt, { keyId, plaintext })
  const advanced = await send(api.AdvanceEncrypt, { keyId, plaintext })
  assert.equal(plain.keyVersionId, before.keyVersionId)
  assert.notEqual(advanced.values.keyVersionId, before.values.keyVersionId)
  for (const { values } of [before, advanced]) {
    const opened = await send(api.AdvanceDecrypt, { ciphertextBlob: values.ciphertextBlob, iv: values.iv })
    assert.deepEqual(Buffer.from(opened.values.plaintext), plaintext)
  }
  const { ciphertextBlob, iv } = plain.values
  const opened = await send(api.AdvanceDecrypt, { keyId, ciphertextBlob, iv })
  assert.deepEqual(Buffer.from(opened.values.plaintext), plaintext)
})

test('an Advance ciphertext with another IV beside it is refused', async () => {
  const { send, newKey } = await service()
  const { values } = await send(api.AdvanceEncrypt, { keyId: await newKey(), plaintext })
  const { status } = await send(api.AdvanceDecrypt, { ciphertextBlob: values.ciphertextBlob, iv: Buffer.alloc(12) })
  assert.equal(status, 400)
})

test('behind its first three bytes an Advance ciphertext opens at the OpenAPI gateway, and the other way round', async () => {
  const { kms, send, newKey } = await service()
  const keyId = await newKey()
  const as = actor(kms)
  const { values } = await send(api.AdvanceEncrypt, { keyId, plaintext })
  const opened = await as(OpenapiDecrypt, decrypt, { ciphertextBlob: values.ciphertextBlob.subarray(3) })
  assert.equal(opened.plaintext, plaintext.toString())
  const sealed = await as(OpenapiEncrypt, encrypt, { keyId, plaintext: 'aGVsbG8=' })
  const ciphertextBlob = Buffer.concat([Buffer.from([0x24, 0, 2]), sealed.ciphertextBlob])
  const back = await send(api.AdvanceDecrypt, { ciphertextBlob })
  assert.equal(Buffer.from(back.values.plaintext).toString(), 'aGVsbG8=')
  const kmsSealed = await send(api.KmsEncrypt, { keyId, plaintext })
  const kmsOpened = await send(api.KmsDecrypt, { ciphertextBlob: kmsSealed.values.ciphertextBlob })
  assert.deepEqual(Buffer.from(kmsOpened.values.plaintext), plaintext)
  assert.equal((await as(OpenapiDecrypt, decrypt, kmsSealed.values)).plaintext, plaintext.toString())
})

test('data keys have the length asked for and open again', async () => {
  const { send, newKey } = await service()
  const keyId = await newKey()
  const aad = Buffer.from('aad')
  const plain = await send(api.GenerateDataKey, { keyId, numberOfBytes: 24, aad })
  assert.equal(plain.values.plaintext.length, 24)
  const { ciphertextBlob, iv } = plain.values
  const opened = await send(api.Decrypt, { keyId, ciphertextBlob, iv, aad })
  assert.deepEqual(opened.values.plaintext, plain.values.plaintext)
  const advanced = await send(api.AdvanceGenerateDataKey, { keyId })
  assert.equal(advanced.values.plaintext.length, 32)
  const again = await send(api.AdvanceDecrypt, { ciphertextBlob: advanced.values.ciphertextBlob })
  assert.deepEqual(again.values.plaintext, advanced.values.plaintext)
  assert.equal((await send(api.GenerateDataKey, { keyId, numberOfBytes: 1025 })).status, 400)
})

for (const keyPairSpec of ['RSA_2048', 'EC_P256', 'EC_P256K']) {
  test(`a data key pair of ${keyPairSpec} fits together and its private key opens again`, async () => {
    const { send, newKey } = await service()
    const keyId = await newKey()
    const pem = (await send(api.GenerateDataKeyPair, { keyId, keyPairSpec })).values
    const signature = opensslSign('sha256', plaintext, createPrivateKey(Buffer.from(pem.privateKeyPlaintext)))
    assert.ok(opensslVerify('sha256', plaintext, createPublicKey(Buffer.from(pem.publicKey)), signature))
    const opened = await send(api.Decrypt, { keyId, ciphertextBlob: pem.privateKeyCiphertextBlob, iv: pem.iv })
    assert.deepEqual(opened.values.plaintext, pem.privateKeyPlaintext)
    const der = (await send(api.AdvanceGenerateDataKeyPair, { keyId, keyPairSpec, keyFormat: 'DER' })).values
    const key = createPrivateKey({ key: Buffer.from(der.privateKeyPlaintext), format: 'der', type: 'pkcs8' })
    assert.deepEqual(createPublicKey(key).export({ format: 'der', type: 'spki' }), Buffer.from(der.publicKey))
  })
}

test('the forms without plaintext show no private key', async () => {
  const { send, newKey } = await service()
  const request = { keyId: await newKey(), keyPairSpec: 'EC_P256', keyFormat: 'DER' }
  const plain = await send(api.GenerateDataKeyPairWithoutPlaintext, request)
  const advanced = await send(api.AdvanceGenerateDataKeyPairWithoutPlaintext, request)
  assert.ok(!('privateKeyPlaintext' in plain.values) && !('privateKeyPlaintext' in advanced.values))
  const opened = await send(api.AdvanceDecrypt, { ciphertextBlob: advanced.values.privateKeyCiphertextBlob })
  const key = createPrivateKey({ key: Buffer.from(opened.values.plaintext), format: 'der', type: 'pkcs8' })
  assert.deepEqual(createPublicKey(key).export({ format: 'der', type: 'spki' }), Buffer.from(advanced.values.publicKey))
})

for (const [keySpec, algorithm] of [
  ['RSA_2048', 'RSA_PSS_SHA_256'],
  ['RSA_2048', 'RSA_PKCS1_SHA_256'],
  ['EC_P256', 'ECDSA_SHA_256'],
  ['EC_P256K', 'ECDSA_SHA_256'],
  ['EC_SM2', 'SM2DSA'],
] as const) {
  test(`${keySpec} signs messages and digests with ${algorithm}`, async () => {
    const { send, newKey } = await service()
    const keyId = await newKey({ keySpec, keyUsage: 'SIGN/VERIFY' })
    for (const [messageType, message] of [
      ['RAW', plaintext],
      ['DIGEST', sha256(plaintext)],
    ] as const) {
      const signed = await send(api.Sign, { keyId, message, messageType, algorithm })
      assert.equal(signed.values.messageType, messageType)
      const { signature } = signed.values
      const verified = await send(api.Verify, { keyId, message, messageType, algorithm, signature })
      assert.equal(verified.values.value, true)
      const other = await send(api.Verify, { keyId, message: randomBytes(32), messageType, algorithm, signature })
      assert.deepEqual([other.status, other.values.value], [200, false])
    }
    const publicKey = await send(api.GetPublicKey, { keyId })
    assert.match(publicKey.values.publicKey, /^-----BEGIN PUBLIC KEY-----\n/)
    assert.equal(publicKey.keyVersionId?.length, 36)
  })
}

test('Sign without an algorithm uses the default of the key spec and says which', async () => {
  const { send, newKey } = await service()
  const keyId = await newKey({ keySpec: 'RSA_2048', keyUsage: 'SIGN/VERIFY' })
  assert.equal((await send(api.Sign, { keyId, message: plaintext })).values.algorithm, 'RSA_PSS_SHA_256')
})

for (const [keySpec, algorithm] of [
  ['RSA_2048', 'RSAES_OAEP_SHA_256'],
  ['RSA_2048', 'RSAES_OAEP_SHA_1'],
  ['EC_SM2', 'SM2PKE'],
  ['EC_P256', 'ECIES_DH_SHA_1_XOR_HMAC'],
] as const) {
  test(`${keySpec} encrypts with ${algorithm}`, async () => {
    const { send, newKey } = await service()
    const keyId = await newKey({ keySpec, keyUsage: 'ENCRYPT/DECRYPT' })
    const sealed = await send(api.Encrypt, { keyId, plaintext, algorithm })
    assert.equal(sealed.status, 200, sealed.error.errorMessage)
    const opened = await send(api.Decrypt, { keyId, ciphertextBlob: sealed.values.ciphertextBlob, algorithm })
    assert.deepEqual(Buffer.from(opened.values.plaintext), plaintext)
  })
}

test('random bytes, hashes and MACs', async () => {
  const { send, newKey } = await service()
  assert.equal((await send(api.GenerateRandom, { length: 64 })).values.random.length, 64)
  assert.equal((await send(api.GenerateRandom, { length: 65 })).status, 400)
  assert.deepEqual(
    Buffer.from((await send(api.Hash, { message: plaintext })).values.digest),
    Buffer.from(sha256(plaintext)),
  )
  const keyId = await newKey({ keySpec: 'HMAC_SHA_256', keyUsage: 'GENERATE/VERIFY_MAC' })
  assert.equal((await send(api.Hmac, { keyId, message: plaintext })).values.signature.length, 32)
})

/** One altered request each, and what official SDKs expect as the answer. */
const refusals: readonly [what: string, options: Parameters<typeof callInstance>[5], answer: string][] = [
  [
    'another api version',
    { headers: { 'x-kms-apiversion': '1' } },
    '400 InvalidApiVersion The ApiVersion "1" is invalid.',
  ],
  [
    'an unknown api',
    { headers: { 'x-kms-apiname': 'Nothing' } },
    '400 InvalidApiName The ApiName "Nothing" is invalid.',
  ],
  [
    'a day that no month has',
    { headers: { date: 'Sat, 31 Nov 2026 22:00:00 GMT' } },
    '400 InvalidParam The Param Date is invalid.',
  ],
  ['a date in another form', { headers: { date: '2026-11-21' } }, '400 InvalidParam The Param Date is invalid.'],
  [
    'a clock that is off',
    { headers: { date: 'Sat, 21 Nov 2026 20:00:00 GMT' } },
    '400 RequestTimeTooSkewed Request time exceeds server time more than 15 minutes.',
  ],
  [
    'another signature method',
    { headers: { 'x-kms-signaturemethod': 'NONE' } },
    '400 InvalidParam The Param x-kms-signaturemethod is invalid. message:"NONE".',
  ],
  [
    'no ClientKey id',
    { headers: { 'x-kms-acccesskeyid': '' } },
    '400 MissingParameter Parameter x-kms-acccesskeyid does not exist in http header or body.',
  ],
  [
    'an unknown ClientKey',
    { headers: { 'x-kms-acccesskeyid': 'KAAP.none' } },
    '404 Unauthorized The AccessKey ID "KAAP.none" does not exist in our records.',
  ],
  ['no signature', { tamper: { authorization: 'Basic x' } }, '400 InvalidParam The Param Authorization is invalid.'],
  [
    'another body digest',
    { headers: { 'content-sha256': 'A'.repeat(64) } },
    '400 InvalidParam The Param Content-SHA256 is invalid.',
  ],
  [
    'a header changed after signing',
    { tamper: { 'x-kms-apiname': 'Decrypt' } },
    '401 SignatureNotMatch Signature is not matched.',
  ],
  [
    'another content type',
    { headers: { 'content-type': 'application/json' } },
    '415 InvalidContentType Content-Type "application/json" is unsupported.',
  ],
]

for (const [what, options, answer] of refusals) {
  test(`${what} is refused in the service's words`, async () => {
    const { send, newKey } = await service()
    const { status, error } = await send(api.Encrypt, { keyId: await newKey(), plaintext }, options)
    assert.equal(`${status} ${error.errorCode} ${error.errorMessage}`, answer)
    assert.equal(error.statusCode, status)
    assert.match(error.requestId, /^[0-9a-f-]{36}$/)
  })
}

test('the prefix TOKEN of the documentation is taken as well as Bearer', async () => {
  const { kms, application, gateway, newKey } = await service()
  const body = encodeMessage(api.Encrypt.request, { keyId: await newKey(), plaintext })
  const request = instanceRequest(kms, application, 'Encrypt', body)
  const authorization = request.headers.get('authorization')?.[0]?.replace('Bearer', 'TOKEN') ?? ''
  const headers = new Map([...request.headers, ['authorization', [authorization]] as const])
  assert.equal((await gateway.handle({ ...request, headers })).status, 200)
})

test('a body over 3 MB is 413', async () => {
  const { kms, application, gateway } = await service()
  const request = instanceRequest(kms, application, 'Encrypt', new Uint8Array(3 * 1024 * 1024 + 1))
  assert.equal((await gateway.handle(request)).status, 413)
})

test('keys of another instance are unknown, and so are default keys unless the instance is the default one', async () => {
  const { kms, send, newKey } = await service()
  const other = await createInstance(kms, kms.settings.accountId, 'other')
  const theirs = await newApplication(kms, { name: 'other', instanceId: other.id })
  const ours = await newKey()
  const { keyMetadata } = await actor(kms)(CreateKey, createKey, {})
  const answer = async (keyId: string, as?: Application) => {
    const { status, error } = await send(api.Encrypt, { keyId, plaintext }, {}, as)
    return status === 200 ? 'ok' : error.errorCode
  }
  assert.equal(await answer(ours), 'ok')
  assert.equal(await answer(keyMetadata.keyId), 'ok')
  assert.notEqual(await answer(ours, theirs), 'ok')
  assert.notEqual(await answer(keyMetadata.keyId, theirs), 'ok')
})

test('an application reaches the keys that its policy lists and no others', async () => {
  const { kms, send, newKey } = await service({ resources: ['key/none'] })
  const keyId = await newKey()
  const { status, error } = await send(api.Encrypt, { keyId, plaintext })
  assert.equal(`${status} ${error.errorCode}`, '403 Forbidden.NoPermission')
  assert.ok(kms)
})

test('an application without the permission for secrets is told so; with it, that there is none', async () => {
  const without = await service()
  assert.equal((await without.send(api.GetSecretValue, { secretName: 's' })).error.errorCode, 'Forbidden.NoPermission')
  const permissions = ['RbacPermission/Template/CryptoServiceSecretUser']
  const permitted = await service({ permissions, resources: ['secret/*'] })
  const { status, error } = await permitted.send(api.GetSecretValue, { secretName: 's' })
  assert.equal(`${status} ${error.errorCode}`, '404 Forbidden.ResourceNotFound')
})

test('a disabled key refuses', async () => {
  const { kms, send, newKey } = await service()
  const keyId = await newKey()
  await actor(kms)(DisableKey, disableKey, { keyId })
  const { status, error } = await send(api.Encrypt, { keyId, plaintext })
  assert.equal(`${status} ${error.errorCode}`, '409 Rejected.Disabled')
})

test('expiry, revocation and network rules count from the next request on', async () => {
  const { kms, advance } = await testKms()
  const as = actor(kms)
  const rule = { name: 'rule', type: 'Private', sourcePrivateIp: ['10.0.0.0/24'] } as const
  await as(CreateNetworkRule, createNetworkRule, rule)
  const application = await newApplication(kms, { networkRules: ['rule'] })
  const gateway = instanceGateway({ kms, audit: { append: async () => {} } })
  const { keyMetadata } = await as(CreateKey, createKey, { dKMSInstanceId: application.instanceId })
  const answer = async () => {
    const { status, error } = await callInstance(gateway, kms, application, api.Encrypt, {
      keyId: keyMetadata.keyId,
      plaintext,
    })
    return status === 200 ? 'ok' : `${status} ${error.errorCode}`
  }
  assert.equal(await answer(), 'ok')
  await as(UpdateNetworkRule, updateNetworkRule, { name: 'rule', sourcePrivateIp: ['192.168.0.1'] })
  assert.equal(await answer(), '403 Forbidden.NoPermission')
  await as(UpdateNetworkRule, updateNetworkRule, { name: 'rule', sourcePrivateIp: ['10.0.0.7'] })
  assert.equal(await answer(), 'ok')
  advance(6 * 366 * 24 * 3600 * 1000)
  assert.equal(await answer(), '404 Unauthorized')
  advance(-6 * 366 * 24 * 3600 * 1000)
  assert.equal(await answer(), 'ok')
  await as(DeleteClientKey, deleteClientKey, { clientKeyId: application.clientKeyId })
  assert.equal(await answer(), '404 Unauthorized')
})

test('a network rule holds for every operation, also for those that touch no key', async () => {
  const { kms } = await testKms()
  const as = actor(kms)
  await as(CreateNetworkRule, createNetworkRule, { name: 'rule', type: 'Private', sourcePrivateIp: ['10.0.0.0/24'] })
  const application = await newApplication(kms, { networkRules: ['rule'] })
  const records: AuditRecord[] = []
  const gateway = instanceGateway({ kms, audit: { append: async (record) => void records.push(record) } })
  const outcomes = async (sourceAddress: string) => {
    const answers = api.instanceOperations.map(async ({ name }) => {
      const request = instanceRequest(kms, application, name, new Uint8Array(0))
      const { status, body } = await gateway.handle({ ...request, sourceAddress })
      return status === 200 ? 'ok' : decodeMessage(api.ErrorMessage, Buffer.from(body)).errorCode
    })
    return new Set(await Promise.all(answers))
  }
  assert.deepEqual([...(await outcomes('10.0.1.7'))], ['Forbidden.NoPermission'])
  assert.equal(records.length, api.instanceOperations.length, 'each is audited')
  assert.ok(!(await outcomes('10.0.0.7')).has('Forbidden.NoPermission'))
  await as(UpdateNetworkRule, updateNetworkRule, { name: 'rule', sourcePrivateIp: ['10.0.1.7'] })
  assert.deepEqual([...(await outcomes('10.0.0.7'))], ['Forbidden.NoPermission'])
  assert.ok((await outcomes('::ffff:10.0.1.7')).has('ok'))
})

test('while the audit log refuses, no data leaves', async () => {
  const { kms, application, newKey } = await service()
  const keyId = await newKey()
  const audit = { append: () => Promise.reject(new Error('disk full')) }
  const reply = await callInstance(instanceGateway({ kms, audit }), kms, application, api.GenerateDataKey, { keyId })
  assert.equal(`${reply.status} ${reply.error.errorCode}`, '503 ServiceUnavailableTemporary')
})

test('whatever bytes are signed, the answer is an error of the caller, never a fault', async () => {
  const { kms, application, gateway } = await service()
  const names = fc.constantFrom(...api.instanceOperations.map(({ name }) => name))
  await fc.assert(
    fc.asyncProperty(names, fc.uint8Array({ maxLength: 120 }), async (name, body) => {
      const response = await gateway.handle(instanceRequest(kms, application, name, body))
      if (response.status === 200) return
      assert.ok(response.status < 500, `${name} ${Buffer.from(body).toString('hex')}`)
      assert.equal(decodeMessage(api.ErrorMessage, Buffer.from(response.body)).statusCode, response.status)
    }),
    { numRuns: 300 },
  )
})

test('no key pair is made for a caller whom the key refuses', async () => {
  const { send, newKey, kms } = await service()
  const keyId = await newKey({ keySpec: 'EC_P256' })
  const disabled = await newKey()
  await actor(kms)(DisableKey, disableKey, { keyId: disabled })
  const before = process.cpuUsage()
  for (const id of [keyId, disabled, 'no-such-key']) {
    for (const operation of [api.GenerateDataKeyPair, api.AdvanceGenerateDataKeyPair]) {
      const { status } = await send(operation, { keyId: id, keyPairSpec: 'RSA_4096' })
      assert.notEqual(status, 200)
    }
  }
  // six RSA-4096 keys take seconds of some processor
  assert.ok(process.cpuUsage(before).user < 1_000_000)
})

test('a caller with one key cannot tell from AdvanceDecrypt which versions of other keys exist', async () => {
  const { kms, send, newKey, application } = await service()
  const own = await newKey()
  const { values } = await send(api.AdvanceEncrypt, { keyId: await newKey(), plaintext })
  const { instanceId } = application
  const other = await newApplication(kms, { name: 'other', instanceId, resources: [`key/${own}`] })
  const existing = Buffer.from(values.ciphertextBlob)
  const unknown = Buffer.from(existing).fill('x', 10, 20)
  const answers = await Promise.all(
    [existing, unknown].map((ciphertextBlob) => send(api.AdvanceDecrypt, { ciphertextBlob }, {}, other)),
  )
  assert.deepEqual(
    answers.map(({ status, error }) => `${status} ${error.errorCode}`),
    ['403 Forbidden.NoPermission', '403 Forbidden.NoPermission'],
  )
})

test('an IV of the caller encrypts by GCM unless that is turned off', async () => {
  const iv = Buffer.alloc(12, 7)
  for (const refuseGivenIv of [false, true]) {
    const { send, newKey } = await service({}, { refuseGivenIv })
    const keyId = await newKey()
    for (const operation of [api.Encrypt, api.AdvanceEncrypt])
      assert.equal((await send(operation, { keyId, plaintext, iv })).status, refuseGivenIv ? 400 : 200)
    assert.equal((await send(api.Encrypt, { keyId, plaintext })).status, 200)
    const cbc = { keyId, plaintext, algorithm: 'AES_CBC', iv: Buffer.alloc(16, 7) }
    assert.equal((await send(api.Encrypt, cbc)).status, 200)
  }
})

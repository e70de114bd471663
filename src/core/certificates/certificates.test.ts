import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { actor, answerOf, userCaller } from '../../../test/kit/calls.ts'
import { testKms } from '../../../test/kit/kms.ts'
import { newSigner } from '../../../test/kit/signers.ts'
import * as api from '../../api/certificates.ts'
import type { RequestOf } from '../../api/operation.ts'
import { TagResource, UntagResource } from '../../api/tags.ts'
import { issue, selfSigned } from '../../certificates/issue.ts'
import { formatName, parseName } from '../../certificates/name.ts'
import { readRequest } from '../../certificates/request.ts'
import { digestFor, isSignatureOf, readPublicKey, type SignatureAlgorithm } from '../../crypto/public-key.ts'
import type { Kms } from '../kms.ts'
import { tagResource } from '../tags/tag-resource.ts'
import { untagResource } from '../tags/untag-resource.ts'
import { certificatePrivateKeyDecrypt } from './certificate-private-key-decrypt.ts'
import { certificatePrivateKeySign } from './certificate-private-key-sign.ts'
import { certificatePublicKeyEncrypt } from './certificate-public-key-encrypt.ts'
import { certificatePublicKeyVerify } from './certificate-public-key-verify.ts'
import { createCertificate } from './create-certificate.ts'
import { deleteCertificate } from './delete-certificate.ts'
import { describeCertificate } from './describe-certificate.ts'
import { getCertificate } from './get-certificate.ts'
import { updateCertificateStatus } from './update-certificate-status.ts'
import { uploadCertificate } from './upload-certificate.ts'

type Spec = RequestOf<typeof api.CreateCertificate>['keySpec']
const subject = 'CN=测试,OU=kms,O=aliyun,C=CN'

/** Everything that can be done with certificates, as one caller. */
function certificateActor(kms: Kms, as = actor(kms)) {
  return {
    create: (keySpec: Spec = 'EC_P256', more: object = {}) =>
      as(api.CreateCertificate, createCertificate, { keySpec, subject, ...more }),
    upload: (certificateId: string, certificate: string, certificateChain?: string) =>
      as(api.UploadCertificate, uploadCertificate, { certificateId, certificate, certificateChain }),
    get: (certificateId: string) => as(api.GetCertificate, getCertificate, { certificateId }),
    describe: (certificateId: string) => as(api.DescribeCertificate, describeCertificate, { certificateId }),
    setStatus: (certificateId: string, status: 'ACTIVE' | 'INACTIVE' | 'REVOKED') =>
      as(api.UpdateCertificateStatus, updateCertificateStatus, { certificateId, status }),
    delete: (certificateId: string) => as(api.DeleteCertificate, deleteCertificate, { certificateId }),
    sign: (input: RequestOf<typeof api.CertificatePrivateKeySign>) =>
      as(api.CertificatePrivateKeySign, certificatePrivateKeySign, input),
    verify: (input: RequestOf<typeof api.CertificatePublicKeyVerify>) =>
      as(api.CertificatePublicKeyVerify, certificatePublicKeyVerify, input),
    encrypt: (input: RequestOf<typeof api.CertificatePublicKeyEncrypt>) =>
      as(api.CertificatePublicKeyEncrypt, certificatePublicKeyEncrypt, input),
    decrypt: (input: RequestOf<typeof api.CertificatePrivateKeyDecrypt>) =>
      as(api.CertificatePrivateKeyDecrypt, certificatePrivateKeyDecrypt, input),
  }
}

async function fixture() {
  const { kms } = await testKms()
  const ca = await newSigner('EC_P256')
  const terms = (more: object = {}) => ({ now: kms.now(), serialNumber: Buffer.alloc(16, 7), ...more })
  const root = await selfSigned(ca, parseName('CN=testCA,O=aliyun,C=CN'), { ...terms(), usage: 'ca' })
  const issued = (request: string, more: object = {}) =>
    issue(ca, { ...terms(more), usage: 'pdf', caCertificate: root, request })
  const account = certificateActor(kms)
  /** One that has been uploaded. */
  async function active(keySpec: Spec = 'EC_P256'): Promise<string> {
    const { certificateId, csr } = await account.create(keySpec)
    await account.upload(certificateId, await issued(csr), root)
    return certificateId
  }
  return { kms, account, root, issued, active }
}

test('a request is about the key and the subject, and the private key is in no answer', async () => {
  const { account, kms } = await fixture()
  const subjectAlternativeNames = ['test1.example.com', '*.test.cn']
  for (const keySpec of ['RSA_2048', 'EC_P256', 'EC_SM2'] as const) {
    const { certificateId, arn, csr } = await account.create(keySpec, { subjectAlternativeNames })
    assert.equal(arn, `acs:kms:${kms.settings.regionId}:${kms.settings.accountId}:certificate/${certificateId}`)
    const request = readRequest(csr)
    // The service writes names as RFC 2253 has it: what stands first in the text stands last in the request.
    assert.equal(formatName(request.subject), 'C=CN,O=aliyun,OU=kms,CN=测试')
    assert.deepEqual(
      request.extensions.alternativeNames?.map(({ value }) => value),
      subjectAlternativeNames,
    )
    const described = await account.describe(certificateId)
    assert.deepEqual(Buffer.from(readPublicKey(described.subjectPublicKey)?.spki ?? []), Buffer.from(request.spki))
    const { status, subject: shown, issuer, exportablePrivateKey } = described
    assert.deepEqual([status, shown, issuer, exportablePrivateKey], ['PENDING', subject, '', true])
    assert.deepEqual(await account.get(certificateId), { certificateId, csr, certificate: '', certificateChain: '' })
  }
})

test('what a CA has issued is kept with its chain, and described', async () => {
  const { account, active, root } = await fixture()
  const certificateId = await active()
  assert.match((await account.get(certificateId)).certificate, /^-----BEGIN CERTIFICATE-----\n/)
  assert.equal((await account.get(certificateId)).certificateChain, root)
  const described = await account.describe(certificateId)
  assert.equal(described.status, 'ACTIVE')
  assert.equal(described.subject, subject)
  assert.equal(described.issuer, 'C=CN,O=aliyun,CN=testCA')
  assert.equal(described.serial, BigInt(`0x01${'07'.repeat(16)}`).toString())
  assert.equal(described.signatureAlgorithm, 'ECDSA-SHA256')
  assert.match(described.subjectKeyIdentifier, /^([0-9A-F]{2} ){19}[0-9A-F]{2}$/)
  assert.match(described.notAfter, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
})

const schemes: readonly (readonly [Spec, SignatureAlgorithm])[] = [
  ['RSA_2048', 'RSA_PKCS1_SHA_256'],
  ['RSA_2048', 'RSA_PSS_SHA_256'],
  ['EC_P256', 'ECDSA_SHA_256'],
  ['EC_SM2', 'SM2DSA'],
]
for (const [keySpec, algorithm] of schemes)
  test(`a ${keySpec} certificate signs by ${algorithm} what verifies here and elsewhere, message or digest`, async () => {
    const { account, active } = await fixture()
    const certificateId = await active(keySpec)
    const key = readPublicKey((await account.describe(certificateId)).subjectPublicKey) ?? assert.fail()
    const message = Buffer.from('消息')
    const digest = digestFor(key, message)
    const raw = { certificateId, algorithm, message }
    const digested = { ...raw, message: digest, messageType: 'DIGEST' } as const
    for (const input of [raw, digested]) {
      const { signatureValue } = await account.sign(input)
      assert.ok(isSignatureOf(key, algorithm, digest, signatureValue))
      for (const other of [raw, digested])
        assert.equal((await account.verify({ ...other, signatureValue })).signatureValid, true)
      const wrong = { ...raw, message: Buffer.from('other'), signatureValue }
      assert.equal((await account.verify(wrong)).signatureValid, false)
    }
    await assert.rejects(account.sign({ ...digested, message }), { code: 'InvalidParameter', parameter: 'Message' })
    const foreign = keySpec === 'EC_SM2' ? 'ECDSA_SHA_256' : 'SM2DSA'
    await assert.rejects(account.sign({ ...raw, algorithm: foreign }), { parameter: 'Algorithm' })
  })

const encryptions = [
  ['RSA_2048', 'RSAES_OAEP_SHA_256', 190],
  ['RSA_2048', 'RSAES_OAEP_SHA_1', 214],
  ['EC_SM2', 'SM2PKE', 6047],
] as const
for (const [keySpec, algorithm, limit] of encryptions)
  test(`a ${keySpec} certificate encrypts up to ${limit} bytes by ${algorithm}`, async () => {
    const { account, active } = await fixture()
    const certificateId = await active(keySpec)
    const common = { certificateId, algorithm }
    const plaintext = new Uint8Array(Buffer.alloc(limit, 'a'))
    const { ciphertextBlob } = await account.encrypt({ ...common, plaintext })
    assert.deepEqual(new Uint8Array((await account.decrypt({ ...common, ciphertextBlob })).plaintext), plaintext)
    ciphertextBlob[ciphertextBlob.length - 1] = (ciphertextBlob.at(-1) ?? 0) ^ 1
    assert.equal(await answerOf(account.decrypt({ ...common, ciphertextBlob })), 'InvalidParameter')
    const long = { ...common, plaintext: new Uint8Array(limit + 1) }
    await assert.rejects(account.encrypt(long), { code: 'InvalidParameter', parameter: 'Plaintext' })
  })

test('an EC_P256 certificate does not encrypt', async () => {
  const { account, active } = await fixture()
  const input = { certificateId: await active(), algorithm: 'RSAES_OAEP_SHA_256', plaintext: Buffer.of(1) } as const
  await assert.rejects(account.encrypt(input), { code: 'InvalidParameter', parameter: 'Algorithm' })
})

describe('what each status allows', () => {
  test('until it is uploaded it does nothing; inactive it rests; revoked it only verifies, for good', async () => {
    const { account, issued, root } = await fixture()
    const { certificateId, csr } = await account.create('RSA_2048')
    const certificate = await issued(csr)
    const encryption = { certificateId, algorithm: 'RSAES_OAEP_SHA_256' } as const
    const signing = { certificateId, algorithm: 'RSA_PKCS1_SHA_256', message: Buffer.from('a') } as const
    let signatureValue = new Uint8Array(256)
    let ciphertextBlob = new Uint8Array(256)
    const answers = async () => [
      await answerOf(account.sign(signing)),
      await answerOf(account.verify({ ...signing, signatureValue })),
      await answerOf(account.encrypt({ ...encryption, plaintext: Buffer.from('a') })),
      await answerOf(account.decrypt({ ...encryption, ciphertextBlob })),
    ]
    assert.deepEqual(await answers(), Array(4).fill('Rejected.PendingImport'))
    assert.equal(await answerOf(account.setStatus(certificateId, 'ACTIVE')), 'Rejected.PendingImport')
    await account.upload(certificateId, certificate, root)
    signatureValue = Uint8Array.from((await account.sign(signing)).signatureValue)
    ciphertextBlob = Uint8Array.from(
      (await account.encrypt({ ...encryption, plaintext: Buffer.from('a') })).ciphertextBlob,
    )
    assert.deepEqual(await answers(), Array(4).fill('ok'))
    await account.setStatus(certificateId, 'INACTIVE')
    assert.deepEqual(await answers(), Array(4).fill('Rejected.Disabled'))
    await account.upload(certificateId, certificate)
    assert.equal((await account.describe(certificateId)).status, 'INACTIVE')
    await account.setStatus(certificateId, 'ACTIVE')
    assert.deepEqual(await answers(), Array(4).fill('ok'))
    await account.setStatus(certificateId, 'REVOKED')
    const revoked = 'Rejected.Unavailable'
    assert.deepEqual(await answers(), [revoked, 'ok', revoked, revoked])
    for (const status of ['ACTIVE', 'INACTIVE'] as const)
      assert.equal(await answerOf(account.setStatus(certificateId, status)), revoked)
    assert.equal(await answerOf(account.setStatus(certificateId, 'REVOKED')), 'ok')
    assert.equal(await answerOf(account.upload(certificateId, certificate)), revoked)
  })
})

test('a deleted certificate is gone, whatever its status', async () => {
  const { account, active } = await fixture()
  const certificateId = await active()
  await account.sign({ certificateId, algorithm: 'ECDSA_SHA_256', message: Buffer.from('a') })
  await account.delete(certificateId)
  const answers = [
    await answerOf(account.sign({ certificateId, algorithm: 'ECDSA_SHA_256', message: Buffer.from('a') })),
    await answerOf(account.describe(certificateId)),
    await answerOf(account.delete(certificateId)),
  ]
  assert.deepEqual(answers, Array(3).fill('Certificate.NotFound'))
})

test('what is uploaded must be about the key, in date, and have a chain that holds', async () => {
  const { account, issued, root, kms } = await fixture()
  const [first, second] = [await account.create(), await account.create()]
  const upload = (certificate: string, chain?: string) => account.upload(first.certificateId, certificate, chain)
  const wrong = (parameter: string) => ({ code: 'InvalidParameter', parameter })
  const other = await issued(second.csr)
  const own = await issued(first.csr)
  await assert.rejects(upload(other), wrong('Certificate'))
  await assert.rejects(upload(root), wrong('Certificate'))
  await assert.rejects(upload('hello'), wrong('Certificate'))
  await assert.rejects(upload(own.slice(0, 200)), wrong('Certificate'))
  await assert.rejects(upload(own + root), wrong('Certificate'))
  await assert.rejects(upload(own, other), wrong('CertificateChain'))
  await assert.rejects(upload(own, 'hello'), wrong('CertificateChain'))
  const short = await issued(first.csr, { days: 1, now: new Date(kms.now().getTime()) })
  const later = certificateActor({ ...kms, now: () => new Date(kms.now().getTime() + 3 * 86_400_000) })
  await assert.rejects(later.upload(first.certificateId, short), wrong('Certificate'))
  assert.equal((await account.describe(first.certificateId)).status, 'PENDING')
  await upload(own, root)
})

test('a subject needs a CN and the form of names; other names are as many as ten', async () => {
  const { account } = await fixture()
  const refused = (more: object, parameter: string) =>
    assert.rejects(account.create('EC_P256', more), { code: 'InvalidParameter', parameter })
  await refused({ subject: 'O=aliyun' }, 'Subject')
  await refused({ subject: 'aliyun' }, 'Subject')
  await refused({ subject: 'CN=a,C=China' }, 'Subject')
  await refused({ subjectAlternativeNames: ['a..b'] }, 'SubjectAlternativeNames')
})

test('an account has as many certificates as keys', async () => {
  const { kms } = await fixture()
  const limited = certificateActor({
    ...kms,
    settings: { ...kms.settings, limits: { ...kms.settings.limits, keys: 1 } },
  })
  await limited.create()
  assert.equal(await answerOf(limited.create()), 'Rejected.LimitExceeded')
})

test('policies name certificates and see their tags; other accounts have none of them', async () => {
  const { kms, account, active } = await fixture()
  const certificateId = await active()
  const arn = `acs:kms:*:*:certificate/${certificateId}`
  const as = (...statements: { Action: string; Resource: string }[]) =>
    certificateActor(kms, actor(kms, userCaller(kms, statements)))
  const signing = { certificateId, algorithm: 'ECDSA_SHA_256', message: Buffer.from('a') } as const
  const signer = as({ Action: 'kms:CertificatePrivateKeySign', Resource: arn })
  assert.equal(await answerOf(signer.sign(signing)), 'ok')
  assert.equal(await answerOf(signer.sign({ ...signing, certificateId: 'other' })), 'Forbidden.NoPermission')
  assert.equal(await answerOf(signer.describe(certificateId)), 'Forbidden.NoPermission')
  assert.equal(await answerOf(signer.create()), 'Forbidden.NoPermission')
  assert.equal(
    await answerOf(as({ Action: 'kms:CreateCertificate', Resource: 'acs:kms:*:*:certificate' }).create()),
    'ok',
  )
  const foreign = certificateActor(
    kms,
    actor(kms, userCaller(kms, [{ Action: 'kms:*', Resource: '*' }], '2000000000000002')),
  )
  assert.equal(await answerOf(foreign.sign(signing)), 'Certificate.NotFound')
  const tags = [{ tagKey: 'team/a', tagValue: 'apollo' }]
  await actor(kms)(TagResource, tagResource, { certificateId, tags })
  assert.deepEqual((await account.describe(certificateId)).tags, { 'team/a': 'apollo' })
  await actor(kms)(UntagResource, untagResource, { certificateId, tagKeys: ['team/a'] })
  assert.deepEqual((await account.describe(certificateId)).tags, {})
})

import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { opensslMissing } from '../../../test/kit/openssl.ts'
import { handmadePdf, libraryPdf, missing, pdfsig, signatureParts } from '../../../test/kit/pdf.ts'
import { enter, revocationList, startServices, type TestServices } from '../../../test/kit/pdf-authorities.ts'
import type { TestIdentity } from '../../../test/kit/pdf-certificates.ts'
import { ClientError } from '../../sdk/errors.ts'
import { readSignedData } from '../cms/read-signed-data.ts'
import { SigningError } from '../errors.ts'
import { localKey } from '../local-key.ts'
import { PdfDocument } from './file/document.ts'
import { memorySource } from './file/source.ts'
import type { PdfSignOptions } from './options.ts'
import type { PdfSignatureReport } from './report.ts'
import { readSecurityStore } from './security-store.ts'
import { signPdf } from './sign.ts'
import { verifyPdf } from './verify.ts'

const pdfsigMissing = missing('pdfsig', '-v')

describe('time stamps and long-term signatures', { skip: opensslMissing }, () => {
  let services: TestServices
  let identity: TestIdentity
  before(async () => {
    services = await startServices()
    identity = services.authority.issue('ec')
    enter(services.authority, identity.chain)
  })
  after(() => services.close())

  const signed = (more: Partial<PdfSignOptions>, pdf = handmadePdf(), by = identity): Promise<Uint8Array> =>
    signPdf(pdf, { signer: localKey(by.privateKey), certificates: by.chain, timeStamp: { url: services.tsa }, ...more })
  const reportOn = async (pdf: Uint8Array): Promise<PdfSignatureReport> => {
    const { signatures } = await verifyPdf(pdf, { trusted: identity.ca })
    return signatures[0] ?? assert.fail()
  }
  const refusal = (code: string, message: RegExp) => (error: unknown) =>
    error instanceof SigningError && error.code === code && message.test(error.message)

  test('a time stamp is asked for, verified and kept', async () => {
    const pdf = await signed({})
    const { isValid, level, stampedAt = new Date(0), problems } = await reportOn(pdf)
    assert.deepEqual([problems, isValid, level], [[], true, 'B-T'])
    assert.ok(Math.abs(stampedAt.getTime() - Date.now()) < 120_000)
    if (pdfsigMissing === false) assert.deepEqual(pdfsig(pdf), ['Signature is Valid.'])
  })

  test('an authority with accounts gets name and password, and nobody else does', async () => {
    const timeStamp = { url: services.tsa, credentials: 'shop:secret' }
    await signed({ timeStamp })
    assert.equal(services.authorization, `Basic ${Buffer.from('shop:secret').toString('base64')}`)
    await signed({})
    assert.equal(services.authorization, undefined)
  })

  test('a certificate may have ended since, if a time stamp says that it had not yet', async () => {
    const { signatures } = await verifyPdf(await signed({}), {
      trusted: identity.ca,
      at: new Date(Date.now() + 900 * 86_400_000),
    })
    assert.equal(signatures[0]?.isValid, true)
  })

  test('an answer of the authority that is none is refused', async () => {
    const good = Buffer.from(signatureParts(await signed({})).cms)
    const { signerInfo } = readSignedData(good)
    assert.equal(signerInfo.unsignedAttributes.size, 1)
    const answers: readonly (readonly [NonNullable<TestServices['answer']>, RegExp])[] = [
      [{ body: Buffer.from('<html>') }, /gives an answer that cannot be read/],
      [{ body: Buffer.from('30053003020102', 'hex') }, /refuses \(status 2\)/],
      [{ body: Buffer.from('30053003020100', 'hex') }, /gives no token/],
      [{ status: 503, body: Buffer.alloc(0) }, /answers with HTTP status 503/],
      [{ body: Buffer.alloc(300_000) }, /gives an answer that is too long/],
    ]
    for (const [answer, message] of answers) {
      services.answer = answer
      await assert.rejects(signed({}), refusal('signature', message))
    }
    services.answer = { body: await replayed() }
    await assert.rejects(signed({}), refusal('signature', /The time stamp is about something else/))
    services.answer = undefined
    await assert.rejects(signed({ timeStamp: { url: 'ftp://x' } }), refusal('signature', /has no valid address/))
    await assert.rejects(
      signed({ timeStamp: { url: 'http://127.0.0.1:1/' } }),
      (error) => error instanceof ClientError && error.code === 'network',
    )
  })

  /** An answer that was right for another request. */
  async function replayed(): Promise<Uint8Array> {
    const request = ['ts', '-query', '-digest', '00'.repeat(32), '-sha256', '-cert', '-out', 'q']
    services.authority.openssl(...request)
    const signer = ['-inkey', 'tsa.key', '-signer', 'tsa.pem', '-chain', 'ca.pem']
    return services.authority.openssl('ts', '-reply', '-config', 'tsa.cnf', '-queryfile', 'q', ...signer)
  }

  test('a list that is given makes a signature of level B-LT, and asks nobody', async () => {
    services.asked.length = 0
    const pdf = await signed({ level: 'B-LT', validation: { crls: [revocationList(services.authority)] } })
    assert.deepEqual(services.asked, ['/tsa'])
    const { isValid, level, revocation, changes } = await reportOn(pdf)
    assert.deepEqual([isValid, level, revocation], [true, 'B-LT', 'good'])
    assert.deepEqual(changes, [{ kind: 'securityStore', what: 'validation data' }])
    const store = readSecurityStore(new PdfDocument(memorySource(pdf)))
    assert.deepEqual([store.certificates.length, store.crls.length], [3, 1])
    if (pdfsigMissing === false) assert.deepEqual(pdfsig(pdf), ['Signature is Valid.'])
    const twice = await signed({ level: 'B-LT', validation: { crls: [revocationList(services.authority)] } }, pdf)
    const { signatures } = await verifyPdf(twice, { trusted: identity.ca })
    assert.deepEqual(
      signatures.map((each) => [each.isValid, each.level]),
      Array(2).fill([true, 'B-LT']),
    )
  })

  test('what is missing is fetched where the certificates say it is', async () => {
    const addresses = (name: string): string[] => [
      'keyUsage=critical,digitalSignature',
      name === 'OCSP' ? `authorityInfoAccess=OCSP;URI:${services.ocsp}` : `crlDistributionPoints=URI:${services.crl}`,
    ]
    for (const [name, asked] of [
      ['OCSP', ['/tsa', '/ocsp', '/crl']],
      ['CRL', ['/tsa', '/crl']],
    ] as const) {
      const by = services.authority.issue('ec', `Signer ${name}`, { extensions: addresses(name) })
      enter(services.authority, by.chain)
      services.asked.length = 0
      const pdf = await signed({ level: 'B-LT' }, await libraryPdf(), by)
      assert.deepEqual(services.asked, asked)
      assert.equal((await reportOn(pdf)).level, 'B-LT')
    }
  })

  test('without material, or with a certificate that is revoked, there is no signature of level B-LT', async () => {
    await assert.rejects(
      signed({ level: 'B-LT' }),
      refusal('certificate', /For B-LT a revocation list or OCSP response/),
    )
    const revoked = services.authority.issue('ec', 'Revoked')
    const crls = [revocationList(services.authority)]
    const before = await signed({ level: 'B-LT', validation: { crls } }, handmadePdf(), revoked)
    assert.ok((await reportOn(before)).isValid)
    enter(services.authority, revoked.chain, true)
    const later = [revocationList(services.authority)]
    const attempt = signed({ level: 'B-LT', validation: { crls: later } }, handmadePdf(), revoked)
    await assert.rejects(attempt, refusal('certificate', /is revoked/))
  })
})

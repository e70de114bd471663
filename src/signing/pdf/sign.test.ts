import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { deflateSync } from 'node:zlib'
import { openssl, opensslMissing } from '../../../test/kit/openssl.ts'
import {
  handmadePdf,
  hybridPdf,
  libraryPdf,
  missing,
  pdfsig,
  rewritten,
  signatureParts,
} from '../../../test/kit/pdf.ts'
import { type KeyKind, TestAuthority, type TestIdentity } from '../../../test/kit/pdf-certificates.ts'
import { elementsOf } from '../cms/ber.ts'
import { readSignedData } from '../cms/read-signed-data.ts'
import { SigningError } from '../errors.ts'
import { localKey } from '../local-key.ts'
import { pdfDate } from './date.ts'
import { formFields, signatureFields } from './fields.ts'
import { PdfDocument } from './file/document.ts'
import { memorySource } from './file/source.ts'
import { isArray, isDictionary, isString, textOf } from './file/values.ts'
import type { PdfSignOptions } from './options.ts'
import { signPdf } from './sign.ts'

const pdfsigMissing = missing('pdfsig', '-v')
const qpdfMissing = missing('qpdf')
const signingOptions = (identity: TestIdentity, more: Partial<PdfSignOptions> = {}): PdfSignOptions => ({
  signer: localKey(identity.privateKey),
  certificates: identity.chain,
  ...more,
})
const refusal = (code: string, message: RegExp) => (error: unknown) =>
  error instanceof SigningError && error.code === code && message.test(error.message)
const opened = (pdf: Uint8Array): PdfDocument => new PdfDocument(memorySource(pdf))

describe('PDF signatures', { skip: opensslMissing }, () => {
  const authority = opensslMissing ? undefined : new TestAuthority()
  const ca = (): TestAuthority => authority ?? assert.fail()
  const identities = new Map<KeyKind, TestIdentity>()
  const identity = (kind: KeyKind = 'ec'): TestIdentity => {
    const known = identities.get(kind) ?? (kind === 'sm2' ? new TestAuthority('sm2').issue() : ca().issue(kind))
    identities.set(kind, known)
    return known
  }

  for (const kind of ['rsa', 'ec'] as const)
    test(`openssl verifies the CMS of a signature by an ${kind} key`, async () => {
      const pdf = await signPdf(handmadePdf(), signingOptions(identity(kind)))
      const { content, cms } = signatureParts(pdf)
      const args = ['cms', '-verify', '-binary', '-inform', 'DER', '-in', 'cms', '-content', 'content', '-CAfile', 'ca']
      openssl([...args, '-purpose', 'any', '-out', 'x'], { cms, content, ca: ca().certificate })
    })

  test('openssl verifies the content and the signed attributes of an SM2 signature', async () => {
    const pdf = await signPdf(handmadePdf(), signingOptions(identity('sm2')))
    const { content, cms } = signatureParts(pdf)
    const args = ['cms', '-verify', '-binary', '-inform', 'DER', '-in', 'cms', '-content', 'content', '-noverify']
    // The cms command knows only an empty user id, so the signature itself is verified by another one.
    openssl([...args, '-nosigs', '-out', 'x'], { cms, content })
    const { signerInfo } = readSignedData(cms)
    assert.equal(signerInfo.signatureAlgorithm.oid, '1.2.156.10197.1.501')
    assert.equal(signerInfo.digestAlgorithm.oid, '1.2.156.10197.1.401')
    const { der = new Uint8Array() } = signerInfo.signedAttributes ?? {}
    const verify = ['pkeyutl', '-verify', '-rawin', '-digest', 'sm3', '-pkeyopt', 'distid:1234567812345678']
    openssl([...verify, '-inkey', 'key', '-in', 'attributes', '-sigfile', 'signature'], {
      ...{ key: identity('sm2').privateKey, attributes: der, signature: signerInfo.signature },
    })
  })

  test('an RSA key signs with PSS too', { skip: pdfsigMissing }, async () => {
    const { privateKey, chain } = identity('rsa')
    const signer = localKey(privateKey, 'RSA_PSS_SHA_256')
    const { content, cms } = signatureParts(await signPdf(handmadePdf(), { signer, certificates: chain }))
    const args = ['cms', '-verify', '-binary', '-inform', 'DER', '-in', 'cms', '-content', 'content', '-CAfile', 'ca']
    openssl([...args, '-purpose', 'any', '-out', 'x'], { cms, content, ca: ca().certificate })
  })

  const documents: Readonly<Record<string, () => Uint8Array | Promise<Uint8Array>>> = {
    'with a table': () => libraryPdf({ useObjectStreams: false }),
    'with object streams': () => libraryPdf({ useObjectStreams: true }),
    'written by hand': () => handmadePdf(),
    'with line ends of Windows': () => handmadePdf({ lineEnd: '\r\n' }),
    'with line ends of old Macs': () => handmadePdf({ lineEnd: '\r' }),
    'of PDF 2.0': () => handmadePdf({ version: '2.0' }),
    'with a table and a stream beside it': () => hybridPdf(),
    'whose form and annotations are objects of their own': () =>
      handmadePdf({ catalog: '/AcroForm 5 0 R', more: ['<</Fields 6 0 R>>', '[]'] }),
  }
  for (const [name, document] of Object.entries(documents))
    test(`a document ${name} is signed twice, and both signatures stay valid`, { skip: pdfsigMissing }, async () => {
      const original = await document()
      const once = await signPdf(original, signingOptions(identity('rsa')))
      assert.ok(Buffer.from(once).subarray(0, original.length).equals(original))
      const twice = await signPdf(once, signingOptions(identity('ec')))
      assert.ok(Buffer.from(twice).subarray(0, once.length).equals(once))
      assert.deepEqual(pdfsig(twice), ['Signature is Valid.', 'Signature is Valid.'])
      assert.deepEqual(
        signatureFields(opened(twice)).map(({ name: field }) => field),
        ['Signature1', 'Signature2'],
      )
    })

  const rewritings = [['--object-streams=generate'], ['--linearize'], ['--object-streams=generate', '--linearize']]
  for (const options of rewritings)
    test(`a document that qpdf wrote with ${options.join(' ')} is signed`, {
      skip: qpdfMissing || pdfsigMissing,
    }, async () => {
      const original = rewritten(await libraryPdf(), ...options)
      assert.deepEqual(pdfsig(await signPdf(original, signingOptions(identity()))), ['Signature is Valid.'])
    })

  test('a form keeps its fields', async () => {
    const signed = opened(await signPdf(await libraryPdf(), signingOptions(identity())))
    assert.deepEqual(
      [...formFields(signed)].map(({ name, type }) => [name, type]),
      [
        ['party.name', 'Tx'],
        ['Signature1', 'Sig'],
      ],
    )
  })

  test('reason, location, name, contact and time are in the signature, in any script', async () => {
    const signedAt = new Date(Date.now() + 86_400_000)
    const statements = { reason: '同意', location: '杭州 (West Lake)', name: '张三', contact: 'zhang@example.com' }
    const pdf = await signPdf(handmadePdf(), signingOptions(identity(), { ...statements, signedAt }))
    const [{ value = new Map() } = {}] = signatureFields(opened(pdf))
    const text = (key: string): string => {
      const member = value.get(key)
      return isString(member) ? textOf(member) : ''
    }
    assert.deepEqual(['Reason', 'Location', 'Name', 'ContactInfo', 'M'].map(text), [
      ...Object.values(statements),
      pdfDate(signedAt),
    ])
  })

  test('the signed attributes are those of PAdES, and no signing time', async () => {
    const { cms } = signatureParts(await signPdf(handmadePdf(), signingOptions(identity())))
    const { signerInfo, certificates } = readSignedData(cms)
    const types = [...(signerInfo.signedAttributes?.values.keys() ?? [])]
    assert.deepEqual(
      new Set(types),
      new Set(['1.2.840.113549.1.9.3', '1.2.840.113549.1.9.4', '1.2.840.113549.1.9.16.2.47']),
    )
    assert.equal(signerInfo.signatureAlgorithm.oid, '1.2.840.10045.4.3.2')
    assert.equal(certificates.length, 2)
    assert.equal(elementsOf(cms).length, 1)
  })

  test('an empty signature field is filled and keeps its place', async () => {
    const field = '<</Type /Annot /Subtype /Widget /FT /Sig /T (Buyer) /Rect [10 10 110 60] /P 3 0 R /F 4>>'
    const document = handmadePdf({ catalog: '/AcroForm <</Fields [5 0 R]>>', more: [field] })
    const pdf = await signPdf(document, signingOptions(identity(), { field: 'Buyer' }))
    const [{ dictionary = new Map(), value } = {}, ...others] = signatureFields(opened(pdf))
    assert.deepEqual(others, [])
    assert.ok(isDictionary(value) && isDictionary(dictionary.get('AP')) && isArray(dictionary.get('Rect')))
    const again = signPdf(pdf, signingOptions(identity(), { field: 'Buyer' }))
    await assert.rejects(again, refusal('document', /^The field Buyer is signed already\.$/))
    const text = signPdf(await libraryPdf(), signingOptions(identity(), { field: 'party.name' }))
    await assert.rejects(text, refusal('document', /is no signature field/))
  })

  test('a signature is shown with text and image', { skip: qpdfMissing || pdfsigMissing }, async () => {
    const place = { x: 100, y: 50, width: 80, height: 40 }
    const images = { png: png(2), rgba: png(6), palette: png(3), none: undefined }
    for (const [name, image] of Object.entries(images))
      for (const text of [undefined, '', '甲方\nParty A']) {
        const options = signingOptions(identity(), { appearance: { ...place, text, image }, reason: '同意' })
        const pdf = await signPdf(handmadePdf(), options)
        assert.deepEqual(pdfsig(pdf), ['Signature is Valid.'], name)
        rewritten(pdf)
      }
    const options = signingOptions(identity(), { appearance: { ...place, image: Buffer.from('GIF89a') } })
    await assert.rejects(signPdf(handmadePdf(), options), refusal('document', /^The image is neither PNG nor JPEG\.$/))
    const absent = signingOptions(identity(), { appearance: { ...place, page: 3 } })
    await assert.rejects(signPdf(await libraryPdf(), absent), refusal('document', /^The PDF has no page 3, but 2\.$/))
  })

  test('a certified document says what may be done, and takes no signature if that is nothing', async () => {
    const certified = await signPdf(handmadePdf(), signingOptions(identity(), { certify: 'no-changes' }))
    await assert.rejects(signPdf(certified, signingOptions(identity())), refusal('document', /allows no changes/))
    const open = await signPdf(handmadePdf(), signingOptions(identity(), { certify: 'form-filling' }))
    const both = await signPdf(open, signingOptions(identity()))
    assert.equal(signatureFields(opened(both)).length, 2)
    const late = signPdf(both, signingOptions(identity(), { certify: 'form-filling' }))
    await assert.rejects(late, refusal('document', /only its first signature can certify it/))
  })

  test('a certificate of another key, out of date or unreadable is refused before anything is signed', async () => {
    const { chain } = identity('rsa')
    const untouched = { ...localKey(identity('ec').privateKey), sign: () => assert.fail('it was signed') }
    const attempt = (certificates: string): Promise<Uint8Array> =>
      signPdf(handmadePdf(), { signer: untouched, certificates })
    await assert.rejects(attempt(chain), refusal('certificate', /not of the key that signs/))
    await assert.rejects(attempt('no PEM'), refusal('certificate', /no PEM text with a block CERTIFICATE/))
    const broken = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'
    await assert.rejects(attempt(broken), refusal('certificate', /no certificate|cannot be read/))
    const later = new Date(Date.now() + 1100 * 86_400_000)
    const expired = signingOptions(identity('ec'), { signedAt: later })
    await assert.rejects(signPdf(handmadePdf(), expired), refusal('certificate', /expired on \d{4}-/))
    assert.ok(await signPdf(handmadePdf(), { ...expired, allowExpired: true }))
  })

  test('what is encrypted, damaged or no PDF is refused in a line', async () => {
    const attempts: readonly (readonly [Uint8Array, RegExp])[] = [
      [handmadePdf({ trailer: '/Encrypt 4 0 R' }), /^The PDF is encrypted\. Remove its password first/],
      [Buffer.from('PK\x03\x04'), /does not begin with %PDF-/],
      [new Uint8Array(), /does not begin with %PDF-/],
      [handmadePdf().subarray(0, 300), /its end is missing/],
      [moved(handmadePdf()), /a number is missing/],
      [handmadePdf({ trailer: '/Prev 1' }), /a number is missing/],
    ]
    for (const [pdf, message] of attempts)
      await assert.rejects(signPdf(pdf, signingOptions(identity())), refusal('document', message))
  })
})

/** The objects stand elsewhere than the table says. */
const moved = (pdf: Uint8Array): Uint8Array => {
  const text = Buffer.from(pdf).toString('latin1').replace('%PDF-1.7\n', '%PDF-1.7\n%abc\n')
  return Buffer.from(
    text.replace(/startxref\n(\d+)/, (_, at) => `startxref\n${Number(at) + 5}`),
    'latin1',
  )
}

/** A PNG of 3 by 2 pixels: RGB, RGB with alpha, or a palette with transparency. */
function png(colour: 2 | 3 | 6): Uint8Array {
  const chunk = (type: string, content: Uint8Array): Buffer => {
    const length = Buffer.alloc(4)
    length.writeUInt32BE(content.length)
    return Buffer.concat([length, Buffer.from(type, 'latin1'), content, Buffer.alloc(4)])
  }
  const start = Buffer.from([0, 0, 0, 3, 0, 0, 0, 2, 8, colour, 0, 0, 0])
  const pixelBytes = { 2: 3, 3: 1, 6: 4 }[colour]
  const rows = Buffer.concat([0, 1].map((row) => Buffer.concat([Buffer.of(row), Buffer.alloc(3 * pixelBytes, 1)])))
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', start),
    ...(colour === 3 ? [chunk('PLTE', Buffer.alloc(12, 99)), chunk('tRNS', Buffer.of(0, 128))] : []),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

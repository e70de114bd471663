import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { opensslMissing } from '../../../test/kit/openssl.ts'
import { handmadePdf, libraryPdf } from '../../../test/kit/pdf.ts'
import { type KeyKind, TestAuthority, type TestIdentity } from '../../../test/kit/pdf-certificates.ts'
import { SigningError } from '../errors.ts'
import { localKey } from '../local-key.ts'
import { formFields } from './fields.ts'
import { PdfDocument } from './file/document.ts'
import { memorySource } from './file/source.ts'
import { PdfUpdate } from './file/update.ts'
import {
  isDictionary,
  type PdfDictionary,
  type PdfValue,
  pdfDictionary,
  pdfName,
  pdfReference,
  textString,
} from './file/values.ts'
import type { PdfSignOptions } from './options.ts'
import type { PdfReport, PdfSignatureReport } from './report.ts'
import { signPdf } from './sign.ts'
import { verifyPdf } from './verify.ts'

const only = ({ signatures }: PdfReport): PdfSignatureReport => signatures[0] ?? assert.fail('there is no signature')

/** A later state of a document, as somebody might append it. */
function appended(pdf: Uint8Array, change: (update: PdfUpdate, document: PdfDocument) => void): Uint8Array {
  const document = new PdfDocument(memorySource(pdf))
  const update = new PdfUpdate(document)
  change(update, document)
  return Buffer.concat([pdf, update.finish().bytes])
}
const changed = (document: PdfDocument, number: number, entries: Readonly<Record<string, PdfValue>>): PdfDictionary => {
  const value = document.object(number)
  return new Map([...(isDictionary(value) ? value : []), ...pdfDictionary(entries)])
}
const stream = (content: string): PdfValue => ({ type: 'stream', dictionary: new Map(), content: Buffer.from(content) })

/** Where the value of the only signature stands. */
function gapOf(pdf: Uint8Array): { readonly start: number; readonly end: number } {
  const start = Buffer.from(pdf).indexOf('/Contents <') + '/Contents '.length
  return { start, end: Buffer.from(pdf).indexOf('>', start) + 1 }
}
/** The last digit of a signature that isn't filling: it is of the signature's own bytes. */
function lastOfValue(pdf: Uint8Array): number {
  const { start, end } = gapOf(pdf)
  const digits = Buffer.from(pdf).toString('latin1', start, end - 1)
  return start + digits.replace(/0+$/, '').length - 1
}

describe('verifying PDF signatures', { skip: opensslMissing }, () => {
  const authorities = new Map<KeyKind, TestAuthority>()
  const identities = new Map<KeyKind, TestIdentity>()
  const identity = (kind: KeyKind = 'ec'): TestIdentity => {
    const authority = authorities.get(kind) ?? new TestAuthority(kind)
    authorities.set(kind, authority)
    const known = identities.get(kind) ?? authority.issue()
    identities.set(kind, known)
    return known
  }
  const signed = (pdf: Uint8Array, more: Partial<PdfSignOptions> = {}, by = identity()): Promise<Uint8Array> =>
    signPdf(pdf, { signer: localKey(by.privateKey), certificates: by.chain, ...more })
  const verified = (pdf: Uint8Array, by = identity()): Promise<PdfReport> => verifyPdf(pdf, { trusted: by.ca })

  for (const kind of ['rsa', 'ec', 'sm2'] as const)
    test(`a signature by an ${kind} key is valid, and one flipped bit anywhere is refused`, async () => {
      const pdf = await signed(handmadePdf(), { reason: '同意', name: '张三' }, identity(kind))
      const report = await verified(pdf, identity(kind))
      assert.ok(report.isValid)
      const { problems, level, reason, name, coversWholeDocument, field } = only(report)
      assert.deepEqual(
        [problems, level, reason, name, coversWholeDocument, field],
        [[], 'B-B', '同意', '张三', true, 'Signature1'],
      )
      const { start, end } = gapOf(pdf)
      const step = Math.floor((pdf.length - end + start) / 40)
      const places = Array.from({ length: 40 }, (_, index) => 20 + index * step)
      const over = places.map((at) => (at < start ? at : at + end - start)).filter((at) => at < pdf.length - 8)
      for (const at of [...over, lastOfValue(pdf)]) {
        const flipped = Uint8Array.from(pdf)
        flipped[at] = (flipped[at] ?? 0) ^ 1
        const outcome = await verified(flipped, identity(kind)).catch((error: unknown) => error)
        assert.ok(outcome instanceof SigningError || !(outcome as PdfReport).isValid, `byte ${at}`)
      }
    })

  test('without an authority that is trusted, nobody knows who has signed', async () => {
    const pdf = await signed(handmadePdf())
    const nobody = only(await verifyPdf(pdf))
    assert.deepEqual([nobody.isIntact, nobody.isTrusted, nobody.isValid], [true, false, false])
    const stranger = only(await verified(pdf, identity('rsa')))
    assert.match(stranger.problems.join(), /is not signed by the key of/)
    const later = await verifyPdf(pdf, { trusted: identity().ca, at: new Date(Date.now() + 1100 * 86_400_000) })
    assert.match(only(later).problems.join(), /expired/)
  })

  test('a further signature leaves the first valid, and is reported', async () => {
    const report = await verified(await signed(await signed(await libraryPdf())))
    assert.ok(report.isValid)
    const [first, second] = report.signatures
    assert.deepEqual(first?.changes, [{ kind: 'signature', what: 'Signature2' }])
    assert.deepEqual([first?.coversWholeDocument, second?.coversWholeDocument], [false, true])
  })

  test('an empty field that is signed later leaves the first signature valid', async () => {
    const field = '<</Type /Annot /Subtype /Widget /FT /Sig /T (Buyer) /Rect [10 10 110 60] /P 3 0 R /F 4>>'
    const pdf = await signed(handmadePdf({ catalog: '/AcroForm <</Fields [5 0 R]>>', more: [field] }))
    assert.ok((await verified(await signed(pdf, { field: 'Buyer' }))).isValid)
  })

  test('an empty field that is changed without being signed is refused', async () => {
    const field = '<</Type /Annot /Subtype /Widget /FT /Sig /T (Buyer) /Rect [10 10 110 60] /P 3 0 R /F 4>>'
    const pdf = await signed(handmadePdf({ catalog: '/AcroForm <</Fields [5 0 R]>>', more: [field] }))
    const covered = appended(pdf, (update, document) => {
      const look = pdfDictionary({ N: update.add(stream('0 0 200 200 re f')) })
      update.set(pdfReference(5), changed(document, 5, { AP: look }))
    })
    assert.match(only(await verified(covered)).problems.join(), /the empty field Buyer was changed/)
  })

  test('a form may be filled unless the author forbids it, and a document without signatures is not valid', async () => {
    const fill = (pdf: Uint8Array): Uint8Array =>
      appended(pdf, (update, document) => {
        const [field = assert.fail()] = formFields(document)
        update.set(field.reference, new Map(field.dictionary).set('V', textString('Other Ltd')))
      })
    const free = await verified(fill(await signed(await libraryPdf())))
    assert.deepEqual(only(free).changes, [{ kind: 'form', what: 'party.name' }])
    assert.ok(free.isValid)
    for (const [certify, isValid] of [
      ['no-changes', false],
      ['form-filling', true],
      ['annotations', true],
    ] as const) {
      const report = await verified(fill(await signed(await libraryPdf(), { certify })))
      assert.equal(report.isValid, isValid, certify)
      assert.equal(only(report).certification, certify)
    }
    assert.equal((await verified(handmadePdf())).isValid, false)
  })

  test('a field that a signature locks may not be filled any more', async () => {
    const fields = [
      '<</Type /Annot /Subtype /Widget /FT /Sig /T (Buyer) /Rect [0 0 0 0] /Lock <</Type /SigFieldLock /Action /All>>>>',
      '<</FT /Tx /T (Price) /V (1)>>',
    ]
    const pdf = handmadePdf({ catalog: '/AcroForm <</Fields [5 0 R 6 0 R]>>', more: fields })
    const fill = (update: PdfUpdate, document: PdfDocument): void =>
      update.set(pdfReference(6), changed(document, 6, { V: textString('2') }))
    assert.ok((await verified(appended(await signed(pdf), fill))).isValid)
    const locked = await verified(appended(await signed(pdf, { field: 'Buyer' }), fill))
    assert.match(only(locked).problems.join(), /form: Price/)
  })

  test('annotations are refused unless the author allows them', async () => {
    const annotate = (pdf: Uint8Array): Uint8Array =>
      appended(pdf, (update, document) => {
        const note = update.add(pdfDictionary({ Type: pdfName('Annot'), Subtype: pdfName('Text'), Rect: [0, 0, 9, 9] }))
        const page = document.object(3)
        const before = isDictionary(page) ? (page.get('Annots') as readonly PdfValue[]) : []
        update.set(pdfReference(3), changed(document, 3, { Annots: [...before, note] }))
      })
    assert.equal((await verified(annotate(await signed(handmadePdf())))).isValid, false)
    assert.ok((await verified(annotate(await signed(handmadePdf(), { certify: 'annotations' })))).isValid)
  })

  /** A signature field that nobody has signed, on the page. */
  const emptyField =
    (more: Readonly<Record<string, PdfValue>>) =>
    (update: PdfUpdate, document: PdfDocument): void => {
      const entries = { Subtype: pdfName('Widget'), FT: pdfName('Sig'), T: textString('Later'), Rect: [0, 0, 200, 200] }
      const field = update.add(pdfDictionary({ ...entries, ...more }))
      const page = document.object(3) as PdfDictionary
      const annotations = [...(page.get('Annots') as readonly PdfValue[]), field]
      update.set(pdfReference(3), new Map(page).set('Annots', annotations))
      const catalog = document.object(1) as PdfDictionary
      const form = catalog.get('AcroForm') as PdfDictionary
      const fields = [...(form.get('Fields') as readonly PdfValue[]), field]
      update.set(pdfReference(1), new Map(catalog).set('AcroForm', new Map(form).set('Fields', fields)))
    }

  test('an empty field for a later signature may be added', async () => {
    const report = await verified(appended(await signed(handmadePdf()), emptyField({})))
    assert.deepEqual(only(report).changes, [{ kind: 'signature', what: 'Later' }])
    assert.ok(report.isValid)
  })

  const attacks: Readonly<Record<string, (update: PdfUpdate, document: PdfDocument) => void>> = {
    'another content of a page': (update) => update.set(pdfReference(4), stream('0 0 m 50 0 l S')),
    'another content by another page': (update, document) =>
      update.set(pdfReference(3), changed(document, 3, { Contents: update.add(stream('0 0 m 50 0 l S')) })),
    'other pages': (update, document) => {
      const pages = update.add(changed(document, 2, { Count: 1 }))
      update.set(pdfReference(1), changed(document, 1, { Pages: pages }))
    },
    'an action at opening': (update, document) =>
      update.set(pdfReference(1), changed(document, 1, { OpenAction: pdfDictionary({ S: pdfName('JavaScript') }) })),
    'something that the signed state refers to and does not have': (update) =>
      update.set(pdfReference(99), stream('0 0 m 50 0 l S')),
    'a page that is taken away': (update, document) =>
      update.set(pdfReference(2), changed(document, 2, { Kids: [], Count: 0 })),
    'another value of the signature': (update, document) => {
      const [field = assert.fail()] = [...formFields(document)].filter(({ type }) => type === 'Sig')
      const value = field.dictionary.get('V') as { number: number; generation: number }
      update.set(pdfReference(value.number), changed(document, value.number, { Contents: textString('') }))
    },
    'a signature without ranges': (update, document) => {
      const [field = assert.fail()] = [...formFields(document)].filter(({ type }) => type === 'Sig')
      const value = field.dictionary.get('V') as { number: number }
      update.set(pdfReference(value.number), changed(document, value.number, { ByteRange: null }))
    },
    'ranges of nothing': (update, document) => {
      const [field = assert.fail()] = [...formFields(document)].filter(({ type }) => type === 'Sig')
      const value = field.dictionary.get('V') as { number: number }
      update.set(pdfReference(value.number), changed(document, value.number, { ByteRange: [0, 0, 0, 0] }))
    },
    'an empty signature field that covers the page': (update, document) =>
      emptyField({ AP: pdfDictionary({ N: update.add(stream('0 0 200 200 re f')) }) })(update, document),
    'an empty signature field that does something': emptyField({ A: pdfDictionary({ S: pdfName('JavaScript') }) }),
    'a text field': (update, document) => {
      const field = update.add(pdfDictionary({ FT: pdfName('Tx'), T: textString('x'), V: textString('9000') }))
      const form = (document.object(1) as PdfDictionary).get('AcroForm') as PdfDictionary
      const fields = [...(form.get('Fields') as readonly PdfValue[]), field]
      update.set(pdfReference(1), changed(document, 1, { AcroForm: new Map(form).set('Fields', fields) }))
    },
  }
  for (const [name, attack] of Object.entries(attacks))
    test(`what is appended is found: ${name}`, async () => {
      const dangling = handmadePdf({ more: ['<</Refers 99 0 R>>'] })
      const report = await verified(appended(await signed(dangling), attack))
      assert.equal(report.isValid, false)
      assert.ok(only(report).problems.length > 0)
    })

  test('bytes that belong to nothing are refused, white space is not', async () => {
    const pdf = await signed(handmadePdf())
    const withObject = Buffer.concat([pdf, Buffer.from('4 0 obj\n<</Length 0>>\nstream\n\nendstream\nendobj\n')])
    assert.match(only(await verified(withObject)).problems.join(), /bytes were appended that belong to nothing/)
    assert.ok((await verified(Buffer.concat([pdf, Buffer.from('\r\n\n')]))).isValid)
    const hidden = appended(withObject, (update) => update.add(stream('x')))
    assert.equal((await verified(hidden)).isValid, false)
  })

  test('a signature that leaves out more than its value is refused', async () => {
    const text = Buffer.from(await signed(handmadePdf())).toString('latin1')
    const wrapped = text.replace(/0{200}>/, `> /Reason (${'x'.repeat(189)})`)
    assert.equal(wrapped.length, text.length)
    const report = await verified(Buffer.from(wrapped, 'latin1'))
    assert.match(only(report).problems.join(), /leaves out more of the document than its own value/)
  })

  test('the look of a field that is shown elsewhere too may not be changed', async () => {
    const field = '<</FT /Tx /T (Price) /Subtype /Widget /Rect [0 0 9 9] /AP <</N 6 0 R>>>>'
    const look = '<</Subtype /Form /BBox [0 0 9 9] /Length 1>>\nstream\n \nendstream'
    const change = (update: PdfUpdate): void =>
      update.set(pdfReference(6), {
        ...{ type: 'stream', content: Buffer.from('0 0 m 9 9 l S') },
        dictionary: pdfDictionary({ Subtype: pdfName('Form'), BBox: [0, 0, 9, 9] }),
      })
    const form = '/AcroForm <</Fields [5 0 R]>>'
    const alone = await signed(handmadePdf({ catalog: form, more: [field, look] }))
    assert.ok((await verified(appended(alone, change))).isValid)
    const shared = await signed(handmadePdf({ catalog: form, more: [field, look, '<</Shown 6 0 R>>'] }))
    assert.equal((await verified(appended(shared, change))).isValid, false)
  })

  test('whatever bytes are changed, the answer is a report or an error of the document', async () => {
    const pdf = await signed(await signed(await libraryPdf({ useObjectStreams: true })))
    const bytes = [0x00, 0x20, 0x28, 0x2f, 0x30, 0x39, 0x3c, 0x3e, 0x5b, 0x80, 0xff]
    for (let round = 0; round < 300; round++) {
      const damaged = Uint8Array.from(pdf)
      for (const step of [7919, 104_729])
        damaged[(round * step + 100) % pdf.length] = bytes[(round + step) % bytes.length] ?? 0
      for (const work of [verified, signed])
        await work(damaged).catch((error: unknown) => assert.ok(error instanceof SigningError, String(error)))
    }
  })

  test('what is encrypted or damaged is an error of the document', async () => {
    const refusal = (error: unknown): boolean => error instanceof SigningError && error.code === 'document'
    await assert.rejects(verified(handmadePdf({ trailer: '/Encrypt 4 0 R' })), refusal)
    await assert.rejects(verified(Buffer.from('hello')), refusal)
  })
})

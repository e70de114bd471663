import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { opensslMissing } from '../../../test/kit/openssl.ts'
import { handmadePdf } from '../../../test/kit/pdf.ts'
import { TestAuthority, type TestIdentity } from '../../../test/kit/pdf-certificates.ts'
import { SigningError } from '../errors.ts'
import { localKey } from '../local-key.ts'
import { formFields } from './fields.ts'
import { PdfDocument } from './file/document.ts'
import { memorySource } from './file/source.ts'
import { PdfUpdate } from './file/update.ts'
import {
  isDictionary,
  isReference,
  isStream,
  type PdfDictionary,
  type PdfReference,
  type PdfStream,
  type PdfValue,
  pdfDictionary,
  pdfName,
  pdfReference,
  textString,
} from './file/values.ts'
import type { PdfSignOptions } from './options.ts'
import { signPdf } from './sign.ts'
import { verifyPdf } from './verify.ts'

type Change = (update: PdfUpdate, document: PdfDocument) => void

const opened = (pdf: Uint8Array): PdfDocument => new PdfDocument(memorySource(pdf))
function appended(pdf: Uint8Array, change: Change): Uint8Array {
  const document = opened(pdf)
  const update = new PdfUpdate(document)
  change(update, document)
  return Buffer.concat([pdf, update.finish().bytes])
}
const followed = (pdf: Uint8Array, text: string): Uint8Array => Buffer.concat([pdf, Buffer.from(text, 'latin1')])
const changed = (document: PdfDocument, number: number, entries: Readonly<Record<string, PdfValue>>): PdfDictionary => {
  const value = document.object(number)
  return new Map([...(isDictionary(value) ? value : []), ...pdfDictionary(entries)])
}
const another = '0 0 m 50 0 l S'
const stream = (content = another): PdfStream => ({
  ...{ type: 'stream', content: Buffer.from(content) },
  dictionary: new Map(),
})
const otherContent: Change = (update) => update.set(pdfReference(4), stream())
const placeOf = (document: PdfDocument, number: number): number => {
  const entry = document.entry(number)
  return entry.kind === 'offset' ? entry.offset : assert.fail('it has no place')
}
const row = (offset: number): string => `${String(offset).padStart(10, '0')} 00000 n\r\n`
const emptyField = '<</Type /Annot /Subtype /Widget /FT /Sig /T (Buyer) /Rect [10 10 110 60] /P 3 0 R /F 4>>'
const withEmptyField = handmadePdf({ catalog: '/AcroForm <</Fields [5 0 R]>>', more: [emptyField] })

/** The section of a signed document again, but going on from the state of another section. */
function rewound(pdf: Uint8Array, place: number): Uint8Array {
  const document = opened(pdf)
  const rows = [...(document.sections[0]?.entries.keys() ?? [])].map(
    (number) => `${number} 1\n${row(placeOf(document, number))}`,
  )
  const trailer = `trailer\n<</Size ${document.size} /Root 1 0 R /Prev ${place}>>\n`
  return followed(pdf, `xref\n${rows.join('')}${trailer}startxref\n${pdf.length}\n%%EOF\n`)
}

/** Another content in a comment, for readers that content themselves with `startxref`. */
function hiddenInComment(pdf: Uint8Array): Uint8Array {
  const document = opened(pdf)
  const content = `4 0 obj <</Length ${another.length}>> stream ${another} endstream endobj `
  const trailer = `trailer <</Size ${document.size} /Root 1 0 R /Prev ${document.sections[0]?.offset}>> `
  const table = `xref 4 1 ${row(pdf.length + 1).replace('\r\n', '  ')}${trailer}`
  return followed(pdf, `%${content}${table}\nstartxref\n${pdf.length + 1 + content.length}\n`)
}

/** A table with two places for the content of the page, the first of them within a new stream. */
function placedTwice(pdf: Uint8Array): Uint8Array {
  const document = opened(pdf)
  const inner = `4 0 obj\n<</Length ${another.length}>>\nstream\n${another}\nendstream\nendobj`
  const outer = `9 0 obj\n<</Length ${inner.length}>>\nstream\n${inner}\nendstream\nendobj\n`
  const at = pdf.length
  const places = [at + outer.indexOf(inner), placeOf(document, 4)]
  const rows = `${places.map((place) => `4 1\n${row(place)}`).join('')}9 1\n${row(at)}`
  const trailer = `trailer\n<</Size 10 /Root 1 0 R /Prev ${document.sections[0]?.offset}>>\n`
  return followed(pdf, `${outer}xref\n${rows}${trailer}startxref\n${at + outer.length}\n%%EOF\n`)
}

/** A signature field that nobody has signed, on the page. */
const newField =
  (more: Readonly<Record<string, PdfValue>>): Change =>
  (update, document) => {
    const entries = { Subtype: pdfName('Widget'), FT: pdfName('Sig'), T: textString('Later'), Rect: [0, 0, 200, 200] }
    const field = update.add(pdfDictionary({ ...entries, ...more }))
    const page = document.object(3) as PdfDictionary
    update.set(pdfReference(3), new Map(page).set('Annots', [...(page.get('Annots') as readonly PdfValue[]), field]))
    const form = (document.object(1) as PdfDictionary).get('AcroForm') as PdfDictionary
    const fields = [...(form.get('Fields') as readonly PdfValue[]), field]
    update.set(pdfReference(1), changed(document, 1, { AcroForm: new Map(form).set('Fields', fields) }))
  }

const fieldWithLook =
  (value: PdfValue): Change =>
  (update, document) =>
    update.set(pdfReference(5), changed(document, 5, { V: value, AP: pdfDictionary({ N: update.add(stream()) }) }))

/** The look of the only signature, with another content. */
const otherLook: Change = (update, document) => {
  const [field = assert.fail()] = [...formFields(document)]
  const look = (field.dictionary.get('AP') as PdfDictionary).get('N') as PdfReference
  assert.ok(isReference(look))
  const before = document.object(look.number)
  update.set(look, isStream(before) ? { ...before, content: Buffer.from(another) } : assert.fail())
}
const appearance = { x: 10, y: 10, width: 100, height: 40 }

describe('what somebody appends to a signed document', { skip: opensslMissing }, () => {
  let known: TestIdentity | undefined
  const identity = (): TestIdentity => {
    known ??= new TestAuthority('ec').issue()
    return known
  }
  const signed = (pdf: Uint8Array, more: Partial<PdfSignOptions> = {}): Promise<Uint8Array> =>
    signPdf(pdf, { signer: localKey(identity().privateKey), certificates: identity().chain, ...more })
  const isValid = async (pdf: Uint8Array): Promise<boolean> =>
    (await verifyPdf(pdf, { trusted: identity().ca })).isValid

  async function assertRefused(pdf: Uint8Array, forge: (pdf: Uint8Array) => Uint8Array, more = {}): Promise<void> {
    const genuine = await signed(pdf, more)
    assert.ok(await isValid(genuine), 'it has to be valid before')
    const outcome = await isValid(forge(genuine)).catch((error: unknown) => error)
    assert.ok(outcome === false || outcome instanceof SigningError, String(outcome))
  }
  const refused = (name: string, pdf: Uint8Array, forge: (pdf: Uint8Array) => Uint8Array, more = {}): void =>
    void test(`is refused: ${name}`, () => assertRefused(pdf, forge, more))
  const by = (change: Change) => (pdf: Uint8Array) => appended(pdf, change)

  const first = opened(handmadePdf()).sections[0]?.offset ?? 0
  refused('a return to a state before the one that was signed', appended(handmadePdf(), otherContent), (pdf) =>
    rewound(pdf, first),
  )
  refused('a section within a comment', handmadePdf(), hiddenInComment)
  refused('a section with two places for one object', handmadePdf(), placedTwice)
  refused('a place for the next section further from the end than readers look', handmadePdf(), (pdf) =>
    followed(pdf, ' '.repeat(1024)),
  )

  for (const [name, more] of Object.entries({
    'that is a square': { Subtype: pdfName('Square'), IC: [1, 1, 1] },
    'that is a text': { Subtype: pdfName('FreeText'), Contents: textString('9000') },
    'with a background': { MK: pdfDictionary({ BG: [1, 1, 1] }) },
    'with a border': { Border: [0, 0, 400], C: [1, 1, 1] },
  } as const))
    refused(`an empty signature field ${name}`, handmadePdf(), by(newField(more)))
  test('is valid: an empty signature field as forms have it', async () => {
    const field = newField({ F: 4, P: pdfReference(3), MK: new Map(), TU: textString('Sign here') })
    assert.ok(await isValid(appended(await signed(handmadePdf()), field)))
  })

  for (const value of [null, 1, pdfReference(77)])
    refused(`the look of a field with the signature ${JSON.stringify(value)}`, withEmptyField, by(fieldWithLook(value)))
  refused('another look of a signature', handmadePdf(), by(otherLook), { appearance })
  test('is valid: the look of an empty field, once it is signed', async () => {
    const look = '<</Subtype /Form /BBox [0 0 9 9] /Length 1>>\nstream\n \nendstream'
    const field = emptyField.replace('/FT', '/AP <</N 6 0 R>> /FT')
    const pdf = handmadePdf({ catalog: '/AcroForm <</Fields [5 0 R]>>', more: [field, look] })
    assert.ok(await isValid(await signed(await signed(pdf), { field: 'Buyer', appearance: { ...appearance } })))
  })
  const button = '<</Subtype /Widget /FT /Btn /Ff 65536 /T (Pay) /Rect [0 0 99 99]>>'
  refused(
    'the look of a button',
    handmadePdf({ catalog: '/AcroForm <</Fields [5 0 R]>>', more: [button] }),
    by(fieldWithLook(null)),
  )

  refused('properties that are the content of a page', handmadePdf({ trailer: '/Info 4 0 R' }), by(otherContent))
  refused(
    'properties that are the catalog',
    handmadePdf({ trailer: '/Info 1 0 R' }),
    by((update, document) =>
      update.set(pdfReference(1), changed(document, 1, { OpenAction: pdfDictionary({ S: pdfName('JavaScript') }) })),
    ),
  )
  refused(
    'metadata that are something else as well',
    handmadePdf({ catalog: '/Metadata 5 0 R /Names 5 0 R', more: ['<<>>'] }),
    by((update) => update.set(pdfReference(5), pdfDictionary({ JavaScript: new Map() }))),
  )
  const storeOfPages = handmadePdf({ catalog: '/DSS <</VRI 2 0 R /Certs [2 0 R 4 0 R]>>' })
  for (const certify of [undefined, 'no-changes'] as const) {
    refused(`a security store that has the content of a page (${certify})`, storeOfPages, by(otherContent), { certify })
    refused(
      `a security store that has the pages (${certify})`,
      storeOfPages,
      by((update, document) =>
        update.set(
          pdfReference(2),
          changed(document, 2, { Kids: [update.add(changed(document, 3, { Rotate: 180 }))] }),
        ),
      ),
      { certify },
    )
  }
})

describe('documents that are built to break a reader are errors of the document', () => {
  const refused = (error: unknown): boolean => error instanceof SigningError && error.code === 'document'

  test('form fields without end', () => {
    const nested = Array.from({ length: 8000 }, (_, level) => `<</T (a) /Kids [${level + 6} 0 R]>>`)
    const pdf = handmadePdf({ catalog: '/AcroForm <</Fields [5 0 R]>>', more: [...nested, emptyField] })
    assert.throws(() => [...formFields(opened(pdf))], refused)
  })

  for (const size of ['999999999999', '7.5', '-3'])
    test(`${size} objects`, () => {
      const pdf = Buffer.from(handmadePdf({}))
        .toString('latin1')
        .replace(/\/Size \d+/, `/Size ${size}`)
      assert.throws(() => opened(Buffer.from(pdf, 'latin1')).size, refused)
    })
})

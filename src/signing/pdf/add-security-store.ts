import { PdfDocument } from './file/document.ts'
import type { ByteSource } from './file/source.ts'
import { PdfUpdate } from './file/update.ts'
import { isArray, isDictionary, type PdfDictionary, type PdfValue, pdfName } from './file/values.ts'
import type { LongTermMaterial } from './long-term.ts'

/** An update that puts material for validation into the document security store (ETSI EN 319 142-1 §5.4.2). */
export function securityStoreUpdate(source: ByteSource, material: LongTermMaterial): Uint8Array {
  const document = new PdfDocument(source)
  const update = new PdfUpdate(document)
  const { reference, dictionary } = document.catalog
  const before = document.resolve(dictionary.get('DSS'))
  const store = new Map<string, PdfValue>(isDictionary(before) ? before : [])
  store.set('Type', pdfName('DSS'))
  const add = (key: string, contents: readonly Uint8Array[]): void => {
    if (contents.length > 0)
      store.set(key, [...listed(document, store, key), ...contents.map((each) => stream(update, each))])
  }
  add(
    'Certs',
    material.certificates.map(({ der }) => der),
  )
  add('CRLs', material.crls)
  add('OCSPs', material.ocspResponses)
  update.set(reference, new Map(dictionary).set('DSS', update.add(store)))
  return update.finish().bytes
}

function listed(document: PdfDocument, store: PdfDictionary, key: string): readonly PdfValue[] {
  const list = document.resolve(store.get(key))
  return isArray(list) ? list : []
}

const stream = (update: PdfUpdate, content: Uint8Array): PdfValue =>
  update.add({ type: 'stream', dictionary: new Map(), content })

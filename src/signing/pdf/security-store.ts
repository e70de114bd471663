import { type CmsCertificate, readCmsCertificate } from '../cms/certificate.ts'
import type { PdfDocument } from './file/document.ts'
import { decodeStream } from './file/filters.ts'
import { isArray, isDictionary, isReference, isStream, type PdfDictionary, type PdfValue } from './file/values.ts'

/** What a document carries for its validation (ETSI EN 319 142-1 §5.4): authorities' certificates and revocation data. */
export interface SecurityStore {
  readonly certificates: readonly CmsCertificate[]
  /** DER */
  readonly crls: readonly Uint8Array[]
  /** DER */
  readonly ocspResponses: readonly Uint8Array[]
}

/** Nothing in it is trusted by being there; what cannot be read is left out. */
export function readSecurityStore(document: PdfDocument): SecurityStore {
  const store = document.resolve(document.catalog.dictionary.get('DSS'))
  if (!isDictionary(store)) return { certificates: [], crls: [], ocspResponses: [] }
  return {
    certificates: streams(document, store, 'Certs').flatMap(readable),
    crls: streams(document, store, 'CRLs'),
    ocspResponses: streams(document, store, 'OCSPs'),
  }
}

/**
 * The numbers of the objects that make it up, by the members that the standard gives them: what they lead to besides is
 * no part of it.
 */
export function storeObjects(document: PdfDocument): ReadonlySet<number> {
  const found = new Set<number>()
  const follow = (value: PdfValue | undefined): PdfValue => {
    if (isReference(value)) found.add(value.number)
    return document.resolve(value)
  }
  const follows = (dictionary: PdfDictionary, keys: readonly string[]): void => {
    for (const key of keys) {
      const list = follow(dictionary.get(key))
      if (isArray(list)) for (const item of list) follow(item)
    }
  }
  const store = follow(document.catalog.dictionary.get('DSS'))
  if (!isDictionary(store)) return found
  follows(store, ['Certs', 'CRLs', 'OCSPs'])
  const related = follow(store.get('VRI'))
  for (const item of isDictionary(related) ? related.values() : []) {
    const one = follow(item)
    if (isDictionary(one)) follows(one, ['Cert', 'CRL', 'OCSP', 'TS'])
  }
  return found
}

function readable(der: Uint8Array): readonly CmsCertificate[] {
  try {
    return [readCmsCertificate(der)]
  } catch {
    return []
  }
}

function streams(document: PdfDocument, store: PdfDictionary, key: string): readonly Uint8Array[] {
  const list = document.resolve(store.get(key))
  return (isArray(list) ? list : []).flatMap((item) => {
    const stream: PdfValue = document.resolve(item)
    return isStream(stream) ? [decodeStream(stream.dictionary, document.encodedContent(stream))] : []
  })
}

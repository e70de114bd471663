export type PdfChangeKind =
  /** a further signature, or an empty field for one */
  | 'signature'
  | 'timeStamp'
  /** what validation needs: the document security store */
  | 'securityStore'
  /** the value of a form field */
  | 'form'
  | 'annotations'
  /** title, author and such, which no page shows */
  | 'metadata'
  /** anything else, which might change what the document says */
  | 'other'

/** Something that was done to a document after it was signed. */
export interface PdfChange {
  readonly kind: PdfChangeKind
  /** such as the name of a field */
  readonly what: string
}

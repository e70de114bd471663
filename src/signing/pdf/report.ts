import type { Certificate } from '../../certificates/certificate.ts'
import type { Certification } from './certification.ts'
import type { PdfChange } from './change.ts'
import type { PdfSignatureLevel } from './options.ts'

/** What was found out about one signature of a document. */
export interface PdfSignatureReport {
  /** the name of its field */
  readonly field: string
  /** a signature, or a time stamp of the whole document */
  readonly kind: 'signature' | 'timeStamp'
  /** Genuine, of a trusted signer, and nothing was done afterwards that isn't allowed. */
  readonly isValid: boolean
  /** The bytes it is over are unchanged and its key has signed them, whoever that is. */
  readonly isIntact: boolean
  /** the certificate leads to one that is trusted */
  readonly isTrusted: boolean
  /** why it is not valid */
  readonly problems: readonly string[]
  readonly certificate: Certificate | undefined
  /** what the signer says */
  readonly signedAt: Date | undefined
  /** what a time-stamping authority says, if it is trusted */
  readonly stampedAt: Date | undefined
  readonly level: PdfSignatureLevel | undefined
  readonly revocation: 'good' | 'revoked' | 'unknown'
  readonly name: string | undefined
  readonly reason: string | undefined
  readonly location: string | undefined
  readonly contact: string | undefined
  /** made as the author's signature */
  readonly certification: Certification | undefined
  /** nothing was appended since */
  readonly coversWholeDocument: boolean
  readonly changes: readonly PdfChange[]
  /** some of them neither the signature nor the author allows */
  readonly hasForbiddenChanges: boolean
}

export interface PdfReport {
  /** There are signatures, and all of them are valid. */
  readonly isValid: boolean
  /** in the order of the form; empty fields are left out */
  readonly signatures: readonly PdfSignatureReport[]
}

import type { Signer } from '../../crypto/signer.ts'
import type { TimeStampOptions } from '../cms/time-stamp.ts'
import type { Certification } from './certification.ts'

/** The baseline levels of PAdES (ETSI EN 319 142-1): basic; with a time stamp; with what validation needs. */
export type PdfSignatureLevel = 'B-B' | 'B-T' | 'B-LT'

export interface PdfSignOptions {
  /** whose public key is that of the first certificate */
  readonly signer: Signer
  /** the signer's certificate, then those above it: PEM text, or one certificate as DER */
  readonly certificates: string | Uint8Array
  /** B-B; with `timeStamp` B-T */
  readonly level?: PdfSignatureLevel | undefined
  /** the time-stamping authority; needed for B-T and B-LT */
  readonly timeStamp?: TimeStampOptions | undefined
  /** for B-LT, besides what is fetched */
  readonly validation?: ValidationMaterial | undefined
  readonly reason?: string | undefined
  readonly location?: string | undefined
  /** of the signer; the common name of the certificate says it too */
  readonly name?: string | undefined
  /** how to reach the signer */
  readonly contact?: string | undefined
  /** `Signature1` or the next one free; an empty signature field of the document is filled */
  readonly field?: string | undefined
  /** makes it the author's signature, which says what may still be done; the first signature only */
  readonly certify?: Certification | undefined
  /** shows the signature on a page; without it, it is invisible */
  readonly appearance?: PdfAppearanceOptions | undefined
  /** now */
  readonly signedAt?: Date | undefined
  /** sign although a certificate is out of date */
  readonly allowExpired?: boolean | undefined
}

export interface ValidationMaterial {
  /** certificates of the authorities, PEM or DER */
  readonly certificates?: readonly (string | Uint8Array)[] | undefined
  /** certificate revocation lists, DER or PEM */
  readonly crls?: readonly (string | Uint8Array)[] | undefined
  /** OCSP responses, DER */
  readonly ocspResponses?: readonly Uint8Array[] | undefined
  /** asks the addresses in the certificates for what is missing; true unless said otherwise */
  readonly isFetched?: boolean | undefined
}

export interface PdfAppearanceOptions {
  /** from 1, -1 for the last; 1 unless given */
  readonly page?: number | undefined
  /** in points from the lower left corner of the page, which is not turned */
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
  /** lines instead of name, time, reason and location; empty for none */
  readonly text?: string | undefined
  /** PNG or JPEG */
  readonly image?: Uint8Array | undefined
}

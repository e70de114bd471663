export type SigningErrorCode =
  /** a key that can't do what it is asked to, or isn't one */
  | 'key'
  /** an algorithm that the key doesn't have, or nobody knows */
  | 'algorithm'
  /** a certificate that can't be read, is out of date or isn't of this key */
  | 'certificate'
  /** a document, token or message that isn't what it has to be */
  | 'document'
  /** a signature, or an answer of a time-stamping authority, that is wrong */
  | 'signature'

/** Something given to a signing function is wrong. `parameter` names it where it has a name. */
export class SigningError extends Error {
  override readonly name = 'SigningError'
  readonly code: SigningErrorCode
  readonly parameter: string | undefined

  constructor(code: SigningErrorCode, message: string, details: { cause?: unknown; parameter?: string } = {}) {
    super(message, { cause: details.cause })
    this.code = code
    this.parameter = details.parameter
  }
}

/** What went wrong, in one word that programs can switch on; the message says it to people in one line. */
export type EnvelopeErrorCode =
  /** An option or argument cannot be used as given. */
  | 'InvalidArgument'
  /** The bytes are none of the formats this library reads. */
  | 'UnknownFormat'
  /** The format is known, but its header or frame cannot be read. */
  | 'DamagedHeader'
  /** Wrong data key, or the content was altered, cut short or put together from several files. */
  | 'AuthenticationFailed'
  /** The encryption context given by the caller is not the one the envelope carries. */
  | 'ContextMismatch'
  /** The format does not authenticate its content, and the caller did not allow that. */
  | 'NotAuthenticated'
  /** No KMS call could give the data key; `cause` holds the last answer. */
  | 'KeyUnavailable'
  /** More bytes than this format or limit allows. */
  | 'TooLarge'
  /** The output exists already and overwriting was not asked for. */
  | 'TargetExists'
  /** The input changed while it was read. */
  | 'SourceChanged'
  /** The operating system refused to read or write; `cause` holds its error. */
  | 'FileFailed'
  /** The caller's signal stopped the work. */
  | 'Aborted'

/** The one error type of the envelope library; never carries plaintext or key material. */
export class EnvelopeError extends Error {
  override readonly name = 'EnvelopeError'
  readonly code: EnvelopeErrorCode

  constructor(code: EnvelopeErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.code = code
  }
}

/** The same words for every way in which authentication can fail: which one it was would help an attacker. */
export function authenticationFailed(): EnvelopeError {
  return new EnvelopeError(
    'AuthenticationFailed',
    'the content could not be authenticated: it was altered, cut short, or belongs to another key or context',
  )
}

/** Bytes that no format begins with. */
export function unknownFormat(): EnvelopeError {
  return new EnvelopeError('UnknownFormat', 'this is no envelope of a format that this program knows')
}

/** @throws EnvelopeError `Aborted` when the signal has fired */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw stopped(signal)
}

export function stopped(signal: AbortSignal): EnvelopeError {
  return new EnvelopeError('Aborted', 'the work was stopped', { cause: signal.reason })
}

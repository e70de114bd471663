import { SigningError } from '../../errors.ts'

/** The error for a document that cannot be read as PDF. */
export const malformed = (what: string, cause?: unknown): SigningError =>
  new SigningError('document', `The PDF is damaged: ${what}.`, { cause })

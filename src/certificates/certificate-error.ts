/** What a certificate is to be made of, or one that is read, isn't what it has to be. */
export class CertificateError extends Error {
  override readonly name = 'CertificateError'
  /** what was given wrongly, such as `subject` or `caCertificate` */
  readonly parameter: string

  constructor(parameter: string, message: string, cause?: unknown) {
    super(message, { cause })
    this.parameter = parameter
  }
}

const words: ReadonlyMap<string, string> = new Map([
  ['caCertificate', 'CA certificate'],
  ['trusted', 'list of trusted certificates'],
  ['intermediates', 'list of intermediate certificates'],
])

/** What to call in a sentence what was given. */
export const wordsFor = (parameter: string): string => words.get(parameter) ?? parameter

import { DerReader, derTag, encodeDer } from '../crypto/der.ts'
import { decodePem } from '../crypto/pem.ts'
import { CertificateError, wordsFor } from './certificate-error.ts'

/** What both PKCS #10 and X.509 are: something, and a signature over its bytes. */
export interface SignedParts {
  readonly der: Uint8Array
  /** the bytes that are signed */
  readonly signed: Uint8Array
  /** AlgorithmIdentifier, DER; not signed itself */
  readonly algorithm: Uint8Array
  readonly signature: Uint8Array
}

/**
 * The bytes that a certificate or request was signed over, as they stand in it: encoding what was read again might give
 * others. Lengths must be DER, and nothing may follow.
 */
export function signedParts(der: Uint8Array): SignedParts | undefined {
  const outer = new DerReader(der)
  const content = outer.read(derTag.sequence)
  if (content === undefined || !outer.isAtEnd) return undefined
  const inner = new DerReader(content)
  const signed = inner.read(derTag.sequence)
  const algorithm = inner.read(derTag.sequence)
  const [unusedBits, ...signature] = inner.read(derTag.bitString) ?? []
  if (signed === undefined || algorithm === undefined || unusedBits !== 0 || !inner.isAtEnd) return undefined
  return {
    der,
    signed: encodeDer(derTag.sequence, signed),
    algorithm: encodeDer(derTag.sequence, algorithm),
    signature: Uint8Array.from(signature),
  }
}

/** No file of certificates is longer; it keeps a wrong file from being searched for blocks. */
export const maxPemBytes = 1_048_576

/**
 * Every block with one of the labels, in order; what is around them is left out.
 *
 * @param parameter - what to call the text in errors
 * @throws CertificateError if there is none, or one is damaged
 */
export function pemBlocks(text: string, labels: readonly string[], parameter: string): readonly Uint8Array[] {
  const wrong = (message: string) => new CertificateError(parameter, message)
  if (text.length > maxPemBytes) throw wrong(`The ${wordsFor(parameter)} is longer than ${maxPemBytes} characters.`)
  const begin = new RegExp(`-----BEGIN (${labels.join('|')})-----`, 'g')
  const blocks = [...text.matchAll(begin)].map(({ index, 1: label = '' }) => decodePem(label, text.slice(index)))
  if (blocks.length === 0) throw wrong(`The ${wordsFor(parameter)} is no PEM text with a block ${labels[0]}.`)
  return blocks.map((block) => {
    if (block === undefined) throw wrong(`The ${wordsFor(parameter)} has a block ${labels[0]} that is damaged.`)
    return block
  })
}

/** Runs a parser of untrusted bytes: whatever it throws means that they are not what they have to be. */
export function parsed<Value>(parameter: string, what: string, read: () => Value): Value {
  try {
    return read()
  } catch (error) {
    if (error instanceof CertificateError) throw error
    throw new CertificateError(parameter, `The ${wordsFor(parameter)} is no ${what}.`, error)
  }
}

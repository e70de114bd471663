import type { CallError } from '../call-error.ts'
import { hintFor } from './hints.ts'
import { type Language, textIn } from './texts.ts'

/** What a field is marked with that a refusal is about: the server's own words, and what to do about it. */
export function errorTexts(language: Language, { code, message }: CallError): string[] {
  const hint = hintFor(code)
  return [`${code}: ${message}`, ...(hint ? [textIn(language, hint)] : [])]
}

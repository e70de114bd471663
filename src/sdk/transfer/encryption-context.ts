import { sha256 } from '../../crypto/hash.ts'
import type { ContextForm } from './options.ts'
import type { TextEncoding } from './text-encoding.ts'

/**
 * The associated data that an encryption context stands for on the instance gateway.
 *
 * @param context - an empty one counts as none, as on the public gateway
 * @returns the bytes, or nothing
 * @see reference of the transfer clients, EncryptionContext and AAD
 */
export function contextAad(
  context: Readonly<Record<string, string>> | undefined,
  form: ContextForm,
  encoding: TextEncoding,
): Uint8Array | undefined {
  if (context === undefined || Object.keys(context).length === 0) return undefined
  if (form === 'pythonJson') return encoding.encode(JSON.stringify(context))
  const pairs = Object.keys(context)
    .sort(byCodePoint)
    .map((key) => `${key}=${context[key]}`)
  const digest = sha256(encoding.encode(pairs.join('&')))
  return form === 'digest' ? digest : Buffer.from(Buffer.from(digest).toString('hex'), 'latin1')
}

/** The order of Go and Python; Java's differs outside the basic plane. */
const byCodePoint = (a: string, b: string): number => Buffer.compare(Buffer.from(a, 'utf8'), Buffer.from(b, 'utf8'))

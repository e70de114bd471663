import { derTag, encodeDer } from '../../crypto/der.ts'

export const sequence = (...parts: readonly Uint8Array[]): Uint8Array => encodeDer(derTag.sequence, ...parts)
export const octetString = (bytes: Uint8Array): Uint8Array => encodeDer(derTag.octetString, bytes)
export const derNull: Uint8Array = encodeDer(0x05)

/** Context-specific and constructed, whether it is explicit or stands for a SET or SEQUENCE. */
export const context = (tag: number, ...parts: readonly Uint8Array[]): Uint8Array => encodeDer(0xa0 + tag, ...parts)

/** A SET OF in the order that DER asks for (X.690 §11.6). */
export const setOf = (...parts: readonly Uint8Array[]): Uint8Array =>
  encodeDer(0x31, ...[...parts].sort((a, b) => Buffer.compare(a, b)))

/** An OBJECT IDENTIFIER from its dotted form. */
export function objectIdentifier(dotted: string): Uint8Array {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number)
  return encodeDer(derTag.objectIdentifier, Buffer.from([first * 40 + second, ...rest].flatMap(base128)))
}

function base128(arc: number): number[] {
  const digits = [arc % 128]
  for (let rest = Math.floor(arc / 128); rest > 0; rest = Math.floor(rest / 128)) digits.unshift((rest % 128) + 128)
  return digits
}

import { getCipherInfo } from 'node:crypto'
import { EnvelopeError } from './errors.ts'

/**
 * Node 22 and 24 have SM4 but not its GCM mode.
 *
 * @throws EnvelopeError `InvalidArgument` before anything is asked of the KMS
 */
export function requireCipher(...names: readonly string[]): void {
  const missing = names.find((name) => !isKnown(name))
  if (missing !== undefined)
    throw new EnvelopeError('InvalidArgument', `this Node.js (${process.version}) has no ${missing}; Node.js 26 has`)
}

const known = new Set<string>()

/** What was found once stays: asking takes as long as encrypting a small file. */
function isKnown(name: string): boolean {
  if (!known.has(name) && getCipherInfo(name) !== undefined) known.add(name)
  return known.has(name)
}

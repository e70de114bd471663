import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { getCACertificates } from 'node:tls'
import { writeAtomically } from '../server/files/write-atomically.ts'

/**
 * Writes, beside a CA, a file with it and all that Node trusts: a variable that names one file of CAs replaces those of
 * the system.
 *
 * @returns the path
 */
export function writeCaBundle(caFile: string): string {
  const bundle = join(dirname(caFile), 'ca-bundle.pem')
  const trusted = getCACertificates('default').map((certificate) => `${certificate.trim()}\n`)
  writeAtomically(bundle, [readFileSync(caFile, 'utf8'), ...trusted].join(''))
  return bundle
}

import { mkdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { encodeTrustStore } from '../../certificates/trust-store.ts'
import { writeAtomically } from '../../server/files/write-atomically.ts'
import { writeCaBundle } from '../ca-bundle.ts'

/** Files by which programs trust the CA of the server besides those that everybody trusts. */
export interface TrustFiles {
  /** PEM */
  readonly bundle: string
  /** PKCS #12, for Java */
  readonly trustStore: string
  /** folder for PYTHONPATH: many Python clients trust what the package certifi holds, which no variable changes */
  readonly pythonPath: string
}

/** Writes them beside the CA of the server, where they go when it goes. */
export function writeTrustFiles(caFile: string): TrustFiles {
  const folder = dirname(caFile)
  const bundle = writeCaBundle(caFile)
  const trustStore = join(folder, 'trust.p12')
  const certificates = [...readFileSync(bundle, 'utf8').matchAll(/-----BEGIN CERTIFICATE-----([^-]+)-----END/g)]
  writeAtomically(trustStore, encodeTrustStore(certificates.map(([, text = '']) => Buffer.from(text, 'base64'))))
  const pythonPath = join(folder, 'python')
  mkdirSync(join(pythonPath, 'certifi'), { recursive: true })
  writeAtomically(join(pythonPath, 'certifi/core.py'), certifi(bundle))
  writeAtomically(join(pythonPath, 'certifi/__init__.py'), 'from .core import contents, where\n')
  return { bundle, trustStore, pythonPath }
}

const certifi = (bundle: string): string => `def where():
    return ${JSON.stringify(bundle)}


def contents():
    with open(where(), encoding="ascii") as file:
        return file.read()
`

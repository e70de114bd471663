import type { Seal } from '../core/sealing/seal.ts'
import { readSecretText, unusable } from '../core/sealing/secret-file.ts'
import { kmsSeal } from './kms-seal.ts'
import { pkcs11Seal } from './pkcs11/pkcs11-seal.ts'
import { parseSealSettings, type SealSettings, withWholePaths } from './settings.ts'

/**
 * What a seal file says, checked, with the PIN that it names.
 *
 * @param dataDirectory - where the sealed data are; the file lies elsewhere, and only its owner reads it
 * @throws RangeError with one line that names the file, and nothing secret of it
 */
export async function readSealFile(path: string, dataDirectory: string): Promise<SealSettings> {
  const content = await readSecretText({ path, what: 'seal file', dataDirectory, maxBytes: 8192 })
  try {
    return await withPin(withWholePaths(parseSealSettings(content), path), dataDirectory)
  } catch (error) {
    const why = error instanceof Error ? error.message.replace(/\.$/, '') : String(error)
    throw unusable('seal file', path, `cannot be used: ${why}`, error)
  }
}

async function withPin(settings: SealSettings, dataDirectory: string): Promise<SealSettings> {
  if (settings.kind !== 'pkcs11' || settings.pinFile === undefined) return settings
  const { pinFile, ...rest } = settings
  const content = await readSecretText({ path: pinFile, what: 'PIN file', dataDirectory, maxBytes: 1024 })
  const pin = content.split(/\r?\n/, 1)[0] ?? ''
  if (pin === '') throw unusable('PIN file', pinFile, 'holds no PIN')
  return { ...rest, pin }
}

/** The kinds of seals that a seal file describes. */
export const isFiledSeal = (kind: string): boolean => kind === 'kms' || kind === 'pkcs11'

/**
 * The seal that the content of a seal file describes.
 *
 * @throws RangeError
 */
export function filedSeal(content: string): Seal {
  const settings = parseSealSettings(content)
  return settings.kind === 'kms' ? kmsSeal(settings) : pkcs11Seal(settings)
}

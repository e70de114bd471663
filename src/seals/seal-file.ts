import type { Seal } from '../core/sealing/seal.ts'
import { readSecretFile, unusable } from '../core/sealing/secret-file.ts'
import { kmsSeal } from './kms-seal.ts'
import { parseSealSettings, type SealSettings, withWholePaths } from './settings.ts'

/**
 * What a seal file says, checked.
 *
 * @param dataDirectory - where the sealed data are; the file lies elsewhere, and only its owner reads it
 * @throws RangeError with one line that names the file, and nothing secret of it
 */
export async function readSealFile(path: string, dataDirectory: string): Promise<SealSettings> {
  const content = await readSecretFile({ path, what: 'seal file', dataDirectory, maxBytes: 8192 })
  try {
    return withWholePaths(parseSealSettings(content.toString('utf8')), path)
  } catch (error) {
    throw unusable('seal file', path, `cannot be used: ${error instanceof Error ? error.message : error}`, error)
  } finally {
    content.fill(0)
  }
}

/** The kinds of seals that a seal file describes. */
export const isFiledSeal = (kind: string): boolean => kind === 'kms'

/**
 * The seal that the content of a seal file describes.
 *
 * @throws RangeError
 */
export function filedSeal(content: string): Seal {
  return kmsSeal(parseSealSettings(content))
}

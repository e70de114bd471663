import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { ConfigError } from '../config/load.ts'
import { checkedSeed, mergedSeeds } from './check.ts'
import { fromLocalKms, isLocalKmsSeed } from './local-kms.ts'
import type { SeedFile } from './schema.ts'

/**
 * Reads seed files, YAML or JSON, of our own form or of local-kms, as one seed. Files that it names are looked for
 * beside it.
 *
 * @throws ConfigError with one line that names the file, and what in it is wrong
 */
export async function readSeeds(paths: readonly string[]): Promise<SeedFile> {
  const { parse } = await import('yaml')
  return mergedSeeds(
    paths.map((path) => {
      const parsed = parsedBy(parse, path)
      const seed = checkedSeed(isLocalKmsSeed(parsed) ? fromLocalKms(parsed, path) : parsed, path)
      return { ...seed, applications: seed.applications.map((application) => besides(path, application)) }
    }),
  )
}

function parsedBy(parse: (text: string) => unknown, path: string): unknown {
  const text = readOrRefuse(path)
  try {
    return parse(text)
  } catch (error) {
    const [reason] = (error instanceof Error ? error.message : String(error)).split('\n')
    throw new ConfigError(`${path}: ${reason?.replace(/:$/, '')}`)
  }
}

function readOrRefuse(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new ConfigError(`the seed ${path} ${code === 'ENOENT' ? 'does not exist' : `cannot be read (${code})`}`)
  }
}

const besides = (path: string, application: SeedFile['applications'][number]): SeedFile['applications'][number] => {
  const { clientKeyFile } = application
  return clientKeyFile === undefined
    ? application
    : { ...application, clientKeyFile: resolve(dirname(path), clientKeyFile) }
}

import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Where the build puts the console. */
export const consoleFolder = (): string => fileURLToPath(new URL('../../../dist/console', import.meta.url))

/** How a file may be sent, best first: what was compressed when the console was built, and the file as it is. */
export const encodings = [
  { name: 'br', extension: '.br' },
  { name: 'gzip', extension: '.gz' },
  { name: 'identity', extension: '' },
] as const
export type Encoding = (typeof encodings)[number]['name']

export interface Asset {
  readonly name: string
  readonly bodies: ReadonlyMap<Encoding, Uint8Array>
}

/** What was built, in memory. A name that is not here does not exist, so no path of a request ever reaches the disk. */
interface Built {
  readonly index: string
  readonly assets: ReadonlyMap<string, Asset>
  readonly builtAt: number
}

/** The files of the console, read when they are first asked for and again when they were built anew. */
export class ConsoleFiles {
  readonly #folder: string
  #built: Built | undefined

  constructor(folder: string) {
    this.#folder = folder
  }

  /** @returns `undefined` when the console has not been built */
  get(): Built | undefined {
    const builtAt = this.#builtAt()
    if (builtAt === undefined) return undefined
    if (this.#built?.builtAt !== builtAt) this.#built = read(this.#folder, builtAt)
    return this.#built
  }

  #builtAt(): number | undefined {
    return statSync(join(this.#folder, 'index.html'), { throwIfNoEntry: false })?.mtimeMs
  }
}

function read(folder: string, builtAt: number): Built {
  const assets = new Map<string, { name: string; bodies: Map<Encoding, Uint8Array> }>()
  for (const file of readdirSync(join(folder, 'assets'))) {
    const { name: encoding, extension } = encodings.find((one) => file.endsWith(one.extension)) ?? encodings[2]
    const name = file.slice(0, file.length - extension.length)
    const asset = assets.get(name) ?? { name, bodies: new Map<Encoding, Uint8Array>() }
    assets.set(name, asset)
    asset.bodies.set(encoding, readFileSync(join(folder, 'assets', file)))
  }
  return { index: readFileSync(join(folder, 'index.html'), 'utf8'), assets, builtAt }
}

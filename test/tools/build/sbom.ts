/**
 * The bill of materials of the package, CycloneDX 1.5, from package-lock.json alone: no registry is asked, and the same
 * lock gives the same bytes. (`npm sbom --omit dev` leaves out a dependency that a development dependency has too.)
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

interface Locked {
  readonly name?: string
  readonly version: string
  readonly integrity?: string
  readonly license?: string
  readonly dev?: boolean
  readonly dependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>
}

/** Packages by their place, such as `node_modules/pg/node_modules/pg-types`; the project itself is at ``. */
export type Lock = ReadonlyMap<string, Locked>

const root = join(import.meta.dirname, '../../..')
export const readLock = (): Lock =>
  new Map(Object.entries(JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages))

/** @throws Error when nothing of this name stands beside the project */
export function placeInLock(lock: Lock, name: string): Locked {
  const found = lock.get(`node_modules/${name}`)
  if (found === undefined) throw new Error(`package-lock.json has no ${name}`)
  return found
}

const nameAt = (place: string): string => place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length)
function needsOf(lock: Lock, place: string): readonly string[] {
  const { dependencies, optionalDependencies, peerDependencies, peerDependenciesMeta = {} } = lock.get(place) ?? {}
  // npm installs the peers of a package, too, unless they are optional.
  const peers = Object.keys(peerDependencies ?? {}).filter((name) => peerDependenciesMeta[name]?.optional !== true)
  return [...Object.keys({ ...dependencies, ...optionalDependencies }), ...peers]
}

/** Where a package that is at `place` finds another: beside itself, or beside one of those around it. */
function placeOf(lock: Lock, place: string, name: string): string | undefined {
  for (let around = place; ; around = around.slice(0, Math.max(0, around.lastIndexOf('/node_modules/')))) {
    const candidate = `${around === '' ? '' : `${around}/`}node_modules/${name}`
    if (lock.has(candidate)) return candidate
    if (around === '') return undefined
  }
}

const neighboursOf = (lock: Lock, place: string): readonly string[] =>
  needsOf(lock, place).flatMap((name) => placeOf(lock, place, name) ?? [])

/** Every place that the project reaches, in order. */
function reached(lock: Lock): readonly string[] {
  const seen = new Set<string>()
  const visit = (place: string): void => {
    if (seen.has(place)) return
    seen.add(place)
    neighboursOf(lock, place).forEach(visit)
  }
  visit('')
  return [...seen].filter((place) => place !== '').sort((a, b) => a.localeCompare(b, 'en'))
}

const refOf = (lock: Lock, place: string): string =>
  `pkg:npm/${nameOf(lock, place).replace('@', '%40')}@${lock.get(place)?.version}`
/** The project has its name in the lock, the others are named by their place. */
const nameOf = (lock: Lock, place: string): string => lock.get(place)?.name ?? nameAt(place)

export interface Component {
  readonly type: 'library'
  readonly 'bom-ref': string
  readonly name: string
  readonly version: string
  readonly purl: string
  readonly hashes?: readonly { readonly alg: string; readonly content: string }[]
  readonly licenses: readonly object[]
}

/** As much of CycloneDX as others of these tools look at. */
export interface Bill {
  readonly bomFormat: string
  readonly specVersion: string
  readonly version: number
  readonly metadata: { readonly component: Component }
  readonly components: readonly Component[]
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[]
}

function component(lock: Lock, place: string): Component {
  const { version, integrity = '', license = '' } = lock.get(place) ?? { version: '' }
  const purl = refOf(lock, place)
  const [algorithm = '', digest = ''] = integrity.split('-', 2)
  return {
    type: 'library',
    'bom-ref': purl,
    name: nameOf(lock, place),
    version,
    purl,
    ...(digest === ''
      ? {}
      : {
          hashes: [{ alg: algorithm.replace('sha', 'SHA-'), content: Buffer.from(digest, 'base64').toString('hex') }],
        }),
    licenses: [/ (?:OR|AND) /.test(license) ? { expression: license } : { license: { id: license } }],
  }
}

/** @param lock - as npm wrote it, with the development dependencies */
export function sbom(lock: Lock): Bill {
  const places = reached(lock)
  const unique = [...new Map(places.map((place) => [refOf(lock, place), place])).values()]
  return {
    bomFormat: 'CycloneDX',
    specVersion: '1.5',
    version: 1,
    metadata: { component: component(lock, '') },
    components: unique.map((place) => component(lock, place)),
    dependencies: ['', ...unique].map((place) => ({
      ref: refOf(lock, place),
      dependsOn: [...new Set(neighboursOf(lock, place).map((neighbour) => refOf(lock, neighbour)))],
    })),
  }
}

/** The two packages that are made of one tree: what package.json says of each. */
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './bundle.ts'

const tree = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  readonly version: string
  readonly license: string
  readonly description: string
  readonly bin: Readonly<Record<string, string>>
  readonly optionalDependencies: Readonly<Record<string, string>>
}
const { version, license } = tree

export interface Manifest {
  readonly [field: string]: unknown
  readonly name: string
  readonly version: string
  readonly description: string
  readonly license: string
  readonly engines: { readonly node: string }
  readonly files: readonly string[]
  readonly exports: Readonly<Record<string, unknown>>
  readonly dependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
}

/** What users import of each package, and the sources of it. */
export const sdkDoors = { index: 'sdk/index.ts', envelope: 'sdk/envelope/index.ts', signing: 'signing/index.ts' }
export const serverDoors = {
  server: 'server/index.ts',
  testing: 'testing/index.ts',
  testcontainers: 'testcontainers/index.ts',
}

/** Packages that users of a door have themselves. */
const peers = { testcontainers: '>=12' }

const subpath = (door: string): string => (door === 'index' ? '.' : `./${door}`)
const declaration = (source: string): string => source.replace(/\.ts$/, '.d.ts')
/** one for each command, by `npm run docs` */
export const manuals = join(root, 'docs/man')
const enclosed = ['LICENSE', 'README.md', 'README.zh-CN.md', 'licenses.md', 'sbom.cdx.json']

/**
 * Node since 20.19 loads the same modules for import and require() (`module-sync`), so that there is one ClientError; the
 * CommonJS form is for tools that cannot.
 */
export const sdkManifest: Manifest = {
  name: 'keyhaven-sdk',
  version,
  description:
    'Client of Keyhaven and of Alibaba Cloud KMS: both gateways, envelope encryption, signing with held keys',
  license,
  type: 'module',
  engines: { node: '>=20.19.0' },
  sideEffects: false,
  main: './cjs/index.js',
  types: './cjs/types/sdk/index.d.ts',
  exports: {
    ...Object.fromEntries(
      Object.entries(sdkDoors).map(([door, source]) => {
        const modules = { types: `./types/${declaration(source)}`, default: `./esm/${door}.js` }
        const commonJs = { types: `./cjs/types/${declaration(source)}`, default: `./cjs/${door}.js` }
        return [subpath(door), { 'module-sync': modules, import: modules, require: commonJs }]
      }),
    ),
    './package.json': './package.json',
  },
  files: ['esm', 'cjs', 'types', 'envelope', 'signing', ...enclosed],
}

/** For tools that do not know `exports`: a folder of the name of each subpath. */
export const folderManifests: Readonly<Record<string, object>> = Object.fromEntries(
  Object.entries(sdkDoors)
    .filter(([door]) => door !== 'index')
    .map(([door, source]) => [
      door,
      { main: `../cjs/${door}.js`, module: `../esm/${door}.js`, types: `../cjs/types/${declaration(source)}` },
    ]),
)

export const serverManifest: Manifest = {
  name: 'keyhaven',
  version,
  description: tree.description,
  license,
  type: 'module',
  engines: { node: '>=22.15.0' },
  bin: tree.bin,
  imports: { '#sdk': 'keyhaven-sdk' },
  exports: {
    ...Object.fromEntries(
      Object.entries(serverDoors).map(([door, source]) => [
        subpath(door),
        { types: `./types/${declaration(source)}`, default: `./lib/${door}.js` },
      ]),
    ),
    './package.json': './package.json',
  },
  dependencies: { 'keyhaven-sdk': version },
  optionalDependencies: tree.optionalDependencies,
  peerDependencies: peers,
  peerDependenciesMeta: Object.fromEntries(Object.keys(peers).map((name) => [name, { optional: true }])),
  man: globSync('*.1', { cwd: manuals })
    .sort()
    .map((name) => `./man/${name}`),
  files: ['bin', 'lib', 'console', 'types', 'deploy', 'man', ...enclosed],
}

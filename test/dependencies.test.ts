import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { serverManifest } from './tools/build/manifests.ts'

const root = join(import.meta.dirname, '..')
const manifest: Readonly<Record<'dependencies' | 'devDependencies', Readonly<Record<string, string>>>> = JSON.parse(
  readFileSync(join(root, 'package.json'), 'utf8'),
)

const isTest = (file: string): boolean => /\.test\.ts$|^test\//.test(file)
/** Bundled, with what it imports: users of the package install none of that. */
const isConsole = (file: string): boolean => file.startsWith('src/console/')
const files = globSync(['src/**/*.{ts,tsx}', 'test/**/*.ts', 'bin/*.js'], { cwd: root })
const textsOf = (which: (file: string) => boolean): readonly string[] =>
  files.filter(which).map((file) => readFileSync(join(root, file), 'utf8'))

/** The packages that the sources import, by their own names. */
function importedBy(which: (file: string) => boolean): ReadonlySet<string> {
  const importing = /(?:^import|^import [^\n]*\bfrom|^export [^\n]*\bfrom|^\} from|\bimport\()\s*'([^'.\n][^'\n]*)'/gm
  const specifiers = textsOf(which).flatMap((text) =>
    [...text.matchAll(importing)].map(([, specifier = '']) => specifier),
  )
  const names = specifiers.map((name) => name.split('/', name.startsWith('@') ? 2 : 1).join('/'))
  return new Set(names.filter((name) => !name.startsWith('node:')))
}

/** What no test names, and what it is there for. */
const usedWithoutImport: Readonly<Record<string, string>> = {
  '@biomejs/biome': 'run by "npm run check"',
  '@opentelemetry/exporter-trace-otlp-http': 'read by the server where traces are wanted',
  '@opentelemetry/resources': 'the same',
  '@opentelemetry/sdk-trace': 'the same',
  '@types/node': 'named in tsconfig.json',
  '@types/pg': 'the types of pg',
  '@types/react': 'the types of react',
  '@types/react-dom': 'the types of react-dom',
  typescript: 'run by "npm run check" and "npm run build"',
}

test('what the sources import is a dependency, and every dependency is imported', () => {
  const imported = importedBy((file) => !isTest(file) && !isConsole(file))
  const usersOwn = Object.keys(serverManifest.peerDependencies ?? {})
  assert.deepEqual(imported, new Set([...Object.keys(manifest.dependencies), ...usersOwn]))
})

test('what the console imports is a development dependency, since it is bundled', () => {
  const imported = [...importedBy(isConsole)]
  assert.ok(imported.includes('antd'))
  assert.deepEqual(
    imported.filter((name) => !(name in manifest.devDependencies)),
    [],
  )
})

test('every development dependency is named by a test, or it is said what it is for', () => {
  const texts = textsOf((file) => (isTest(file) || isConsole(file)) && file !== 'test/dependencies.test.ts')
  const names = Object.keys(manifest.devDependencies)
  const unused = names.filter((name) => !texts.some((text) => text.includes(`'${name}`)))
  assert.deepEqual(
    unused.filter((name) => usedWithoutImport[name] === undefined),
    [],
  )
  assert.deepEqual(
    Object.keys(usedWithoutImport).filter((name) => !names.includes(name)),
    [],
  )
})

test('versions are exact', () => {
  const versions = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies })
  assert.deepEqual(
    versions.filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version)),
    [],
  )
})

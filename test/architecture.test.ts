import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { test } from 'node:test'

/** Which folder of src/ may import which. This table is the documentation of the layers; see docs/architecture.md. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  api: [],
  crypto: [],
  wire: ['api', 'crypto'],
  core: ['api', 'crypto'],
  store: ['core'],
  gateway: ['api', 'crypto', 'wire', 'core'],
  server: ['api', 'crypto', 'wire', 'core', 'store', 'gateway'],
  sdk: ['api', 'crypto', 'wire'],
  cli: ['api', 'sdk', 'server'],
  bench: ['api', 'sdk', 'core', 'store', 'server', 'gateway', 'wire', 'crypto', 'cli'],
}
const root = join(import.meta.dirname, '../src')
const sources = globSync('**/*.ts', { cwd: root }).filter((file) => !file.endsWith('.test.ts'))

/** Relative imports of a source, as paths from src/. */
function importsOf(file: string): string[] {
  const text = readFileSync(join(root, file), 'utf8')
  return [...text.matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g)].map(([, target = '']) =>
    relative(root, join(root, dirname(file), target)),
  )
}
const folderOf = (path: string): string => path.split(/[\\/]/)[0] ?? ''

test('every folder imports only from the folders that the layers allow', () => {
  assert.ok(sources.length > 0)
  const offences = sources.flatMap((file) =>
    importsOf(file)
      .filter((target) => folderOf(target) !== folderOf(file) && !mayImport[folderOf(file)]?.includes(folderOf(target)))
      .map((target) => `src/${file} imports src/${target}`),
  )
  assert.deepEqual(offences, [])
})

test('a relative import names a file that exists', () => {
  const missing = sources.flatMap((file) =>
    importsOf(file).filter((target) => !sources.includes(target) && !target.endsWith('.js')),
  )
  assert.deepEqual(missing, [])
})

test('no source reads the clock, randomness or the environment behind the back of Kms', () => {
  const offences = sources
    .filter((file) => ['core', 'gateway', 'api', 'store'].includes(folderOf(file)))
    .filter((file) =>
      /\bnew Date\(\)|\bDate\.now\(\)|\bMath\.random\b|\bprocess\.env\b/.test(readFileSync(join(root, file), 'utf8')),
    )
  assert.deepEqual(offences, [])
})

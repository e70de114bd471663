/**
 * `npm run build`: compiles src/ to dist/, then checks what only a package can get wrong: doors that lead nowhere, paths
 * to sources that are not shipped, imports of packages that a user does not get. Beside them lies the bill of materials.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, globSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { dirname, join } from 'node:path'
import { readLock, sbom } from './sbom.ts'

const root = join(import.meta.dirname, '../..')
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  readonly name: string
  readonly version: string
  readonly bin: Readonly<Record<string, string>>
  readonly exports: Readonly<Record<string, string | Readonly<Record<string, string>>>>
  readonly dependencies: Readonly<Record<string, string>>
}

function run(output: 'inherit' | 'ignore', command: string, ...args: string[]): void {
  const { status } = spawnSync(command, args, { cwd: root, stdio: ['ignore', output, 'inherit'] })
  if (status === 0) return
  process.stderr.write(`build: ${[command, ...args].join(' ')} failed\n`)
  process.exit(1)
}

/** Every file that a user of the package can enter through. */
const doors = (): string[] =>
  [...Object.values(manifest.bin), ...Object.values(manifest.exports)].flatMap((target) =>
    typeof target === 'string' ? [target] : Object.values(target),
  )

const missingDoors = (): string[] =>
  doors()
    .filter((door) => !existsSync(join(root, door)))
    .map((door) => `package.json names ${door}, which does not exist`)

/** What a compiled file imports, and the files beside it that it names by URL. */
const specifiersOf = (text: string): string[] =>
  [...text.matchAll(/(?:\bfrom|\bimport|\bimport\s*\(|\bnew URL\s*\((?=\s*['"]\.))\s*['"]([^'"\n]+)['"]/g)].map(
    ([, specifier = '']) => specifier,
  )

function faultsOf(file: string): string[] {
  const text = readFileSync(join(root, 'dist', file), 'utf8')
  return specifiersOf(text).flatMap((specifier) => {
    if (specifier.startsWith('.')) return faultOfPath(file, specifier)
    const name = specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/')
    const isKnown =
      isBuiltin(specifier) ||
      name === manifest.name ||
      name in manifest.dependencies ||
      /^(?:https?|data|file):/.test(specifier)
    return isKnown ? [] : [`dist/${file} imports ${specifier}, which is no dependency`]
  })
}

function faultOfPath(file: string, specifier: string): string[] {
  const target = join(root, 'dist', dirname(file), specifier)
  // declarations keep the names of their sources; compilers look for the declaration beside
  const found = file.endsWith('.d.ts') ? existsSync(target.replace(/\.[jt]s$/, '.d.ts')) : existsSync(target)
  return found ? [] : [`dist/${file} refers to ${specifier}, which is not there`]
}

rmSync(join(root, 'dist'), { recursive: true, force: true })
run('inherit', join(root, 'node_modules/.bin/tsc'), '-p', 'tsconfig.build.json')
run('inherit', process.execPath, join(root, 'test/tools/build-console.ts'))
const files = globSync('**/*.{js,d.ts}', { cwd: join(root, 'dist') }).filter((file) => !/^console[\\/]/.test(file))
const faults = [...missingDoors(), ...files.flatMap(faultsOf)]
for (const fault of faults) process.stderr.write(`${fault}\n`)
if (faults.length > 0) process.exit(1)

const kilobytes = Math.round(files.reduce((sum, file) => sum + statSync(join(root, 'dist', file)).size, 0) / 1024)
run('ignore', process.execPath, '-e', `await import(${JSON.stringify(join(root, 'dist/sdk/index.js'))})`)
run('ignore', process.execPath, join(root, 'dist/cli/main.js'), '--help')
writeFileSync(join(root, 'dist/sbom.cdx.json'), `${JSON.stringify(sbom(readLock()), null, 2)}\n`)
process.stdout.write(
  `keyhaven ${manifest.version}: ${files.length} files, ${kilobytes} KiB and the bill of materials sbom.cdx.json in dist/\n`,
)

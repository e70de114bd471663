/**
 * Builds the console into dist/console/: bundled by Vite, compressed beforehand, within its budget. As the `prepare`
 * script it makes `npm ci && npm start` show the console, and does nothing when that is built already; where Vite is not
 * installed it says so, since all else works without. `npm run check` runs it for the budget: what was built from these
 * sources kept it, and what was not is built.
 */
import { createHash } from 'node:crypto'
import { existsSync, globSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, join } from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'

const root = join(import.meta.dirname, '../..')
const output = join(root, 'dist/console')
const stamp = join(output, '.built-from')

/** What is fetched before anything is shown, and what each page adds to it; gzip. */
const budget = { first: 480_000, page: 60_000 }

/** All that the bundle depends on: our sources, and the exact versions of everybody else's. */
function sourcesDigest(): string {
  const hash = createHash('sha256')
  const files = [
    'package-lock.json',
    'test/tools/build-console.ts',
    ...globSync('src/{console,api,wire,crypto}/**/*.*', { cwd: root }).sort(),
  ]
  for (const file of files) hash.update(`${file}\0`).update(readFileSync(join(root, file)))
  return hash.digest('hex')
}

interface Chunk {
  readonly file: string
  readonly isEntry?: boolean
  readonly imports?: readonly string[]
  readonly css?: readonly string[]
}

function compress(): Map<string, number> {
  const sizes = new Map<string, number>()
  for (const file of globSync('assets/*', { cwd: output })) {
    const content = readFileSync(join(output, file))
    const gzip = gzipSync(content, { level: 9 })
    sizes.set(file, gzip.length)
    writeFileSync(join(output, `${file}.gz`), gzip)
    const params = { [constants.BROTLI_PARAM_QUALITY]: 9, [constants.BROTLI_PARAM_SIZE_HINT]: content.length }
    writeFileSync(join(output, `${file}.br`), brotliCompressSync(content, { params }))
  }
  return sizes
}

/** Files that are fetched along with a chunk. */
function fetchedWith(chunks: Readonly<Record<string, Chunk>>, name: string, found = new Set<string>()): Set<string> {
  const chunk = chunks[name]
  if (chunk === undefined || found.has(chunk.file)) return found
  for (const file of [chunk.file, ...(chunk.css ?? [])]) found.add(file)
  for (const other of chunk.imports ?? []) fetchedWith(chunks, other, found)
  return found
}

function faults(chunks: Readonly<Record<string, Chunk>>, sizes: ReadonlyMap<string, number>): string[] {
  const sum = (files: Iterable<string>): number => [...files].reduce((total, file) => total + (sizes.get(file) ?? 0), 0)
  const entry = Object.keys(chunks).find((name) => chunks[name]?.isEntry) ?? ''
  const first = fetchedWith(chunks, entry)
  const tooLarge = Object.values(chunks)
    .filter(({ file }) => !first.has(file))
    .filter(({ file }) => (sizes.get(file) ?? 0) > budget.page)
  const firstSize = sum(first)
  process.stdout.write(
    `console: ${Math.round(firstSize / 1000)} kB gzip at first, ${Object.keys(chunks).length} chunks\n`,
  )
  return [
    ...(firstSize > budget.first ? [`the first load has ${firstSize} bytes of gzip, more than ${budget.first}`] : []),
    ...tooLarge.map(({ file }) => `${basename(file)} has ${sizes.get(file)} bytes of gzip, more than ${budget.page}`),
  ]
}

/** Builds it unless it is built already. Faults are told on standard error, and as the exit code of the process. */
export async function buildConsole(): Promise<void> {
  const digest = sourcesDigest()
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === digest) return
  // Development dependencies may be left out, as on a machine that only serves.
  if (!isInstalled('vite')) {
    process.stdout.write('console: not built, since Vite is not installed here\n')
    return
  }
  const { build } = await import('vite')
  await build({ configFile: join(root, 'src/console/vite.config.ts') })
  const chunks = JSON.parse(readFileSync(join(output, 'manifest.json'), 'utf8')) as Record<string, Chunk>
  const found = faults(chunks, compress())
  for (const fault of found) process.stderr.write(`console: ${fault}\n`)
  rmSync(join(output, 'manifest.json'))
  if (found.length > 0) process.exitCode = 1
  else writeFileSync(stamp, digest)
}

export function isInstalled(name: string): boolean {
  try {
    createRequire(import.meta.url).resolve(name)
    return true
  } catch {
    return false
  }
}

if (import.meta.main) await buildConsole()

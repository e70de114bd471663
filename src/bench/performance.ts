import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { machine, type Row, type RowSettings } from './measure.ts'
import { rowTable } from './table.ts'

/**
 * Measures everything that docs/performance.md tells, and writes it there: of each bench that exports `rows` a table.
 * Peers that are not installed are left out.
 *
 *     npm run bench [-- [--only server,start] [--quick]]
 *
 * `--quick` only shows that those that can be short do run, in two minutes instead of twenty, and writes nothing.
 */
export async function run(args: readonly string[]): Promise<void> {
  const { only, quick: isQuick } = parseArgs({
    args: [...args],
    options: { only: { type: 'string' }, quick: { type: 'boolean', default: false } },
  }).values
  const names = only?.split(',')
  for (const [name, rows] of await benches()) {
    if (names ? !names.includes(name) : isQuick && rows.length === 0) continue
    const table = await tableOf(name, rows, isQuick).catch((error: unknown) => notMeasured(name, error))
    if (table === undefined) continue
    console.log(`${table}\n`)
    // at once: what is measured later may take long
    if (!isQuick) writeFileSync(page, withTables(readFileSync(page, 'utf8'), new Map([[name, table]])))
  }
}

const page = join(import.meta.dirname, '../../docs/performance.md')

/** What takes settings can be short. */
type Rows = (settings: RowSettings) => Promise<readonly Row[]>

async function benches(): Promise<readonly (readonly [name: string, rows: Rows])[]> {
  const found: [string, Rows][] = []
  for (const file of readdirSync(import.meta.dirname).sort()) {
    if (!file.endsWith('.ts') || file.endsWith('.test.ts') || file === 'main.ts') continue
    const { rows } = (await import(`./${file}`)) as { rows?: Rows }
    if (rows) found.push([file.slice(0, -'.ts'.length), rows])
  }
  return found
}

async function tableOf(name: string, rows: Rows, isQuick: boolean): Promise<string> {
  const table = rowTable(await rows({ isQuick }))
  const date = new Date().toISOString().slice(0, 10)
  return `### ${name}\n\n${table}\n\`npm run bench -- --only ${name}\`, ${date}: ${machine()}.`
}

/** What fails leaves the table as it was, and the others to be measured. */
function notMeasured(name: string, error: unknown): undefined {
  console.error(`${name} was not measured: ${error instanceof Error ? error.message : String(error)}`)
  process.exitCode = 1
}

/** The page with each table in its place, between `<!-- table: name -->` and `<!-- end -->`; new ones at the end. */
export function withTables(text: string, tables: ReadonlyMap<string, string>): string {
  let result = text
  for (const [name, table] of tables) {
    const [begin, end] = [`<!-- table: ${name} -->`, '<!-- end -->']
    const at = result.indexOf(begin)
    const before = at < 0 ? `${result.trimEnd()}\n\n` : result.slice(0, at)
    const after = at < 0 ? '\n' : result.slice(result.indexOf(end, at) + end.length)
    result = `${before}${begin}\n${table}\n${end}${after}`
  }
  return result
}

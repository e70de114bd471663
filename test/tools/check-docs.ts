/**
 * The pages of docs/reference/ that are made from tables. `npm run docs` writes them, `npm run check` compares. A page
 * more is one line here.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { configurationReference } from '../../src/server/config/reference.ts'
import { errorsPage } from './docs/errors-page.ts'
import { instanceOperationsPage } from './docs/instance-operations-page.ts'
import { operationsPage } from './docs/operations-page.ts'
import { seedSchemaFile } from './docs/seed-schema.ts'

const pages: Readonly<Record<string, () => string>> = {
  'operations.md': operationsPage,
  'instance-operations.md': instanceOperationsPage,
  'errors.md': errorsPage,
  'configuration.md': configurationReference,
  'seed.schema.json': seedSchemaFile,
}
const folder = join(import.meta.dirname, '../../docs/reference')

function written(name: string): string | undefined {
  try {
    return readFileSync(join(folder, name), 'utf8')
  } catch {
    return undefined
  }
}

const outdated = Object.entries(pages).filter(([name, render]) => written(name) !== render())
if (process.argv.includes('--write')) {
  for (const [name, render] of outdated) writeFileSync(join(folder, name), render())
} else if (outdated.length === 0) {
  process.stdout.write(
    `No errors in types and lint; ${Object.keys(pages).length} reference pages are as their tables say.\n`,
  )
} else {
  for (const [name] of outdated) {
    process.stderr.write(`docs/reference/${name} differs from its table; run "npm run docs"\n`)
  }
  process.exitCode = 1
}

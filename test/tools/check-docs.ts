/**
 * What is made from tables: pages of docs/reference/, and the interfaces of the SDK. `npm run docs` writes them,
 * `npm run check` compares. A page more is one line here.
 */
import { globSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { configurationReference } from '../../src/server/config/reference.ts'
import { configurationPageInChinese } from './docs/configuration-page.ts'
import { coveragePage, coveragePageInChinese } from './docs/coverage-page.ts'
import { errorsPage, errorsPageInChinese } from './docs/errors-page.ts'
import { instanceOperationsPage, instanceOperationsPageInChinese } from './docs/instance-operations-page.ts'
import { manPages } from './docs/man-pages.ts'
import { instanceModels, modelsOf } from './docs/models.ts'
import { operationsPage, operationsPageInChinese } from './docs/operations-page.ts'
import { seedSchemaFile } from './docs/seed-schema.ts'

const manuals = await manPages()
const pages: Readonly<Record<string, () => string>> = {
  'docs/reference/operations.md': operationsPage,
  'docs/reference/operations.zh-CN.md': operationsPageInChinese,
  'docs/reference/instance-operations.md': instanceOperationsPage,
  'docs/reference/instance-operations.zh-CN.md': instanceOperationsPageInChinese,
  'docs/reference/coverage.md': coveragePage,
  'docs/reference/coverage.zh-CN.md': coveragePageInChinese,
  'docs/reference/errors.md': errorsPage,
  'docs/reference/errors.zh-CN.md': errorsPageInChinese,
  'docs/reference/configuration.md': () => configurationReference(),
  'docs/reference/configuration.zh-CN.md': configurationPageInChinese,
  'docs/reference/seed.schema.json': seedSchemaFile,
  'src/sdk/models/kms.ts': () => modelsOf('Kms', 'Keyhaven'),
  'src/sdk/models/ram.ts': () => modelsOf('Ram', 'Ims'),
  'src/sdk/models/sts.ts': () => modelsOf('Sts'),
  'src/sdk/models/instance.ts': instanceModels,
  ...Object.fromEntries([...manuals].map(([name, text]) => [`docs/man/${name}`, () => text])),
}
const folder = join(import.meta.dirname, '../..')

function written(name: string): string | undefined {
  try {
    return readFileSync(join(folder, name), 'utf8')
  } catch {
    return undefined
  }
}

const outdated = Object.entries(pages).filter(([name, render]) => written(name) !== render())
/** of commands that are gone */
const left = globSync('docs/man/*', { cwd: folder }).filter((name) => !(name.replaceAll('\\', '/') in pages))
if (process.argv.includes('--write')) {
  for (const [name, render] of outdated) writeFileSync(join(folder, name), render())
  for (const name of left) rmSync(join(folder, name))
} else if (outdated.length + left.length === 0) {
  process.stdout.write(`No errors in types and lint; ${Object.keys(pages).length} pages are as their tables say.\n`)
} else {
  for (const name of [...outdated.map(([page]) => page), ...left]) {
    process.stderr.write(`${name} differs from its table; run "npm run docs"\n`)
  }
  process.exitCode = 1
}

/**
 * What is made from tables: pages of docs/reference/, and the interfaces of the SDK. `npm run docs` writes them,
 * `npm run check` compares. A page more is one line here.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { configurationReference } from '../../src/server/config/reference.ts'
import { configurationPageInChinese } from './docs/configuration-page.ts'
import { coveragePage, coveragePageInChinese } from './docs/coverage-page.ts'
import { errorsPage, errorsPageInChinese } from './docs/errors-page.ts'
import { instanceOperationsPage, instanceOperationsPageInChinese } from './docs/instance-operations-page.ts'
import { instanceModels, modelsOf } from './docs/models.ts'
import { operationsPage, operationsPageInChinese } from './docs/operations-page.ts'
import { seedSchemaFile } from './docs/seed-schema.ts'

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
if (process.argv.includes('--write')) {
  for (const [name, render] of outdated) writeFileSync(join(folder, name), render())
} else if (outdated.length === 0) {
  process.stdout.write(`No errors in types and lint; ${Object.keys(pages).length} pages are as their tables say.\n`)
} else {
  for (const [name] of outdated) {
    process.stderr.write(`${name} differs from its table; run "npm run docs"\n`)
  }
  process.exitCode = 1
}

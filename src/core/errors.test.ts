import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { resourceNotFound } from './errors.ts'

test('what is missing is named with its kind', () => {
  const { code, status, message } = resourceNotFound('secret', 'app/db')
  assert.deepEqual(
    [code, status, message],
    [...['Forbidden.ResourceNotFound', 404], 'Resource not found. There is no secret "app/db".'],
  )
})

test('nothing says that a resource is not found without saying which', () => {
  const sources = globSync('**/*.ts', { cwd: import.meta.dirname }).filter((file) => !file.endsWith('.test.ts'))
  assert.ok(sources.length > 100)
  const silent = sources.filter((file) =>
    readFileSync(join(import.meta.dirname, file), 'utf8').includes("KmsError('Forbidden.ResourceNotFound'"),
  )
  assert.deepEqual(silent, ['errors.ts'])
})

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { codeName } from '../src/api/field.ts'
import type { Operation } from '../src/api/operation.ts'
import { operations } from '../src/api/operations.ts'

const root = join(import.meta.dirname, '..')
const textOf = (file: string): string => readFileSync(join(root, file), 'utf8')

/** The places of the table "Adding an operation". */
const places = [...textOf('CONTRIBUTING.md').matchAll(/^\|[^|]+\| `([^`]+)` \|$/gm)].map(([, place = '']) => place)

const fileName = (name: string): string =>
  name.replaceAll(/[A-Z]+(?![a-z])|[A-Z]/g, (word, at) => `${at === 0 ? '' : '-'}${word.toLowerCase()}`)

const filesAt = (place: string): readonly string[] =>
  globSync(place.replaceAll(/<\w+>/g, '*'), { cwd: root }).map((file) => file.replaceAll('\\', '/'))
const mentioning = (files: readonly string[], what: RegExp): readonly string[] =>
  files.filter((file) => what.test(textOf(file)))

/** How each place shows that it has an operation. */
const shows: Readonly<Record<string, (files: readonly string[], operation: Operation) => readonly string[]>> = {
  'src/api/<family>.ts': (files, { name }) => mentioning(files, new RegExp(`^export const ${name} = define\\($`, 'm')),
  'src/api/chinese/<family>.ts': (files, { doc }) => files.filter((file) => textOf(file).includes(doc)),
  'src/core/<folder>/<operation>.ts': (files, { name }) =>
    files.filter((file) => file.endsWith(`/${fileName(name)}.ts`)),
  'src/core/<folder>/*.test.ts': (files, { name }) => mentioning(files, new RegExp(`\\b${codeName(name)}\\b`)),
  'src/gateway/openapi/pairs/<family>.ts': (files, { name }) =>
    mentioning(files, new RegExp(`\\bon(Unsigned)?\\(\\s*(\\w+\\.)?${name},`)),
  'src/sdk/*client.ts': (files, { name }) => mentioning(files, new RegExp(`^ {2}readonly ${codeName(name)}\\b`, 'm')),
  'src/sdk/models/*.ts': (files, { name }) => mentioning(files, new RegExp(`^export interface ${name}Request `, 'm')),
  'docs/reference/operations.md': (files, { name }) => mentioning(files, new RegExp(`^## ${name}\\b`, 'm')),
}

describe('the list "Adding an operation"', () => {
  test('names nine places, each of which exists', () => {
    assert.equal(places.length, 9)
    assert.deepEqual(
      places.filter((place) => filesAt(place).length === 0),
      [],
    )
    assert.deepEqual(new Set([...Object.keys(shows), 'CHANGELOG.md']), new Set(places))
  })

  test('is what every operation has', () => {
    const missing = Object.entries(shows).flatMap(([place, find]) => {
      const files = filesAt(place)
      return operations
        .filter((operation) => find(files, operation).length === 0)
        .map(({ name }) => `${name} is missing in ${place}`)
    })
    assert.deepEqual(missing, [])
  })

  test('holds for the changelog: no operation is younger than its last change', (context) => {
    const isChanged = git('status', '--porcelain', '--', 'CHANGELOG.md')
    const lastChange = git('log', '-1', '--format=%H', '--', 'CHANGELOG.md')?.trim()
    if (isChanged === undefined || !lastChange) return context.skip('this is no clone of the repository')
    if (isChanged !== '') return
    const contracts = git('grep', '-h', '-E', '^export const \\w+ = define\\($', lastChange, '--', 'src/api') ?? ''
    const younger = operations.filter(({ name }) => !contracts.includes(`export const ${name} = define(`))
    assert.deepEqual(
      younger.map(({ name }) => name),
      [],
      'CHANGELOG.md has no line about these yet',
    )
  })
})

/** What git answers; `undefined` where there is no repository, or no git. */
function git(...args: readonly string[]): string | undefined {
  const { status, stdout } = spawnSync('git', args, { cwd: root, encoding: 'utf8' })
  return status === 0 ? stdout : undefined
}

import assert from 'node:assert/strict'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'

const root = join(import.meta.dirname, '..')
const page = 'docs/reference/security-requirements.md'
const textOf = (file: string): string => readFileSync(join(root, file), 'utf8')

interface Requirement {
  readonly id: string
  readonly metIn: readonly string[]
  readonly testedBy: readonly string[]
}

const requirements: readonly Requirement[] = textOf(page)
  .split(/^### (?=SEC-)/m)
  .slice(1)
  .map((section) => ({
    id: section.slice(0, section.indexOf(' ')),
    metIn: filesAfter(section, 'Met in'),
    testedBy: filesAfter(section, 'Tested by'),
  }))

function filesAfter(section: string, label: string): readonly string[] {
  const [, line = ''] = new RegExp(`^- ${label} (.*)$`, 'm').exec(section) ?? []
  return [...line.matchAll(/`([^`]+)`/g)].map(([, file = '']) => file)
}

/** Every number that a file cites, also as in `SEC-44, 45`. */
const citedIn = (file: string): readonly { readonly id: string; readonly file: string }[] =>
  [...textOf(file).matchAll(/SEC-(\d+(?:, \d+)*)/g)].flatMap(([, numbers = '']) =>
    numbers.split(', ').map((number) => ({ id: `SEC-${number}`, file })),
  )

describe('the security requirements', () => {
  test('define what the code, its tests and the pages cite', () => {
    const files = globSync(['src/**/*.ts', 'test/**/*.ts', 'examples/**/*.ts', 'docs/**/*.md', '*.md'], { cwd: root })
    const cited = files.flatMap(citedIn)
    assert.ok(cited.length > 50)
    const defined = new Set(requirements.map(({ id }) => id))
    assert.deepEqual(
      cited.filter(({ id }) => !defined.has(id)),
      [],
    )
    assert.equal(defined.size, requirements.length, 'each is defined once')
  })

  test('name where each is met and what tests it, all of which exist', () => {
    const faults = requirements.flatMap(({ id, metIn, testedBy }) => [
      ...(metIn.length === 0 ? [`${id} is met nowhere`] : []),
      ...(testedBy.length === 0 ? [`${id} is not tested`] : []),
      ...[...metIn, ...testedBy].filter((file) => !existsSync(join(root, file))).map((file) => `${id} names ${file}`),
      ...testedBy.filter((file) => !/\.test\.ts$|^test\//.test(file)).map((file) => `${file} tests nothing`),
    ])
    assert.deepEqual(faults, [])
  })
})

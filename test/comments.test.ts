import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { describe, test } from 'node:test'

const root = join(import.meta.dirname, '..')
const files = globSync(['src/**/*.ts', 'test/**/*.ts', 'examples/**/*.ts'], { cwd: root })

interface Source {
  readonly file: string
  readonly comments: readonly string[]
  readonly code: string
}

const comment = /\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/ .*$/gm
const sources: readonly Source[] = files.map((file) => {
  const text = readFileSync(join(root, file), 'utf8')
  return { file, comments: [...text.matchAll(comment)].map(([found]) => found), code: text.replaceAll(comment, '') }
})

/** What comments of the whole tree say by a pattern, with where they say it. */
const mentions = (pattern: RegExp): readonly { readonly name: string; readonly source: Source }[] =>
  sources.flatMap((source) =>
    source.comments.flatMap((text) => [...text.matchAll(pattern)].map(([, name = '']) => ({ name, source }))),
  )

const shown = ({ name, source }: { readonly name: string; readonly source: Source }): string =>
  `${source.file} mentions ${name}`

/** Names of others: of Node, of the service, or made up as an example. */
const ofOthers: ReadonlySet<string> = new Set(['privateEncrypt', 'someName', 'xH6OPUmz'])

describe('what a comment names exists', () => {
  test('a file', () => {
    const known = new Set(
      globSync(['src/**', 'test/**', 'docs/**', 'examples/**', '*.md'], { cwd: root }).map(baseName),
    )
    const named = mentions(/(?<![\w*.])([\w-][\w./-]*\.(?:ts|md))\b/g)
    assert.ok(named.length > 20)
    assert.deepEqual(named.filter(({ name }) => !known.has(baseName(name))).map(shown), [])
  })

  test('a name in backticks that reads like one of the code', () => {
    const words = new Set(sources.flatMap(({ code }) => code.match(/\w+/g) ?? []))
    const named = mentions(/`([a-z]\w*[A-Z]\w*)(?:\([^`]*\))?`/g)
    assert.ok(named.length > 50)
    assert.deepEqual(named.filter(({ name }) => !words.has(name) && !ofOthers.has(name)).map(shown), [])
  })

  test('a link, in the file that has it', () => {
    const named = mentions(/\{@link (\w+)/g)
    assert.ok(named.length > 5)
    assert.deepEqual(named.filter(({ name, source }) => !new RegExp(`\\b${name}\\b`).test(source.code)).map(shown), [])
  })
})

function baseName(file: string): string {
  return basename(file.replaceAll('\\', '/'))
}

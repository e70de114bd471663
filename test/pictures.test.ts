import assert from 'node:assert/strict'
import { globSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileOf, looksOf, pictures } from './tools/pictures/pictures.ts'

const root = join(import.meta.dirname, '..')
const folder = join(root, 'docs/pictures')
const pages = globSync(['*.md', 'docs/**/*.md'], { cwd: root })

interface Shown {
  readonly page: string
  readonly file: string
  /** what stands for it to who does not see it; a picture of the same in other colours needs none */
  readonly alt: string | undefined
}

const shown: readonly Shown[] = pages.flatMap((page) => {
  const text = readFileSync(join(root, page), 'utf8')
  const inMarkdown = [...text.matchAll(/!\[([^\]]*)\]\([^)]*pictures\/([^)]+)\)/g)]
  const inHtml = [...text.matchAll(/<img alt="([^"]*)" src="[^"]*pictures\/([^"]+)"/g)]
  const otherwise = [...text.matchAll(/<source [^>]*srcset="[^"]*pictures\/([^"]+)"/g)]
  return [
    ...[...inMarkdown, ...inHtml].map(([, alt = '', file = '']) => ({ page, file, alt })),
    ...otherwise.map(([, file = '']) => ({ page, file, alt: undefined })),
  ]
})

test('every picture that is taken is shown somewhere, and every one that is shown is taken', () => {
  const taken = pictures.flatMap((picture) => looksOf(picture).map((look) => fileOf(picture, look))).sort()
  assert.deepEqual([...new Set(shown.map(({ file }) => file))].sort(), taken)
  assert.deepEqual(readdirSync(folder).sort(), taken)
})

test('each is told in words, and is of the language of its page', () => {
  assert.deepEqual(
    shown.filter(({ alt }) => alt !== undefined && alt.length < 10),
    [],
  )
  assert.deepEqual(
    shown.filter(({ page, file }) => page.includes('.zh-CN.') !== file.includes('.zh.')),
    [],
  )
})

test('together they are no load for who clones', () => {
  const bytes = readdirSync(folder).reduce((sum, file) => sum + statSync(join(folder, file)).size, 0)
  assert.ok(bytes < 600_000, `${bytes} bytes`)
})

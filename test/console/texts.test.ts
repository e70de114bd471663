import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { CreateAlias } from '../../src/api/aliases.ts'
import { operations } from '../../src/api/operations.ts'
import { fieldHelp, fieldLabel } from '../../src/console/text/fields.ts'

const root = join(import.meta.dirname, '../../src/console')
const sources = globSync('**/*.tsx', { cwd: root }).map((file) => readFileSync(join(root, file), 'utf8'))
/** Operations that a form is made from. */
const asked = new Set(
  sources.flatMap((text) => [...text.matchAll(/\boperation[=:] ?\{?([A-Z]\w+)/g)].map(([, name]) => name)),
)
const isChinese = (text: string): boolean => /\p{Script=Han}/u.test(text)

test('every field that is asked for has a name in Chinese', () => {
  const forms = operations.filter(({ name }) => asked.has(name))
  assert.ok(forms.length > 20)
  const without = forms.flatMap(({ name: operation, request }) =>
    Object.entries(request)
      .filter(([name, { refused }]) => refused === undefined && name !== 'DryRun')
      .filter(([name]) => !isChinese(fieldLabel('zh-CN', name)))
      .map(([name]) => `${operation}.${name}`),
  )
  assert.deepEqual(without, [])
})

test('what fits into a field is told in the language of the reader, without the marks of the contract', () => {
  const { doc } = CreateAlias.request.AliasName
  assert.match(fieldHelp('en-US', doc), /^alias\/ and 1 to 255 letters/)
  assert.match(fieldHelp('zh-CN', doc), /^alias\/ 加 1 至 255 个字母/)
})

import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { operations } from '../../src/api/operations.ts'
import { fieldHelp, fieldLabel } from '../../src/console/text/fields.ts'

const root = join(import.meta.dirname, '../../src/console')
const sources = globSync('**/*.tsx', { cwd: root }).map((file) => readFileSync(join(root, file), 'utf8'))
/** Operations that a form is made from. */
const asked = new Set(
  sources.flatMap((text) => [...text.matchAll(/\boperation[=:] ?\{?([A-Z]\w+)/g)].map(([, name]) => name)),
)
const isChinese = (text: string): boolean => /\p{Script=Han}/u.test(text)

test('every field that is asked for has a name and a help in Chinese', () => {
  const forms = operations.filter(({ name }) => asked.has(name))
  assert.ok(forms.length > 20)
  const without = forms.flatMap(({ name: operation, request }) =>
    Object.entries(request)
      .filter(([name, { refused }]) => refused === undefined && name !== 'DryRun')
      .filter(
        ([name, { doc }]) =>
          !(
            isChinese(fieldLabel('zh-CN', name)) &&
            (doc === '' || isChinese(fieldHelp('zh-CN', operation, name, doc)))
          ),
      )
      .map(([name, { doc }]) => `${operation}.${name}: ${doc}`),
  )
  assert.deepEqual(without, [])
})

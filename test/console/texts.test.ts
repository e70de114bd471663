import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { CreateAlias } from '../../src/api/aliases.ts'
import { operations } from '../../src/api/operations.ts'
import { eventMessage } from '../../src/console/text/event-messages.ts'
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

test('everything that the server says of events is said in Chinese, with its times and numbers', () => {
  const source = readFileSync(join(root, '../core/oversight/occasions.ts'), 'utf8')
  const templates = [...source.matchAll(/message(?: =|:) `([^`]+)`|told\('\w+', '([^']+)'\)/g)]
    .map(([, template, plain]) => template ?? plain ?? '')
    .filter((template) => !template.startsWith('${what}'))
  const ending = ['The server certificate', 'The ClientKey', 'The key material']
  for (const what of ending) assert.ok(source.includes(`'${what}'`), what)
  const messages = [
    ...templates.map((each) => each.replaceAll(/\$\{\w+\}/g, '7')),
    ...ending.map((what) => `${what} ends at 7.`),
  ]
  assert.ok(messages.length >= 11)
  for (const message of messages) {
    const { text } = eventMessage('zh-CN', message)
    assert.ok(isChinese(text), message)
    assert.equal(text.match(/7/g)?.length, message.match(/7/g)?.length, text)
    assert.deepEqual(eventMessage('en-US', message), { text: message, language: 'en-US' })
  }
  assert.deepEqual(eventMessage('zh-CN', 'Unheard of.'), { text: 'Unheard of.', language: 'en-US' })
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { chineseTexts, inChinese } from './chinese.ts'
import type { Field } from './field.ts'
import { instanceOperations } from './instance.ts'
import { fieldMeanings } from './instance-fields.ts'
import { operations } from './operations.ts'

const textsOf = ({ doc, refused = '', item, fields = {} }: Field): readonly string[] => [
  doc,
  refused,
  ...(item === undefined ? [] : textsOf(item)),
  ...Object.values(fields).flatMap(textsOf),
]

const contract: ReadonlySet<string> = new Set(
  [
    ...operations.flatMap(({ doc, request, response }) => [
      doc,
      ...[...Object.values(request), ...Object.values(response)].flatMap(textsOf),
    ]),
    ...instanceOperations.map(({ doc }) => doc),
    ...Object.values(fieldMeanings),
  ].filter(Boolean),
)

test('every text of the contract is there in Chinese', () => {
  assert.ok(contract.size > 500)
  assert.deepEqual(
    [...contract].filter((text) => inChinese(text) === undefined),
    [],
    'these lack a line in src/api/chinese/, in the file that is named as that in src/api/',
  )
})

test('nothing is translated twice, nor without being in the contract', () => {
  const english = chineseTexts.flatMap((texts) => Object.keys(texts))
  assert.equal(new Set(english).size, english.length)
  const withTime = (text: string): string => `${text}, \`yyyy-MM-ddTHH:mm:ssZ\` in UTC`
  assert.deepEqual(
    english.filter((text) => !contract.has(text) && !contract.has(withTime(text))),
    [],
  )
})

test('a text keeps its values, and a time its form', () => {
  assert.equal(inChinese('`key` or `secret`'), '`key` 或 `secret`')
  assert.equal(
    inChinese('when the key was created, `yyyy-MM-ddTHH:mm:ssZ` in UTC'),
    '密钥的创建时间，`yyyy-MM-ddTHH:mm:ssZ`（UTC）',
  )
  assert.equal(inChinese('nobody says this'), undefined)
})

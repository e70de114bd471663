import assert from 'node:assert/strict'
import { test } from 'node:test'
import { stringMap } from '../../api/field.ts'
import { encodeResult } from './encode.ts'
import { writeXml } from './xml.ts'

const xmlOf = (tags: Readonly<Record<string, string>>): string =>
  writeXml('Answer', encodeResult({ Tags: stringMap('') }, { tags }, 'R')).replace(/^.*<RequestId>R<\/RequestId>/, '')

test('a map is an element with one for each name, or JSON where a name of the user can be none', () => {
  assert.equal(xmlOf({ team: 'a&b' }), '<Tags><team>a&amp;b</team></Tags></Answer>')
  assert.equal(xmlOf({}), '<Tags></Tags></Answer>')
  assert.equal(xmlOf({ 'a/b': '<' }), '<Tags>{&quot;a/b&quot;:&quot;&lt;&quot;}</Tags></Answer>')
  assert.equal(xmlOf(JSON.parse('{"__proto__":"x"}')), '<Tags><__proto__>x</__proto__></Tags></Answer>')
})

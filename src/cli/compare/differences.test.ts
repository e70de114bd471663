import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Answer } from './call.ts'
import { Counterparts } from './counterparts.ts'
import { differencesOf } from './differences.ts'

const answered = (body: Answer['body'], code = 'Success', status = 200): Answer => ({ status, code, body })
const between = (action: string, first: Answer, second: Answer) =>
  differencesOf({ action, version: '2016-01-20', parameters: {} }, first, second, new Counterparts())

test('what the contract does not know is compared, and not shown', () => {
  const found = (path: string) => [{ path, first: '(left out)', second: '(left out)' }]
  const [first, second] = [answered({ Token: 'c4n4ry-a' }), answered({ Token: 'c4n4ry-b' })]
  assert.deepEqual(between('GetTomorrow', first, second), found('Token'))
  assert.deepEqual(between('DescribeKey', first, second), found('Token'))
  const within = (token: string) => answered({ KeyMetadata: { Token: { Inner: [token] } } })
  assert.deepEqual(between('DescribeKey', within('c4n4ry-a'), within('c4n4ry-b')), found('KeyMetadata.Token.Inner[]'))
})

test('what it knows as no secret is shown, and so is what a refusal says', () => {
  const described = (text: string) => answered({ KeyMetadata: { Description: text } })
  const shown = [{ path: 'KeyMetadata.Description', first: 'a', second: 'b' }]
  assert.deepEqual(between('DescribeKey', described('a'), described('b')), shown)
  const refused = (text: string) => answered({ Message: text }, 'Forbidden.KeyNotFound', 404)
  assert.deepEqual(between('DescribeKey', refused('a'), refused('b')), [{ path: 'Message', first: 'a', second: 'b' }])
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { placeIn, rewritten, wordsFor } from './rewrite.ts'

test('ids, account and region of a policy become those of the target, as whole words only', () => {
  const words = wordsFor(
    [
      ['key-old1', 'key-new1'],
      ['kst-old', 'kst-new'],
    ],
    placeIn('acs:kms:cn-hangzhou:1111222233334444:key/key-old1'),
    placeIn('acs:kms:cn-shanghai:5555666677778888:key/key-new1'),
  )
  const before =
    '{"a":"acs:ram::1111222233334444:role/key-old1","b":"cn-hangzhou/kst-old","c":"11112222333344445 key-old12"}'
  assert.equal(
    rewritten(before, words),
    '{"a":"acs:ram::5555666677778888:role/key-new1","b":"cn-shanghai/kst-new","c":"11112222333344445 key-old12"}',
  )
})

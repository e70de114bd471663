import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { signingSecret } from './signing-secret.ts'

const wellFormed = (maxLength: number) => fc.string({ unit: 'binary', maxLength })

test('a signing secret makes the HMAC of any text, short or long, one after the other', () => {
  const property = fc.property(wellFormed(200), fc.array(wellFormed(300), { maxLength: 5 }), (text, messages) => {
    const { hmacSha256 } = signingSecret(text)
    for (const message of messages)
      assert.equal(hmacSha256(message), createHmac('sha256', text).update(message).digest('hex'))
  })
  fc.assert(property)
})

test('RFC 4231, test cases 1 and 2', () => {
  assert.equal(
    signingSecret('\v'.repeat(20)).hmacSha256('Hi There'),
    'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7',
  )
  assert.equal(
    signingSecret('Jefe').hmacSha256('what do ya want for nothing?'),
    '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
  )
})

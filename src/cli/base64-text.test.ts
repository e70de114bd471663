import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeWrappedBase64 } from '../crypto/base64.ts'
import { decodeWrappedText } from './base64-text.ts'

test('the command line reads Base64 as the service does', () => {
  const texts = [
    '',
    'YWJj',
    'YWJj\r\n',
    'YW\n Jj\t',
    'Y\nQ\n=\n=',
    'YQ',
    'YR==',
    'Y Q',
    'YW\u00a0Jj',
    'YW-j',
    'YWJj\v',
    '\ufeffYWJj',
  ]
  for (const text of texts)
    assert.deepEqual(
      decodeWrappedText(text) && Buffer.from(decodeWrappedText(text) ?? []),
      decodeWrappedBase64(text) && Buffer.from(decodeWrappedBase64(text) ?? []),
      JSON.stringify(text),
    )
})

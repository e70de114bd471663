import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SigningError } from '../errors.ts'
import type { Element } from './ber.ts'
import { oid } from './oids.ts'
import type { SignedData } from './read-signed-data.ts'
import { verifySignedData } from './verify-signed-data.ts'

/** A message whose attribute has a value of another form than it must have. */
function withAttribute(type: string, value: Pick<Element, 'tag' | 'content'>): SignedData {
  const element = { ...value, raw: value.content }
  const signedAttributes = { der: new Uint8Array(), values: new Map([[type, element]]) }
  return { contentType: '1.2.3', certificates: [], signerInfo: { signedAttributes } } as unknown as SignedData
}

test('an attribute of another form is an error of the signature', () => {
  for (const value of [
    { tag: 0x04, content: Uint8Array.of(1) },
    { tag: 0x06, content: new Uint8Array() },
  ])
    assert.throws(
      () => verifySignedData(withAttribute(oid.contentType, value), new Uint8Array(32)),
      (error: unknown) => error instanceof SigningError && error.code === 'signature',
    )
})

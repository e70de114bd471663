import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { textEncoding } from './text-encoding.ts'

const hex = (encoding: string, text: string): string => Buffer.from(textEncoding(encoding).encode(text)).toString('hex')

describe('text is written', () => {
  // The bytes are those of Python's codecs of the same names.
  for (const [encoding, text, bytes] of [
    ['UTF-8', '密钥', 'e5af86e992a5'],
    ['GBK', '密钥a', 'c3dcd4bf61'],
    ['gb2312', '密钥', 'c3dcd4bf'],
    ['GB18030', '密钥€😀ü𠀀', 'c3dcd4bfa2e39439fc36a8b995328236'],
    ['Shift_JIS', '日本語ｱ', '93fa967b8ceab1'],
    ['EUC-JP', '日本語ｱ', 'c6fccbdcb8ec8eb1'],
    ['UTF-16LE', 'aé', '6100e900'],
    ['ISO-8859-1', 'é\x80', 'e980'],
  ] as const)
    test(`in ${encoding} and read back`, () => {
      assert.equal(hex(encoding, text), bytes)
      assert.equal(textEncoding(encoding).decode(Buffer.from(bytes, 'hex')), text)
    })

  test('with its byte order mark, which is part of it', () => {
    const { encode, decode } = textEncoding('utf-8')
    assert.equal(decode(encode('\ufeffa')), '\ufeffa')
  })
})

test('whatever an encoding can write, it reads back', () => {
  for (const name of ['gbk', 'gb18030', 'big5', 'euc-kr', 'windows-1251']) {
    const { encode, decode } = textEncoding(name)
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        let bytes: Uint8Array
        try {
          bytes = encode(text)
        } catch {
          return
        }
        assert.equal(decode(bytes), text)
      }),
    )
  }
})

test('GB18030 writes every character', () => {
  const { encode, decode } = textEncoding('gb18030')
  fc.assert(
    fc.property(fc.string({ unit: 'binary', minLength: 1 }), (text) => {
      fc.pre(text.isWellFormed() && !/[\ue000-\uf8ff\ufffd]/.test(text))
      assert.equal(decode(encode(text)), text)
    }),
  )
})

test('what cannot be written or read is one clear error, and so is an unknown name', () => {
  assert.throws(() => textEncoding('gbk').encode('a😀'), { code: 'invalidRequest', parameter: 'encoding' })
  assert.throws(() => textEncoding('latin1').encode('密'), { code: 'invalidRequest' })
  assert.throws(() => textEncoding('utf-8').decode(Uint8Array.of(0xff)), { code: 'badResponse' })
  assert.throws(() => textEncoding('gbk').decode(Uint8Array.of(0x81)), { code: 'badResponse' })
  for (const name of ['', 'no-such', 'iso-2022-jp']) assert.throws(() => textEncoding(name), { code: 'configuration' })
})

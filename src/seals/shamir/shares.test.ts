import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { shamirSeal } from './shamir-seal.ts'
import { readShare } from './share.ts'
import { combineShares, drawShares, readShares } from './shares.ts'

const rootKey = new Uint8Array(32).fill(9)
const aad = new Uint8Array([1])
const refused = (message: RegExp) => (error: unknown) =>
  error instanceof RangeError && message.test(error.message) && !/\n|KHS1-\w/.test(error.message)

describe('shares', () => {
  test('give the same secret, whichever and however many of them are enough', async () => {
    for (const [count, threshold] of [
      [2, 2],
      [5, 3],
      [255, 20],
    ] as const) {
      const texts = await drawShares(count, threshold)
      assert.equal(new Set(texts).size, count)
      const secret = await combineShares(texts.map(readShare))
      assert.equal(secret.length, 32)
      for (const chosen of [texts.slice(0, threshold), texts.slice(-threshold), texts.slice(-threshold).reverse()])
        assert.deepEqual(await combineShares(chosen.map(readShare)), secret)
      if (threshold > 2) assert.notDeepEqual(await combineShares(texts.slice(0, threshold - 1).map(readShare)), secret)
    }
  })

  test('are text that can be read out: in small letters, without dashes, O for 0 and I or L for 1', async () => {
    const [text = ''] = await drawShares(3, 2)
    assert.match(text, /^KHS1(?:-[0-9A-HJKMNP-TV-Z]{5}){13}-[0-9A-HJKMNP-TV-Z]{3}$/)
    const share = readShare(text)
    assert.equal(share.threshold, 2)
    const content = text.slice(5).replaceAll('0', 'o').replaceAll('1', 'l')
    for (const typed of [text.toLowerCase(), text.replaceAll('-', ''), `  ${text}\n`, `khs1 ${content}`])
      assert.deepEqual(readShare(typed), share)
  })

  test('tell every slip of one character, and what is no share', async () => {
    const [text = ''] = await drawShares(3, 2)
    for (let at = 0; at < text.length; at++) {
      if (text[at] === '-') continue
      const typed = text.slice(0, at) + (text[at] === '7' ? '8' : '7') + text.slice(at + 1)
      assert.throws(() => readShare(typed), refused(/checksum does not fit|is no share|incomplete/))
    }
    assert.throws(() => readShare(''), refused(/That is no share/))
    assert.throws(() => readShare('correct horse battery staple'), refused(/That is no share/))
    assert.throws(() => readShare(text.slice(0, -2)), refused(/incomplete/))
    assert.throws(() => readShare(`${text}U`), refused(/a character that none has/))
  })

  test('of another set, and one that is given twice, are told apart', async () => {
    const [one, other] = [await drawShares(3, 2), await drawShares(3, 2)]
    assert.throws(
      () => readShares(`${one[0]}\n${other[1]}`),
      refused(/^The share is of another set, \w{8}: this takes/),
    )
    assert.throws(() => readShares(`${one[0]}\n\n${one[0]?.toLowerCase()}`), refused(/^The same share was given twice/))
    assert.throws(() => readShares(one[0] ?? '', 'ffffffff'), refused(/another set/))
  })
})

describe('a seal of shares', () => {
  test('opens with enough of them, and wraps again for the same set', async () => {
    const texts = await drawShares(5, 3)
    const wrapped = await shamirSeal(texts.slice(0, 3).join('\n')).wrap(rootKey, aad)
    assert.deepEqual(wrapped.parameters, { threshold: 3, set: readShare(texts[0] ?? '').set })
    const another = shamirSeal(texts.slice(2).join('\r\n'))
    assert.deepEqual(new Uint8Array(await another.unwrap(wrapped, aad)), rootKey)
    await assert.rejects(another.unwrap(wrapped, new Uint8Array()), { name: 'CryptoFailure' })
    const again = await another.wrap(rootKey, aad)
    assert.deepEqual(new Uint8Array(await shamirSeal(texts.slice(1, 4).join('\n')).unwrap(again, aad)), rootKey)
  })

  test('is not made of too few, and not opened by those of another set', async () => {
    const [texts, others] = [await drawShares(5, 3), await drawShares(5, 3)]
    assert.throws(() => shamirSeal(texts.slice(0, 2).join('\n')), refused(/takes 3 shares; 2 were given/))
    assert.throws(() => shamirSeal(''), refused(/takes 2 shares; 0 were given/))
    const wrapped = await shamirSeal(texts.join('\n')).wrap(rootKey, aad)
    const stray = shamirSeal(others.join('\n')).unwrap(wrapped, aad)
    await assert.rejects(stray, {
      reason: 'wrong-secret',
      message: /^The shares are of set \w{8}: this takes those of/,
    })
  })
})

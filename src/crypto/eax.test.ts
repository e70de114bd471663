import assert from 'node:assert/strict'
import { createSecretKey, randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { expectTally, hex, number, outcome, runWycheproof } from '../../test/kit/wycheproof.ts'
import { Cmac } from './cmac.ts'
import { openEax, sealEax } from './eax.ts'
import { CryptoFailure } from './failure.ts'

test('AES-EAX gives the Wycheproof answers both ways', async () => {
  const tally = await runWycheproof('aes_eax', (group, vector) => {
    if (number(group, 'tagSize') !== 128) return 'not applicable'
    const key = createSecretKey(hex(vector, 'key'))
    const sealed = Buffer.concat([hex(vector, 'ct'), hex(vector, 'tag')])
    const [nonce, header, plaintext] = [hex(vector, 'iv'), hex(vector, 'aad'), hex(vector, 'msg')]
    try {
      const opened = openEax(key, nonce, sealed, header)
      assert.deepEqual(Buffer.from(sealEax(key, nonce, plaintext, header)), sealed)
      return outcome(Buffer.compare(opened, plaintext) === 0)
    } catch (error) {
      assert.ok(error instanceof CryptoFailure)
      return 'rejected'
    }
  })
  expectTally(tally, { valid: 159, invalid: 81 })
})

// RFC 4493 §4: the message lengths 0, 16, 40 and 64.
const cmac = new Cmac({
  cipher: 'aes-128',
  secret: createSecretKey(Buffer.from('2b7e151628aed2a6abf7158809cf4f3c', 'hex')),
})
const cmacMessage = Buffer.from(
  '6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e5130c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710',
  'hex',
)
for (const [length, mac] of [
  [0, 'bb1d6929e95937287fa37d129b756746'],
  [16, '070a16b46b4d4144f79bdd9dd04a287c'],
  [40, 'dfa66747de9ae63030ca32611497c827'],
  [64, '51f0bebf7e3b9d92fc49741779363cfe'],
] as const) {
  test(`AES-CMAC of ${length} bytes is as in RFC 4493`, () => {
    assert.equal(Buffer.from(cmac.mac(cmacMessage.subarray(0, length))).toString('hex'), mac)
  })
}

test('a sealed text cut anywhere does not open', () => {
  const key = createSecretKey(randomBytes(32))
  const nonce = randomBytes(16)
  const sealed = sealEax(key, nonce, Buffer.from('some text'))
  for (let length = 0; length < sealed.length; length++) {
    assert.throws(() => openEax(key, nonce, sealed.subarray(0, length)), CryptoFailure)
  }
})

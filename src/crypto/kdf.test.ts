import assert from 'node:assert/strict'
import { createSecretKey } from 'node:crypto'
import { test } from 'node:test'
import { openssl, opensslMissing } from '../../test/kit/openssl.ts'
import { expectTally, hex, number, outcome, runWycheproof } from '../../test/kit/wycheproof.ts'
import { counterKdf, counterKdfFixed, hkdfSha256 } from './kdf.ts'

test('HKDF-SHA-256 gives the Wycheproof answers and refuses outputs that are too long', async () => {
  const tally = await runWycheproof('hkdf_sha256', (_group, vector) => {
    const size = number(vector, 'size')
    const derive = () => hkdfSha256(hex(vector, 'ikm'), hex(vector, 'salt'), hex(vector, 'info'), size)
    if (size <= 255 * 32) return outcome(Buffer.compare(derive(), hex(vector, 'okm')) === 0)
    assert.throws(derive, RangeError)
    return 'rejected'
  })
  expectTally(tally, { valid: 83, invalid: 3 })
})

test('the counter KDF gives the answer of NIST CAVP (KDFCTR_gen, HMAC-SHA-256, 32-bit counter first)', () => {
  const secret = createSecretKey('dd1d91b7d90b2bd3138533ce92b272fbf8a369316aefe242e659cc0ae238afe0', 'hex')
  const fixedInput =
    '01322b96b30acd197979444e468e1c5c6859bf1b1cf951b7e725303e237e46b864a145fab25e517b08f8683d0315bb2911d80a0e8aba17f3b413faac'
  const output = counterKdfFixed(secret, Buffer.from(fixedInput, 'hex'), 16)
  assert.equal(Buffer.from(output).toString('hex'), '10621342bfb0fd40046c0e29f2cfdbf0')
})

test('the counter KDF puts label, zero byte, context and bit length together as OpenSSL does', {
  skip: opensslMissing,
}, () => {
  const key = Buffer.alloc(32, 7)
  const context = Buffer.alloc(16, 9)
  for (const length of [16, 32, 64, 80]) {
    const options = {
      mode: 'counter',
      mac: 'HMAC',
      digest: 'SHA256',
      hexkey: key.toString('hex'),
      salt: 'a label',
      hexinfo: context.toString('hex'),
    }
    const args = Object.entries(options).flatMap(([name, value]) => ['-kdfopt', `${name}:${value}`])
    const theirs = openssl(['kdf', '-binary', '-keylen', String(length), ...args, 'KBKDF'])
    assert.deepEqual(Buffer.from(counterKdf(createSecretKey(key), 'a label', context, length)), theirs)
  }
})

import assert from 'node:assert/strict'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { randomBytes } from '../../crypto/random.ts'
import { environmentSeal, keyFileSeal } from './key-seal.ts'

const folder = mkdtempSync(join(tmpdir(), 'keyhaven-key-'))
after(() => rmSync(folder, { recursive: true, force: true }))
const data = join(folder, 'data')
mkdirSync(data)

const secret = Buffer.from(randomBytes(32))
const rootKey = new Uint8Array(32).fill(9)
const aad = new Uint8Array([1])

let files = 0
function keyFile(content: string | Uint8Array, mode = 0o600, directory = folder): string {
  const path = join(directory, `${++files}.key`)
  writeFileSync(path, content)
  chmodSync(path, mode)
  return path
}
/** Refused in one line that names the file and not its content. */
const isRefused = (path: string, why: RegExp) => (error: unknown) =>
  error instanceof RangeError &&
  error.message.includes(path) &&
  why.test(error.message) &&
  !/\n/.test(error.message) &&
  !error.message.includes(secret.toString('hex'))

describe('a key file', () => {
  test('holds 32 bytes: raw, in hexadecimal or in Base64, with or without a line end', async () => {
    const forms = [
      secret,
      secret.toString('hex'),
      `${secret.toString('hex').toUpperCase()}\n`,
      `${secret.toString('base64')}\r\n`,
    ]
    const [first, ...others] = await Promise.all(forms.map((form) => keyFileSeal(keyFile(form), data)))
    assert.ok(first)
    const wrapped = await first.wrap(rootKey, aad)
    for (const seal of [first, ...others]) assert.deepEqual(new Uint8Array(await seal.unwrap(wrapped, aad)), rootKey)
    assert.deepEqual(rootKey, new Uint8Array(32).fill(9))
  })

  test('is refused when it holds anything else', async () => {
    for (const content of [
      '',
      secret.subarray(1),
      secret.toString('hex').slice(1),
      `${secret.toString('base64')}x`,
      secret.toString('hex').slice(32),
    ]) {
      const path = keyFile(content)
      await assert.rejects(keyFileSeal(path, data), isRefused(path, /does not hold 32 bytes/))
    }
  })

  test('is refused when it is too long for one, and said to be', async () => {
    const path = keyFile('x'.repeat(1025))
    await assert.rejects(keyFileSeal(path, data), isRefused(path, /is too long: it has 1024 bytes at most/))
  })

  test('is refused when others can read it', { skip: process.platform === 'win32' }, async () => {
    for (const mode of [0o644, 0o604, 0o660]) {
      const path = keyFile(secret, mode)
      await assert.rejects(keyFileSeal(path, data), isRefused(path, /can be read by others/))
    }
  })

  test('is refused inside the data directory, also when a link leads there', async () => {
    const inside = keyFile(secret, 0o600, data)
    await assert.rejects(keyFileSeal(inside, data), isRefused(inside, /inside the data directory/))
    const link = join(folder, 'link.key')
    symlinkSync(inside, link)
    await assert.rejects(keyFileSeal(link, data), isRefused(link, /inside the data directory/))
    await keyFileSeal(keyFile(secret), join(folder, 'not made yet'))
  })

  test('that is missing is refused', async () => {
    const path = join(folder, 'missing.key')
    await assert.rejects(keyFileSeal(path, data), isRefused(path, /cannot be read \(ENOENT\)\.$/))
  })
})

describe('what a key seal wrapped', () => {
  const seal = environmentSeal(secret.toString('base64'))

  test('differs each time, and opens with the same secret and context only', async () => {
    const wrapped = await seal.wrap(rootKey, aad)
    assert.notDeepEqual(wrapped, await seal.wrap(rootKey, aad))
    assert.deepEqual(new Uint8Array(await seal.unwrap(wrapped, aad)), rootKey)
    const failure = { name: 'CryptoFailure' }
    await assert.rejects(seal.unwrap(wrapped, new Uint8Array([2])), failure)
    await assert.rejects(environmentSeal(Buffer.from(randomBytes(32)).toString('hex')).unwrap(wrapped, aad), failure)
    await assert.rejects(seal.unwrap({ ...wrapped, ciphertext: new Uint8Array() }, aad), failure)
  })

  test('opens with the same secret after any number of uses, in whatever form that came', async () => {
    for (const form of [secret.toString('hex'), secret.toString('base64')]) {
      const used = environmentSeal(form)
      await used.wrap(rootKey, aad)
      await used.unwrap(await used.wrap(rootKey, aad), aad)
      const wrapped = await used.wrap(rootKey, aad)
      const fresh = await keyFileSeal(keyFile(secret), data)
      assert.deepEqual(new Uint8Array(await fresh.unwrap(wrapped, aad)), rootKey)
    }
  })

  test('needs 32 bytes, and an error about others does not repeat them', () => {
    for (const value of ['', 'short', secret.toString('hex').slice(2), secret.toString('hex').slice(0, 32)]) {
      assert.throws(
        () => environmentSeal(value),
        (error) => error instanceof RangeError && (value === '' || !error.message.includes(value)),
      )
    }
  })
})

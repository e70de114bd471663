import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { getPriority } from 'node:os'
import { after, describe, test } from 'node:test'
import { Worker } from 'node:worker_threads'
import { CryptoFailure } from './failure.ts'
import { sm2Order } from './sm2-curve.ts'
import { decryptSm2, encryptSm2, type Sm2CiphertextFormat } from './sm2-encryption.ts'
import { isSm2ExchangeKey, multiplySm2 } from './sm2-exchange.ts'
import {
  decodeSm2PrivateKey,
  encodeSm2Pkcs8,
  generateSm2Key,
  generateSm2Pkcs8InPool,
  Sm2PrivateKey,
} from './sm2-key.ts'
import { sm2Operations } from './sm2-operations.ts'
import { signSm2Digest } from './sm2-signature.ts'
import { decryptSm2InThread, encryptSm2InThread, Sm2Threads, sm2Threads, verifySm2InThread } from './sm2-threads.ts'

type Strings = Readonly<Record<string, string>>
const vectors = JSON.parse(readFileSync(new URL('../../test/vectors/gm/sm.json', import.meta.url), 'utf8')) as {
  readonly key: Strings
  readonly sign: readonly Strings[]
  readonly signNegative: readonly Strings[]
  readonly encrypt: readonly Strings[]
}
const hex = (text = ''): Buffer => Buffer.from(text, 'hex')
const published = new Sm2PrivateKey(BigInt(`0x${vectors.key.dHex}`))
const fields = { raw: 'rawC1C3C2Hex', c1c2c3: 'rawC1C2C3Hex', asn1: 'asn1DerHex' } as const
const formats = Object.keys(fields) as Sm2CiphertextFormat[]
const message = randomBytes(40)

after(() => sm2Threads.stop())

test('the published ciphertext opens in every format, by OpenSSL and by arithmetic of our own', async () => {
  const [vector] = vectors.encrypt
  assert.ok(isSm2ExchangeKey(published.exchangeKey))
  for (const format of formats) {
    const ciphertext = hex(vector?.[fields[format]])
    const opened = [
      await decryptSm2InThread(published, ciphertext, [format]),
      sm2Operations.decrypt(published.keyObject, ciphertext, [format]),
    ]
    for (const plaintext of opened) assert.equal(Buffer.from(plaintext ?? []).toString(), vector?.messageUtf8)
  }
})

test('a thread of SM2 makes way for the event loop, whose own priority stays', async () => {
  await decryptSm2InThread(published, hex(vectors.encrypt[0]?.rawC1C3C2Hex))
  if (process.platform !== 'linux') return
  const niceOf = (thread: string): number => Number(statOf(thread).split(' ')[16])
  const statOf = (thread: string): string => readFileSync(`/proc/self/task/${thread}/stat`, 'utf8').split(') ')[1] ?? ''
  const threads = readdirSync('/proc/self/task')
  const own = niceOf(String(process.pid))
  assert.equal(own, getPriority())
  assert.ok(threads.some((thread) => niceOf(thread) === Math.min(19, own + 10)))
})

test('OpenSSL multiplies as our own arithmetic does, whichever y the point has', () => {
  for (const key of [generateSm2Key(), new Sm2PrivateKey(1n), new Sm2PrivateKey(2n), new Sm2PrivateKey(sm2Order - 2n)])
    for (let round = 0; round < 8; round++) {
      const other = generateSm2Key().publicKey
      const product = other.point.multiply(key.scalar).toBytes(false)
      const found = multiplySm2(key.exchangeKey, other.encodedPoint).map(({ x, y }) => Buffer.concat([x, y]))
      assert.equal(found.length, 2)
      assert.ok(found.some((point) => point.equals(product.subarray(1))))
    }
})

test('what is encrypted in a thread opens anywhere, and the plaintext given stays as it was', async () => {
  const key = generateSm2Key()
  const given = Uint8Array.from(message)
  for (const format of formats) {
    const ciphertext = await encryptSm2InThread(key.publicKey, given, format)
    assert.deepEqual(Buffer.from(decryptSm2(key, ciphertext, [format])), message)
    assert.deepEqual(Buffer.from(await decryptSm2InThread(key, ciphertext, [format])), message)
  }
  assert.deepEqual(Buffer.from(given), message)
  await assert.rejects(encryptSm2InThread(key.publicKey, new Uint8Array(0)), RangeError)
})

test('what is altered, for another key, or on no point of the curve opens in neither way', async () => {
  const [key, other] = [generateSm2Key(), generateSm2Key()]
  const ciphertext = encryptSm2(key.publicKey, message)
  const altered = [1, 64, 65, 96, 97, ciphertext.length - 1].map((at) => ciphertext.with(at, (ciphertext[at] ?? 0) ^ 1))
  const points = [new Uint8Array(65), Buffer.concat([Buffer.of(4), new Uint8Array(64)]), Buffer.alloc(65, 4)]
  const offCurve = points.map((point) => Buffer.concat([point, ciphertext.subarray(65)]))
  const compressed = Buffer.concat([Buffer.of(2), ciphertext.subarray(1)])
  for (const bad of [
    ...altered,
    ...offCurve,
    compressed,
    ciphertext.subarray(0, 97),
    encryptSm2(other.publicKey, message),
  ]) {
    await assert.rejects(decryptSm2InThread(key, bad), CryptoFailure)
    assert.equal(sm2Operations.decrypt(key.keyObject, bad), undefined)
  }
})

test('signatures are verified as they are elsewhere', async () => {
  for (const { eHex, signatureDerHex } of vectors.sign)
    assert.equal(await verifySm2InThread(published.publicKey, hex(eHex), hex(signatureDerHex)), true)
  for (const { name, signatureDerHex } of vectors.signNegative)
    assert.equal(
      await verifySm2InThread(published.publicKey, hex(vectors.sign[0]?.eHex), hex(signatureDerHex)),
      false,
      name ?? '',
    )
  await assert.rejects(verifySm2InThread(published.publicKey, new Uint8Array(31), new Uint8Array(70)), RangeError)
})

test('more keys than a thread remembers are all served rightly', () => {
  const digest = randomBytes(32)
  const keys = Array.from({ length: 70 }, (_, index) => new Sm2PrivateKey(BigInt(index + 1)))
  for (const key of [...keys, ...keys.slice(0, 3)])
    assert.ok(sm2Operations.verify(key.publicKey.encodedPoint, digest, signSm2Digest(key, digest)))
})

test('a key that the pool made is one as we write them', async () => {
  const pkcs8 = await generateSm2Pkcs8InPool()
  assert.deepEqual(Buffer.from(encodeSm2Pkcs8(decodeSm2PrivateKey(pkcs8))), Buffer.from(pkcs8))
})

describe('threads', () => {
  const args = [published.publicKey.encodedPoint, new Uint8Array(32), new Uint8Array(70)] as const
  const dying = (code: string) => () => new Worker(code, { eval: true })

  test('one that fails or ends tells who waits, and the next call starts another', async () => {
    for (const [code, message] of [
      ["require('node:worker_threads').parentPort.on('message', () => { throw new Error('broken') })", /broken/],
      ["require('node:worker_threads').parentPort.on('message', () => process.exit(3))", /has ended/],
      ["throw new Error('never began')", /never began/],
    ] as const) {
      const threads = new Sm2Threads(dying(code), 1)
      for (let call = 0; call < 2; call++) await assert.rejects(threads.run('verify', [...args]), message)
    }
  })

  test('there are no more than were asked for, and each has work', async () => {
    let started = 0
    const threads = new Sm2Threads(() => {
      started++
      return new Worker(new URL('./sm2-thread.ts', import.meta.url), { env: {} })
    }, 2)
    const answers = await Promise.all(Array.from({ length: 6 }, () => threads.run('verify', [...args])))
    assert.deepEqual(answers, Array(6).fill(false))
    assert.equal(started, 2)
    await threads.stop()
  })

  test('idle ones keep no process alive', () => {
    const code = `
      Promise.all([import('./sm2-key.ts'), import('./sm2-threads.ts')])
        .then(([{ generateSm2Key }, threads]) => threads.encryptSm2InThread(generateSm2Key().publicKey, Uint8Array.of(1)))
        .then(() => console.log('done'))`
    const flags = ['--disable-warning=ExperimentalWarning', '--eval', code]
    const { stdout, status } = spawnSync(process.execPath, flags, { cwd: import.meta.dirname, timeout: 60_000 })
    assert.equal(`${stdout}`, 'done\n')
    assert.equal(status, 0)
  })
})

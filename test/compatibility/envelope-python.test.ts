import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { test } from 'node:test'
import { decrypt, encrypt } from '../../src/sdk/envelope/index.ts'
import { fixedKms } from '../kit/envelope-kms.ts'

/*
 * Envelopes read and written by Python: this project's format by a second implementation made from its page alone, the
 * four-line forms by the library of the official samples. KEYHAVEN_TEST_PYTHON names an interpreter that has the
 * packages cryptography and pycryptodome.
 */
const interpreter = process.env.KEYHAVEN_TEST_PYTHON ?? 'python3'
const dataKey = Buffer.alloc(32, 0x5a)
const blob = Buffer.alloc(108, 7).toString('base64')
const kms = fixedKms(blob, dataKey)
const keyId = 'alias/x'

function python(args: readonly string[], input: Uint8Array): { status: number | null; stdout: Buffer; stderr: string } {
  const { status, stdout, stderr } = spawnSync(interpreter, [...args], { input, maxBuffer: 1 << 26 })
  return { status, stdout, stderr: String(stderr) }
}

function missing(statement: string): string | false {
  return python(['-c', statement], Buffer.alloc(0)).status === 0 ? false : `${interpreter} cannot run "${statement}"`
}

const reader = join(import.meta.dirname, 'envelope_reader.py')
const ciphers = 'from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes'
// Older releases know SM4 without GCM.
const skipReader = {
  AES_256_GCM: missing(`${ciphers}; import hashlib; algorithms.SM4; hashlib.new("sm3")`),
  SM4_GCM: missing(`${ciphers}; Cipher(algorithms.SM4(bytes(16)), modes.GCM(bytes(12))).encryptor()`),
}

for (const algorithm of ['AES_256_GCM', 'SM4_GCM'] as const)
  test(`an implementation in another language opens what the library writes, ${algorithm}`, {
    skip: skipReader[algorithm],
  }, async () => {
    for (const size of [0, 1, 4096, 4097, 20_000]) {
      const plaintext = Buffer.alloc(size, 'pattern')
      const options = { kms, keyId, chunkBytes: 4096, algorithm, encryptionContext: { 区域: '杭州', a: '' } }
      const { ciphertext } = await encrypt(plaintext, options)
      const opened = python([reader, 'open', dataKey.toString('hex')], ciphertext)
      assert.equal(opened.status, 0, opened.stderr)
      assert.ok(opened.stdout.equals(plaintext))
      const altered = Uint8Array.from(ciphertext)
      altered[altered.length - 1] = (altered.at(-1) ?? 0) ^ 1
      assert.equal(python([reader, 'open', dataKey.toString('hex')], altered).status, 1)
    }
  })

const samples = join(import.meta.dirname, 'python/check_envelope.py')
const skipSamples = missing('from Crypto.Cipher import AES')

for (const mode of ['EAX', 'GCM'] as const)
  test(`the library of the official Python samples and this one open each other's ${mode} files`, {
    skip: skipSamples,
  }, async () => {
    const format = mode === 'EAX' ? 'python-eax-4line' : 'python-gcm-4line'
    for (const size of [0, 1, 15, 16, 17, 100_000]) {
      const plaintext = Buffer.alloc(size, '金额')
      const { ciphertext } = await encrypt(plaintext, { kms, keyId, format })
      const answered = python([samples, mode, dataKey.toString('base64'), blob], ciphertext)
      assert.equal(answered.status, 0, answered.stderr)
      const opened = await decrypt(answered.stdout, { kms })
      assert.equal(opened.format, format)
      assert.ok(plaintext.equals(opened.plaintext))
    }
  })

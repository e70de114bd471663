import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { test } from 'node:test'
import { encrypt } from '../../src/sdk/envelope/index.ts'
import { fixedKms } from '../kit/envelope-kms.ts'

const program = join(import.meta.dirname, 'envelope_reader.py')
const dataKey = Buffer.alloc(32, 0x5a)
const blob = Buffer.alloc(108, 7).toString('base64')

function python(args: readonly string[], input: Uint8Array): { status: number | null; stdout: Buffer; stderr: string } {
  const { status, stdout, stderr } = spawnSync('python3', [...args], { input, maxBuffer: 1 << 26 })
  return { status, stdout, stderr: String(stderr) }
}

/** Why the second implementation cannot run on this machine, if it cannot. */
function missing(): string | false {
  const { status } = python(
    ['-c', 'from cryptography.hazmat.primitives.ciphers.algorithms import SM4; import hashlib; hashlib.new("sm3")'],
    Buffer.alloc(0),
  )
  return status === 0 ? false : 'needs python3 with the package cryptography and SM3'
}

const skip = missing()

for (const algorithm of ['AES_256_GCM', 'SM4_GCM'] as const)
  test(`an implementation in another language opens what the library writes, ${algorithm}`, { skip }, async () => {
    for (const size of [0, 1, 4096, 4097, 20_000]) {
      const plaintext = Buffer.alloc(size, 'pattern')
      const options = {
        kms: fixedKms(blob, dataKey),
        keyId: 'alias/x',
        chunkBytes: 4096,
        algorithm,
        encryptionContext: { 区域: '杭州', a: '' },
      }
      const { ciphertext } = await encrypt(plaintext, options)
      const opened = python([program, 'open', dataKey.toString('hex')], ciphertext)
      assert.equal(opened.status, 0, opened.stderr)
      assert.ok(opened.stdout.equals(plaintext))
      const altered = Uint8Array.from(ciphertext)
      altered[altered.length - 1] = (altered.at(-1) ?? 0) ^ 1
      assert.equal(python([program, 'open', dataKey.toString('hex')], altered).status, 1)
    }
  })

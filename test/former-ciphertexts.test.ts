import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { CreateKeyVersion } from '../src/api/keys.ts'
import { createKeyVersion } from '../src/core/keys/create-key-version.ts'
import { actor, answerOf } from './kit/calls.ts'
import { outcome, type Run, runnerOf } from './kit/cipher-modes.ts'
import { type FormerCiphertext, former, formerKeyId, formerKms } from './kit/former-records.ts'

/** Opens a ciphertext by the operation that belongs to the one that made it. */
async function open(run: Run, { key, made, encryptionContext, ...rest }: FormerCiphertext): Promise<Buffer> {
  const ciphertextBlob = Buffer.from(rest.ciphertextBlob, 'base64')
  const { algorithm, paddingMode } = rest
  const iv = Buffer.from(rest.iv ?? '', 'base64')
  const opened =
    made === 'instance AdvanceEncrypt'
      ? await run('instance AdvanceDecrypt', { ciphertextBlob })
      : made === 'instance Encrypt'
        ? await run('instance Decrypt', { keyId: formerKeyId(key), ciphertextBlob, algorithm, paddingMode, iv })
        : await run('openapi Decrypt', { ciphertextBlob, encryptionContext })
  return Buffer.from(opened.plaintext)
}

describe('ciphertexts of releases before modes had keys of their own', () => {
  for (const setting of [undefined, 'CTR'] as const) {
    test(`open as they were made; those of CTR ${setting ? 'with' : 'without'} a setting that names it`, async () => {
      const rawKeyModes = setting && new Map([['*', setting]])
      const { kms } = await formerKms({ settings: { allowEcb: true, rawKeyModes } })
      const run = runnerOf(kms)
      for (const ciphertext of former.ciphertexts) {
        const opened = await outcome(open(run, ciphertext))
        const { key, made, mode, plaintext } = ciphertext
        // One mode at a time: with CTR, whose decryption is GCM's keystream, CBC and ECB have to wait.
        const isServed = setting === 'CTR' ? !['CBC', 'ECB'].includes(mode) : mode !== 'CTR'
        assert.equal(opened?.toString(), isServed ? plaintext : undefined, `${key}: ${made} ${mode}`)
      }
    })
  }

  test('their versions encrypt by GCM only, a setting for the key says otherwise, and a new version has all modes', async () => {
    const keyId = formerKeyId('aes')
    const cbc = { keyId, plaintext: Buffer.from('text'), algorithm: 'AES_CBC' }
    const { kms } = await formerKms()
    const run = runnerOf(kms)
    assert.equal(await answerOf(run('instance Encrypt', cbc)), 'InvalidParameter')
    assert.equal(await answerOf(run('instance Encrypt', { ...cbc, algorithm: 'AES_GCM' })), 'ok')
    const named = await formerKms({ settings: { rawKeyModes: new Map([[keyId, 'CBC']]) } })
    assert.equal(await answerOf(runnerOf(named.kms)('instance Encrypt', cbc)), 'ok')
    await actor(kms)(CreateKeyVersion, createKeyVersion, { keyId })
    assert.equal(await answerOf(run('instance Encrypt', cbc)), 'InvalidParameter')
    assert.equal(await answerOf(run('instance AdvanceEncrypt', cbc)), 'ok')
  })

  test('a version that never encrypted takes the mode of its first use', async () => {
    const { kms } = await formerKms()
    const run = runnerOf(kms)
    for (const name of ['unused', 'imported-unused']) {
      const input = { keyId: formerKeyId(name), plaintext: Buffer.from('text') }
      assert.equal(await answerOf(run('instance Encrypt', { ...input, algorithm: 'AES_CBC' })), 'ok')
      assert.equal(await answerOf(run('instance Encrypt', input)), 'InvalidParameter')
    }
  })
})

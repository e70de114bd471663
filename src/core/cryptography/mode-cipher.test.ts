import assert from 'node:assert/strict'
import { createDecipheriv, createHmac, createSecretKey } from 'node:crypto'
import { test } from 'node:test'
import { actor } from '../../../test/kit/calls.ts'
import { runnerOf } from '../../../test/kit/cipher-modes.ts'
import { testKms } from '../../../test/kit/kms.ts'
import { CreateKey } from '../../api/keys.ts'
import { openSiv } from '../../crypto/siv.ts'
import { createKey } from '../keys/create-key.ts'
import { keyVersions } from '../keys/key.ts'

/** As docs/reference/ciphertexts.md describes it; 32 bytes are one block of the function's output. */
function documentedKey(material: Uint8Array, context: string, length: number): Uint8Array {
  const [counter, bits] = [Buffer.alloc(4), Buffer.alloc(4)]
  counter.writeUInt32BE(1)
  bits.writeUInt32BE(length * 8)
  const input = [counter, Buffer.from('keyhaven/mode-key/v1'), Buffer.of(0), Buffer.from(context), bits]
  return createHmac('sha256', material).update(Buffer.concat(input)).digest().subarray(0, length)
}

test('who has the material finds the key of each mode as the reference page describes it', async () => {
  for (const [keySpec, cipher, family, length] of [
    ['Aliyun_AES_256', 'aes-256', 'AES', 32],
    ['Aliyun_AES_192', 'aes-192', 'AES', 24],
    ['Aliyun_SM4', 'sm4', 'SM4', 16],
  ] as const) {
    const { kms } = await testKms({ settings: { allowEcb: true } })
    const { keyMetadata } = await actor(kms)(CreateKey, createKey, { keySpec })
    const version = await kms.records.get(keyVersions, keyMetadata.primaryKeyVersion ?? '')
    const material = await kms.sealing.open(keyVersions, version ?? assert.fail())
    const plaintext = Buffer.from('as the page says')
    for (const mode of ['GCM', 'CBC', 'CTR', 'ECB']) {
      const input = { keyId: keyMetadata.keyId, plaintext, algorithm: `${family}_${mode}` }
      const { ciphertextBlob, iv } = await runnerOf(kms)('instance Encrypt', input)
      const key = documentedKey(material, `${cipher} ${mode}`, length)
      const name = `${cipher}-${mode.toLowerCase()}`
      const decipher = createDecipheriv(name, key, mode === 'ECB' ? null : iv)
      const body = mode === 'GCM' ? ciphertextBlob.subarray(0, -16) : ciphertextBlob
      if (mode === 'GCM') Object(decipher).setAuthTag(ciphertextBlob.subarray(-16))
      assert.deepEqual(Buffer.concat([decipher.update(body), decipher.final()]), plaintext, name)
    }
    const [iv, aad] = [Buffer.alloc(12, 1), Buffer.from('aad')]
    const input = { keyId: keyMetadata.keyId, plaintext, iv, aad }
    const { ciphertextBlob } = await runnerOf(kms)('instance Encrypt', input)
    const part = (purpose: string) =>
      createSecretKey(documentedKey(material, `${cipher} GCM_GIVEN_IV ${purpose}`, length))
    const siv = { mac: { cipher, secret: part('mac') }, encryption: { cipher, secret: part('encryption') } }
    assert.deepEqual(Buffer.from(openSiv(siv, [aad, iv], ciphertextBlob)), plaintext)
  }
})

test('an IV of the caller, used twice, shows equal messages as equal and keeps the rest to itself', async () => {
  const { kms } = await testKms()
  const { keyMetadata } = await actor(kms)(CreateKey, createKey, {})
  const iv = Buffer.alloc(12, 3)
  const seal = async (text: string): Promise<Buffer> => {
    const input = { keyId: keyMetadata.keyId, plaintext: Buffer.from(text), iv }
    return Buffer.from((await runnerOf(kms)('instance Encrypt', input)).ciphertextBlob)
  }
  const [first, again, other] = [await seal('message one'), await seal('message one'), await seal('message two')]
  assert.deepEqual(first, again)
  assert.notDeepEqual(first?.subarray(0, 8), other?.subarray(0, 8))
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { chooseAlgorithm, keySpecs } from './algorithms.ts'
import { generateKeyMaterial, loadKeyMaterial } from './key-material.ts'
import { encryptionScheme, signatureScheme } from './schemes.ts'

const names = (spec: string, use: 'encryption' | 'signing' | 'mac'): string[] =>
  (keySpecs.get(spec)?.[use] ?? []).map(({ name }) => name)

test('the key specs are those of the service, and the HMAC specs of this project', () => {
  assert.deepEqual(
    [...keySpecs.keys()],
    [
      ...['Aliyun_AES_256', 'Aliyun_AES_192', 'Aliyun_AES_128', 'Aliyun_SM4'],
      ...['RSA_2048', 'RSA_3072', 'RSA_4096', 'EC_P256', 'EC_P256K', 'EC_SM2'],
      ...['HMAC_SM3', 'HMAC_SHA_224', 'HMAC_SHA_256', 'HMAC_SHA_384', 'HMAC_SHA_512'],
    ],
  )
  assert.equal(keySpecs.get('constructor'), undefined)
})

test('algorithms and defaults are those the service documents, and modes of the same ciphers', () => {
  for (const spec of ['Aliyun_AES_256', 'Aliyun_AES_192', 'Aliyun_AES_128']) {
    assert.deepEqual(names(spec, 'encryption'), ['AES_GCM', 'AES_CBC', 'AES_ECB', 'AES_CTR'])
  }
  assert.deepEqual(names('Aliyun_SM4', 'encryption'), ['SM4_GCM', 'SM4_CBC', 'SM4_ECB', 'SM4_CTR'])
  assert.deepEqual(names('RSA_2048', 'encryption'), ['RSAES_OAEP_SHA_256', 'RSAES_OAEP_SHA_1'])
  assert.deepEqual(names('RSA_4096', 'signing'), ['RSA_PSS_SHA_256', 'RSA_PKCS1_SHA_256'])
  assert.deepEqual(names('EC_P256', 'signing'), ['ECDSA_SHA_256'])
  assert.deepEqual(names('EC_P256K', 'encryption'), ['ECIES_DH_SHA_1_XOR_HMAC'])
  assert.deepEqual(names('EC_SM2', 'encryption'), ['SM2PKE'])
  assert.deepEqual(names('EC_SM2', 'signing'), ['SM2DSA'])
  assert.deepEqual(names('HMAC_SM3', 'mac'), ['HMAC_SM3'])
})

test('the longest OAEP plaintexts are those the service documents', () => {
  const limits = ['RSA_2048', 'RSA_3072', 'RSA_4096'].map((spec) =>
    keySpecs.get(spec)?.encryption.map(({ maxPlaintextBytes }) => maxPlaintextBytes),
  )
  assert.deepEqual(limits, [
    [190, 214],
    [318, 342],
    [446, 470],
  ])
  assert.equal(keySpecs.get('EC_SM2')?.encryption[0]?.maxPlaintextBytes, 6047)
})

test('a usage can always do what it promises', () => {
  const uses = { 'ENCRYPT/DECRYPT': 'encryption', 'SIGN/VERIFY': 'signing', 'GENERATE/VERIFY_MAC': 'mac' } as const
  for (const entry of keySpecs.values()) {
    assert.ok(entry.usages.includes(entry.defaultUsage))
    for (const [usage, use] of Object.entries(uses) as [keyof typeof uses, 'encryption' | 'signing' | 'mac'][]) {
      assert.equal(entry[use].length > 0, entry.usages.includes(usage), `${entry.spec} ${usage}`)
    }
  }
})

test('an absent or empty name chooses the default, a foreign name nothing', () => {
  const allowed = keySpecs.get('RSA_2048')?.signing ?? []
  assert.equal(chooseAlgorithm(allowed, undefined)?.name, 'RSA_PSS_SHA_256')
  assert.equal(chooseAlgorithm(allowed, '')?.name, 'RSA_PSS_SHA_256')
  assert.equal(chooseAlgorithm(allowed, 'RSA_PKCS1_SHA_256')?.name, 'RSA_PKCS1_SHA_256')
  assert.equal(chooseAlgorithm(allowed, 'ECDSA_SHA_256'), undefined)
  assert.equal(chooseAlgorithm([], undefined), undefined)
})

for (const entry of keySpecs.values()) {
  test(`${entry.spec}: every algorithm works with generated material, up to its longest plaintext`, async () => {
    const key = loadKeyMaterial(entry, await generateKeyMaterial(entry))
    const message = Buffer.from('message')
    const digest = Buffer.alloc(32, 5)
    for (const algorithm of entry.signing) {
      const scheme = signatureScheme(algorithm)
      const signature = await scheme.sign(key, digest)
      assert.equal(await scheme.verify(key, digest, signature), true)
      assert.equal(await scheme.verify(key, Buffer.alloc(32, 6), signature), false)
      const ofMessage = await scheme.signMessage(key, message)
      assert.equal(await scheme.verifyMessage(key, message, ofMessage), true)
      assert.equal(await scheme.verifyMessage(key, digest, ofMessage), false)
      await assert.rejects(scheme.sign(key, message), RangeError)
    }
    for (const algorithm of entry.encryption.filter(({ type }) => type === 'public-key')) {
      const scheme = encryptionScheme(algorithm)
      const plaintext = Buffer.alloc(algorithm.maxPlaintextBytes, 7)
      const ciphertext = await scheme.encrypt(key, plaintext)
      assert.ok(ciphertext.length <= 6144)
      assert.deepEqual(Buffer.from(await scheme.decrypt(key, ciphertext)), plaintext)
    }
  })
}

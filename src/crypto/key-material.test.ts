import assert from 'node:assert/strict'
import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import { keySpecs } from './algorithms.ts'
import { DerReader, derTag, encodeDer } from './der.ts'
import { CryptoFailure } from './failure.ts'
import { acceptImportedMaterial } from './import-validation.ts'
import { generateKeyMaterial, loadKeyMaterial, publicKeyPem, publicKeySpki, type UsableKey } from './key-material.ts'
import { readPkcs8 } from './pkcs8.ts'
import { signatureScheme } from './schemes.ts'

const entryOf = (spec: string) => keySpecs.get(spec) ?? assert.fail(spec)
const pkcs8 = (bits: number, publicExponent = 65537): Buffer =>
  generateKeyPairSync('rsa', { modulusLength: bits, publicExponent }).privateKey.export({
    format: 'der',
    type: 'pkcs8',
  })

test('raw material has the length of its spec and differs every time', async () => {
  for (const entry of keySpecs.values()) {
    if (entry.materialBytes === undefined) continue
    const [one, two] = [await generateKeyMaterial(entry), await generateKeyMaterial(entry)]
    assert.equal(one.length, entry.materialBytes)
    assert.notDeepEqual(one, two)
    const key = loadKeyMaterial(entry, one)
    assert.ok(key.kind === 'symmetric' || key.kind === 'hmac')
    assert.deepEqual(new Uint8Array(key.secret.export()), new Uint8Array(one))
  }
})

test('material of another length, structure or size than the spec says is refused', async () => {
  for (const [spec, material] of [
    ['Aliyun_AES_256', new Uint8Array(31)],
    ['Aliyun_SM4', new Uint8Array(32)],
    ['HMAC_SHA_256', new Uint8Array(33)],
    ['RSA_2048', pkcs8(3072)],
    ['RSA_2048', new Uint8Array(10)],
    ['RSA_2048', await generateKeyMaterial(entryOf('EC_P256'))],
    ['EC_P256', await generateKeyMaterial(entryOf('EC_P256K'))],
    ['EC_P256', await generateKeyMaterial(entryOf('EC_SM2'))],
    ['EC_SM2', await generateKeyMaterial(entryOf('EC_P256'))],
    ['EC_SM2', new Uint8Array(0)],
  ] as const) {
    assert.throws(() => loadKeyMaterial(entryOf(spec), material), CryptoFailure, spec)
  }
})

test('the public half is SPKI that Node reads, as PEM in 64-character lines with a final newline', async () => {
  for (const spec of ['RSA_2048', 'EC_P256', 'EC_P256K', 'EC_SM2']) {
    const key = loadKeyMaterial(entryOf(spec), await generateKeyMaterial(entryOf(spec)))
    const pem = publicKeyPem(key)
    assert.match(
      pem,
      /^-----BEGIN PUBLIC KEY-----\n(?:[A-Za-z0-9+/]{64}\n)*[A-Za-z0-9+/=]{1,64}\n-----END PUBLIC KEY-----\n$/,
    )
    const spki = createPublicKey(pem).export({ format: 'der', type: 'spki' })
    assert.deepEqual(Buffer.from(publicKeySpki(key)), spki, spec)
  }
})

test('a symmetric key has no public half', async () => {
  const key = loadKeyMaterial(entryOf('Aliyun_AES_256'), await generateKeyMaterial(entryOf('Aliyun_AES_256')))
  assert.throws(() => publicKeySpki(key), TypeError)
})

test('generated RSA keys have the exponent 65537', async () => {
  const key = loadKeyMaterial(entryOf('RSA_2048'), await generateKeyMaterial(entryOf('RSA_2048')))
  assert.ok(key.kind === 'rsa')
  assert.equal(key.privateKey.publicKey.asymmetricKeyDetails?.publicExponent, 65537n)
})

test('an import of sound material is accepted for every spec', async () => {
  for (const entry of keySpecs.values()) {
    const key = await acceptImportedMaterial(entry, await generateKeyMaterial(entry))
    assert.equal(key.kind, entry.kind)
  }
})

test('an import of all zeros or of one repeated byte is refused', async () => {
  for (const fill of [0, 0xa5]) {
    await assert.rejects(acceptImportedMaterial(entryOf('Aliyun_AES_256'), Buffer.alloc(32, fill)), CryptoFailure)
  }
})

test('an import of an RSA key with a small exponent or another size is refused', async () => {
  await assert.rejects(acceptImportedMaterial(entryOf('RSA_2048'), pkcs8(2048, 3)), CryptoFailure)
  await assert.rejects(acceptImportedMaterial(entryOf('RSA_2048'), pkcs8(1024)), CryptoFailure)
})

test('an import of an RSA key whose parts do not fit together is refused', async () => {
  const sound = pkcs8(2048)
  const jwk = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ format: 'jwk' })
  const foreignModulus = Buffer.from(jwk.n ?? '', 'base64url')
  const at = sound.indexOf(Buffer.from('0282010100', 'hex')) + 5
  foreignModulus.copy(sound, at)
  await assert.rejects(acceptImportedMaterial(entryOf('RSA_2048'), sound), CryptoFailure)
})

/** PKCS #8 of the material, put together anew (RFC 5958 §2). */
function repacked(material: Uint8Array, version: number, ...behind: Uint8Array[]): Buffer {
  const info = readPkcs8(material) ?? assert.fail()
  const parts = [encodeDer(derTag.sequence, info.algorithm), encodeDer(derTag.octetString, info.privateKey), ...behind]
  return Buffer.from(encodeDer(derTag.sequence, encodeDer(derTag.integer, Buffer.of(version)), ...parts))
}

/** The public half as a BIT STRING holds it: the end of SubjectPublicKeyInfo. */
const publicBits = (key: UsableKey): Uint8Array => {
  const spki = new DerReader(new DerReader(publicKeySpki(key)).read(derTag.sequence) ?? assert.fail())
  spki.read(derTag.sequence)
  return spki.read(derTag.bitString) ?? assert.fail()
}

for (const spec of ['RSA_2048', 'EC_P256', 'EC_P256K', 'EC_SM2']) {
  test(`an import of ${spec} takes both versions of PKCS #8, and nothing that only looks like one`, async () => {
    const entry = entryOf(spec)
    const material = await generateKeyMaterial(entry)
    const own = publicBits(loadKeyMaterial(entry, material))
    const foreign = publicBits(loadKeyMaterial(entry, await generateKeyMaterial(entry)))
    // friendlyName "a" (RFC 2985 §5.5.1)
    const attributes = Buffer.from('a013301106092a864886f70d01091431041e020061', 'hex')
    const publicKey = (bits: Uint8Array) => encodeDer(0x81, bits)
    for (const [shape, der] of Object.entries({
      'the first': repacked(material, 0),
      'the first with attributes': repacked(material, 0, attributes),
      'the second': repacked(material, 1),
      'the second with the public half': repacked(material, 1, publicKey(own)),
      'the second with both': repacked(material, 1, attributes, publicKey(own)),
    })) {
      const key = await acceptImportedMaterial(entry, der)
      assert.deepEqual(publicBits(key), own, shape)
    }
    for (const [shape, der] of Object.entries({
      'the first with a public half': repacked(material, 0, publicKey(own)),
      'the public half of another key': repacked(material, 1, publicKey(foreign)),
      'half a byte of the public half': repacked(material, 1, publicKey(own.with(0, 4))),
      'a third version': repacked(material, 2),
      'something else inside': repacked(material, 1, encodeDer(derTag.octetString, own)),
      'something behind': Buffer.concat([material, Buffer.of(0)]),
      'an end too early': Buffer.from(material.subarray(0, -1)),
    })) {
      await assert.rejects(acceptImportedMaterial(entry, der), CryptoFailure, shape)
    }
  })
}

test('a scheme refuses a key of another kind as misuse', async () => {
  const key: UsableKey = loadKeyMaterial(entryOf('EC_P256'), await generateKeyMaterial(entryOf('EC_P256')))
  const digest = new Uint8Array(32)
  await assert.rejects(signatureScheme({ name: 'SM2DSA' }).sign(key, digest), TypeError)
  assert.throws(() => signatureScheme({ name: 'toString' }), TypeError)
})

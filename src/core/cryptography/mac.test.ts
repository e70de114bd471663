import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { test } from 'node:test'
import { actor, answerOf } from '../../../test/kit/calls.ts'
import { testKms } from '../../../test/kit/kms.ts'
import { GenerateMac, VerifyMac } from '../../api/cryptography.ts'
import { CreateKey } from '../../api/keys.ts'
import { createKey } from '../keys/create-key.ts'
import { keyVersions } from '../keys/key.ts'
import { generateMac } from './generate-mac.ts'
import { verifyMac } from './verify-mac.ts'

const message = Buffer.from('message')

async function withMacKey() {
  const { kms } = await testKms()
  const account = actor(kms)
  const { keyMetadata } = await account(CreateKey, createKey, { keySpec: 'HMAC_SHA_256' })
  return { kms, account, ...keyMetadata }
}

test('a code is the HMAC of the message under the material of the key', async () => {
  const { kms, account, keyId, primaryKeyVersion } = await withMacKey()
  const { mac, algorithm } = await account(GenerateMac, generateMac, { keyId, algorithm: 'HMAC_SHA_256', message })
  assert.equal(algorithm, 'HMAC_SHA_256')
  const version = await kms.records.get(keyVersions, primaryKeyVersion ?? '')
  assert.ok(version)
  const material = await kms.sealing.open(keyVersions, version)
  assert.deepEqual(Buffer.from(mac), createHmac('sha256', material).update(message).digest())
})

test('a wrong or shortened code is an answer, not an error', async () => {
  const { account, keyId } = await withMacKey()
  const named = { keyId, algorithm: 'HMAC_SHA_256', message } as const
  const { mac } = await account(GenerateMac, generateMac, named)
  const verify = async (code: Uint8Array, of = message) =>
    (await account(VerifyMac, verifyMac, { ...named, message: of, mac: code })).value
  const flipped = mac.with(0, (mac[0] ?? 0) ^ 1)
  assert.deepEqual(
    [
      await verify(mac),
      await verify(flipped),
      await verify(mac.subarray(0, 16)),
      await verify(mac, Buffer.from('other')),
    ],
    [true, false, false, false],
  )
})

test('the algorithm is the one of the key, and the key is one for codes', async () => {
  const { account, keyId } = await withMacKey()
  const encryption = (await account(CreateKey, createKey, {})).keyMetadata.keyId
  const generate = (key: string, algorithm: 'HMAC_SHA_256' | 'HMAC_SHA_512') =>
    answerOf(account(GenerateMac, generateMac, { keyId: key, algorithm, message }))
  assert.equal(await generate(keyId, 'HMAC_SHA_512'), 'InvalidParameter')
  assert.equal(await generate(encryption, 'HMAC_SHA_256'), 'Rejected.UnsupportedOperation')
})

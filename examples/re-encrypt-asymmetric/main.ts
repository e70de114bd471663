/** Brings a data key that was encrypted to a public key under a symmetric key, without showing it. */
import { createPublicKey } from 'node:crypto'
import { Client, plaintextBytes } from '../../src/sdk/index.ts'
import { base64, check, example, flags, isSame } from '../example.ts'
import { firstVersion, withKey } from '../keys.ts'
import { keyId, publicGateway } from '../settings.ts'

const wrapping = { wrappingKeySpec: 'RSA_2048', wrappingAlgorithm: 'RSAES_OAEP_SHA_256' } as const
const encrypting = { keyUsage: 'ENCRYPT/DECRYPT' } as const

await example(async () => {
  const given = flags({ key: keyId, from: '', to: '' })
  await using client = new Client(publicGateway())
  await withKey(client, { given: given.from, keySpec: 'RSA_2048', ...encrypting }, (sourceKeyId) =>
    withKey(client, { given: given.to, keySpec: 'Aliyun_AES_256', ...encrypting }, (destinationKeyId) =>
      bringUnder(client, given.key, sourceKeyId, destinationKeyId),
    ),
  )
})

async function bringUnder(client: Client, key: string, sourceKeyId: string, destinationKeyId: string): Promise<void> {
  const dataKey = await client.generateDataKey({ keyId: key })
  const sourceKeyVersionId = await firstVersion(client, sourceKeyId)
  const { publicKey } = await client.getPublicKey({ keyId: sourceKeyId, keyVersionId: sourceKeyVersionId })
  const publicKeyBlob = createPublicKey(publicKey).export({ format: 'der', type: 'spki' })
  const { exportedDataKey } = await client.exportDataKey({
    ciphertextBlob: dataKey.ciphertextBlob,
    publicKeyBlob,
    ...wrapping,
  })
  // Bare RSA ciphertext names no key, so the source has to be told.
  const { ciphertextBlob } = await client.reEncrypt({
    ciphertextBlob: exportedDataKey,
    destinationKeyId,
    sourceKeyId,
    sourceKeyVersionId,
    sourceEncryptionAlgorithm: 'RSAES_OAEP_SHA_256',
  })
  console.log(`CiphertextBlob: ${base64(ciphertextBlob)}`)
  const opened = await client.decrypt({ ciphertextBlob })
  check(opened.keyId === destinationKeyId, 'the new ciphertext is under the destination')
  check(isSame(plaintextBytes(opened.plaintext), dataKey.plaintext), 'it holds the same data key')
  console.log('the same data key, under a symmetric key')
}

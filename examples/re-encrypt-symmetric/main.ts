/** Moves an encrypted data key under another key, without showing it. */
import { Client, plaintextBytes } from '../../src/sdk/index.ts'
import { base64, check, example, flags, isSame } from '../example.ts'
import { withKey } from '../keys.ts'
import { keyId, publicGateway } from '../settings.ts'

await example(async () => {
  const given = flags({ key: keyId, to: '' })
  await using client = new Client(publicGateway())
  const wanted = { given: given.to, keySpec: 'Aliyun_AES_256', keyUsage: 'ENCRYPT/DECRYPT' } as const
  // ReEncrypt wants the id of the destination, not an alias.
  await withKey(client, wanted, async (destinationKeyId) => {
    const dataKey = await client.generateDataKey({ keyId: given.key })
    const { ciphertextBlob } = await client.reEncrypt({ ciphertextBlob: dataKey.ciphertextBlob, destinationKeyId })
    console.log(`CiphertextBlob: ${base64(ciphertextBlob)}`)
    const opened = await client.decrypt({ ciphertextBlob })
    check(opened.keyId === destinationKeyId, 'the new ciphertext is under the destination')
    check(isSame(plaintextBytes(opened.plaintext), dataKey.plaintext), 'it holds the same data key')
    console.log('the same data key, under another key')
  })
})

import { constants, createPublicKey, publicEncrypt, randomBytes } from 'node:crypto'
import { check } from '../example.ts'
import type { Walk } from './walk.ts'

/** A key whose material comes from outside: described, given material, and deprived of it. */
export async function imported({ client, station }: Walk, keyId: string): Promise<void> {
  const state = async (): Promise<string | undefined> => (await client.describeKey({ keyId })).keyMetadata.keyState

  await station('DescribeKey', async () => {
    const { keyMetadata } = await client.describeKey({ keyId })
    check(
      keyMetadata.origin === 'EXTERNAL' && keyMetadata.keySpec === 'Aliyun_AES_256',
      'it is the key that was created',
    )
  })
  await station('GetParametersForImport, ImportKeyMaterial', async () => {
    const { publicKey, importToken } = await client.getParametersForImport({
      keyId,
      wrappingKeySpec: 'RSA_2048',
      wrappingAlgorithm: 'RSAES_OAEP_SHA_256',
    })
    const wrappingKey = createPublicKey({ key: Buffer.from(publicKey, 'base64'), format: 'der', type: 'spki' })
    const oaep = { key: wrappingKey, oaepHash: 'sha256', padding: constants.RSA_PKCS1_OAEP_PADDING }
    const encryptedKeyMaterial = publicEncrypt(oaep, randomBytes(32))
    await client.importKeyMaterial({ keyId, importToken, encryptedKeyMaterial, keyMaterialExpireUnix: 0 })
    check((await state()) === 'Enabled', 'the key has its material')
  })
  await station('DeleteKeyMaterial', async () => {
    await client.deleteKeyMaterial({ keyId })
    check((await state()) === 'PendingImport', 'the key waits for material again')
  })
}

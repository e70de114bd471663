/**
 * Walks through every operation that the API tests of the official samples call, and checks what they check. The keys are
 * the walk's own, so nothing that is in use is touched; their deletion is scheduled at the end.
 */
import { Client } from '../../src/sdk/index.ts'
import { example, flags } from '../example.ts'
import { withKey } from '../keys.ts'
import { publicGateway } from '../settings.ts'
import { aliases, tags } from './aliases-and-tags.ts'
import { rsaEncryption, signing } from './asymmetric.ts'
import { imported } from './import.ts'
import { keys, versions } from './keys.ts'
import { symmetric } from './symmetric.ts'
import { walkWith } from './walk.ts'

await example(async () => {
  flags({})
  await using client = new Client(publicGateway())
  const walk = walkWith(client)
  const encrypting = { keyUsage: 'ENCRYPT/DECRYPT' } as const
  const signs = { keyUsage: 'SIGN/VERIFY' } as const
  await withKey(client, { keySpec: 'Aliyun_AES_256', ...encrypting }, (symmetricKey) =>
    withKey(client, { keySpec: 'RSA_2048', ...encrypting }, async (rsaKey) => {
      await walk.station('CreateKey', async () => {})
      await keys(walk, symmetricKey)
      await aliases(walk, symmetricKey, rsaKey)
      await tags(walk, symmetricKey)
      await symmetric(walk, symmetricKey)
      await rsaEncryption(walk, rsaKey)
      await versions(walk, rsaKey)
    }),
  )
  await withKey(client, { keySpec: 'RSA_2048', ...signs }, (keyId) => signing(walk, keyId, 'RSA'))
  await withKey(client, { keySpec: 'EC_P256', ...signs }, (keyId) => signing(walk, keyId, 'ECDSA'))
  await withKey(client, { keySpec: 'Aliyun_AES_256', origin: 'EXTERNAL', ...encrypting }, (keyId) =>
    imported(walk, keyId),
  )
  console.log(`${walk.done.length} operations and local counterparts, all as they should be`)
})

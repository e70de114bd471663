/** A client of the gateway of a KMS instance only: encryption, data key pairs and random bytes, with a ClientKey. */
import { createPrivateKey, createPublicKey, sign, verify } from 'node:crypto'
import { Client } from '../../src/sdk/index.ts'
import { check, example, flags } from '../example.ts'
import { instanceGateway, keyId as usualKey } from '../settings.ts'

await example(async () => {
  const { key: keyId } = flags({ key: usualKey })
  await using client = new Client({ instance: instanceGateway() })
  // A self-describing ciphertext: key, version, algorithm and IV are in it. Associated data is bound to it.
  const aad = Buffer.from('example')
  const { ciphertextBlob, algorithm } = await client.advanceEncrypt({ keyId, plaintext: Buffer.from('hello'), aad })
  const { plaintext } = await client.advanceDecrypt({ ciphertextBlob, aad })
  console.log(`${algorithm}: ${Buffer.from(plaintext)}`)

  // A key pair to sign with on this machine; only the encrypted private key is worth storing.
  const pair = await client.advanceGenerateDataKeyPair({ keyId, keyPairSpec: 'EC_P256', keyFormat: 'PEM' })
  const signature = sign('sha256', Buffer.from('document'), createPrivateKey(Buffer.from(pair.privateKeyPlaintext)))
  const publicKey = createPublicKey(Buffer.from(pair.publicKey))
  check(verify('sha256', Buffer.from('document'), publicKey, signature), 'the pair belongs together')
  const reopened = await client.advanceDecrypt({ ciphertextBlob: pair.privateKeyCiphertextBlob })
  console.log(`verified; ${Buffer.from(reopened.plaintext).toString().split('\n')[0]}`)

  const { random } = await client.generateRandom({ length: 32 })
  console.log(`${random.length} random bytes`)

  // Operations that both gateways have keep the fields of the public one here, and their own under `client.instance`.
  const portable = await client.encrypt({ keyId, plaintext: 'hello' })
  const own = await client.instance.encrypt({ keyId, plaintext: Buffer.from('hello') })
  console.log(
    `${portable.ciphertextBlob.length} bytes that the public gateway opens, ${own.ciphertextBlob.length} bytes and an IV`,
  )
})

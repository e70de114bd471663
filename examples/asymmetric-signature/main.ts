/**
 * Signs a message with a key of each kind, and verifies it by the service and on this machine. One changed bit is refused
 * by both.
 */
import { readFile } from 'node:fs/promises'
import { Client } from '../../src/sdk/index.ts'
import { algorithmsOf, digestFor, isSignatureOf, readPublicKey } from '../../src/signing/index.ts'
import { check, example, flags, flipped } from '../example.ts'
import { firstVersion, type KeyWanted, withKey } from '../keys.ts'
import { publicGateway } from '../settings.ts'

const kinds: Readonly<Record<string, KeyWanted['keySpec']>> = {
  rsa: 'RSA_2048',
  ec: 'EC_P256',
  p256k: 'EC_P256K',
  sm2: 'EC_SM2',
}

await example(async () => {
  const given = flags({ kind: 'all', key: '', in: '' })
  const message = given.in ? await readFile(given.in) : Buffer.from('abcdef123456.,/?_-=+中文\n')
  const chosen = Object.keys(kinds).filter((kind) => given.kind === 'all' || given.kind === kind)
  check(chosen.length > 0, `--kind is one of ${Object.keys(kinds).join(', ')} and all`)
  check(given.key === '' || chosen.length === 1, '--key goes with one --kind')
  await using client = new Client(publicGateway())
  for (const kind of chosen) {
    const keySpec = kinds[kind] ?? 'RSA_2048'
    await withKey(client, { given: given.key, keySpec, keyUsage: 'SIGN/VERIFY' }, (keyId) =>
      signAndVerify(client, keySpec, keyId, message),
    )
  }
})

async function signAndVerify(client: Client, keySpec: string, keyId: string, message: Uint8Array): Promise<void> {
  const key = { keyId, keyVersionId: await firstVersion(client, keyId) }
  const publicKey = readPublicKey((await client.getPublicKey(key)).publicKey)
  check(publicKey !== undefined, 'the public key is of a kind that signs')
  // SHA-256; for SM2 it is SM3, which takes in the public key and the user id 1234567812345678 first.
  const digest = digestFor(publicKey, message)
  for (const algorithm of algorithmsOf(publicKey)) {
    const { value: signature } = await client.asymmetricSign({ ...key, algorithm, digest })
    const wrong = flipped(digest)
    const byService = await client.asymmetricVerify({ ...key, algorithm, digest, value: signature })
    check(byService.value, 'the service verifies the signature')
    const again = await client.asymmetricVerify({ ...key, algorithm, digest: wrong, value: signature })
    check(!again.value, 'the service refuses another message')
    check(isSignatureOf(publicKey, algorithm, digest, signature), 'the signature is verified here')
    check(!isSignatureOf(publicKey, algorithm, wrong, signature), 'another message is refused here')
    console.log(`${keySpec} ${algorithm}: ${signature.length} bytes, verified by the service and here`)
  }
}

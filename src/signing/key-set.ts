import { type Jwk, type JwkSet, publicJwk } from '../crypto/jwk.ts'
import { readPublicKey } from '../crypto/public-key.ts'
import type { Client } from '../sdk/client.ts'
import { SigningError } from './errors.ts'
import { keyIdentifier } from './kid.ts'

/** What a set of held keys needs of a client. */
export type KeySetClient = Pick<Client, 'getPublicKey' | 'listKeyVersions'>

const pageSize = 100

/**
 * The public keys of held keys, every version of each, as a JWK set for whoever verifies tokens. `kid` is
 * `<key id>/<key version id>`, as in tokens that `signJws` makes.
 *
 * @param keyIds - ids, ARNs or aliases
 * @throws SigningError `key` for an SM2 key, which JOSE doesn't know
 * @throws ServiceError, ClientError
 */
export async function heldKeySet(client: KeySetClient, keyIds: readonly string[]): Promise<JwkSet> {
  const keys: Jwk[] = []
  for (const keyId of keyIds)
    for await (const keyVersionId of versionsOf(client, keyId)) keys.push(await jwkOf(client, keyId, keyVersionId))
  return { keys }
}

async function* versionsOf(client: KeySetClient, keyId: string): AsyncGenerator<string> {
  for (let pageNumber = 1; ; pageNumber++) {
    const { keyVersion } = (await client.listKeyVersions({ keyId, pageNumber, pageSize })).keyVersions
    for (const { keyVersionId } of keyVersion) yield keyVersionId
    if (keyVersion.length < pageSize) return
  }
}

async function jwkOf(client: KeySetClient, name: string, keyVersionId: string): Promise<Jwk> {
  const { keyId, publicKey } = await client.getPublicKey({ keyId: name, keyVersionId })
  const key = readPublicKey(publicKey)
  const jwk = key && publicJwk(key, keyIdentifier(keyId, keyVersionId))
  if (jwk === undefined)
    throw new SigningError('key', `The key ${name} is of a kind that JOSE does not know.`, { parameter: 'keyIds' })
  return jwk
}

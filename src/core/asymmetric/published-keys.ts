import { type Jwk, publicJwk } from '../../crypto/jwk.ts'
import { readPublicKey } from '../../crypto/public-key.ts'
import { type Key, type KeyVersion, keys, keyVersions } from '../keys/key.ts'
import { asOfNow } from '../keys/key-state.ts'
import type { Kms } from '../kms.ts'
import type { Stored } from '../records.ts'

/** The tag that a key needs for its public key to be shown to everybody. */
export const publishedTag = 'keyhaven:jwks=public'

export interface PublishedKeys {
  readonly keys: readonly Jwk[]
  /** whether there are more than are shown */
  readonly isTruncated: boolean
}

const mostVersions = 1000
const mostOfOneKey = 100
const pageSize = 100

/**
 * The public keys that anybody may see: of keys that sign, are enabled and bear the tag; every version, so that what the
 * former one signed is verified too. Nothing else of a key is in it but its id. SM2 keys have no form there.
 */
export async function publishedKeys(kms: Kms): Promise<PublishedKeys> {
  const shown: Jwk[] = []
  let isTruncated = false
  for await (const key of taggedKeys(kms)) {
    const { items, total } = await versionsOf(kms, key)
    const jwks = items.flatMap((version) => jwkOf(key, version) ?? [])
    isTruncated ||= total > items.length || shown.length + jwks.length > mostVersions
    shown.push(...jwks.slice(0, mostVersions - shown.length))
    if (shown.length === mostVersions && isTruncated) break
  }
  return { keys: shown, isTruncated }
}

async function* taggedKeys(kms: Kms): AsyncGenerator<Stored<Key>> {
  const { accountId } = kms.settings
  const filter = { tag: [publishedTag], KeyUsage: ['SIGN/VERIFY'], KeyState: ['Enabled'], account: [accountId] }
  for (let offset = 0; ; offset += pageSize) {
    const { items } = await kms.records.list(keys, filter, { offset, limit: pageSize })
    for (const key of items) if (asOfNow(kms, key).body.state.name === 'Enabled') yield key
    if (items.length < pageSize) return
  }
}

/** The newest ones of a key with very many. */
async function versionsOf(kms: Kms, { id }: Stored<Key>) {
  const of = { key: [id] }
  const { total } = await kms.records.list(keyVersions, of, { offset: 0, limit: 0 })
  const found = await kms.records.list(keyVersions, of, {
    offset: Math.max(0, total - mostOfOneKey),
    limit: mostOfOneKey,
  })
  return { items: found.items, total }
}

function jwkOf(key: Stored<Key>, { id, body: { publicKey } }: Stored<KeyVersion>): Jwk | undefined {
  const read = publicKey === undefined ? undefined : readPublicKey(Buffer.from(publicKey, 'base64'))
  return read && publicJwk(read, `${key.id}/${id}`)
}

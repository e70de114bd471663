import type { ListKeys } from '../../api/keys.ts'
import type { Input, Result } from '../../api/operation.ts'
import { authorize } from '../access/authorize.ts'
import type { Call } from '../kms.ts'
import { type Conditions, conditionsOf, indexedBy, visible } from '../list-filters.ts'
import { paged, pageOf } from '../paging.ts'
import type { Found, Stored } from '../records.ts'
import type { Filter } from '../store.ts'
import { aliases, aliasId } from './alias.ts'
import { type Key, keys } from './key.ts'
import { container, keyArn } from './key-resource.ts'

/** Filter names that are index names of the record kind as well. */
const indexed: ReadonlySet<string> = new Set([
  ...['KeyState', 'KeySpec', 'KeyUsage', 'ProtectionLevel', 'CreatorType', 'Creator'],
  ...['DKMSInstanceId', 'TagKey', 'TagValue'],
])

/**
 * The keys of the account, oldest first. Conditions on different names must all hold, of the values of one name any; a
 * condition without values is none.
 *
 * @throws KmsError `InvalidParameter` of Filters for a name that is no filter
 * @see KMS API 2016-01-20, ListKeys
 */
export async function listKeys(call: Call, input: Input<typeof ListKeys>): Promise<Result<typeof ListKeys>> {
  authorize(call, container(call, 'key'))
  const { items, total } = await find(call, input)
  const key = items.map((found) => ({ keyId: found.id, keyArn: keyArn(call.kms, found) }))
  return { keys: { key }, ...paged(input, total) }
}

async function find(call: Call, input: Input<typeof ListKeys>): Promise<Found<Key>> {
  const wanted = conditionsOf(input.filters, isFilter)
  const ids = await idsAsked(call, wanted)
  const filter = { ...indexedBy(indexed, wanted), ...visible(call, wanted) }
  if (!ids) return call.kms.records.list(keys, filter, pageOf(input))
  const { offset, limit } = pageOf(input)
  const items = await keysAmong(call, ids, filter)
  return { items: items.slice(offset, offset + limit), total: items.length }
}

const isFilter = (name: string): boolean => indexed.has(name) || name === 'keyId' || name === 'AliasName'

/** The ids that `keyId` and `AliasName` leave, or `undefined` when neither was asked for. */
async function idsAsked(call: Call, wanted: Conditions): Promise<ReadonlySet<string> | undefined> {
  const ids = wanted.get('keyId')
  const names = wanted.get('AliasName')
  if (!names) return ids
  const found = await Promise.all(
    [...names].map((name) => call.kms.records.get(aliases, aliasId(call.caller.accountId, name))),
  )
  const behindAliases = new Set(found.filter((alias) => alias !== undefined).map((alias) => alias.body.keyId))
  return ids ? behindAliases.intersection(ids) : behindAliases
}

/** Few keys by name, filtered as the store would: an index may have any of the values. */
async function keysAmong(call: Call, ids: ReadonlySet<string>, filter: Filter): Promise<readonly Stored<Key>[]> {
  const found = await Promise.all([...ids].map((id) => call.kms.records.get(keys, id)))
  const matches = (key: Key): boolean => {
    const entries = keys.indexes(key)
    return Object.entries(filter).every(([name, values]) =>
      entries.some(([index, value]) => index === name && values.includes(value)),
    )
  }
  return found
    .filter((key) => key !== undefined)
    .filter((key) => matches(key.body))
    .sort((a, b) => a.body.createdAt.localeCompare(b.body.createdAt) || a.id.localeCompare(b.id))
}

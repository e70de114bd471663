import { invalidParameter } from './errors.ts'
import type { Call } from './kms.ts'
import type { Filter } from './store.ts'

/** What a list is asked for: of the values of one name any, of different names all. */
export type Conditions = ReadonlyMap<string, ReadonlySet<string>>

/**
 * `Filters` of a request as conditions: those of one name together, and none for a name without values.
 *
 * @throws KmsError `InvalidParameter` of Filters for a name that is no filter
 */
export function conditionsOf(
  filters: readonly { readonly key: string; readonly values: readonly string[] }[] = [],
  isFilter: (name: string) => boolean,
): Conditions {
  const merged = new Map<string, Set<string>>()
  for (const { key, values } of filters) {
    if (!isFilter(key)) throw invalidParameter('Filters')
    if (values.length > 0) merged.set(key, new Set([...(merged.get(key) ?? []), ...values]))
  }
  return merged
}

/** The conditions that the store answers, by the names of its indexes. */
export const indexedBy = (indexes: ReadonlySet<string>, wanted: Conditions): Filter =>
  Object.fromEntries([...wanted].filter(([name]) => indexes.has(name)).map(([name, values]) => [name, [...values]]))

/**
 * What lists of keys and secrets show a caller: those of its account; at the host of an instance those of that instance
 * alone, and none when another one is asked for. Spread it last: it narrows.
 */
export function visible({ caller }: Call, wanted: Conditions = new Map()): Filter {
  const { accountId, instanceId } = caller
  if (instanceId === undefined) return { account: [accountId] }
  const isAsked = wanted.get('DKMSInstanceId')?.has(instanceId) ?? true
  return { account: [accountId], DKMSInstanceId: isAsked ? [instanceId] : [] }
}

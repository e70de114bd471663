import type { Kms } from '../kms.ts'
import type { RecordKind, Stored } from '../records.ts'
import type { Filter } from '../store.ts'

const pageLength = 500

/** Every record of a kind, in the order of the store. */
export async function allOf<Body extends object>(
  { records }: Kms,
  kind: RecordKind<Body>,
  filter: Filter,
): Promise<readonly Stored<Body>[]> {
  const found: Stored<Body>[] = []
  for (;;) {
    const { items } = await records.list(kind, filter, { offset: found.length, limit: pageLength })
    found.push(...items)
    if (items.length < pageLength) return found
  }
}

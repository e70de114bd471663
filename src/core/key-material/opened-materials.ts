import { keySpecs } from '../../crypto/algorithms.ts'
import { CryptoFailure } from '../../crypto/failure.ts'
import { loadKeyMaterial, type UsableKey } from '../../crypto/key-material.ts'
import { KmsError } from '../errors.ts'
import type { MaterialCache, OfKeySpec } from '../material-cache.ts'
import type { RecordKind, Sealing, Stored } from '../records.ts'

export interface OpenedMaterialsOptions {
  readonly sealing: Sealing
  /** milliseconds that never jump: a wall clock set back would keep material open for longer than was promised */
  readonly monotonicMs?: () => number
  /** entries at most; the least recently used goes first */
  readonly maxEntries?: number
  /** an entry is opened anew this long after it was opened; 0 keeps nothing */
  readonly ttlMs?: number
  /** an entry that nobody uses goes after this long; 0 keeps nothing */
  readonly idleMs?: number
}

interface Entry {
  readonly revision: number
  readonly material: Promise<UsableKey>
  readonly openedAt: number
  usedAt: number
}

/** Opened key material in memory: bounded in number, age and idleness, and tied to one revision of its record. */
export function openedMaterials(options: OpenedMaterialsOptions): MaterialCache {
  const { sealing, monotonicMs = () => performance.now() } = options
  const { maxEntries = 10_000, ttlMs = 300_000, idleMs = 60_000 } = options
  // A Map keeps insertion order, so re-inserting on use makes its first entry the least recently used.
  const entries = new Map<string, Entry>()

  const fresh = (entry: Entry | undefined, revision: number, at: number): entry is Entry =>
    entry !== undefined && entry.revision === revision && at - entry.openedAt < ttlMs && at - entry.usedAt < idleMs

  const keep = (id: string, entry: Entry): void => {
    entries.delete(id)
    if (ttlMs === 0 || idleMs === 0) return
    entries.set(id, entry)
    if (entries.size > maxEntries) dropOldest(entries)
  }

  return {
    open(kind, record) {
      if (sealing.isSealed) return Promise.reject(new KmsError('ServiceUnavailableTemporary'))
      const at = monotonicMs()
      const known = entries.get(record.id)
      if (fresh(known, record.revision, at)) {
        known.usedAt = at
        keep(record.id, known)
        return known.material
      }
      dropStale(entries, (entry) => fresh(entry, entry.revision, at))
      const entry = {
        revision: record.revision,
        material: openMaterial(sealing, kind, record),
        openedAt: at,
        usedAt: at,
      }
      keep(record.id, entry)
      // A failure is not kept: the next call looks again.
      entry.material.catch(() => entries.delete(record.id))
      return entry.material
    },
    clear: () => entries.clear(),
  }
}

function dropOldest(entries: Map<string, Entry>): void {
  for (const oldest of entries.keys()) {
    entries.delete(oldest)
    return
  }
}

/** Looks at the least recently used entries only, so that opening stays cheap whatever the number of entries. */
function dropStale(entries: Map<string, Entry>, isFresh: (entry: Entry) => boolean): void {
  for (const [id, entry] of entries) {
    if (isFresh(entry)) return
    entries.delete(id)
  }
}

async function openMaterial<Body extends OfKeySpec>(
  sealing: Sealing,
  kind: RecordKind<Body>,
  record: Stored<Body>,
): Promise<UsableKey> {
  const entry = keySpecs.get(record.body.keySpec)
  if (entry === undefined || record.sealed === undefined) throw new KmsError('Rejected.PendingImport')
  const material = await sealing.open(kind, record)
  try {
    return loadKeyMaterial(entry, material)
  } catch (cause) {
    throw cause instanceof CryptoFailure ? new KmsError('InternalFailure', { cause }) : cause
  } finally {
    material.fill(0)
  }
}

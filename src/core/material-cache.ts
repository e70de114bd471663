import type { UsableKey } from '../crypto/key-material.ts'
import type { RecordKind, Stored } from './records.ts'

/** A record whose sealed secret is key material of that spec. */
export interface OfKeySpec {
  readonly keySpec: string
}

/** Opened key material, bounded in count and time (SEC-12). */
export interface MaterialCache {
  /**
   * The usable material of a record, a key version; opened from its sealed form when not in memory. An entry serves one
   * revision of the record only.
   */
  open<Body extends OfKeySpec>(kind: RecordKind<Body>, record: Stored<Body>): Promise<UsableKey>
  /** forgets everything, as sealing demands */
  clear(): void
}

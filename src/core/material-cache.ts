import type { UsableKey } from '../crypto/key-material.ts'
import type { KeyVersion } from './keys/key.ts'
import type { Stored } from './records.ts'

/** Opened key material, bounded in count and time (SEC-12). */
export interface MaterialCache {
  /**
   * The usable material of a version; opened from its sealed form when not in memory. An entry serves one revision
   * of the version's record only.
   */
  open(version: Stored<KeyVersion>): Promise<UsableKey>
  /** forgets everything, as sealing demands */
  clear(): void
}

import type { Client } from '../../sdk/client.ts'
import { foresee } from './foresee.ts'
import { type FoundSecret, type Inventory, readInventory } from './inventory.ts'
import type { Mapping } from './mapping.ts'
import type { Material } from './material.ts'
import { Notes } from './notes.ts'
import { adoptMarked, createKey, finishKey, type Writing } from './write-keys.ts'
import { moveSecret } from './write-secrets.ts'

export interface Move {
  readonly source: Client
  readonly target: Client
  readonly mapping: Mapping
  readonly material: Material
  readonly instances: ReadonlyMap<string, string>
  readonly isDryRun: boolean
  /** ends it between two steps */
  readonly signal: AbortSignal
  readonly onProgress: (what: string, done: number, total?: number) => void
}

export interface Moved {
  readonly inventory: Inventory
  readonly notes: Notes
}

/**
 * Brings what the source has to the target. Keys are made first, since secrets and policies name them; secrets come before
 * the keys are put into their states, since a disabled key seals none.
 *
 * @throws what ends it: no answer, credentials that are not valid
 */
export async function move({ source, target, mapping, material, instances, isDryRun, ...run }: Move): Promise<Moved> {
  const notes = new Notes()
  const { signal, onProgress } = run
  const onRead = (what: string, done: number): void => {
    signal.throwIfAborted()
    onProgress(what, done)
  }
  const writing: Writing = { source, target, mapping, notes, instances }
  if (!isDryRun) await adoptMarked(writing)
  const inventory = await readInventory({ source, mapping, notes, onRead })
  foresee({ inventory, mapping, material, instances, notes })
  if (isDryRun) return { inventory, notes }
  const each = async <Item>(what: string, items: readonly Item[], work: (item: Item) => Promise<void>) => {
    for (const [index, item] of items.entries()) {
      signal.throwIfAborted()
      onProgress(what, index, items.length)
      await work(item)
    }
  }
  await each('keys made:', inventory.keys, (key) => createKey(writing, key, material))
  await each('secrets:', inventory.secrets, (secret: FoundSecret) => moveSecret(writing, secret))
  await each('keys finished:', inventory.keys, (key) => finishKey(writing, key))
  return { inventory, notes }
}

import type { Inventory } from './inventory.ts'
import type { Mapping } from './mapping.ts'
import type { Material } from './material.ts'
import type { Notes } from './notes.ts'

interface Foreseen {
  readonly inventory: Inventory
  readonly mapping: Mapping
  readonly material: Material
  /** instance at the source → instance at the target */
  readonly instances: ReadonlyMap<string, string>
  readonly notes: Notes
}

const encryptAnew = 'no server gives it away: what it has encrypted is to be encrypted anew'
const importLater = 'no file of --material is named after the key: "keyhaven import" takes it later'

/** Notes what will not be the same at the target, as far as it is known before anything is done. */
export function foresee({ inventory, mapping, material, instances, notes }: Foreseen): void {
  for (const { what, metadata } of inventory.keys) {
    const { keyId, origin } = metadata
    if (origin !== 'EXTERNAL') notes.staying.push({ what, part: 'material', why: encryptAnew })
    else if (!material.has(keyId) && mapping.keyOf(keyId) === undefined)
      notes.staying.push({ what, part: 'material', why: importLater })
  }
  const found = [
    ...inventory.keys.map(({ metadata, ...key }) => ({ ...key, from: metadata.dKMSInstanceId })),
    ...inventory.secrets.map(({ described, ...secret }) => ({ ...secret, from: described.dKMSInstanceId })),
  ]
  for (const { what, from, policy } of found) {
    if (from === undefined) continue
    const to = instances.get(from)
    notes.mapped.push({ what, part: 'instance', why: `${from} → ${to ?? 'none: see --instance'}` })
    if (to === undefined && policy !== undefined)
      notes.mapped.push({ what, part: 'policy', why: 'left out: what is in no instance has none' })
  }
}

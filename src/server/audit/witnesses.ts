import { missingRecords } from './chain.ts'
import { type Checkpoint, type CheckpointVerifier, splitNotes } from './checkpoint.ts'
import { AuditDamaged } from './damage.ts'
import type { AuditFolder } from './folder.ts'
import type { MerkleTree } from './merkle-tree.ts'
import { checkpointsFile } from './state.ts'

/** What is known from elsewhere of a log: that after so many records its tree had this root. */
export class Witnesses {
  readonly #roots = new Map<number, Uint8Array[]>()
  #largest = 0

  constructor(checkpoints: readonly Pick<Checkpoint, 'size' | 'root'>[] = []) {
    for (const { size, root } of checkpoints) this.add(size, root)
  }

  /** records that somebody vouches for */
  get size(): number {
    return this.#largest
  }

  add(size: number, root: Uint8Array): void {
    this.#roots.set(size, [...(this.#roots.get(size) ?? []), root])
    this.#largest = Math.max(this.#largest, size)
  }

  /**
   * Asked after each record.
   *
   * @throws AuditDamaged when the records so far are not the ones that were signed
   */
  check(tree: MerkleTree, file: string): void {
    const roots = this.#roots.get(tree.size)
    if (!roots) return
    const root = Buffer.from(tree.root())
    if (roots.every((signed) => root.equals(signed))) return
    throw new AuditDamaged(`${file}: the records up to ${tree.size} are not the ones that were signed`)
  }

  /** @throws AuditDamaged when records are missing at the end */
  checkEnd(tree: MerkleTree, path: string): void {
    if (this.size > tree.size)
      throw new AuditDamaged(`${missingRecords(tree.size + 1, this.size)} missing from ${path}`)
  }
}

/**
 * Reads the last checkpoint of a folder, and that of its second place.
 *
 * @returns the genuine ones, and what kept the second place from being read
 */
export async function readWitnesses(
  folder: AuditFolder,
  verifier: CheckpointVerifier,
  secondPlace: string | undefined,
): Promise<Read> {
  const own = largest(await folder.readNotes(checkpointsFile), verifier)
  if (secondPlace === undefined) return { own, signed: own }
  try {
    return { own, signed: [...own, ...largest(await folder.readNotes(secondPlace), verifier)] }
  } catch (unreadable) {
    return { own, signed: own, unreadable }
  }
}

interface Read {
  /** of the folder itself */
  readonly own: readonly Checkpoint[]
  /** of both places */
  readonly signed: readonly Checkpoint[]
  readonly unreadable?: unknown
}

/** The genuine checkpoint of most records: the signatures of the others need no look. */
function largest(text: string, verifier: CheckpointVerifier): readonly Checkpoint[] {
  const claimed = splitNotes(text).sort((one, other) => sizeOf(other) - sizeOf(one))
  for (const note of claimed) {
    const checkpoint = verifier.open(note)
    if (checkpoint) return [checkpoint]
  }
  return []
}

const sizeOf = (note: string): number => Number(note.split('\n', 2)[1])

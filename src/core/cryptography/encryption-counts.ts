import { type KeyMode, keyModes } from '../../crypto/mode-key.ts'
import type { EncryptionCounter } from '../encryption-counter.ts'
import type { KeyVersion } from '../keys/key.ts'
import { type Records, recordKind, type Stored } from '../records.ts'

/** How many encryptions under a key may have happened: all up to here are reserved. Record id: {@link countedId}. */
interface EncryptionCount {
  readonly reserved: number
}

export const encryptionCounts = recordKind<EncryptionCount>({ name: 'encryption-count', indexes: () => [] })

/** What is counted: a key. A version with derived keys has one for each mode, the main one by the version's own id. */
export const countedId = (version: Stored<KeyVersion>, mode: KeyMode): string =>
  version.body.modes === 'derived' && mode !== 'GCM' ? `${version.id}/${mode}` : version.id

/** All that may be counted for a version. */
export const countedIds = (versionId: string): readonly string[] =>
  keyModes.map((mode) => (mode === 'GCM' ? versionId : `${versionId}/${mode}`))

/** One write to the store for so many encryptions; a crash loses the rest of a block, which only over-counts. */
const blockSize = 65_536

interface Block {
  next: number
  end: number
}

/** Counts in blocks that are reserved in the store before they are used, so that no count is given out twice. */
export function encryptionCounter(records: Records): EncryptionCounter {
  const blocks = new Map<string, Block>()
  const reservations = new Map<string, Promise<Block>>()

  const reserveOnce = (versionId: string): Promise<Block> => {
    const running = reservations.get(versionId)
    if (running !== undefined) return running
    const reservation = reserve(records, versionId)
      .then((block) => {
        blocks.set(versionId, block)
        return block
      })
      .finally(() => reservations.delete(versionId))
    reservations.set(versionId, reservation)
    return reservation
  }

  const countNow = (versionId: string): number | undefined => {
    const block = blocks.get(versionId)
    return block !== undefined && block.next < block.end ? ++block.next : undefined
  }

  const countInNewBlock = async (versionId: string): Promise<number> => {
    for (;;) {
      await reserveOnce(versionId)
      const count = countNow(versionId)
      if (count !== undefined) return count
    }
  }

  return { count: (versionId) => countNow(versionId) ?? countInNewBlock(versionId) }
}

function reserve(records: Records, versionId: string): Promise<Block> {
  return records.transaction(async (transaction) => {
    const stored = await transaction.get(encryptionCounts, versionId)
    const from = stored?.body.reserved ?? 0
    const body = { reserved: from + blockSize }
    if (stored === undefined) await transaction.insert(encryptionCounts, versionId, body)
    else await transaction.update(encryptionCounts, stored, body)
    return { next: from, end: body.reserved }
  })
}

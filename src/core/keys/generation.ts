import { availableParallelism } from 'node:os'
import type { KeySpecEntry } from '../../crypto/algorithms.ts'
import { generateKeyMaterial } from '../../crypto/key-material.ts'
import { Turns } from '../turns.ts'

// An RSA key takes up to seconds of a processor: one stays free for everybody else (SEC-28). It is made on a thread of
// Node's pool, which has four, and which private operations need too.
const rsaTurns = new Turns(Math.min(2, Math.max(1, availableParallelism() - 1)), 64)

/**
 * Random material for a new key. RSA keys are made a few at a time, each owner in turn.
 *
 * @param owner - who wants it, as `principalId` names callers
 * @throws KmsError `Rejected.Throttling` when too many of the owner's wait already
 */
export function generateMaterial(entry: KeySpecEntry, owner: string): Promise<Uint8Array> {
  return entry.kind === 'rsa' ? rsaTurns.take(owner, () => generateKeyMaterial(entry)) : generateKeyMaterial(entry)
}

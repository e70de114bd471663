import type { ChainEnd } from './chain.ts'
import type { CheckpointVerifier } from './checkpoint.ts'
import type { AuditFolder } from './folder.ts'
import { MerkleTree } from './merkle-tree.ts'

export const checkpointsFile = 'checkpoints'
export const publicKeyFile = 'audit.pub'
const stateFile = 'state.json'

/** What the log knows at a checkpoint, kept so that a start reads only the records after it. */
export interface AuditState {
  readonly end: ChainEnd
  readonly tree: MerkleTree
  /** where the last record stands; a start reads it again */
  readonly segment: string
  readonly offset: number
}

export async function saveState(folder: AuditFolder, state: AuditState, note: string): Promise<void> {
  const { end, tree, segment, offset } = state
  const subtrees = tree.subtrees.map((hash) => Buffer.from(hash).toString('base64'))
  await folder.replace(stateFile, `${JSON.stringify({ note, hash: end.hash, segment, offset, subtrees })}\n`)
}

/** @returns the saved state if a signed checkpoint vouches for its tree, else `undefined`: then everything is read anew */
export async function loadState(folder: AuditFolder, verifier: CheckpointVerifier): Promise<AuditState | undefined> {
  const text = await folder.read(stateFile)
  try {
    const saved: Saved = JSON.parse(text ?? '')
    const checkpoint = verifier.open(saved.note)
    if (!checkpoint) return undefined
    const tree = new MerkleTree(
      checkpoint.size,
      saved.subtrees.map((hash) => Buffer.from(hash, 'base64')),
    )
    if (!Buffer.from(tree.root()).equals(checkpoint.root)) return undefined
    return {
      end: { seq: checkpoint.size + 1, hash: String(saved.hash) },
      tree,
      segment: String(saved.segment),
      offset: Number(saved.offset),
    }
  } catch {
    // absent or unreadable: it is a shortcut only
    return undefined
  }
}

interface Saved {
  readonly note: string
  readonly hash: string
  readonly segment: string
  readonly offset: number
  readonly subtrees: readonly string[]
}

import { type ChainEnd, chainStart } from './chain.ts'
import { type CheckpointSigner, type CheckpointVerifier, splitNotes } from './checkpoint.ts'
import { type AuditFolder, segmentNumber } from './folder.ts'
import { MerkleTree } from './merkle-tree.ts'
import type { CheckpointInterval } from './uncovered.ts'

/** The signed word for each segment that is no longer kept here: checkpoints that say more. */
export const handedOverFile = 'handed-over'

/** What is signed of a segment that was handed over. */
export interface HandedOver {
  readonly segment: string
  /** its first and its last record */
  readonly first: number
  readonly last: number
  /** what its first record links to, and the hash of its last */
  readonly prevHash: string
  readonly hash: string
  readonly bytes: number
  /** of the file, as `sha256sum` prints it */
  readonly sha256: string
  /** UTC */
  readonly at: string
  /** the folder, or the receivers, that have it */
  readonly to: string
  /** what the server that wrote the last record had said of its checkpoints, if it did */
  readonly interval?: CheckpointInterval | undefined
}

/** A hand-over with the tree over all records up to its end. */
export interface SignedHandOver {
  readonly handedOver: HandedOver
  readonly tree: MerkleTree
}

/** Where what is left of a log begins. */
export interface Beginning {
  readonly end: ChainEnd
  readonly tree: MerkleTree
  /** the segment before; `undefined`: the log begins with its first record */
  readonly handedOver: HandedOver | undefined
}

const word = 'handed-over '

/** @returns a C2SP checkpoint of the last record, whose extension line says what was handed over */
export function signHandOver(signer: CheckpointSigner, { handedOver, tree }: SignedHandOver): string {
  const subtrees = tree.subtrees.map((hash) => Buffer.from(hash).toString('base64'))
  const extension = [`${word}${JSON.stringify({ ...handedOver, subtrees })}`]
  return signer.sign({ origin: signer.origin, size: tree.size, root: tree.root(), extension })
}

/** @returns the notes of a file that are signed by this key */
export const readHandOvers = (text: string, verifier: CheckpointVerifier): readonly SignedHandOver[] =>
  splitNotes(text)
    .map((note) => openHandOver(note, verifier))
    .filter((handOver) => handOver !== undefined)

function openHandOver(note: string, verifier: CheckpointVerifier): SignedHandOver | undefined {
  const checkpoint = verifier.open(note)
  const [line = ''] = checkpoint?.extension ?? []
  if (!checkpoint || !line.startsWith(word)) return undefined
  const { subtrees, ...handedOver }: HandedOver & { readonly subtrees: readonly string[] } = JSON.parse(
    line.slice(word.length),
  )
  const tree = new MerkleTree(
    checkpoint.size,
    subtrees.map((hash) => Buffer.from(hash, 'base64')),
  )
  return { handedOver, tree }
}

/**
 * @param segments - names of those that are there, oldest first
 * @returns where the first of them has to go on, by what was signed of the ones before it
 */
export function beginningOf(segments: readonly string[], handOvers: readonly SignedHandOver[]): Beginning {
  const [first] = segments
  const before = handOvers
    .filter(({ handedOver: { segment } }) => first !== undefined && segmentNumber(segment) < segmentNumber(first))
    .reduce<SignedHandOver | undefined>(
      (latest, next) => (latest && latest.tree.size > next.tree.size ? latest : next),
      undefined,
    )
  if (!before) return { end: chainStart, tree: new MerkleTree(), handedOver: undefined }
  const { handedOver, tree } = before
  const end = { seq: handedOver.last + 1, hash: handedOver.hash }
  return { end, tree: new MerkleTree(tree.size, tree.subtrees), handedOver }
}

/** Where what a folder holds has to go on. */
export async function readBeginning(
  folder: AuditFolder,
  segments: readonly string[],
  verifier: CheckpointVerifier | undefined,
): Promise<Beginning> {
  const handOvers = verifier ? readHandOvers(await folder.readNotes(handedOverFile), verifier) : []
  return beginningOf(segments, handOvers)
}

/** Action of the record that tells of a hand-over in the log itself. */
export const handOverAction = 'AuditSegmentHandedOver'

/** What that record says; the place comes last, because what is too long is cut. */
export const handOverText = ({ segment, first, last, hash, bytes, sha256, to }: HandedOver): string =>
  `${segment}: records ${first} to ${last}, chain ${hash}, ${bytes} bytes, SHA-256 ${sha256}, to ${to}`.slice(0, 1024)

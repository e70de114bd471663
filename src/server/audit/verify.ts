import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Anchor } from './anchor.ts'
import { type Fault, type PlacedLine, readLines } from './chain.ts'
import type { ChainSeal } from './chain-seal.ts'
import { type Checkpoint, checkpointVerifier, splitNotes } from './checkpoint.ts'
import { segmentsAmong } from './folder.ts'
import { type Beginning, beginningOf, type HandedOver, handedOverFile, readHandOvers } from './handed-over.ts'
import { checkpointsFile, publicKeyFile } from './state.ts'
import { type ReadCheckpoints, type Verification, VerifiedChain } from './verified-chain.ts'

/** What only the root key can tell. */
export interface RootKeyChecks {
  readonly seal: ChainSeal
  /** what the store says of the log */
  readonly findAnchor: () => Promise<Anchor | undefined>
}

/** The files of a log. */
export interface AuditFiles {
  readonly folder: string
  /** C2SP verifier key, the content of `audit.pub`; keep a copy elsewhere */
  readonly publicKey: string
  /** more files with checkpoints, such as the ones kept in a second place */
  readonly checkpointFiles?: readonly string[] | undefined
  /** folder with segments that were handed over, to be read before the others */
  readonly handedOverFolder?: string | undefined
}

/**
 * Reads a whole audit folder and finds every record that was edited, removed, moved or put in from elsewhere, and an
 * end that was cut off. Needs nothing but the files and the public key. It cannot tell who wrote what comes after the
 * last checkpoint: that takes the root key.
 *
 * @throws TypeError when `publicKey` is not a verifier key; Error when files cannot be read
 */
export function verifyAudit(files: AuditFiles): Verification {
  for (let attempt = 1; ; attempt++) {
    try {
      const opened = openFiles(files)
      return follow(new VerifiedChain(opened, opened.beginning), opened)
    } catch (error) {
      if (!isHandedOverMeanwhile(error, attempt)) throw error
    }
  }
}

/**
 * Looks also whether all records were written with the key of the deployment, and whether the store says the same of
 * the log as the log itself.
 *
 * @throws as `verifyAudit`
 */
export async function verifyWithRootKey(files: AuditFiles, { seal, findAnchor }: RootKeyChecks): Promise<Verification> {
  for (let attempt = 1; ; attempt++) {
    try {
      const opened = openFiles(files)
      // A server may be writing. It tells the store before it signs, and both after the records.
      const anchor = await findAnchor()
      return follow(new VerifiedChain(opened, opened.beginning, { seal, anchor }), opened)
    } catch (error) {
      if (!isHandedOverMeanwhile(error, attempt)) throw error
    }
  }
}

/** What a verification reads, in this order. */
export interface OpenedFiles extends ReadCheckpoints {
  readonly beginning: Beginning
  /** the lines of all segments, and whether they are of the last one */
  readonly lines: Iterable<{ readonly placed: PlacedLine; readonly inLast: boolean }>
  /** to name when the end is wrong */
  readonly lastFile: string
}

/** @throws as `verifyAudit` */
export function openFiles({ folder, publicKey, checkpointFiles = [], handedOverFolder }: AuditFiles): OpenedFiles {
  const verifier = checkpointVerifier(publicKey)
  const signed: Checkpoint[] = []
  const faults: Fault[] = []
  const folders = handedOverFolder === undefined ? [folder] : [handedOverFolder, folder]
  const read = (path: string): string => {
    const text = readIfPresent(path)
    for (const [index, note] of splitNotes(text).entries()) {
      const checkpoint = verifier.open(note)
      if (checkpoint) signed.push(checkpoint)
      else
        faults.push({ file: path, line: index + 1, seq: undefined, problem: 'is a checkpoint not signed by this key' })
    }
    return text
  }
  // A server may be writing: records come before what is signed of them, and the word of a hand-over before a removal.
  for (const path of [...folders.map((place) => join(place, checkpointsFile)), ...checkpointFiles]) read(path)
  const segments = segmentsIn(folders)
  const handOvers = folders.flatMap((place) => readHandOvers(read(join(place, handedOverFile)), verifier))
  const names = [...segments.keys()]
  const beginning = beginningOf(names, handOvers)
  return { signed, faults, beginning, lines: linesOf(segments), lastFile: names.at(-1) ?? checkpointsFile }
}

/**
 * @returns what was signed of the files that a log has handed over, by the public key in its folder
 * @throws TypeError when that is none; Error when it cannot be read
 */
export const handOversOf = (folder: string): readonly HandedOver[] =>
  readHandOvers(
    readIfPresent(join(folder, handedOverFile)),
    checkpointVerifier(readFileSync(join(folder, publicKeyFile), 'utf8')),
  ).map(({ handedOver }) => handedOver)

/** By name, oldest first; of one that is in both folders, which it is until it has been removed here, this one's. */
function segmentsIn(folders: readonly string[]): ReadonlyMap<string, string> {
  const found = folders.flatMap((folder) => segmentsAmong(readdirSync(folder)).map((name) => [name, folder] as const))
  return new Map(found.toSorted(([one], [other]) => (one < other ? -1 : Number(one > other))))
}

function* linesOf(segments: ReadonlyMap<string, string>): Generator<{ placed: PlacedLine; inLast: boolean }> {
  const last = [...segments.keys()].at(-1)
  for (const [segment, folder] of segments)
    for (const placed of readLines(folder, segment)) yield { placed, inLast: segment === last }
}

function follow(chain: VerifiedChain, { lines, lastFile }: Pick<OpenedFiles, 'lines' | 'lastFile'>): Verification {
  for (const { placed, inLast } of lines) chain.take(placed, inLast)
  return chain.finish(lastFile)
}

/** Only the oldest segment is ever handed over, so what has begun to be read is seldom hit, and not again and again. */
const mostAttempts = 3

/** A running server removes segments that it has handed over: then the rest is to be read from where it begins now. */
export const isHandedOverMeanwhile = (error: unknown, attempt: number): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ENOENT' && attempt < mostAttempts

function readIfPresent(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return ''
    throw error
  }
}

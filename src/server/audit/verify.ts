import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type ChainEnd, chainStart, type Fault, follow, type PlacedLine, readLines } from './chain.ts'
import { type Checkpoint, checkpointVerifier, splitNotes } from './checkpoint.ts'
import { segmentsAmong } from './folder.ts'
import { MerkleTree } from './merkle-tree.ts'
import { checkpointsFile } from './state.ts'

export interface Verification {
  /** what is wrong, in the order of the log; empty = the log is what was written */
  readonly faults: readonly Fault[]
  readonly records: number
  readonly checkpoints: number
  /** records that a signed checkpoint covers; later ones are held by the hash chain alone */
  readonly signedRecords: number
}

const maxFaults = 20

/**
 * Reads a whole audit folder and finds every record that was edited, removed, moved or put in from elsewhere, and an
 * end that was cut off. Needs nothing but the files and the public key.
 *
 * @param publicKey - C2SP verifier key, the content of `audit.pub`; keep a copy elsewhere
 * @param checkpointFiles - more files with checkpoints, such as the ones kept in a second place
 * @throws TypeError when `publicKey` is not a verifier key; Error when files cannot be read
 */
export function verifyAudit(folder: string, publicKey: string, checkpointFiles: readonly string[] = []): Verification {
  const { signed, faults } = readCheckpoints(folder, publicKey, checkpointFiles)
  const chain = new Chain(signed, faults)
  const segments = segmentsAmong(readdirSync(folder))
  for (const segment of segments)
    for (const line of readLines(folder, segment)) chain.take(line, segment === segments.at(-1))
  return chain.finish(segments.at(-1) ?? checkpointsFile)
}

class Chain {
  readonly #roots: Map<number, Checkpoint[]>
  readonly #largest: number
  readonly #checkpoints: number
  readonly #faults: Fault[]
  readonly #tree = new MerkleTree()
  #end: ChainEnd = chainStart
  #signedRecords = 0

  constructor(signed: readonly Checkpoint[], faults: readonly Fault[]) {
    this.#roots = Map.groupBy(signed, ({ size }) => size)
    this.#largest = signed.reduce((largest, { size }) => Math.max(largest, size), 0)
    this.#checkpoints = signed.length
    this.#faults = [...faults]
  }

  take(line: PlacedLine, inLastSegment: boolean): void {
    // the write under way when the machine stopped; the next start removes it
    if (!line.complete && inLastSegment) return
    const { end, fault } = follow(this.#end, line)
    if (fault) this.#add(fault)
    this.#end = end
    this.#tree.append(Buffer.from(end.hash, 'base64'))
    for (const { root } of this.#roots.get(this.#tree.size) ?? [])
      if (Buffer.from(this.#tree.root()).equals(root)) this.#signedRecords = this.#tree.size
      else if (this.#faults.length === 0)
        this.#add({ ...line, seq: end.seq - 1, problem: `ends ${this.#since()} that are not the ones signed` })
  }

  finish(file: string): Verification {
    const records = this.#tree.size
    if (this.#largest >= this.#end.seq) {
      const problem = `ends too early: records ${this.#end.seq} to ${this.#largest} were signed and are missing`
      this.#add({ file, line: 0, seq: this.#end.seq, problem })
    }
    const checkpoints = this.#checkpoints
    if (checkpoints === 0) {
      const problem = 'has no checkpoint signed by this key: anybody could have written it'
      this.#add({ file: checkpointsFile, line: 0, seq: undefined, problem })
    }
    return { faults: this.#faults, records, checkpoints, signedRecords: this.#signedRecords }
  }

  #since(): string {
    return `records ${this.#signedRecords + 1} to ${this.#tree.size}`
  }

  #add(fault: Fault): void {
    const { file, line, seq, problem } = fault
    if (this.#faults.length < maxFaults) this.#faults.push({ file, line, seq, problem })
  }
}

function readCheckpoints(
  folder: string,
  publicKey: string,
  more: readonly string[],
): { signed: Checkpoint[]; faults: Fault[] } {
  const verifier = checkpointVerifier(publicKey)
  const signed: Checkpoint[] = []
  const faults: Fault[] = []
  for (const path of [join(folder, checkpointsFile), ...more]) {
    for (const [index, note] of splitNotes(readIfPresent(path)).entries()) {
      const checkpoint = verifier.open(note)
      if (checkpoint) signed.push(checkpoint)
      else
        faults.push({ file: path, line: index + 1, seq: undefined, problem: 'is a checkpoint not signed by this key' })
    }
  }
  return { signed, faults }
}

function readIfPresent(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return ''
    throw error
  }
}

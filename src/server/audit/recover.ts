import { type ChainEnd, chainStart, type Fault, follow, type PlacedLine, readLines } from './chain.ts'
import { type Checkpoint, checkpointVerifier } from './checkpoint.ts'
import { type AuditFolder, segmentName } from './folder.ts'
import { checkLine } from './line.ts'
import { MerkleTree } from './merkle-tree.ts'
import { type AuditState, lastCheckpoint, loadState, publicKeyFile } from './state.ts'

/** The log on disk is not what was written: the server must not go on as if it were. */
export class AuditDamaged extends Error {
  constructor(problem: string) {
    super(problem)
    this.name = 'AuditDamaged'
  }
}

export interface Recovered extends AuditState {
  /** segment to go on in, and where its next byte goes */
  readonly last: string
  readonly position: number
  /** bytes of a line that was cut short, to be removed */
  readonly torn: number
  /** the log was closed in order, or is new */
  readonly clean: boolean
  /** when the last record was made */
  readonly lastAt: Date | undefined
}

/**
 * Reads the end of the log again: from the last checkpoint on when a signed one vouches for what was before, else all
 * of it.
 *
 * @throws AuditDamaged naming the place
 */
export async function recover(folder: AuditFolder): Promise<Recovered> {
  const segments = await folder.segments()
  const publicKey = await folder.read(publicKeyFile)
  const verifier = publicKey === undefined ? undefined : checkpointVerifier(publicKey)
  const signed = verifier && (await lastCheckpoint(folder, verifier))
  const saved = verifier && (await loadState(folder, verifier))
  const known = saved && segments.includes(saved.segment) && isInPlace(folder, saved) ? saved : undefined
  const replay = new Replay(known, signed)
  for (const segment of known ? segments.slice(segments.indexOf(known.segment)) : segments)
    replay.read(folder.path, segment, segment === segments.at(-1))
  if (signed && signed.size > replay.tree.size)
    throw new AuditDamaged(`records ${replay.tree.size + 1} to ${signed.size} are missing from ${folder.path}`)
  return replay.result()
}

/** Does the last record that the state knows still stand where it was written? */
function isInPlace(folder: AuditFolder, state: AuditState): boolean {
  for (const { text } of readLines(folder.path, state.segment, state.offset)) {
    const found = checkLine(text)
    return 'hash' in found && found.hash === state.end.hash && found.seq === state.tree.size
  }
  return false
}

class Replay {
  readonly tree: MerkleTree
  readonly #known: AuditState | undefined
  readonly #signed: Checkpoint | undefined
  #end: ChainEnd
  #segment = segmentName(1)
  #offset = 0
  #last = segmentName(1)
  #position = 0
  #torn = 0
  #lastLine = ''

  constructor(known: AuditState | undefined, signed: Checkpoint | undefined) {
    this.tree = new MerkleTree(known?.tree.size, known?.tree.subtrees)
    this.#known = known
    this.#signed = signed
    this.#end = known?.end ?? chainStart
  }

  /** Takes the lines of a segment; of the one that the state knows, those from its last record on. */
  read(folder: string, segment: string, isLast: boolean): void {
    this.#last = segment
    this.#position = 0
    const from = segment === this.#known?.segment ? this.#known.offset : undefined
    for (const line of readLines(folder, segment, from)) {
      if (!line.complete && isLast) {
        this.#torn = Buffer.byteLength(line.text)
        return
      }
      if (line.offset !== from) this.#follow(folder, line)
      this.#segment = segment
      this.#offset = line.offset
      this.#position = line.offset + Buffer.byteLength(line.text) + 1
      this.#lastLine = line.text
    }
  }

  result(): Recovered {
    const record: { readonly action: string; readonly time: string } | undefined =
      this.#lastLine === '' ? undefined : JSON.parse(this.#lastLine).record
    return {
      end: this.#end,
      tree: this.tree,
      segment: this.#segment,
      offset: this.#offset,
      last: this.#last,
      position: this.#position,
      torn: this.#torn,
      clean: this.#torn === 0 && (this.#lastLine === '' || record?.action === 'AuditClosed'),
      lastAt: record && new Date(record.time),
    }
  }

  #follow(folder: string, line: PlacedLine): void {
    const { end, fault } = follow(this.#end, line)
    if (fault) throw new AuditDamaged(`${folder}/${describe(fault)}`)
    this.#end = end
    this.tree.append(Buffer.from(end.hash, 'base64'))
    if (this.tree.size !== this.#signed?.size || Buffer.from(this.tree.root()).equals(this.#signed.root)) return
    throw new AuditDamaged(`${line.file}: the records up to ${this.tree.size} are not the ones that were signed`)
  }
}

export const describe = ({ file, line, seq, problem }: Fault): string =>
  `${file} line ${line}${seq === undefined ? '' : ` (record ${seq})`} ${problem}`

import { type ChainEnd, type Fault, follow, type PlacedLine, readLines } from './chain.ts'
import { type CheckpointVerifier, checkpointVerifier } from './checkpoint.ts'
import { AuditDamaged, describeFault } from './damage.ts'
import { type AuditFolder, segmentName } from './folder.ts'
import { type Beginning, readBeginning } from './handed-over.ts'
import { checkLine, recordOf } from './line.ts'
import { MerkleTree } from './merkle-tree.ts'
import { type AuditState, loadState, publicKeyFile } from './state.ts'
import { readWitnesses, Witnesses } from './witnesses.ts'

/** A log as it stands on disk. Nothing was changed by looking. */
export interface Recovered extends AuditState {
  /** name of the log, once it has one */
  readonly origin: string | undefined
  /** segment to go on in, and where its next byte goes */
  readonly last: string
  readonly position: number
  /** bytes of a write that was cut short, to be removed */
  readonly torn: number
  /** the log was closed in order, or is new */
  readonly clean: boolean
  /** when the last record was made */
  readonly lastAt: Date | undefined
  /** what kept the checkpoints in the second place from being read */
  readonly unreadable: unknown
}

/**
 * Reads the end of the log again: from the last checkpoint on when a signed one vouches for what was before, else all
 * of it that was not handed over.
 *
 * @param secondPlace - file that may hold later checkpoints than the folder
 * @throws AuditDamaged naming the place
 */
export async function recover(folder: AuditFolder, secondPlace?: string): Promise<Recovered> {
  const segments = await folder.segments()
  const verifier = await verifierOf(folder)
  const { signed, unreadable } = verifier ? await readWitnesses(folder, verifier, secondPlace) : noWitnesses
  const saved = verifier && (await loadState(folder, verifier))
  const known = saved && (await isInPlace(folder, saved)) ? saved : undefined
  const witnesses = new Witnesses(signed)
  const replay = new Replay(known, await readBeginning(folder, segments, verifier), witnesses)
  for (const segment of known ? segments.slice(segments.indexOf(known.segment)) : segments)
    replay.read(folder.path, segment, segment === segments.at(-1))
  return { ...replay.result(folder.path), origin: verifier?.origin, unreadable }
}

const noWitnesses = { signed: [], unreadable: undefined }

async function verifierOf(folder: AuditFolder): Promise<CheckpointVerifier | undefined> {
  const publicKey = await folder.read(publicKeyFile)
  try {
    return publicKey === undefined ? undefined : checkpointVerifier(publicKey)
  } catch {
    throw new AuditDamaged(`${folder.path}/${publicKeyFile} is no public key`)
  }
}

/** Does the last record that the state knows still stand where it was written? */
export async function isInPlace(folder: AuditFolder, state: AuditState): Promise<boolean> {
  if (!(await folder.segments()).includes(state.segment)) return false
  for (const { text, complete } of readLines(folder.path, state.segment, state.offset)) {
    const found = checkLine(text)
    return complete && 'hash' in found && found.hash === state.end.hash && found.seq === state.tree.size
  }
  return false
}

/** What was read up to the end of a write that is whole. */
interface Whole {
  readonly end: ChainEnd
  readonly tree: MerkleTree
  /** where the last record stands, and where the next byte goes */
  readonly segment: string
  readonly offset: number
  readonly position: number
  readonly text: string
}

class Replay {
  readonly #known: AuditState | undefined
  readonly #witnesses: Witnesses
  readonly #tree: MerkleTree
  #end: ChainEnd
  #whole: Whole
  /** a MAC closes each write; in the log of a former version every line stands for itself */
  #isKeyed = false
  /** why the last lines are none, if they are not only cut short */
  #fault: Fault | undefined
  #last = segmentName(1)
  #lastBytes = 0

  constructor(known: AuditState | undefined, beginning: Beginning, witnesses: Witnesses) {
    const from = known ?? beginning
    const tree = copyOf(from.tree)
    this.#tree = tree
    this.#known = known
    this.#witnesses = witnesses
    this.#end = from.end
    this.#whole = { end: this.#end, tree: copyOf(tree), segment: segmentName(1), offset: 0, position: 0, text: '' }
  }

  /** Takes the lines of a segment; of the one that the state knows, those from its last record on. */
  read(folder: string, segment: string, isLast: boolean): void {
    if (this.#torn > 0) throw new AuditDamaged(`${folder}/${this.#last} ends amid a write`)
    this.#last = segment
    this.#lastBytes = 0
    const from = segment === this.#known?.segment ? this.#known.offset : undefined
    for (const line of readLines(folder, segment, from)) {
      this.#lastBytes = line.offset + Buffer.byteLength(line.text) + (line.complete ? 1 : 0)
      if (!line.complete && isLast) return
      if (line.offset === from) this.#isKeyed = this.#takeKnown(line)
      else this.#follow(folder, line)
    }
  }

  /** @throws AuditDamaged when more is wrong than that the last write was cut short */
  result(folder: string): Omit<Recovered, 'origin' | 'unreadable'> {
    const { end, tree, segment, offset, text } = this.#whole
    if (this.#fault && this.#witnesses.size > tree.size) this.#refuse(folder, this.#fault)
    this.#witnesses.checkEnd(tree, folder)
    const record = text === '' ? undefined : recordOf(text)
    return {
      ...{ end, tree, segment, offset },
      last: this.#last,
      position: this.#position,
      torn: this.#torn,
      clean: this.#torn === 0 && (record === undefined || record.action === 'AuditClosed'),
      lastAt: record?.time === undefined ? undefined : new Date(record.time),
    }
  }

  /** Where the last whole write ends. A write goes into one segment: one that holds no whole write holds nothing. */
  get #position(): number {
    return this.#whole.segment === this.#last ? this.#whole.position : 0
  }

  get #torn(): number {
    return this.#lastBytes - this.#position
  }

  #takeKnown(line: PlacedLine): boolean {
    const found = checkLine(line.text)
    this.#close(line)
    return 'hash' in found && found.mac !== undefined
  }

  #follow(folder: string, placed: PlacedLine): void {
    const { end, fault, line } = follow(this.#end, placed)
    this.#end = end
    const closes = line?.mac !== undefined
    if (closes) this.#isKeyed = true
    // a write that was under way when the machine stopped may have left holes, but not its own end
    this.#fault ??= fault
    if (this.#fault) {
      if (closes || !this.#isKeyed) this.#refuse(folder, this.#fault)
      return
    }
    this.#tree.append(Buffer.from(end.hash, 'base64'))
    this.#witnesses.check(this.#tree, placed.file)
    if (closes || !this.#isKeyed) this.#close(placed)
  }

  #refuse(folder: string, fault: Fault): never {
    throw new AuditDamaged(`${folder}/${describeFault(fault)}`)
  }

  #close({ file, offset, text }: PlacedLine): void {
    const position = offset + Buffer.byteLength(text) + 1
    this.#whole = { end: this.#end, tree: copyOf(this.#tree), segment: file, offset, position, text }
  }
}

const copyOf = (tree: MerkleTree): MerkleTree => new MerkleTree(tree.size, tree.subtrees)

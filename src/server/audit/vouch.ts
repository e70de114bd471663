import type { Anchor } from './anchor.ts'
import { type ChainEnd, follow, missingRecords, type PlacedLine, readLines } from './chain.ts'
import { type ChainSeal, noMac } from './chain-seal.ts'
import { AuditDamaged, describeFault } from './damage.ts'
import type { AuditFolder } from './folder.ts'
import type { Beginning } from './handed-over.ts'
import { checkLine, type Line, openingOf } from './line.ts'
import { MerkleTree } from './merkle-tree.ts'
import type { AuditState } from './state.ts'
import { type CheckpointInterval, Uncovered } from './uncovered.ts'
import type { Witnesses } from './witnesses.ts'

export interface VouchOptions {
  readonly folder: AuditFolder
  /** the state that a genuine checkpoint vouches for; `undefined`: everything is read that was not handed over */
  readonly known: AuditState | undefined
  readonly beginning: Beginning
  /** where the log ends, by what was read at the start and written since */
  readonly end: ChainEnd
  readonly seal: ChainSeal
  /** what the store says; `undefined`: it knows no such log, which is one of a former version or new */
  readonly anchor: Anchor | undefined
  readonly witnesses: Witnesses
  readonly interval: CheckpointInterval
}

/**
 * Compares a log with what is known of it from outside its folder, and proves that its end was written with the key.
 * Comes before anything is signed or kept.
 *
 * @throws AuditDamaged
 */
export async function vouch(options: VouchOptions): Promise<void> {
  const { folder, known, end } = options
  const reading = new Vouching(options)
  const segments = await folder.segments().catch(noneIfGone)
  for (const segment of known ? segments.slice(segments.indexOf(known.segment)) : segments) {
    const from = segment === known?.segment ? known.offset : undefined
    for (const line of readLines(folder.path, segment, from)) {
      if (line.offset === from) reading.takeKnown(line)
      else if (reading.end.seq < end.seq) reading.take(line)
      else break
    }
  }
  reading.finish()
}

class Vouching {
  readonly #options: VouchOptions
  readonly #tree: MerkleTree
  readonly #uncovered = new Uncovered()
  end: ChainEnd
  /** records whose genuineness follows from a root that is known */
  #vouched: number
  #writeHolds = { events: 0, requests: 0 }
  readonly #seen: { macs: boolean; requests: boolean } = { macs: false, requests: false }

  constructor(options: VouchOptions) {
    const { known, beginning, anchor, witnesses } = options
    const { tree, end } = known ?? beginning
    this.#options = options
    this.#tree = new MerkleTree(tree.size, tree.subtrees)
    this.end = end
    if (anchor) witnesses.add(anchor.size, Buffer.from(anchor.root, 'base64'))
    this.#vouched = Math.max(tree.size, witnesses.size)
    if (this.#tree.size === anchor?.size) witnesses.check(this.#tree, folderOf(options))
  }

  /** The last record of the known state. Its text was compared with that state when it was opened. */
  takeKnown({ text }: PlacedLine): void {
    const found = checkLine(text)
    this.#seen.macs = 'mac' in found && found.mac !== undefined
  }

  take(placed: PlacedLine): void {
    const { end, line, fault } = follow(this.end, placed)
    if (fault || !line)
      throw new AuditDamaged(`${folderOf(this.#options)}/${fault ? describeFault(fault) : placed.file}`)
    this.end = end
    this.#tree.append(Buffer.from(end.hash, 'base64'))
    this.#options.witnesses.check(this.#tree, placed.file)
    if (line.mac !== undefined && line.mac !== noMac) this.#seen.macs = true
    if (this.#tree.size <= this.#vouched) return
    const { time, isEvent } = openingOf(placed.text)
    if (!isEvent) this.#seen.requests = true
    if (!isEvent) this.#uncovered.take(time)
    this.#writeHolds[isEvent ? 'events' : 'requests']++
    if (line.mac !== undefined) this.#closeWrite(line, placed)
  }

  finish(): void {
    const { anchor, witnesses, end } = this.#options
    const path = folderOf(this.#options)
    if (anchor && this.#tree.size === 0) requireNone(anchor, path)
    witnesses.checkEnd(this.#tree, path)
    if (this.end.hash !== end.hash) throw new AuditDamaged(`${path} is no more what it was when it was opened`)
    if (anchor) this.#finishKnown(anchor)
    else if (this.#seen.macs) throw new AuditDamaged(`${path} holds an audit log that the store does not know`)
    else this.#finishFormer()
  }

  #finishKnown(anchor: Anchor): void {
    const path = folderOf(this.#options)
    if (this.#writeHolds.events + this.#writeHolds.requests > 0)
      throw new AuditDamaged(`${path}: the last records were not written with the key of this deployment`)
    // Nothing is signed that the store does not say first.
    const { witnesses, known } = this.#options
    const signed = Math.max(witnesses.size, known?.tree.size ?? 0)
    if (signed > anchor.size)
      throw new AuditDamaged(
        `the store knows ${anchor.size} records of the audit log ${anchor.origin}, of which ${signed} were signed: it was put back to an older copy`,
        'store',
      )
  }

  /** A log that was begun by a version without keys in it: as far as that goes. */
  #finishFormer(): void {
    const path = folderOf(this.#options)
    if (this.#seen.requests && this.#vouched === 0)
      throw new AuditDamaged(`${path} has no checkpoint signed by this deployment: anybody could have written it`)
    const problem = this.#uncovered.problem(this.#options.interval)
    if (problem !== undefined) throw new AuditDamaged(`${path} ${problem}`)
  }

  #closeWrite({ head, mac = noMac }: Line, { file, line }: PlacedLine): void {
    const { requests } = this.#writeHolds
    this.#writeHolds = { events: 0, requests: 0 }
    const where = `${folderOf(this.#options)}/${file} line ${line} (record ${this.#tree.size})`
    if (mac === noMac) {
      if (requests > 0) throw new AuditDamaged(`${where} is of a request, and was written without a key`)
      return
    }
    if (!this.#options.seal.fits(head, mac))
      throw new AuditDamaged(`${where} was not written with the key of this deployment`)
  }
}

const folderOf = ({ folder }: VouchOptions): string => folder.path

/** A folder that is gone holds no segments. */
export function noneIfGone(error: NodeJS.ErrnoException): string[] {
  if (error.code !== 'ENOENT') throw error
  return []
}

/** Of a log that is gone as a whole: says whose it was, which another server of the same name may want to know. */
function requireNone({ size, origin, node }: Anchor, path: string): void {
  if (size === 0) return
  throw new AuditDamaged(
    `${missingRecords(1, size)} missing from ${path}: it holds nothing of ${origin}, written by ${node} (another server of the same database needs a name of its own, --node)`,
  )
}

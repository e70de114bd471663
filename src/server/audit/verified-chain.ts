import type { Anchor } from './anchor.ts'
import { type ChainEnd, type Fault, follow, type PlacedLine } from './chain.ts'
import { type ChainSeal, noMac } from './chain-seal.ts'
import type { Checkpoint } from './checkpoint.ts'
import { type Beginning, type HandedOver, handOverAction, handOverText } from './handed-over.ts'
import { type Line, openingOf, recordOf } from './line.ts'
import type { MerkleTree } from './merkle-tree.ts'
import { checkpointsFile } from './state.ts'
import { type CheckpointInterval, intervalOf, Uncovered, usualInterval } from './uncovered.ts'

export interface Verification {
  /** what is wrong, in the order of the log; empty = the log is what was written, as far as that was looked at */
  readonly faults: readonly Fault[]
  /** of the whole log, those that were handed over too */
  readonly records: number
  /** the last segment that was handed over, when it and those before it were not looked at */
  readonly handedOver?: HandedOver | undefined
  readonly checkpoints: number
  /** records that a signed checkpoint covers; later ones are held by their MACs alone */
  readonly signedRecords: number
  /** records of a write that is under way, or was cut short: the next start removes them */
  readonly unfinished: number
  /** whether the MACs were checked, and what the store says of the log */
  readonly withRootKey: boolean
}

const maxFaults = 20

/** What was signed of a log, and the notes that were not signed by its key. */
export interface ReadCheckpoints {
  readonly signed: readonly Checkpoint[]
  readonly faults: readonly Fault[]
}

interface Secret {
  readonly seal: ChainSeal
  readonly anchor: Anchor | undefined
}

/** What was read of a write whose end was not. */
interface Open {
  readonly faults: Fault[]
  /** of requests */
  readonly times: string[]
  lines: number
}

/** Follows a log from its first record to its last and collects what is wrong with it. */
export class VerifiedChain {
  readonly #signed: readonly Checkpoint[]
  readonly #roots: Map<number, Checkpoint[]>
  readonly #secret: Secret | undefined
  readonly #faults: Fault[]
  readonly #tree: MerkleTree
  readonly #handedOver: HandedOver | undefined
  readonly #uncovered = new Uncovered()
  #interval: CheckpointInterval
  /** what the server said of itself, not to be believed before a checkpoint covers it */
  #claimed: CheckpointInterval | undefined
  /** the log itself says that what was before it was handed over */
  #isToldOf = false
  #end: ChainEnd
  #wholeEnd: ChainEnd
  #signedRecords: number
  /** once a MAC closes each write; in the log of a former version every line stands for itself */
  readonly #writes: { areClosed: boolean } = { areClosed: false }
  #open: Open = { faults: [], times: [], lines: 0 }

  constructor({ signed, faults }: ReadCheckpoints, { end, tree, handedOver }: Beginning, secret?: Secret) {
    this.#signed = signed
    this.#roots = Map.groupBy(signed, ({ size }) => size)
    this.#faults = [...faults]
    this.#secret = secret
    this.#tree = tree
    this.#handedOver = handedOver
    this.#end = end
    this.#wholeEnd = end
    this.#signedRecords = tree.size
    this.#interval = handedOver?.interval ?? usualInterval
  }

  /** records that were looked at, those of a write under way too */
  get size(): number {
    return this.#tree.size
  }

  /** of all of them, RFC 6962 */
  get root(): Uint8Array {
    return this.#tree.root()
  }

  take(placed: PlacedLine, inLastSegment: boolean): void {
    // the write under way when the machine stopped; the next start removes it
    if (!placed.complete && inLastSegment) return
    const { end, line, fault } = follow(this.#end, placed)
    if (fault) this.#open.faults.push(fault)
    this.#end = end
    this.#tree.append(Buffer.from(end.hash, 'base64'))
    this.#count(placed)
    if (line?.mac !== undefined) this.#checkMac(line, placed)
    if (line?.mac !== undefined || !this.#writes.areClosed) this.#close()
    this.#checkRoots(placed)
  }

  finish(lastFile: string): Verification {
    const signed = this.#signed.reduce((most, { size }) => Math.max(most, size), 0)
    // lines without an end that were signed are no write that was cut short
    const isUnderWay = this.#writes.areClosed && signed < this.#wholeEnd.seq
    const unfinished = isUnderWay ? this.#open.lines : 0
    if (!isUnderWay) this.#close()
    this.#checkEnd(this.#wholeEnd.seq - 1, signed, lastFile)
    return {
      faults: this.#faults,
      records: this.#tree.size - unfinished,
      checkpoints: this.#signed.length,
      signedRecords: this.#signedRecords,
      unfinished,
      ...(this.#handedOver && { handedOver: this.#handedOver }),
      withRootKey: this.#secret !== undefined,
    }
  }

  #count({ text }: PlacedLine): void {
    const { time, action, isEvent } = openingOf(text)
    this.#open.lines++
    if (action === handOverAction && this.#handedOver)
      this.#isToldOf ||= recordOf(text)?.resource === handOverText(this.#handedOver)
    if (action === 'AuditOpened') this.#claimed = intervalOf(recordOf(text) ?? {})
    if (isEvent) return
    this.#open.times.push(time)
  }

  #checkMac({ head, mac = noMac }: Line, placed: PlacedLine): void {
    this.#writes.areClosed = true
    const seal = this.#secret?.seal
    if (mac === noMac && this.#open.times.length > 0)
      this.#blame(placed, 'is of a request, and was written without a key')
    if (mac !== noMac && seal?.fits(head, mac) === false)
      this.#blame(placed, 'was not written with the key of this deployment')
  }

  #checkRoots(placed: PlacedLine): void {
    const { size } = this.#tree
    const roots = this.#roots.get(size) ?? []
    const anchor = this.#secret?.anchor
    if (roots.length === 0 && anchor?.size !== size) return
    const root = Buffer.from(this.#tree.root())
    for (const signed of roots)
      if (root.equals(signed.root)) this.#cover()
      else if (this.#faults.length === 0)
        this.#add(this.#faultAt(placed, `ends ${this.#since()} that are not the ones signed`))
    if (anchor?.size === size && anchor.root !== root.toString('base64'))
      this.#add(this.#faultAt(placed, 'ends records that are not the ones that the store knows'))
  }

  #cover(): void {
    this.#signedRecords = this.#tree.size
    this.#uncovered.clear()
    this.#interval = this.#claimed ?? this.#interval
  }

  #checkEnd(records: number, signed: number, file: string): void {
    if (signed > records)
      this.#addAtEnd(file, records, `ends too early: ${cutOff(records, signed)} signed and are missing`)
    if (this.#signed.length === 0)
      this.#add({
        file: checkpointsFile,
        line: 0,
        seq: undefined,
        problem: 'has no checkpoint signed by this key: anybody could have written it',
      })
    if (this.#handedOver && !this.#isToldOf && this.#faults.length === 0)
      this.#addAtEnd(file, records, `ends without a record of the hand-over of ${this.#handedOver.segment}`)
    if (this.#secret) this.#checkStore(this.#secret, records, signed, file)
    // of a log that is broken anyway no checkpoint covers much
    const problem = this.#faults.length === 0 ? this.#uncovered.problem(this.#interval) : undefined
    if (problem !== undefined) this.#add({ file, line: 0, seq: this.#signedRecords + 1, problem })
  }

  #checkStore({ anchor }: Secret, records: number, signed: number, file: string): void {
    if (!anchor) this.#addAtEnd(file, records, 'ends a log that the store does not know')
    else if (anchor.size > records)
      this.#addAtEnd(
        file,
        records,
        `ends too early: ${cutOff(records, anchor.size)} known to the store and are missing`,
      )
    else if (anchor.size < signed)
      this.#addAtEnd(
        file,
        records,
        `was signed up to ${signed}, of which the store knows ${anchor.size}: it is an older copy`,
      )
  }

  #close(): void {
    for (const fault of this.#open.faults) this.#add(fault)
    for (const time of this.#open.times) this.#uncovered.take(time)
    this.#open = { faults: [], times: [], lines: 0 }
    this.#wholeEnd = this.#end
  }

  #since(): string {
    return `records ${this.#signedRecords + 1} to ${this.#tree.size}`
  }

  #blame(placed: PlacedLine, problem: string): void {
    this.#open.faults.push(this.#faultAt(placed, problem))
  }

  #faultAt({ file, line }: PlacedLine, problem: string): Fault {
    return { file, line, seq: this.#end.seq - 1, problem }
  }

  #addAtEnd(file: string, records: number, problem: string): void {
    this.#add({ file, line: 0, seq: records + 1, problem })
  }

  #add(fault: Fault): void {
    if (this.#faults.length < maxFaults) this.#faults.push(fault)
  }
}

const cutOff = (records: number, known: number): string => `records ${records + 1} to ${known} were`

import { createHash } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { type ChainEnd, follow, type PlacedLine, readLines } from './chain.ts'
import { type ChainSeal, noMac } from './chain-seal.ts'
import { type CheckpointSigner, checkpointVerifier } from './checkpoint.ts'
import { AuditDamaged, describeFault } from './damage.ts'
import type { AuditFolder } from './folder.ts'
import type { HandOverPlace } from './hand-over-place.ts'
import {
  type Beginning,
  type HandedOver,
  handedOverFile,
  handOverAction,
  handOverText,
  readBeginning,
  readHandOvers,
  type SignedHandOver,
  signHandOver,
} from './handed-over.ts'
import { checkLine, type Line, openingOf, recordOf } from './line.ts'
import { MerkleTree } from './merkle-tree.ts'
import { intervalOf } from './uncovered.ts'

/** What is kept in the folder of the log, and where the rest goes. */
export interface Retention {
  readonly place: HandOverPlace
  /** a segment whose last record is older is handed over */
  readonly keepMs?: number | undefined
  /** of all segments together; the oldest are handed over until they are no more */
  readonly keepBytes?: number | undefined
  /**
   * The last record that everybody has who is sent the log: later ones stay.
   *
   * @param seal - of the log: what the folder says by itself, others may have written
   */
  received(seal: ChainSeal): Promise<number>
}

interface HandOverOptions extends Retention {
  readonly folder: AuditFolder
  now(): Date
  /** the segment in which the last checkpoint ends: those before it are closed, and signed as a whole */
  signedSegment(): string | undefined
  /** keeps a record in the log itself */
  tell(action: string, resource: string): Promise<void>
  /** told once per change */
  readonly report: { handOverFailed(error: unknown): void; handedOver(segment: string, to: string): void }
}

/** What a hand-over is signed with, and what proves that records are this deployment's. */
export interface HandOverKeys {
  readonly signer: CheckpointSigner
  readonly seal: ChainSeal
}

const lookMs = 60_000
/** Lines between which calls get their turn. */
const linesPerTurn = 200

/**
 * Hands old segments over, one after the other, oldest first: copied and read again, told in the log, signed, and only
 * then removed here. Cut off at any moment, it is gone on with where it was: what was done is found done.
 */
export class HandOver {
  readonly #options: HandOverOptions
  #keys: HandOverKeys | undefined
  #timer: NodeJS.Timeout | undefined
  #underWay: Promise<void> = Promise.resolve()
  #isFailing = false
  #failures = 0
  #last: HandedOver | undefined

  constructor(options: HandOverOptions) {
    this.#options = options
  }

  /** the last segment that was handed over */
  get last(): HandedOver | undefined {
    return this.#last
  }

  get failures(): number {
    return this.#failures
  }

  get isFailing(): boolean {
    return this.#isFailing
  }

  async start(keys: HandOverKeys): Promise<void> {
    this.stop()
    const { folder } = this.#options
    this.#keys = keys
    const verifier = checkpointVerifier(keys.signer.verifierKey)
    this.#last = (await readBeginning(folder, await folder.segments(), verifier)).handedOver
    // in the background: nobody waits for a folder on another machine
    void this.look()
    this.#timer = setInterval(() => void this.look(), lookMs).unref()
  }

  stop(): void {
    clearInterval(this.#timer)
    this.#keys = undefined
  }

  /** Ends once the segment that is under way has been handed over, or has failed. */
  async finish(): Promise<void> {
    this.stop()
    await this.#underWay
  }

  /** Hands over what is due now; also done by a timer. Never rejects. */
  look(): Promise<void> {
    this.#underWay = this.#underWay.then(() => this.#handOverAll())
    return this.#underWay
  }

  async #handOverAll(): Promise<void> {
    try {
      while (this.#keys && (await this.#handOverNext(this.#keys)));
      this.#isFailing = false
    } catch (error) {
      // it was stopped meanwhile, and is gone on with later
      if (!this.#keys) return
      this.#failures++
      if (!this.#isFailing) this.#options.report.handOverFailed(error)
      this.#isFailing = true
    }
  }

  /** @returns whether there was one to hand over */
  async #handOverNext(keys: HandOverKeys): Promise<boolean> {
    const { folder, place, report } = this.#options
    const { signer, seal } = keys
    // Asked each time, so that little has to be sent again after another start.
    const received = await this.#options.received(seal)
    const segments = await folder.segments()
    const [segment] = segments
    if (segment === undefined || !(await this.#isDue(segments, received))) return false
    const signed = (await this.#signedBefore(segment, signer)) ?? (await this.#sign(segments, keys))
    if (!signed) return false
    const { handedOver, note } = signed
    await place.keepNote(signer.origin, note)
    await folder.remove(segment)
    this.#last = handedOver
    report.handedOver(segment, handedOver.to)
    return true
  }

  async #isDue(segments: readonly string[], received: number): Promise<boolean> {
    const { folder, keepMs = Number.POSITIVE_INFINITY, keepBytes = Number.POSITIVE_INFINITY, now } = this.#options
    const [oldest = '', next = ''] = segments
    if (oldest >= (this.#options.signedSegment() ?? '')) return false
    const found = await Promise.all(segments.map((segment) => stat(join(folder.path, segment))))
    const bytes = found.reduce((sum, { size }) => sum + size, 0)
    const ageMs = now().getTime() - (found[0]?.mtimeMs ?? 0)
    if (ageMs <= keepMs && bytes <= keepBytes) return false
    return firstOf(folder.path, next) - 1 <= received
  }

  /** What was signed of a segment that could not be removed then. */
  async #signedBefore(segment: string, signer: CheckpointSigner): Promise<Signed | undefined> {
    const { folder, place } = this.#options
    const verifier = checkpointVerifier(signer.verifierKey)
    const notes = readHandOvers(await folder.readNotes(handedOverFile), verifier)
    const found = notes.findLast(({ handedOver }) => handedOver.segment === segment)
    if (!found) return undefined
    const { sha256 } = found.handedOver
    await place.take({ folder: folder.path, origin: signer.origin, segment, sha256 })
    return { handedOver: found.handedOver, note: signHandOver(signer, found) }
  }

  /** @returns `undefined` when it has to wait, for a record that proves it or to be unsealed */
  async #sign(segments: readonly string[], { signer, seal }: HandOverKeys): Promise<Signed | undefined> {
    const { folder, place, tell, now } = this.#options
    const [segment = ''] = segments
    const beginning = await readBeginning(folder, segments, checkpointVerifier(signer.verifierKey))
    const found = await prove(folder.path, segments, beginning, seal)
    if (!found) return undefined
    const { end, tree, bytes, sha256, interval } = found
    await place.take({ folder: folder.path, origin: signer.origin, segment, sha256 })
    // it took a while: it may have been sealed
    if (!this.#keys) return undefined
    const handedOver: HandedOver = {
      ...{ segment, first: beginning.end.seq, last: end.seq - 1, prevHash: beginning.end.hash, hash: end.hash },
      ...{ bytes, sha256, at: now().toISOString(), to: place.name, interval },
    }
    // The log says so first: what is signed and missing here is then known to be told there.
    await tell(handOverAction, handOverText(handedOver))
    const note = signHandOver(signer, { handedOver, tree })
    await folder.add(handedOverFile, `\n${note}\n`)
    return { handedOver, note }
  }
}

interface Signed {
  readonly handedOver: HandedOver
  readonly note: string
}

/** @returns the number of the first record of a segment */
function firstOf(folder: string, segment: string): number {
  for (const { text } of readLines(folder, segment)) {
    const found = checkLine(text)
    if ('seq' in found) return found.seq
    throw new AuditDamaged(`${segment} begins with what ${found.problem}`)
  }
  throw new AuditDamaged(`${segment} is empty`)
}

interface Proven extends Pick<SignedHandOver, 'tree'>, Pick<HandedOver, 'bytes' | 'sha256' | 'interval'> {
  /** of the segment */
  readonly end: ChainEnd
}

/**
 * Reads the first segment, and after it as far as the next MAC, which is over all before it too: what is signed here was
 * written by this deployment.
 *
 * @returns `undefined` when there is none yet
 * @throws AuditDamaged when it was not
 */
async function prove(
  folder: string,
  segments: readonly string[],
  beginning: Beginning,
  seal: ChainSeal,
): Promise<Proven | undefined> {
  const tree = new MerkleTree(beginning.tree.size, beginning.tree.subtrees)
  let { end } = beginning
  let lastOfFirst = end
  let interval = beginning.handedOver?.interval
  // of what was read here: a file that is changed later is another one
  const sha256 = createHash('sha256')
  let bytes = 0
  let lines = 0
  for (const placed of linesOf(folder, segments)) {
    // of the write that is under way
    if (!placed.complete && placed.file === segments.at(-1)) return undefined
    const { mac, head, hash } = followed(end, placed)
    end = { seq: end.seq + 1, hash }
    if (placed.file === segments[0]) {
      lastOfFirst = end
      sha256.update(`${placed.text}\n`)
      bytes += Buffer.byteLength(placed.text) + 1
      tree.append(Buffer.from(hash, 'base64'))
      if (openingOf(placed.text).action === 'AuditOpened') interval = intervalOf(recordOf(placed.text) ?? {})
    } else if (mac !== undefined && mac !== noMac) {
      if (!seal.fits(head, mac))
        throw new AuditDamaged(`${placed.file} was not written with the key of this deployment`)
      return { end: lastOfFirst, tree, bytes, sha256: sha256.digest('hex'), interval }
    }
    if (++lines % linesPerTurn === 0) await setImmediate()
  }
  return undefined
}

function* linesOf(folder: string, segments: readonly string[]): Generator<PlacedLine> {
  for (const segment of segments) yield* readLines(folder, segment)
}

/** @throws AuditDamaged naming the place when the line does not continue the chain */
function followed(end: ChainEnd, placed: PlacedLine): Line {
  const { line, fault } = follow(end, placed)
  if (fault || !line) throw new AuditDamaged(fault ? describeFault(fault) : `${placed.file} cannot be read`)
  return line
}

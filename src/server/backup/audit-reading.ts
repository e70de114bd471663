import type { Anchor } from '../audit/anchor.ts'
import type { Fault } from '../audit/chain.ts'
import type { ChainSeal } from '../audit/chain-seal.ts'
import { type Checkpoint, checkpointVerifier, splitNotes } from '../audit/checkpoint.ts'
import { beginningOf, handedOverFile, readHandOvers } from '../audit/handed-over.ts'
import { checkpointsFile, publicKeyFile } from '../audit/state.ts'
import { type Verification, VerifiedChain } from '../audit/verified-chain.ts'
import type { FileSink } from './open-backup.ts'

/** They come before the segments. */
const textFiles: ReadonlySet<string> = new Set([publicKeyFile, checkpointsFile, handedOverFile])

/** Verifies an audit log as it comes out of a backup: its public key first, its checkpoints, then segment after segment. */
export class AuditReading {
  readonly #seal: ChainSeal
  readonly #anchor: Anchor | undefined
  readonly #texts = new Map<string, string>()
  #chain: VerifiedChain | undefined
  #segment = ''
  #line = 0
  #offset = 0
  /** what stands after the last line break */
  #rest: Buffer = Buffer.alloc(0)

  constructor(seal: ChainSeal, anchor: Anchor | undefined) {
    this.#seal = seal
    this.#anchor = anchor
  }

  /** @returns undefined for what is no part of the log */
  sink(path: string): FileSink | undefined {
    const [folder, name = ''] = path.split('/')
    if (folder !== 'audit') return undefined
    if (textFiles.has(name)) return this.#textSink(name)
    this.#takeRest(false)
    this.#segment = name
    this.#line = 0
    this.#offset = 0
    return { write: (bytes) => this.#takeLines(bytes), close: () => {} }
  }

  finish(): Verification {
    this.#takeRest(true)
    return this.#opened.finish(this.#segment || checkpointsFile)
  }

  #textSink(name: string): FileSink {
    const parts: Uint8Array[] = []
    return {
      write: (bytes) => void parts.push(bytes),
      close: () => void this.#texts.set(name, Buffer.concat(parts).toString()),
    }
  }

  get #opened(): VerifiedChain {
    this.#chain ??= this.#begin()
    return this.#chain
  }

  #begin(): VerifiedChain {
    const verifier = checkpointVerifier(this.#texts.get(publicKeyFile) ?? '')
    const signed: Checkpoint[] = []
    const faults: Fault[] = []
    const handOvers = this.#texts.get(handedOverFile) ?? ''
    for (const file of [checkpointsFile, handedOverFile])
      for (const [index, note] of splitNotes(this.#texts.get(file) ?? '').entries()) {
        const checkpoint = verifier.open(note)
        if (checkpoint) signed.push(checkpoint)
        else faults.push({ file, line: index + 1, seq: undefined, problem: 'is a checkpoint not signed by this key' })
      }
    const segments = this.#segment === '' ? [] : [this.#segment]
    const beginning = beginningOf(segments, readHandOvers(handOvers, verifier))
    return new VerifiedChain({ signed, faults }, beginning, { seal: this.#seal, anchor: this.#anchor })
  }

  #takeLines(bytes: Uint8Array): void {
    const held = Buffer.concat([this.#rest, bytes])
    let start = 0
    for (let end = held.indexOf(10); end >= 0; end = held.indexOf(10, start)) {
      this.#take(held.subarray(start, end), true, false)
      this.#offset += end + 1 - start
      start = end + 1
    }
    this.#rest = held.subarray(start)
  }

  #takeRest(isLast: boolean): void {
    if (this.#rest.length > 0) this.#take(this.#rest, false, isLast)
    this.#rest = Buffer.alloc(0)
  }

  #take(text: Buffer, complete: boolean, isLast: boolean): void {
    const placed = { text: text.toString(), file: this.#segment, line: ++this.#line, offset: this.#offset, complete }
    this.#opened.take(placed, isLast)
  }
}

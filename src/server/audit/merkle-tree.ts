import { hash } from 'node:crypto'

/**
 * A Merkle tree that only grows (RFC 6962 §2.1), kept as the roots of its complete subtrees, largest first: enough to
 * append and to tell the root hash, in O(log n) memory.
 */
export class MerkleTree {
  #size: number
  readonly #subtrees: Uint8Array[]

  constructor(size = 0, subtrees: readonly Uint8Array[] = []) {
    if (subtrees.length !== bitCount(size)) throw new RangeError('subtrees do not fit the size')
    this.#size = size
    this.#subtrees = [...subtrees]
  }

  get size(): number {
    return this.#size
  }

  get subtrees(): readonly Uint8Array[] {
    return this.#subtrees
  }

  /** @param leafHash - SHA-256(0x00 ‖ entry), 32 bytes */
  append(leafHash: Uint8Array): void {
    let node = leafHash
    // every complete subtree as large as the new one merges with it, like the carry of a binary counter
    for (let size = this.#size; size % 2 === 1; size = Math.floor(size / 2)) {
      const left = this.#subtrees.pop()
      if (left === undefined) throw new RangeError('tree is inconsistent')
      node = parentHash(left, node)
    }
    this.#subtrees.push(node)
    this.#size++
  }

  root(): Uint8Array {
    const last = this.#subtrees.at(-1)
    if (last === undefined) return hash('sha256', '', 'buffer')
    return this.#subtrees.slice(0, -1).reduceRight((right, left) => parentHash(left, right), last)
  }
}

const pair = new Uint8Array(65)
pair[0] = 1

function parentHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  pair.set(left, 1)
  pair.set(right, 33)
  return hash('sha256', pair, 'buffer')
}

function bitCount(size: number): number {
  let count = 0
  for (let rest = size; rest > 0; rest = Math.floor(rest / 2)) count += rest % 2
  return count
}

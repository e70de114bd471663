const places = 65_536

/** Memory for threads that share a store. */
export const changeCountsMemory = (): SharedArrayBuffer => new SharedArrayBuffer(places * 4)

/**
 * How often records were changed in this process, by whichever thread. Several records may share a count: then one of
 * them seems to have changed with the other, which costs a look into the store.
 */
export class ChangeCounts {
  readonly #counts: Int32Array

  constructor(memory: SharedArrayBuffer = changeCountsMemory()) {
    this.#counts = new Int32Array(memory)
  }

  /** Where the changes of a record are counted; `name` is its kind and id. */
  placeOf(name: string): number {
    let hash = 0x811c9dc5
    for (let at = 0; at < name.length; at++) hash = Math.imul(hash ^ name.charCodeAt(at), 0x01000193)
    return (hash ^ (hash >>> 16)) & (places - 1)
  }

  at(place: number): number {
    return Atomics.load(this.#counts, place)
  }

  /** @returns the count before */
  add(place: number): number {
    return Atomics.add(this.#counts, place, 1)
  }

  addToAll(): void {
    for (let place = 0; place < places; place++) this.add(place)
  }
}

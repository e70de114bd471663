/**
 * Lets requests that have arrived at the same time go on together, when all of them have been read. What is done for one
 * finds the code for it in the processor's caches, from the one before: reading, TLS and parsing would drive it out:
 * docs/performance.md has the figures.
 */
export class Gathering {
  #end: Promise<void> | undefined

  /** Resolves when the event loop has read what is there. */
  join(): Promise<void> {
    this.#end ??= new Promise((resolve) => {
      setImmediate(() => {
        this.#end = undefined
        resolve()
      })
    })
    return this.#end
  }
}

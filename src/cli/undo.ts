/**
 * What is taken back, the last first, unless all goes well. As Node's AsyncDisposableStack is, which only Node 24 has:
 * commands run on Node 22, too.
 */
export class Undo implements AsyncDisposable {
  #steps: (() => unknown)[] = []

  defer(step: () => unknown): void {
    this.#steps.push(step)
  }

  /** @returns what is left to take back, which nothing of this one is any more */
  move(): Undo {
    const moved = new Undo()
    moved.#steps = this.#steps
    this.#steps = []
    return moved
  }

  /** All steps are taken, whichever fail. @throws what the last of these failed with */
  async [Symbol.asyncDispose](): Promise<void> {
    const last = this.#steps.pop()
    if (last === undefined) return
    try {
      await last()
    } finally {
      await this[Symbol.asyncDispose]()
    }
  }
}

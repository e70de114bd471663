import { type PackedError, packError, unpackError } from './errors.ts'

/** One end of a channel between threads. */
export interface Port {
  postMessage(message: unknown): void
  on(event: 'message', listener: (messages: readonly Message[]) => void): unknown
}

/** What one side does for the other, with whatever can be copied from thread to thread. */
export type Duties = Readonly<Record<string, (...args: never[]) => unknown>>

type Message =
  /** without an id nobody waits for the answer */
  | { readonly id: number | undefined; readonly name: string; readonly args: readonly unknown[] }
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly error: PackedError }

/** What is asked of another thread, and what that one asks. All that is said in one turn of the event loop goes together. */
export class Link<Theirs extends { readonly [name in keyof Theirs]: (...args: never[]) => unknown }> {
  readonly #port: Port
  readonly #waiting = new Map<number, PromiseWithResolvers<unknown>>()
  #outbox: Message[] = []
  #lastId = 0
  #end: { readonly error: unknown } | undefined

  constructor(port: Port) {
    this.#port = port
  }

  /** Begins to answer, and to hear answers. */
  serve(ours: Duties): void {
    this.#port.on('message', (messages) => {
      for (const message of messages) {
        if ('name' in message) void this.#answer(ours, message)
        else this.#settle(message)
      }
    })
  }

  /** @throws what the other side throws */
  ask<Name extends keyof Theirs & string>(
    name: Name,
    ...args: Parameters<Theirs[Name]>
  ): Promise<Awaited<ReturnType<Theirs[Name]>>> {
    if (this.#end) return Promise.reject(this.#end.error)
    const id = ++this.#lastId
    const waiting = Promise.withResolvers<unknown>()
    this.#waiting.set(id, waiting)
    this.#post({ id, name, args })
    return waiting.promise as Promise<Awaited<ReturnType<Theirs[Name]>>>
  }

  /** Says something that needs no answer. */
  tell<Name extends keyof Theirs & string>(name: Name, ...args: Parameters<Theirs[Name]>): void {
    this.#post({ id: undefined, name, args })
  }

  /** The other side is gone: nobody will answer. */
  end(error: unknown): void {
    this.#end = { error }
    for (const { reject } of this.#waiting.values()) reject(error)
    this.#waiting.clear()
  }

  #post(message: Message): void {
    if (this.#outbox.push(message) === 1) setImmediate(() => this.#flush())
  }

  #flush(): void {
    const messages = this.#outbox
    this.#outbox = []
    this.#port.postMessage(messages)
  }

  async #answer(ours: Duties, { id, name, args }: Extract<Message, { name: string }>): Promise<void> {
    try {
      const duty = ours[name] as ((...args: readonly unknown[]) => unknown) | undefined
      const value = await duty?.(...args)
      if (id !== undefined) this.#post({ id, value })
    } catch (error) {
      if (id === undefined) throw error
      this.#post({ id, error: packError(error) })
    }
  }

  #settle(answer: Exclude<Message, { name: string }>): void {
    const waiting = this.#waiting.get(answer.id)
    this.#waiting.delete(answer.id)
    if ('error' in answer) waiting?.reject(unpackError(answer.error))
    else waiting?.resolve(answer.value)
  }
}

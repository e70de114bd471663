import { useSyncExternalStore } from 'react'

/** A value outside of React that components watch. */
export class Watched<Value> {
  #value: Value
  readonly #watchers = new Set<() => void>()

  constructor(value: Value) {
    this.#value = value
  }

  get(): Value {
    return this.#value
  }

  set(value: Value): void {
    this.#value = value
    for (const watcher of this.#watchers) watcher()
  }

  readonly watch = (watcher: () => void): (() => void) => {
    this.#watchers.add(watcher)
    return () => this.#watchers.delete(watcher)
  }
}

export const useWatched = <Value>(watched: Watched<Value>): Value =>
  useSyncExternalStore(watched.watch, () => watched.get())

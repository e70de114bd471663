import type { SeedInput } from '../server/seed/schema.ts'

/** How the service is to start. */
export interface KeyhavenOptions {
  /**
   * What its clock shows at first, from when on it stands still but for `advance`; unless given, the time of the machine.
   * A text is read as by `new Date`: `2026-01-01` is midnight, UTC.
   */
  readonly clock?: Date | string | undefined
  /** what is there from the start: the path of a seed file, several, or what such a file would hold */
  readonly seed?: string | readonly string[] | SeedInput | undefined
  /** where records are kept; in memory, which is the only place there is */
  readonly store?: 'memory' | undefined
}

const known: ReadonlySet<string> = new Set(['clock', 'seed', 'store'])

/** @throws TypeError naming what is wrong: a test that is mistyped is not to pass */
export function checkOptions(options: KeyhavenOptions): void {
  const unknown = Object.keys(options).find((name) => !known.has(name))
  if (unknown !== undefined) throw new TypeError(`startKeyhaven has no option "${unknown}"`)
  const { store = 'memory' } = options
  if (store !== 'memory') throw new TypeError(`store: ${String(store)} is not "memory"`)
}

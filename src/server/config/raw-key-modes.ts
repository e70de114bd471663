import { type KeyMode, keyModes } from '../../crypto/mode-key.ts'

const form = /^(\*|[A-Za-z0-9-]+)=(\w+)$/
const modeOf = (entry: string): KeyMode | undefined => keyModes.find((mode) => mode === form.exec(entry)?.[2])

export const isKeyModeEntry = (entry: string): boolean => modeOf(entry) !== undefined

/** Modes by key id, or `*`, from entries `<key id>=<mode>`; of two for one key the last one counts. */
export function rawKeyModes(entries: readonly string[]): ReadonlyMap<string, KeyMode> {
  return new Map(
    entries.flatMap((entry): [string, KeyMode][] => {
      const mode = modeOf(entry)
      return mode === undefined ? [] : [[form.exec(entry)?.[1] ?? '', mode]]
    }),
  )
}

import { parseArgs } from 'node:util'

/** Runs an example. What goes wrong is one line on standard error, and a status that isn't 0. */
export async function example(work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    console.error(error instanceof Error ? `${error.name}: ${error.message}` : String(error))
    process.exitCode = 1
  }
}

/** Goes on if it holds. */
export function check(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Error(`This does not hold: ${what}.`)
}

/** The flags of the command line, each `--name value`; any other is an error. */
export function flags<Name extends string>(defaults: Readonly<Record<Name, string>>): Record<Name, string> {
  const names = Object.keys(defaults) as Name[]
  const { values } = parseArgs({
    options: Object.fromEntries(names.map((name) => [name, { type: 'string' as const }])),
  })
  return { ...defaults, ...(values as Partial<Record<Name, string>>) }
}

export const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64')
export const isSame = (a: Uint8Array, b: Uint8Array): boolean => Buffer.from(a).equals(b)

/** The same bytes with one bit changed. */
export function flipped(bytes: Uint8Array): Uint8Array {
  const copy = Uint8Array.from(bytes)
  copy[copy.length - 1] = (copy.at(-1) ?? 0) ^ 1
  return copy
}

import type { Config } from './schema.ts'

/** Where the console is: nowhere, at the ports for calls, or at an address of its own. */
export function consolePlace(
  { console }: Config,
  mode: 'development' | 'production',
): 'off' | 'same' | { address: string } {
  const place = console ?? (mode === 'development' ? 'same' : 'off')
  return place === 'off' || place === 'same' ? place : { address: place }
}

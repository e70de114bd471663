import { createServer } from 'node:net'
import { listen, parseAddress } from '../http/listen.ts'
import type { Addresses } from '../listening/ports.ts'

/**
 * Threads share a port with whatever program of the same user shares it, too, and that one would get requests of theirs.
 * So nobody may be there before them.
 *
 * @throws ConfigError
 */
export async function requireFree({ https, http, console, health }: Addresses): Promise<void> {
  for (const [setting, address] of Object.entries({ https, http, console, health })) {
    if (address === undefined || parseAddress(address).port === 0) continue
    const probe = createServer()
    await listen(probe, parseAddress(address), setting)
    await new Promise((resolve) => probe.close(resolve))
  }
}

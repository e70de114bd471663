/**
 * `keyhaven/testing`: the whole service inside a test process, on free ports of loopback, gone when the test ends.
 */
import type { Keyhaven } from './keyhaven.ts'
import type { KeyhavenOptions } from './options.ts'

export type { Duration } from '../server/control/duration.ts'
export type { Fault, Faults } from '../server/control/faults.ts'
export type { RecordedCall } from '../server/control/recorded-call.ts'
export type { SeedInput as Seed } from '../server/seed/schema.ts'
export type { Application } from './application.ts'
export type { Keyhaven } from './keyhaven.ts'
export type { KeyhavenOptions } from './options.ts'

const neededNode = 26

/**
 * Starts a service of its own: its account is new, nothing of it is left on disk after `close`. Several may run in one
 * process.
 *
 * @throws Error when the process runs an older Node than the service needs; TypeError for options that there are not
 */
export async function startKeyhaven(options: KeyhavenOptions = {}): Promise<Keyhaven> {
  // Asked before anything of the service is loaded, which an older Node could not even read.
  const { node } = process.versions
  if (Number.parseInt(node, 10) < neededNode)
    throw new Error(`keyhaven/testing needs Node.js ${neededNode} or newer, this is ${node}`)
  const { start } = await import('./start.ts')
  return start(options)
}

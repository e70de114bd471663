import type { Kms } from '../../core/kms.ts'
import { processMs } from '../../gateway/memory/process-time.ts'
import { countServers } from '../../gateway/throttle.ts'
import type { Config } from '../config/schema.ts'
import type { Front } from '../front/front.ts'
import type { ServerMemory } from '../front/memory.ts'
import type { Log } from '../log.ts'
import { LimitDivision } from './limit-division.ts'
import { NodeName } from './node-name.ts'
import { OtherNodes } from './other-nodes.ts'

export interface NodeOptions {
  readonly kms: Kms
  readonly config: Config
  readonly log: Log
  readonly front: Pick<Front, 'takeDemands' | 'divide'>
  readonly memory: Pick<ServerMemory, 'throttle'>
  /** another server has the name: this one must not go on */
  onLost(): void
}

/** The name of this server; with each renewal it compares itself with the others, and divides the limits of calls with them. */
export function nodeAmongOthers({ kms, config, log, front, memory, onLost }: NodeOptions): NodeName {
  const division = new LimitDivision(processMs)
  const otherNodes = new OtherNodes(config, log)
  return new NodeName({
    ...{ kms, config, log, onLost },
    // A worker that does not answer has ended, and the server ends with it.
    use: async () => division.tell(await front.takeDemands().catch(() => new Map())),
    async hear(others) {
      if (others) countServers(memory.throttle.servers, others.length + 1)
      otherNodes.compare(others ?? [])
      await front.divide(division.divide(others?.map(({ use = {} }) => use))).catch(() => undefined)
    },
  })
}

import { changeCountsMemory } from '../../core/sealing/change-counts.ts'
import { ledgerMemory } from '../../gateway/memory/ledger.ts'
import { type OpenapiMemory, openapiMemory } from '../../gateway/openapi/memory.ts'
import { serversMemory, type ThrottleMemory } from '../../gateway/throttle.ts'
import type { HttpMemory } from '../http/serve.ts'
import { outageMemory } from '../store/store-watch.ts'

/** What those who answer calls remember together, in whichever threads they are. */
export interface CallMemory {
  readonly openapi: OpenapiMemory
  readonly throttle: Required<ThrottleMemory>
  readonly http: HttpMemory
}

/** What all threads of a server remember together. */
export interface ServerMemory extends CallMemory {
  /** changes of records */
  readonly changes: SharedArrayBuffer
  /** that the store is away */
  readonly outages: SharedArrayBuffer
}

/** @param randomBytes - for salts: nobody can choose names that meet others' in memory */
export function serverMemory(randomBytes: (length: number) => Uint8Array): ServerMemory {
  const ledger = () => ledgerMemory(randomBytes(16))
  return {
    openapi: openapiMemory(randomBytes),
    throttle: { buckets: ledger(), underWay: ledger(), servers: serversMemory() },
    http: { connections: ledger(), buffered: ledger(), counts: new SharedArrayBuffer(8) },
    changes: changeCountsMemory(),
    outages: outageMemory(),
  }
}

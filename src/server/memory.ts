import { ledgerMemory } from '../gateway/memory/ledger.ts'
import { type OpenapiMemory, openapiMemory } from '../gateway/openapi/memory.ts'
import type { ThrottleMemory } from '../gateway/throttle.ts'
import type { HttpMemory } from './http/serve.ts'

/** What those who answer calls have to remember together, in whichever threads they are. */
export interface CallMemory {
  readonly openapi: OpenapiMemory
  readonly throttle: ThrottleMemory
  readonly http: HttpMemory
}

/** @param randomBytes - for salts: nobody can choose names that meet others' in memory */
export function callMemory(randomBytes: (length: number) => Uint8Array): CallMemory {
  const ledger = () => ledgerMemory(randomBytes(16))
  return {
    openapi: openapiMemory(randomBytes),
    throttle: { buckets: ledger(), underWay: ledger() },
    http: { connections: ledger(), buffered: ledger(), counts: new SharedArrayBuffer(8) },
  }
}

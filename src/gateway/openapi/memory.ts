import { ledgerMemory } from '../memory/ledger.ts'
import { type ReplayMemory, replayMemory } from './replay-cache.ts'

/** What the gateways of several threads have to remember together. */
export interface OpenapiMemory {
  readonly replays: ReplayMemory
  readonly failures: SharedArrayBuffer
  readonly strangers: SharedArrayBuffer
}

/** @param maxRequests - how many are remembered to refuse their repetition, at 25 to 50 bytes each; 4 million unless given */
export const openapiMemory = (randomBytes: (length: number) => Uint8Array, maxRequests?: number): OpenapiMemory => ({
  replays: replayMemory(randomBytes(16), maxRequests),
  failures: ledgerMemory(randomBytes(16)),
  strangers: ledgerMemory(randomBytes(16)),
})

import type { Plan } from '../../load/plan.ts'

/** What servers are asked to do, each in its own words. */
export type Work =
  | 'Encrypt'
  | 'Decrypt'
  | 'GenerateDataKey'
  | 'instance Encrypt'
  | 'RSA_2048 sign'
  | 'RSA_2048 verify'
  | 'EC_P256 sign'
  | 'EC_P256 verify'

/** Where the calls of a work go and what they are. */
export type Load = Pick<Plan, 'public' | 'instance' | 'plain' | 'calls'>

/** A server in a process of its own, whose CPU is compared with that of others. */
export interface ComparedServer extends AsyncDisposable {
  readonly name: string
  readonly pid: number
  /** undefined: it does nothing of the kind */
  load(work: Work): Promise<Load | undefined>
}

/** 32 bytes, as a data key has. */
export const plaintext = Buffer.alloc(32, '1')
export const digest = Buffer.alloc(32, 0x5a)

import { rsaOperationsAtOnce } from '../crypto/rsa-private-key.ts'
import { sm2ThreadCount } from '../crypto/sm2-threads.ts'
import { principalId } from './access/principal.ts'
import type { Call } from './kms.ts'
import { Turns } from './turns.ts'

/** A private operation of RSA takes milliseconds of one of the threads of Node's pool. */
export const rsaTurns = new Turns(rsaOperationsAtOnce, 512)

/** Work on the SM2 curve has threads of its own, each with its next piece at hand. */
export const sm2Turns = new Turns(2 * sm2ThreadCount, 512)

/** @throws KmsError `Rejected.Throttling` when too many operations of the caller wait already */
export const inTurn = <T>({ caller }: Call, turns: Turns | undefined, operation: () => Promise<T>): Promise<T> =>
  turns ? turns.take(principalId(caller), operation) : operation()

import type { GetDefaultKmsInstance } from '../../api/instances.ts'
import type { Input, Result } from '../../api/operation.ts'
import type { Call } from '../kms.ts'
import { authorizeInstance } from './authorize-instance.ts'
import { defaultInstance } from './instance.ts'

/** @throws KmsError `Forbidden.DKMSInstanceNotFound` when the account has none */
export async function getDefaultKmsInstance(
  call: Call,
  _input: Input<typeof GetDefaultKmsInstance>,
): Promise<Result<typeof GetDefaultKmsInstance>> {
  authorizeInstance(call)
  return { defaultKmsInstanceId: (await defaultInstance(call.kms.records, call.caller.accountId)).id }
}

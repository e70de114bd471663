import type { Input, Result } from '../../api/operation.ts'
import type { GetServiceStatus } from '../../api/oversight.ts'
import type { Call } from '../kms.ts'
import { viewOf } from '../service-view.ts'
import { authorizeOversight } from './authorize-oversight.ts'

export async function getServiceStatus(
  call: Call,
  _input: Input<typeof GetServiceStatus>,
): Promise<Result<typeof GetServiceStatus>> {
  authorizeOversight(call)
  return await viewOf(call.kms).status()
}

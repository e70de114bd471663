import type { Input, Result } from '../../api/operation.ts'
import type { DescribeRegions } from '../../api/service.ts'
import type { Call } from '../kms.ts'

/**
 * The regions this deployment is configured to name. Every caller may ask.
 *
 * @see KMS API 2016-01-20, DescribeRegions
 */
export function describeRegions({ kms }: Call, _input: Input<typeof DescribeRegions>): Result<typeof DescribeRegions> {
  return { regions: { region: kms.settings.regions.map((regionId) => ({ regionId })) } }
}

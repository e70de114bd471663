import { DescribeRegions } from '../../api/service.ts'
import { useAnswer } from '../queries.ts'

/** The region that the server answers for; some operations want it named. */
export const useRegionId = (): string => useAnswer(DescribeRegions, {}).data?.regions.region[0]?.regionId ?? ''

import * as api from '../../../api/service.ts'
import { describeAccountKmsStatus } from '../../../core/service/describe-account-kms-status.ts'
import { describeRegions } from '../../../core/service/describe-regions.ts'
import { getChallenge } from '../../../core/service/get-challenge.ts'
import { openKmsService } from '../../../core/service/open-kms-service.ts'
import { on } from '../pair.ts'

export const servicePairs = [
  on(api.DescribeRegions, describeRegions),
  on(api.DescribeAccountKmsStatus, describeAccountKmsStatus),
  on(api.OpenKmsService, openKmsService),
  on(api.GetChallenge, getChallenge),
]

import * as api from '../../../api/instances.ts'
import { getKmsInstanceQuotaInfos } from '../../../core/instance-contents/get-kms-instance-quota-infos.ts'
import { releaseKmsInstance } from '../../../core/instance-contents/release-kms-instance.ts'
import { connectKmsInstance } from '../../../core/instances/connect-kms-instance.ts'
import { getDefaultKmsInstance } from '../../../core/instances/get-default-kms-instance.ts'
import { getKmsInstance } from '../../../core/instances/get-kms-instance.ts'
import { listKmsInstances } from '../../../core/instances/list-kms-instances.ts'
import { updateKmsInstanceBindVpc } from '../../../core/instances/update-kms-instance-bind-vpc.ts'
import { on } from '../pair.ts'

export const instancesPairs = [
  on(api.ListKmsInstances, listKmsInstances),
  on(api.GetKmsInstance, getKmsInstance),
  on(api.GetDefaultKmsInstance, getDefaultKmsInstance),
  on(api.ConnectKmsInstance, connectKmsInstance),
  on(api.UpdateKmsInstanceBindVpc, updateKmsInstanceBindVpc),
  on(api.ReleaseKmsInstance, releaseKmsInstance),
  on(api.GetKmsInstanceQuotaInfos, getKmsInstanceQuotaInfos),
]

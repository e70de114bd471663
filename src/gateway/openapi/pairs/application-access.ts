import * as api from '../../../api/application-access.ts'
import { createApplicationAccessPoint } from '../../../core/application-access/create-application-access-point.ts'
import { createClientKey } from '../../../core/application-access/create-client-key.ts'
import { createNetworkRule } from '../../../core/application-access/create-network-rule.ts'
import { createPolicy } from '../../../core/application-access/create-policy.ts'
import { deleteApplicationAccessPoint } from '../../../core/application-access/delete-application-access-point.ts'
import { deleteClientKey } from '../../../core/application-access/delete-client-key.ts'
import { deleteNetworkRule } from '../../../core/application-access/delete-network-rule.ts'
import { deletePolicy } from '../../../core/application-access/delete-policy.ts'
import { describeApplicationAccessPoint } from '../../../core/application-access/describe-application-access-point.ts'
import { describeNetworkRule } from '../../../core/application-access/describe-network-rule.ts'
import { describePolicy } from '../../../core/application-access/describe-policy.ts'
import { getClientKey } from '../../../core/application-access/get-client-key.ts'
import { listApplicationAccessPoints } from '../../../core/application-access/list-application-access-points.ts'
import { listClientKeys } from '../../../core/application-access/list-client-keys.ts'
import { listNetworkRules } from '../../../core/application-access/list-network-rules.ts'
import { listPolicies } from '../../../core/application-access/list-policies.ts'
import { updateApplicationAccessPoint } from '../../../core/application-access/update-application-access-point.ts'
import { updateNetworkRule } from '../../../core/application-access/update-network-rule.ts'
import { updatePolicy } from '../../../core/application-access/update-policy.ts'
import { on } from '../pair.ts'

export const applicationAccessPairs = [
  on(api.CreateNetworkRule, createNetworkRule),
  on(api.DescribeNetworkRule, describeNetworkRule),
  on(api.UpdateNetworkRule, updateNetworkRule),
  on(api.ListNetworkRules, listNetworkRules),
  on(api.DeleteNetworkRule, deleteNetworkRule),
  on(api.CreatePolicy, createPolicy),
  on(api.DescribePolicy, describePolicy),
  on(api.UpdatePolicy, updatePolicy),
  on(api.ListPolicies, listPolicies),
  on(api.DeletePolicy, deletePolicy),
  on(api.CreateApplicationAccessPoint, createApplicationAccessPoint),
  on(api.DescribeApplicationAccessPoint, describeApplicationAccessPoint),
  on(api.UpdateApplicationAccessPoint, updateApplicationAccessPoint),
  on(api.ListApplicationAccessPoints, listApplicationAccessPoints),
  on(api.DeleteApplicationAccessPoint, deleteApplicationAccessPoint),
  on(api.CreateClientKey, createClientKey),
  on(api.GetClientKey, getClientKey),
  on(api.ListClientKeys, listClientKeys),
  on(api.DeleteClientKey, deleteClientKey),
]

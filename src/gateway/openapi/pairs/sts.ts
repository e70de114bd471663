import * as api from '../../../api/sts.ts'
import { assumeRole } from '../../../core/sts/assume-role.ts'
import { assumeRoleWithOIDC } from '../../../core/sts/assume-role-with-oidc.ts'
import { federatedCaller } from '../../../core/sts/federated-caller.ts'
import { getCallerIdentity } from '../../../core/sts/get-caller-identity.ts'
import { on, onUnsigned } from '../pair.ts'

export const stsPairs = [
  on(api.AssumeRole, assumeRole),
  onUnsigned(api.AssumeRoleWithOIDC, federatedCaller, assumeRoleWithOIDC),
  on(api.GetCallerIdentity, getCallerIdentity),
]

import * as api from '../../../api/ram.ts'
import { attachPolicyToRole } from '../../../core/ram/attach-policy-to-role.ts'
import { attachPolicyToUser } from '../../../core/ram/attach-policy-to-user.ts'
import { createAccessKey } from '../../../core/ram/create-access-key.ts'
import { createPolicy } from '../../../core/ram/create-policy.ts'
import { createPolicyVersion } from '../../../core/ram/create-policy-version.ts'
import { createRole } from '../../../core/ram/create-role.ts'
import { createUser } from '../../../core/ram/create-user.ts'
import { deleteAccessKey } from '../../../core/ram/delete-access-key.ts'
import { deletePolicy } from '../../../core/ram/delete-policy.ts'
import { deletePolicyVersion } from '../../../core/ram/delete-policy-version.ts'
import { deleteRole } from '../../../core/ram/delete-role.ts'
import { deleteUser } from '../../../core/ram/delete-user.ts'
import { detachPolicyFromRole } from '../../../core/ram/detach-policy-from-role.ts'
import { detachPolicyFromUser } from '../../../core/ram/detach-policy-from-user.ts'
import { getAccessKeyLastUsed } from '../../../core/ram/get-access-key-last-used.ts'
import { getPolicy } from '../../../core/ram/get-policy.ts'
import { getPolicyVersion } from '../../../core/ram/get-policy-version.ts'
import { getRole } from '../../../core/ram/get-role.ts'
import { getUser } from '../../../core/ram/get-user.ts'
import { listAccessKeys } from '../../../core/ram/list-access-keys.ts'
import { listPolicies } from '../../../core/ram/list-policies.ts'
import { listPoliciesForRole } from '../../../core/ram/list-policies-for-role.ts'
import { listPoliciesForUser } from '../../../core/ram/list-policies-for-user.ts'
import { listPolicyVersions } from '../../../core/ram/list-policy-versions.ts'
import { listRoles } from '../../../core/ram/list-roles.ts'
import { listUsers } from '../../../core/ram/list-users.ts'
import { setDefaultPolicyVersion } from '../../../core/ram/set-default-policy-version.ts'
import { updateAccessKey } from '../../../core/ram/update-access-key.ts'
import { updateRole } from '../../../core/ram/update-role.ts'
import { updateUser } from '../../../core/ram/update-user.ts'
import { on } from '../pair.ts'

export const ramPairs = [
  on(api.CreateUser, createUser),
  on(api.GetUser, getUser),
  on(api.ListUsers, listUsers),
  on(api.UpdateUser, updateUser),
  on(api.DeleteUser, deleteUser),
  on(api.CreateAccessKey, createAccessKey),
  on(api.ListAccessKeys, listAccessKeys),
  on(api.GetAccessKeyLastUsed, getAccessKeyLastUsed),
  on(api.UpdateAccessKey, updateAccessKey),
  on(api.DeleteAccessKey, deleteAccessKey),
  on(api.CreatePolicy, createPolicy),
  on(api.GetPolicy, getPolicy),
  on(api.ListPolicies, listPolicies),
  on(api.DeletePolicy, deletePolicy),
  on(api.CreatePolicyVersion, createPolicyVersion),
  on(api.ListPolicyVersions, listPolicyVersions),
  on(api.GetPolicyVersion, getPolicyVersion),
  on(api.SetDefaultPolicyVersion, setDefaultPolicyVersion),
  on(api.DeletePolicyVersion, deletePolicyVersion),
  on(api.AttachPolicyToUser, attachPolicyToUser),
  on(api.DetachPolicyFromUser, detachPolicyFromUser),
  on(api.ListPoliciesForUser, listPoliciesForUser),
  on(api.CreateRole, createRole),
  on(api.GetRole, getRole),
  on(api.ListRoles, listRoles),
  on(api.UpdateRole, updateRole),
  on(api.DeleteRole, deleteRole),
  on(api.AttachPolicyToRole, attachPolicyToRole),
  on(api.DetachPolicyFromRole, detachPolicyFromRole),
  on(api.ListPoliciesForRole, listPoliciesForRole),
]

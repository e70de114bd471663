import * as api from '../../../api/ram-groups.ts'
import { addUserToGroup } from '../../../core/ram/add-user-to-group.ts'
import { attachPolicyToGroup } from '../../../core/ram/attach-policy-to-group.ts'
import { createGroup } from '../../../core/ram/create-group.ts'
import { deleteGroup } from '../../../core/ram/delete-group.ts'
import { detachPolicyFromGroup } from '../../../core/ram/detach-policy-from-group.ts'
import { getGroup } from '../../../core/ram/get-group.ts'
import { listGroups } from '../../../core/ram/list-groups.ts'
import { listGroupsForUser } from '../../../core/ram/list-groups-for-user.ts'
import { listPoliciesForGroup } from '../../../core/ram/list-policies-for-group.ts'
import { listUsersForGroup } from '../../../core/ram/list-users-for-group.ts'
import { removeUserFromGroup } from '../../../core/ram/remove-user-from-group.ts'
import { updateGroup } from '../../../core/ram/update-group.ts'
import { on } from '../pair.ts'

export const ramGroupsPairs = [
  on(api.CreateGroup, createGroup),
  on(api.GetGroup, getGroup),
  on(api.ListGroups, listGroups),
  on(api.UpdateGroup, updateGroup),
  on(api.DeleteGroup, deleteGroup),
  on(api.AddUserToGroup, addUserToGroup),
  on(api.RemoveUserFromGroup, removeUserFromGroup),
  on(api.ListUsersForGroup, listUsersForGroup),
  on(api.ListGroupsForUser, listGroupsForUser),
  on(api.AttachPolicyToGroup, attachPolicyToGroup),
  on(api.DetachPolicyFromGroup, detachPolicyFromGroup),
  on(api.ListPoliciesForGroup, listPoliciesForGroup),
]

import { list, object, optional, string } from './field.ts'
import { define } from './operation.ts'
import {
  attachedPolicies,
  attachment,
  comments,
  created,
  groupName,
  page,
  pageResult,
  read,
  updated,
  userName,
  written,
} from './ram-fields.ts'

const group = { GroupId: string(''), GroupName: string(''), Comments: string(''), CreateDate: created }
const updatedGroup = { ...group, UpdateDate: updated }
const joined = string('since when the user is in the group')

export const CreateGroup = define(
  'CreateGroup',
  'Creates a group of users. It has an effect once it has users and policies.',
  { GroupName: groupName, Comments: optional(comments) },
  { Group: object('', group) },
  written,
)

export const GetGroup = define(
  'GetGroup',
  'Describes a group.',
  { GroupName: groupName },
  { Group: object('', updatedGroup) },
  read,
)

export const ListGroups = define(
  'ListGroups',
  'Lists the groups of the account.',
  page,
  { Groups: object('', { Group: list('', object('', updatedGroup)) }), ...pageResult },
  read,
)

export const UpdateGroup = define(
  'UpdateGroup',
  'Changes the name of a group, whose users and policies stay, or its comments.',
  { GroupName: groupName, NewGroupName: optional(groupName), NewComments: optional(comments) },
  { Group: object('', updatedGroup) },
  written,
)

export const DeleteGroup = define(
  'DeleteGroup',
  'Deletes a group that has neither users nor policies any more.',
  { GroupName: groupName },
  {},
  written,
)

const membership = { UserName: userName, GroupName: groupName }

export const AddUserToGroup = define(
  'AddUserToGroup',
  'Puts a user into a group: it has the policies of the group from its next call on.',
  membership,
  {},
  written,
)

export const RemoveUserFromGroup = define(
  'RemoveUserFromGroup',
  'Takes a user out of a group.',
  membership,
  {},
  written,
)

export const ListUsersForGroup = define(
  'ListUsersForGroup',
  'Lists the users of a group.',
  { GroupName: groupName, ...page },
  {
    Users: object('', {
      User: list('', object('', { UserName: string(''), DisplayName: string(''), JoinDate: joined })),
    }),
    ...pageResult,
  },
  read,
)

export const ListGroupsForUser = define(
  'ListGroupsForUser',
  'Lists the groups that a user is in.',
  { UserName: userName },
  {
    Groups: object('', {
      Group: list(
        '',
        object('', { GroupId: string(''), GroupName: string(''), Comments: string(''), JoinDate: joined }),
      ),
    }),
  },
  read,
)

export const AttachPolicyToGroup = define(
  'AttachPolicyToGroup',
  'Gives a policy to a group, and so to each of its users.',
  { ...attachment, GroupName: groupName },
  {},
  written,
)

export const DetachPolicyFromGroup = define(
  'DetachPolicyFromGroup',
  'Takes a policy from a group.',
  { ...attachment, GroupName: groupName },
  {},
  written,
)

export const ListPoliciesForGroup = define(
  'ListPoliciesForGroup',
  'Lists the policies that a group has.',
  { GroupName: groupName },
  attachedPolicies,
  read,
)

import { boolean, integer, list, object, oneOf, optional, string, withDefault } from './field.ts'
import { define } from './operation.ts'
import {
  accessKeyId,
  attachedPolicies,
  attachment,
  created,
  datedPolicy,
  description,
  ownUserName,
  page,
  pageResult,
  policy,
  policyDocument,
  policyName,
  policyType,
  policyVersion,
  profile,
  read,
  roleName,
  sessionDuration,
  tagFilter,
  trustPolicy,
  updated,
  userName,
  written,
} from './ram-fields.ts'

/** RAM 2015-05-01, as far as users, their AccessKeys, policies and roles of this service need it. */
const user = {
  UserId: string(''),
  UserName: string(''),
  DisplayName: string(''),
  MobilePhone: string(''),
  Email: string(''),
  Comments: string(''),
  CreateDate: created,
}
const updatedUser = { ...user, UpdateDate: updated }

export const CreateUser = define(
  'CreateUser',
  'Creates a user. It can do nothing until it has an AccessKey and a policy.',
  { UserName: userName, ...profile },
  { User: object('', user) },
  written,
)

export const GetUser = define(
  'GetUser',
  'Describes a user.',
  { UserName: userName },
  { User: object('', updatedUser) },
  read,
)

export const ListUsers = define(
  'ListUsers',
  'Lists the users of the account.',
  page,
  { Users: object('', { User: list('', object('', updatedUser)) }), ...pageResult },
  read,
)

export const UpdateUser = define(
  'UpdateUser',
  'Changes the name or the particulars of a user.',
  {
    UserName: userName,
    NewUserName: optional(userName),
    NewDisplayName: profile.DisplayName,
    NewMobilePhone: profile.MobilePhone,
    NewEmail: profile.Email,
    NewComments: profile.Comments,
  },
  { User: object('', updatedUser) },
  written,
)

export const DeleteUser = define(
  'DeleteUser',
  'Deletes a user who has neither AccessKeys nor policies any more.',
  { UserName: userName },
  {},
  written,
)

const accessKeyStatus = oneOf('', ['Active', 'Inactive'])
const accessKey = { AccessKeyId: string(''), Status: accessKeyStatus, CreateDate: created }

export const CreateAccessKey = define(
  'CreateAccessKey',
  'Creates an AccessKey. Its secret is in this answer and nowhere else. A user can have two.',
  { UserName: ownUserName },
  { AccessKey: object('', { ...accessKey, AccessKeySecret: string('shown this once', { sensitive: true }) }) },
  written,
)

export const ListAccessKeys = define(
  'ListAccessKeys',
  'Lists the AccessKeys of a user, without their secrets.',
  { UserName: ownUserName },
  { AccessKeys: object('', { AccessKey: list('', object('', accessKey)) }) },
  read,
)

export const GetAccessKeyLastUsed = define(
  'GetAccessKeyLastUsed',
  'Tells when a call that an AccessKey signed last succeeded.',
  { UserName: ownUserName, UserAccessKeyId: accessKeyId },
  {
    AccessKeyLastUsed: object('', {
      LastUsedDate: optional(string('yyyy-MM-ddTHH:mm:ssZ; absent when no use is known')),
    }),
  },
  read,
)

export const UpdateAccessKey = define(
  'UpdateAccessKey',
  'Enables or disables an AccessKey.',
  {
    UserName: ownUserName,
    UserAccessKeyId: accessKeyId,
    Status: accessKeyStatus,
    RequireAcs3: optional(boolean("not the cloud's: whether signature version 1.0 (HMAC-SHA1) is refused")),
  },
  {},
  { ...written, idempotent: true },
)

export const DeleteAccessKey = define(
  'DeleteAccessKey',
  'Deletes an AccessKey for good.',
  { UserName: ownUserName, UserAccessKeyId: accessKeyId },
  {},
  written,
)

export const CreatePolicy = define(
  'CreatePolicy',
  'Creates a policy. It has an effect once it is attached to a user, group or role.',
  { PolicyName: policyName, PolicyDocument: policyDocument, Description: optional(description) },
  { Policy: object('', { ...policy, CreateDate: created }) },
  written,
)

export const GetPolicy = define(
  'GetPolicy',
  'Describes a policy and returns the document in force.',
  { PolicyName: policyName, PolicyType: policyType },
  {
    Policy: object('', { ...datedPolicy, PolicyDocument: string('JSON text') }),
    DefaultPolicyVersion: object('', policyVersion),
  },
  read,
)

export const ListPolicies = define(
  'ListPolicies',
  'Lists the policies of the account and the built-in ones.',
  { PolicyType: optional(policyType), Tag: tagFilter, ...page },
  { Policies: object('', { Policy: list('', object('', datedPolicy)) }), ...pageResult },
  read,
)

export const DeletePolicy = define(
  'DeletePolicy',
  'Deletes a policy that is attached to nobody.',
  { PolicyName: policyName },
  {},
  written,
)

export const CreatePolicyVersion = define(
  'CreatePolicyVersion',
  'Adds a version to a policy, which keeps up to five.',
  {
    PolicyName: policyName,
    PolicyDocument: policyDocument,
    SetAsDefault: withDefault(boolean('put it in force at once'), false),
    RotateStrategy: withDefault(
      oneOf('when there are five already: refuse, or drop the oldest that is not in force', [
        'None',
        'DeleteOldestNonDefaultVersionWhenLimitExceeded',
      ]),
      'None',
    ),
  },
  { PolicyVersion: object('', policyVersion) },
  written,
)

export const ListPolicyVersions = define(
  'ListPolicyVersions',
  'Lists the versions of a policy.',
  { PolicyName: policyName, PolicyType: policyType },
  { PolicyVersions: object('', { PolicyVersion: list('', object('', policyVersion)) }) },
  read,
)

const versionId = string('v1, v2, …', { pattern: /^v\d{1,9}$/ })

export const GetPolicyVersion = define(
  'GetPolicyVersion',
  'Describes a version of a policy and returns its document.',
  { PolicyName: policyName, PolicyType: policyType, VersionId: versionId },
  { PolicyVersion: object('', policyVersion) },
  read,
)

export const SetDefaultPolicyVersion = define(
  'SetDefaultPolicyVersion',
  'Puts a version of a policy in force, at once for everybody who has the policy.',
  { PolicyName: policyName, VersionId: versionId },
  {},
  { ...written, idempotent: true },
)

export const DeletePolicyVersion = define(
  'DeletePolicyVersion',
  'Deletes a version of a policy that is not in force.',
  { PolicyName: policyName, VersionId: versionId },
  {},
  written,
)

export const AttachPolicyToUser = define(
  'AttachPolicyToUser',
  'Gives a policy to a user.',
  { ...attachment, UserName: userName },
  {},
  written,
)

export const DetachPolicyFromUser = define(
  'DetachPolicyFromUser',
  'Takes a policy from a user.',
  { ...attachment, UserName: userName },
  {},
  written,
)

export const ListPoliciesForUser = define(
  'ListPoliciesForUser',
  'Lists the policies that a user has.',
  { UserName: userName },
  attachedPolicies,
  read,
)

const role = {
  RoleId: string(''),
  RoleName: string(''),
  Arn: string('`acs:ram::<account>:role/<name>`'),
  Description: string(''),
  MaxSessionDuration: integer('seconds'),
  CreateDate: created,
}
const updatedRole = { ...role, UpdateDate: updated }
const fullRole = { ...updatedRole, AssumeRolePolicyDocument: trustPolicy }

export const CreateRole = define(
  'CreateRole',
  'Creates a role, which named users and roles can assume.',
  {
    RoleName: roleName,
    AssumeRolePolicyDocument: trustPolicy,
    Description: optional(description),
    MaxSessionDuration: withDefault(sessionDuration, 3600),
  },
  { Role: object('', { ...role, AssumeRolePolicyDocument: trustPolicy }) },
  written,
)

export const GetRole = define(
  'GetRole',
  'Describes a role.',
  { RoleName: roleName },
  { Role: object('', fullRole) },
  read,
)

export const ListRoles = define(
  'ListRoles',
  'Lists the roles of the account.',
  { Tag: tagFilter, ...page },
  { Roles: object('', { Role: list('', object('', updatedRole)) }), ...pageResult },
  read,
)

export const UpdateRole = define(
  'UpdateRole',
  'Changes who may assume a role, for how long, and its description.',
  {
    RoleName: roleName,
    NewAssumeRolePolicyDocument: optional(trustPolicy),
    NewDescription: optional(description),
    NewMaxSessionDuration: optional(sessionDuration),
  },
  { Role: object('', fullRole) },
  written,
)

export const DeleteRole = define(
  'DeleteRole',
  'Deletes a role that has no policies any more; its sessions end.',
  { RoleName: roleName },
  {},
  written,
)

export const AttachPolicyToRole = define(
  'AttachPolicyToRole',
  'Gives a policy to a role.',
  { ...attachment, RoleName: roleName },
  {},
  written,
)

export const DetachPolicyFromRole = define(
  'DetachPolicyFromRole',
  'Takes a policy from a role.',
  { ...attachment, RoleName: roleName },
  {},
  written,
)

export const ListPoliciesForRole = define(
  'ListPoliciesForRole',
  'Lists the policies that a role has.',
  { RoleName: roleName },
  attachedPolicies,
  read,
)

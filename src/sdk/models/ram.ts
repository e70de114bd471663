// Written by "npm run docs" from src/api/, not by hand.

/** What AttachPolicyToRole is asked. Gives a policy to a role. */
export interface AttachPolicyToRoleRequest {
  /** System: built in, Custom: created here */
  readonly policyType: 'System' | 'Custom'
  /** name of the policy; 1 to 128 characters */
  readonly policyName: string
  /**
   * the resource group that the permission is for; refused by Keyhaven: there are no resource groups here, and the
   * permission would be given or taken for everything
   */
  readonly resourceGroupId?: string | undefined
  /** name of the role; 1 to 64 characters */
  readonly roleName: string
}

/** What AttachPolicyToRole answers. Gives a policy to a role. */
export interface AttachPolicyToRoleResponse {
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/** What AttachPolicyToUser is asked. Gives a policy to a user. */
export interface AttachPolicyToUserRequest {
  /** System: built in, Custom: created here */
  readonly policyType: 'System' | 'Custom'
  /** name of the policy; 1 to 128 characters */
  readonly policyName: string
  /**
   * the resource group that the permission is for; refused by Keyhaven: there are no resource groups here, and the
   * permission would be given or taken for everything
   */
  readonly resourceGroupId?: string | undefined
  /** name of the user; 1 to 64 characters */
  readonly userName: string
}

/** What AttachPolicyToUser answers. Gives a policy to a user. */
export interface AttachPolicyToUserResponse {
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/**
 * What CreateAccessKey is asked. Creates an AccessKey. Its secret is in this answer and nowhere else. A user can have
 * two.
 */
export interface CreateAccessKeyRequest {
  /** name of the user; the caller itself when left out; 1 to 64 characters */
  readonly userName?: string | undefined
}

/** AccessKey of CreateAccessKey, in what it answers. */
export interface CreateAccessKeyAccessKey {
  /** access key id */
  readonly accessKeyId: string
  /** status */
  readonly status: 'Active' | 'Inactive'
  /** yyyy-MM-ddTHH:mm:ssZ */
  readonly createDate: string
  /** shown this once */
  readonly accessKeySecret: string
}

/**
 * What CreateAccessKey answers. Creates an AccessKey. Its secret is in this answer and nowhere else. A user can have
 * two.
 */
export interface CreateAccessKeyResponse {
  /** access key */
  readonly accessKey: CreateAccessKeyAccessKey
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/** What CreatePolicy is asked. Creates a policy. It has an effect once it is attached to a user, group or role. */
export interface CreatePolicyRequest {
  /** name of the policy; 1 to 128 characters */
  readonly policyName: string
  /** policy as JSON text, up to 6144 characters */
  readonly policyDocument: string
  /** free text; at most 1024 characters */
  readonly description?: string | undefined
}

/** Policy of CreatePolicy, in what it answers. */
export interface CreatePolicyPolicy {
  /** policy name */
  readonly policyName: string
  /** System: built in, Custom: created here */
  readonly policyType: 'System' | 'Custom'
  /** description */
  readonly description: string
  /** the version that is in force */
  readonly defaultVersion: string
  /** yyyy-MM-ddTHH:mm:ssZ */
  readonly createDate: string
}

/** What CreatePolicy answers. Creates a policy. It has an effect once it is attached to a user, group or role. */
export interface CreatePolicyResponse {
  /** policy */
  readonly policy: CreatePolicyPolicy
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/** What CreatePolicyVersion is asked. Adds a version to a policy, which keeps up to five. */
export interface CreatePolicyVersionRequest {
  /** name of the policy; 1 to 128 characters */
  readonly policyName: string
  /** policy as JSON text, up to 6144 characters */
  readonly policyDocument: string
  /** put it in force at once; false unless given */
  readonly setAsDefault?: boolean | undefined
  /** when there are five already: refuse, or drop the oldest that is not in force; "None" unless given */
  readonly rotateStrategy?: 'None' | 'DeleteOldestNonDefaultVersionWhenLimitExceeded' | undefined
}

/** PolicyVersion of CreatePolicyVersion, in what it answers. */
export interface PolicyVersion {
  /** version id */
  readonly versionId: string
  /** is default version */
  readonly isDefaultVersion: boolean
  /** JSON text */
  readonly policyDocument: string
  /** yyyy-MM-ddTHH:mm:ssZ */
  readonly createDate: string
}

/** What CreatePolicyVersion answers. Adds a version to a policy, which keeps up to five. */
export interface CreatePolicyVersionResponse {
  /** policy version */
  readonly policyVersion: PolicyVersion
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/** What CreateRole is asked. Creates a role, which named users and roles can assume. */
export interface CreateRoleRequest {
  /** name of the role; 1 to 64 characters */
  readonly roleName: string
  /** who may assume the role, as JSON text */
  readonly assumeRolePolicyDocument: string
  /** free text; at most 1024 characters */
  readonly description?: string | undefined
  /** longest session, in seconds; 3600 to 43200; 3600 unless given */
  readonly maxSessionDuration?: number | undefined
}

/** Role of CreateRole, in what it answers. */
export interface CreateRoleRole {
  /** role id */
  readonly roleId: string
  /** role name */
  readonly roleName: string
  /** `acs:ram::<account>:role/<name>` */
  readonly arn: string
  /** description */
  readonly description: string
  /** seconds */
  readonly maxSessionDuration: number
  /** yyyy-MM-ddTHH:mm:ssZ */
  readonly createDate: string
  /** who may assume the role, as JSON text */
  readonly assumeRolePolicyDocument: string
}

/** What CreateRole answers. Creates a role, which named users and roles can assume. */
export interface CreateRoleResponse {
  /** role */
  readonly role: CreateRoleRole
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/** What CreateUser is asked. Creates a user. It can do nothing until it has an AccessKey and a policy. */
export interface CreateUserRequest {
  /** name of the user; 1 to 64 characters */
  readonly userName: string
  /** display name; at most 128 characters */
  readonly displayName?: string | undefined
  /** mobile phone; at most 64 characters */
  readonly mobilePhone?: string | undefined
  /** email; at most 128 characters */
  readonly email?: string | undefined
  /** free text; at most 128 characters */
  readonly comments?: string | undefined
}

/** User of CreateUser, in what it answers. */
export interface CreateUserUser {
  /** user id */
  readonly userId: string
  /** user name */
  readonly userName: string
  /** display name */
  readonly displayName: string
  /** mobile phone */
  readonly mobilePhone: string
  /** email */
  readonly email: string
  /** comments */
  readonly comments: string
  /** yyyy-MM-ddTHH:mm:ssZ */
  readonly createDate: string
}

/** What CreateUser answers. Creates a user. It can do nothing until it has an AccessKey and a policy. */
export interface CreateUserResponse {
  /** user */
  readonly user: CreateUserUser
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/** What DeleteAccessKey is asked. Deletes an AccessKey for good. */
export interface DeleteAccessKeyRequest {
  /** name of the user; the caller itself when left out; 1 to 64 characters */
  readonly userName?: string | undefined
  /** AccessKey ID; 1 to 64 characters */
  readonly userAccessKeyId: string
}

/** What DeleteAccessKey answers. Deletes an AccessKey for good. */
export interface DeleteAccessKeyResponse {
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/** What DeletePolicy is asked. Deletes a policy that is attached to nobody. */
export interface DeletePolicyRequest {
  /** name of the policy; 1 to 128 characters */
  readonly policyName: string
}

/** What DeletePolicy answers. Deletes a policy that is attached to nobody. */
export interface DeletePolicyResponse {
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/** What DeletePolicyVersion is asked. Deletes a version of a policy that is not in force. */
export interface DeletePolicyVersionRequest {
  /** name of the policy; 1 to 128 characters */
  readonly policyName: string
  /** v1, v2, … */
  readonly versionId: string
}

/** What DeletePolicyVersion answers. Deletes a version of a policy that is not in force. */
export interface DeletePolicyVersionResponse {
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/** What DeleteRole is asked. Deletes a role that has no policies any more; its sessions end. */
export interface DeleteRoleRequest {
  /** name of the role; 1 to 64 characters */
  readonly roleName: string
}

/** What DeleteRole answers. Deletes a role that has no policies any more; its sessions end. */
export interface DeleteRoleResponse {
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/** What DeleteUser is asked. Deletes a user who has neither AccessKeys nor policies any more. */
export interface DeleteUserRequest {
  /** name of the user; 1 to 64 characters */
  readonly userName: string
}

/** What DeleteUser answers. Deletes a user who has neither AccessKeys nor policies any more. */
export interface DeleteUserResponse {
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/** What DetachPolicyFromRole is asked. Takes a policy from a role. */
export interface DetachPolicyFromRoleRequest {
  /** System: built in, Custom: created here */
  readonly policyType: 'System' | 'Custom'
  /** name of the policy; 1 to 128 characters */
  readonly policyName: string
  /**
   * the resource group that the permission is for; refused by Keyhaven: there are no resource groups here, and the
   * permission would be given or taken for everything
   */
  readonly resourceGroupId?: string | undefined
  /** name of the role; 1 to 64 characters */
  readonly roleName: string
}

/** What DetachPolicyFromRole answers. Takes a policy from a role. */
export interface DetachPolicyFromRoleResponse {
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/** What DetachPolicyFromUser is asked. Takes a policy from a user. */
export interface DetachPolicyFromUserRequest {
  /** System: built in, Custom: created here */
  readonly policyType: 'System' | 'Custom'
  /** name of the policy; 1 to 128 characters */
  readonly policyName: string
  /**
   * the resource group that the permission is for; refused by Keyhaven: there are no resource groups here, and the
   * permission would be given or taken for everything
   */
  readonly resourceGroupId?: string | undefined
  /** name of the user; 1 to 64 characters */
  readonly userName: string
}

/** What DetachPolicyFromUser answers. Takes a policy from a user. */
export interface DetachPolicyFromUserResponse {
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/** What GetAccessKeyLastUsed is asked. Tells when a call that an AccessKey signed last succeeded. */
export interface GetAccessKeyLastUsedRequest {
  /** name of the user; the caller itself when left out; 1 to 64 characters */
  readonly userName?: string | undefined
  /** AccessKey ID; 1 to 64 characters */
  readonly userAccessKeyId: string
}

/** AccessKeyLastUsed of GetAccessKeyLastUsed, in what it answers. */
export interface GetAccessKeyLastUsedAccessKeyLastUsed {
  /** yyyy-MM-ddTHH:mm:ssZ; absent when no use is known */
  readonly lastUsedDate?: string | undefined
}

/** What GetAccessKeyLastUsed answers. Tells when a call that an AccessKey signed last succeeded. */
export interface GetAccessKeyLastUsedResponse {
  /** access key last used */
  readonly accessKeyLastUsed: GetAccessKeyLastUsedAccessKeyLastUsed
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/** What GetPolicy is asked. Describes a policy and returns the document in force. */
export interface GetPolicyRequest {
  /** name of the policy; 1 to 128 characters */
  readonly policyName: string
  /** System: built in, Custom: created here */
  readonly policyType: 'System' | 'Custom'
}

/** Policy of GetPolicy, in what it answers. */
export interface GetPolicyPolicy {
  /** policy name */
  readonly policyName: string
  /** System: built in, Custom: created here */
  readonly policyType: 'System' | 'Custom'
  /** description */
  readonly description: string
  /** the version that is in force */
  readonly defaultVersion: string
  /** yyyy-MM-ddTHH:mm:ssZ */
  readonly createDate: string
  /** yyyy-MM-ddTHH:mm:ssZ */
  readonly updateDate: string
  /** users, groups and roles that have it */
  readonly attachmentCount: number
  /** JSON text */
  readonly policyDocument: string
}

/** What GetPolicy answers. Describes a policy and returns the document in force. */
export interface GetPolicyResponse {
  /** policy */
  readonly policy: GetPolicyPolicy
  /** default policy version */
  readonly defaultPolicyVersion: PolicyVersion
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/** What GetPolicyVersion is asked. Describes a version of a policy and returns its document. */
export interface GetPolicyVersionRequest {
  /** name of the policy; 1 to 128 characters */
  readonly policyName: string
  /** System: built in, Custom: created here */
  readonly policyType: 'System' | 'Custom'
  /** v1, v2, … */
  readonly versionId: string
}

/** What GetPolicyVersion answers. Describes a version of a policy and returns its document. */
export interface GetPolicyVersionResponse {
  /** policy version */
  readonly policyVersion: PolicyVersion
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/** What GetRole is asked. Describes a role. */
export interface GetRoleRequest {
  /** name of the role; 1 to 64 characters */
  readonly roleName: string
}

/** Role of GetRole, in what it answers. */
export interface Role {
  /** role id */
  readonly roleId: string
  /** role name */
  readonly roleName: string
  /** `acs:ram::<account>:role/<name>` */
  readonly arn: string
  /** description */
  readonly description: string
  /** seconds */
  readonly maxSessionDuration: number
  /** yyyy-MM-ddTHH:mm:ssZ */
  readonly createDate: string
  /** yyyy-MM-ddTHH:mm:ssZ */
  readonly updateDate: string
  /** who may assume the role, as JSON text */
  readonly assumeRolePolicyDocument: string
}

/** What GetRole answers. Describes a role. */
export interface GetRoleResponse {
  /** role */
  readonly role: Role
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/** What GetUser is asked. Describes a user. */
export interface GetUserRequest {
  /** name of the user; 1 to 64 characters */
  readonly userName: string
}

/** User of GetUser, in what it answers. */
export interface User {
  /** user id */
  readonly userId: string
  /** user name */
  readonly userName: string
  /** display name */
  readonly displayName: string
  /** mobile phone */
  readonly mobilePhone: string
  /** email */
  readonly email: string
  /** comments */
  readonly comments: string
  /** yyyy-MM-ddTHH:mm:ssZ */
  readonly createDate: string
  /** yyyy-MM-ddTHH:mm:ssZ */
  readonly updateDate: string
}

/** What GetUser answers. Describes a user. */
export interface GetUserResponse {
  /** user */
  readonly user: User
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/** What ListAccessKeys is asked. Lists the AccessKeys of a user, without their secrets. */
export interface ListAccessKeysRequest {
  /** name of the user; the caller itself when left out; 1 to 64 characters */
  readonly userName?: string | undefined
}

/** AccessKey of ListAccessKeys, in what it answers. */
export interface ListAccessKeysAccessKey {
  /** access key id */
  readonly accessKeyId: string
  /** status */
  readonly status: 'Active' | 'Inactive'
  /** yyyy-MM-ddTHH:mm:ssZ */
  readonly createDate: string
}

/** AccessKeys of ListAccessKeys, in what it answers. */
export interface ListAccessKeysAccessKeys {
  /** access key */
  readonly accessKey: readonly ListAccessKeysAccessKey[]
}

/** What ListAccessKeys answers. Lists the AccessKeys of a user, without their secrets. */
export interface ListAccessKeysResponse {
  /** access keys */
  readonly accessKeys: ListAccessKeysAccessKeys
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/** Tag of ListPolicies, in what it is asked. */
export interface Tag {
  /** key */
  readonly key: string
  /** value */
  readonly value?: string | undefined
}

/** What ListPolicies is asked. Lists the policies of the account and the built-in ones. */
export interface ListPoliciesRequest {
  /** System: built in, Custom: created here */
  readonly policyType?: 'System' | 'Custom' | undefined
  /** only those with these tags; refused by Keyhaven: policies and roles have no tags here */
  readonly tag?: readonly Tag[] | undefined
  /** where the last answer left off */
  readonly marker?: string | undefined
  /** items in an answer; 1 to 1000; 100 unless given */
  readonly maxItems?: number | undefined
}

/** Policy of ListPolicies, in what it answers. */
export interface ListPoliciesPolicy {
  /** policy name */
  readonly policyName: string
  /** System: built in, Custom: created here */
  readonly policyType: 'System' | 'Custom'
  /** description */
  readonly description: string
  /** the version that is in force */
  readonly defaultVersion: string
  /** yyyy-MM-ddTHH:mm:ssZ */
  readonly createDate: string
  /** yyyy-MM-ddTHH:mm:ssZ */
  readonly updateDate: string
  /** users, groups and roles that have it */
  readonly attachmentCount: number
}

/** Policies of ListPolicies, in what it answers. */
export interface ListPoliciesPolicies {
  /** policy */
  readonly policy: readonly ListPoliciesPolicy[]
}

/** What ListPolicies answers. Lists the policies of the account and the built-in ones. */
export interface ListPoliciesResponse {
  /** policies */
  readonly policies: ListPoliciesPolicies
  /** there is more */
  readonly isTruncated: boolean
  /** send it to get more */
  readonly marker?: string | undefined
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/** What ListPoliciesForRole is asked. Lists the policies that a role has. */
export interface ListPoliciesForRoleRequest {
  /** name of the role; 1 to 64 characters */
  readonly roleName: string
}

/** Policy of ListPoliciesForRole, in what it answers. */
export interface Policy {
  /** policy name */
  readonly policyName: string
  /** System: built in, Custom: created here */
  readonly policyType: 'System' | 'Custom'
  /** description */
  readonly description: string
  /** the version that is in force */
  readonly defaultVersion: string
  /** attach date */
  readonly attachDate: string
}

/** Policies of ListPoliciesForRole, in what it answers. */
export interface Policies {
  /** policy */
  readonly policy: readonly Policy[]
}

/** What ListPoliciesForRole answers. Lists the policies that a role has. */
export interface ListPoliciesForRoleResponse {
  /** policies */
  readonly policies: Policies
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/** What ListPoliciesForUser is asked. Lists the policies that a user has. */
export interface ListPoliciesForUserRequest {
  /** name of the user; 1 to 64 characters */
  readonly userName: string
}

/** What ListPoliciesForUser answers. Lists the policies that a user has. */
export interface ListPoliciesForUserResponse {
  /** policies */
  readonly policies: Policies
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/** What ListPolicyVersions is asked. Lists the versions of a policy. */
export interface ListPolicyVersionsRequest {
  /** name of the policy; 1 to 128 characters */
  readonly policyName: string
  /** System: built in, Custom: created here */
  readonly policyType: 'System' | 'Custom'
}

/** PolicyVersions of ListPolicyVersions, in what it answers. */
export interface ListPolicyVersionsPolicyVersions {
  /** policy version */
  readonly policyVersion: readonly PolicyVersion[]
}

/** What ListPolicyVersions answers. Lists the versions of a policy. */
export interface ListPolicyVersionsResponse {
  /** policy versions */
  readonly policyVersions: ListPolicyVersionsPolicyVersions
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/** What ListRoles is asked. Lists the roles of the account. */
export interface ListRolesRequest {
  /** only those with these tags; refused by Keyhaven: policies and roles have no tags here */
  readonly tag?: readonly Tag[] | undefined
  /** where the last answer left off */
  readonly marker?: string | undefined
  /** items in an answer; 1 to 1000; 100 unless given */
  readonly maxItems?: number | undefined
}

/** Role of ListRoles, in what it answers. */
export interface ListRolesRole {
  /** role id */
  readonly roleId: string
  /** role name */
  readonly roleName: string
  /** `acs:ram::<account>:role/<name>` */
  readonly arn: string
  /** description */
  readonly description: string
  /** seconds */
  readonly maxSessionDuration: number
  /** yyyy-MM-ddTHH:mm:ssZ */
  readonly createDate: string
  /** yyyy-MM-ddTHH:mm:ssZ */
  readonly updateDate: string
}

/** Roles of ListRoles, in what it answers. */
export interface ListRolesRoles {
  /** role */
  readonly role: readonly ListRolesRole[]
}

/** What ListRoles answers. Lists the roles of the account. */
export interface ListRolesResponse {
  /** roles */
  readonly roles: ListRolesRoles
  /** there is more */
  readonly isTruncated: boolean
  /** send it to get more */
  readonly marker?: string | undefined
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/** What ListUsers is asked. Lists the users of the account. */
export interface ListUsersRequest {
  /** where the last answer left off */
  readonly marker?: string | undefined
  /** items in an answer; 1 to 1000; 100 unless given */
  readonly maxItems?: number | undefined
}

/** Users of ListUsers, in what it answers. */
export interface ListUsersUsers {
  /** user */
  readonly user: readonly User[]
}

/** What ListUsers answers. Lists the users of the account. */
export interface ListUsersResponse {
  /** users */
  readonly users: ListUsersUsers
  /** there is more */
  readonly isTruncated: boolean
  /** send it to get more */
  readonly marker?: string | undefined
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/**
 * What SetDefaultPolicyVersion is asked. Puts a version of a policy in force, at once for everybody who has the policy.
 */
export interface SetDefaultPolicyVersionRequest {
  /** name of the policy; 1 to 128 characters */
  readonly policyName: string
  /** v1, v2, … */
  readonly versionId: string
}

/**
 * What SetDefaultPolicyVersion answers. Puts a version of a policy in force, at once for everybody who has the policy.
 */
export interface SetDefaultPolicyVersionResponse {
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/** What UpdateAccessKey is asked. Enables or disables an AccessKey. */
export interface UpdateAccessKeyRequest {
  /** name of the user; the caller itself when left out; 1 to 64 characters */
  readonly userName?: string | undefined
  /** AccessKey ID; 1 to 64 characters */
  readonly userAccessKeyId: string
  /** status */
  readonly status: 'Active' | 'Inactive'
  /** not the cloud's: whether signature version 1.0 (HMAC-SHA1) is refused */
  readonly requireAcs3?: boolean | undefined
}

/** What UpdateAccessKey answers. Enables or disables an AccessKey. */
export interface UpdateAccessKeyResponse {
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/** What UpdateRole is asked. Changes who may assume a role, for how long, and its description. */
export interface UpdateRoleRequest {
  /** name of the role; 1 to 64 characters */
  readonly roleName: string
  /** who may assume the role, as JSON text */
  readonly newAssumeRolePolicyDocument?: string | undefined
  /** free text; at most 1024 characters */
  readonly newDescription?: string | undefined
  /** longest session, in seconds; 3600 to 43200 */
  readonly newMaxSessionDuration?: number | undefined
}

/** What UpdateRole answers. Changes who may assume a role, for how long, and its description. */
export interface UpdateRoleResponse {
  /** role */
  readonly role: Role
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/** What UpdateUser is asked. Changes the name or the particulars of a user. */
export interface UpdateUserRequest {
  /** name of the user; 1 to 64 characters */
  readonly userName: string
  /** name of the user; 1 to 64 characters */
  readonly newUserName?: string | undefined
  /** new display name; at most 128 characters */
  readonly newDisplayName?: string | undefined
  /** new mobile phone; at most 64 characters */
  readonly newMobilePhone?: string | undefined
  /** new email; at most 128 characters */
  readonly newEmail?: string | undefined
  /** free text; at most 128 characters */
  readonly newComments?: string | undefined
}

/** What UpdateUser answers. Changes the name or the particulars of a user. */
export interface UpdateUserResponse {
  /** user */
  readonly user: User
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/** What AddUserToGroup is asked. Puts a user into a group: it has the policies of the group from its next call on. */
export interface AddUserToGroupRequest {
  /** name of the user; 1 to 64 characters */
  readonly userName: string
  /** name of the group; 1 to 64 characters */
  readonly groupName: string
}

/** What AddUserToGroup answers. Puts a user into a group: it has the policies of the group from its next call on. */
export interface AddUserToGroupResponse {
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/** What AttachPolicyToGroup is asked. Gives a policy to a group, and so to each of its users. */
export interface AttachPolicyToGroupRequest {
  /** System: built in, Custom: created here */
  readonly policyType: 'System' | 'Custom'
  /** name of the policy; 1 to 128 characters */
  readonly policyName: string
  /**
   * the resource group that the permission is for; refused by Keyhaven: there are no resource groups here, and the
   * permission would be given or taken for everything
   */
  readonly resourceGroupId?: string | undefined
  /** name of the group; 1 to 64 characters */
  readonly groupName: string
}

/** What AttachPolicyToGroup answers. Gives a policy to a group, and so to each of its users. */
export interface AttachPolicyToGroupResponse {
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/** What CreateGroup is asked. Creates a group of users. It has an effect once it has users and policies. */
export interface CreateGroupRequest {
  /** name of the group; 1 to 64 characters */
  readonly groupName: string
  /** free text; at most 128 characters */
  readonly comments?: string | undefined
}

/** Group of CreateGroup, in what it answers. */
export interface CreateGroupGroup {
  /** group id */
  readonly groupId: string
  /** group name */
  readonly groupName: string
  /** comments */
  readonly comments: string
  /** yyyy-MM-ddTHH:mm:ssZ */
  readonly createDate: string
}

/** What CreateGroup answers. Creates a group of users. It has an effect once it has users and policies. */
export interface CreateGroupResponse {
  /** group */
  readonly group: CreateGroupGroup
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/** What DeleteGroup is asked. Deletes a group that has neither users nor policies any more. */
export interface DeleteGroupRequest {
  /** name of the group; 1 to 64 characters */
  readonly groupName: string
}

/** What DeleteGroup answers. Deletes a group that has neither users nor policies any more. */
export interface DeleteGroupResponse {
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/** What DetachPolicyFromGroup is asked. Takes a policy from a group. */
export interface DetachPolicyFromGroupRequest {
  /** System: built in, Custom: created here */
  readonly policyType: 'System' | 'Custom'
  /** name of the policy; 1 to 128 characters */
  readonly policyName: string
  /**
   * the resource group that the permission is for; refused by Keyhaven: there are no resource groups here, and the
   * permission would be given or taken for everything
   */
  readonly resourceGroupId?: string | undefined
  /** name of the group; 1 to 64 characters */
  readonly groupName: string
}

/** What DetachPolicyFromGroup answers. Takes a policy from a group. */
export interface DetachPolicyFromGroupResponse {
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/** What GetGroup is asked. Describes a group. */
export interface GetGroupRequest {
  /** name of the group; 1 to 64 characters */
  readonly groupName: string
}

/** Group of GetGroup, in what it answers. */
export interface Group {
  /** group id */
  readonly groupId: string
  /** group name */
  readonly groupName: string
  /** comments */
  readonly comments: string
  /** yyyy-MM-ddTHH:mm:ssZ */
  readonly createDate: string
  /** yyyy-MM-ddTHH:mm:ssZ */
  readonly updateDate: string
}

/** What GetGroup answers. Describes a group. */
export interface GetGroupResponse {
  /** group */
  readonly group: Group
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/** What ListGroups is asked. Lists the groups of the account. */
export interface ListGroupsRequest {
  /** where the last answer left off */
  readonly marker?: string | undefined
  /** items in an answer; 1 to 1000; 100 unless given */
  readonly maxItems?: number | undefined
}

/** Groups of ListGroups, in what it answers. */
export interface ListGroupsGroups {
  /** group */
  readonly group: readonly Group[]
}

/** What ListGroups answers. Lists the groups of the account. */
export interface ListGroupsResponse {
  /** groups */
  readonly groups: ListGroupsGroups
  /** there is more */
  readonly isTruncated: boolean
  /** send it to get more */
  readonly marker?: string | undefined
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/** What ListGroupsForUser is asked. Lists the groups that a user is in. */
export interface ListGroupsForUserRequest {
  /** name of the user; 1 to 64 characters */
  readonly userName: string
}

/** Group of ListGroupsForUser, in what it answers. */
export interface ListGroupsForUserGroup {
  /** group id */
  readonly groupId: string
  /** group name */
  readonly groupName: string
  /** comments */
  readonly comments: string
  /** since when the user is in the group */
  readonly joinDate: string
}

/** Groups of ListGroupsForUser, in what it answers. */
export interface ListGroupsForUserGroups {
  /** group */
  readonly group: readonly ListGroupsForUserGroup[]
}

/** What ListGroupsForUser answers. Lists the groups that a user is in. */
export interface ListGroupsForUserResponse {
  /** groups */
  readonly groups: ListGroupsForUserGroups
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/** What ListPoliciesForGroup is asked. Lists the policies that a group has. */
export interface ListPoliciesForGroupRequest {
  /** name of the group; 1 to 64 characters */
  readonly groupName: string
}

/** What ListPoliciesForGroup answers. Lists the policies that a group has. */
export interface ListPoliciesForGroupResponse {
  /** policies */
  readonly policies: Policies
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/** What ListUsersForGroup is asked. Lists the users of a group. */
export interface ListUsersForGroupRequest {
  /** name of the group; 1 to 64 characters */
  readonly groupName: string
  /** where the last answer left off */
  readonly marker?: string | undefined
  /** items in an answer; 1 to 1000; 100 unless given */
  readonly maxItems?: number | undefined
}

/** User of ListUsersForGroup, in what it answers. */
export interface ListUsersForGroupUser {
  /** user name */
  readonly userName: string
  /** display name */
  readonly displayName: string
  /** since when the user is in the group */
  readonly joinDate: string
}

/** Users of ListUsersForGroup, in what it answers. */
export interface ListUsersForGroupUsers {
  /** user */
  readonly user: readonly ListUsersForGroupUser[]
}

/** What ListUsersForGroup answers. Lists the users of a group. */
export interface ListUsersForGroupResponse {
  /** users */
  readonly users: ListUsersForGroupUsers
  /** there is more */
  readonly isTruncated: boolean
  /** send it to get more */
  readonly marker?: string | undefined
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/** What RemoveUserFromGroup is asked. Takes a user out of a group. */
export interface RemoveUserFromGroupRequest {
  /** name of the user; 1 to 64 characters */
  readonly userName: string
  /** name of the group; 1 to 64 characters */
  readonly groupName: string
}

/** What RemoveUserFromGroup answers. Takes a user out of a group. */
export interface RemoveUserFromGroupResponse {
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/** What UpdateGroup is asked. Changes the name of a group, whose users and policies stay, or its comments. */
export interface UpdateGroupRequest {
  /** name of the group; 1 to 64 characters */
  readonly groupName: string
  /** name of the group; 1 to 64 characters */
  readonly newGroupName?: string | undefined
  /** free text; at most 128 characters */
  readonly newComments?: string | undefined
}

/** What UpdateGroup answers. Changes the name of a group, whose users and policies stay, or its comments. */
export interface UpdateGroupResponse {
  /** group */
  readonly group: Group
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/** What AddClientIdToOIDCProvider is asked. Takes tokens that are meant for one more audience. */
export interface AddClientIdToOIDCProviderRequest {
  /** name of the provider; 1 to 128 characters */
  readonly oIDCProviderName: string
  /** one audience; 1 to 128 characters */
  readonly clientId: string
}

/** OIDCProvider of AddClientIdToOIDCProvider, in what it answers. */
export interface OIDCProvider {
  /** oidcprovider name */
  readonly oIDCProviderName: string
  /** `acs:ram::<account>:oidc-provider/<name>` */
  readonly arn: string
  /** description */
  readonly description: string
  /** issuer url */
  readonly issuerUrl: string
  /** with commas */
  readonly clientIds: string
  /** with commas */
  readonly fingerprints: string
  /** hours */
  readonly issuanceLimitTime: number
  /** yyyy-MM-ddTHH:mm:ssZ */
  readonly createDate: string
  /** yyyy-MM-ddTHH:mm:ssZ */
  readonly updateDate: string
  /** milliseconds since 1970 */
  readonly gmtCreate: string
  /** milliseconds since 1970 */
  readonly gmtModified: string
}

/** What AddClientIdToOIDCProvider answers. Takes tokens that are meant for one more audience. */
export interface AddClientIdToOIDCProviderResponse {
  /** oidcprovider */
  readonly oIDCProvider: OIDCProvider
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/** What AddFingerprintToOIDCProvider is asked. Lets the issuer show one more certificate. */
export interface AddFingerprintToOIDCProviderRequest {
  /** name of the provider; 1 to 128 characters */
  readonly oIDCProviderName: string
  /** SHA-1 or SHA-256 of a certificate; 1 to 128 characters */
  readonly fingerprint: string
}

/** What AddFingerprintToOIDCProvider answers. Lets the issuer show one more certificate. */
export interface AddFingerprintToOIDCProviderResponse {
  /** oidcprovider */
  readonly oIDCProvider: OIDCProvider
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/** What CreateOIDCProvider is asked. Makes an OpenID Connect identity provider known, whose tokens roles can trust. */
export interface CreateOIDCProviderRequest {
  /** name of the provider; 1 to 128 characters */
  readonly oIDCProviderName: string
  /** what its tokens name as issuer; its keys are found from there; 8 to 255 characters */
  readonly issuerUrl: string
  /**
   * audiences that its tokens may be meant for, with commas: up to 50 of up to 128 characters; at most 8192 characters
   */
  readonly clientIds?: string | undefined
  /**
   * SHA-1 or SHA-256 of certificates, with commas: up to 5, one of which the issuer has to show; at most 1024
   * characters
   */
  readonly fingerprints?: string | undefined
  /** hours after its making that a token is taken; 1 to 168; 12 unless given */
  readonly issuanceLimitTime?: number | undefined
  /** free text; at most 256 characters */
  readonly description?: string | undefined
}

/** What CreateOIDCProvider answers. Makes an OpenID Connect identity provider known, whose tokens roles can trust. */
export interface CreateOIDCProviderResponse {
  /** oidcprovider */
  readonly oIDCProvider: OIDCProvider
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/** What DeleteOIDCProvider is asked. Deletes an identity provider; its tokens open no more sessions. */
export interface DeleteOIDCProviderRequest {
  /** name of the provider; 1 to 128 characters */
  readonly oIDCProviderName: string
}

/** What DeleteOIDCProvider answers. Deletes an identity provider; its tokens open no more sessions. */
export interface DeleteOIDCProviderResponse {
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/** What GetOIDCProvider is asked. Describes an identity provider. */
export interface GetOIDCProviderRequest {
  /** name of the provider; 1 to 128 characters */
  readonly oIDCProviderName: string
}

/** What GetOIDCProvider answers. Describes an identity provider. */
export interface GetOIDCProviderResponse {
  /** oidcprovider */
  readonly oIDCProvider: OIDCProvider
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/** What ListOIDCProviders is asked. Lists the identity providers of the account. */
export interface ListOIDCProvidersRequest {
  /** where the last answer left off */
  readonly marker?: string | undefined
  /** items in an answer; 1 to 1000; 100 unless given */
  readonly maxItems?: number | undefined
}

/** OIDCProviders of ListOIDCProviders, in what it answers. */
export interface ListOIDCProvidersOIDCProviders {
  /** oidcprovider */
  readonly oIDCProvider: readonly OIDCProvider[]
}

/** What ListOIDCProviders answers. Lists the identity providers of the account. */
export interface ListOIDCProvidersResponse {
  /** oidcproviders */
  readonly oIDCProviders: ListOIDCProvidersOIDCProviders
  /** there is more */
  readonly isTruncated: boolean
  /** send it to get more */
  readonly marker?: string | undefined
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/** What RemoveClientIdFromOIDCProvider is asked. Takes no more tokens that are meant for an audience. */
export interface RemoveClientIdFromOIDCProviderRequest {
  /** name of the provider; 1 to 128 characters */
  readonly oIDCProviderName: string
  /** one audience; 1 to 128 characters */
  readonly clientId: string
}

/** What RemoveClientIdFromOIDCProvider answers. Takes no more tokens that are meant for an audience. */
export interface RemoveClientIdFromOIDCProviderResponse {
  /** oidcprovider */
  readonly oIDCProvider: OIDCProvider
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/** What RemoveFingerprintFromOIDCProvider is asked. Lets the issuer no longer show a certificate. */
export interface RemoveFingerprintFromOIDCProviderRequest {
  /** name of the provider; 1 to 128 characters */
  readonly oIDCProviderName: string
  /** SHA-1 or SHA-256 of a certificate; 1 to 128 characters */
  readonly fingerprint: string
}

/** What RemoveFingerprintFromOIDCProvider answers. Lets the issuer no longer show a certificate. */
export interface RemoveFingerprintFromOIDCProviderResponse {
  /** oidcprovider */
  readonly oIDCProvider: OIDCProvider
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/**
 * What UpdateOIDCProvider is asked. Changes the client ids of an identity provider, how old its tokens may be, or its
 * description.
 */
export interface UpdateOIDCProviderRequest {
  /** name of the provider; 1 to 128 characters */
  readonly oIDCProviderName: string
  /**
   * audiences that its tokens may be meant for, with commas: up to 50 of up to 128 characters; at most 8192 characters
   */
  readonly clientIds?: string | undefined
  /** hours after its making that a token is taken; 1 to 168 */
  readonly issuanceLimitTime?: number | undefined
  /** free text; at most 256 characters */
  readonly newDescription?: string | undefined
}

/**
 * What UpdateOIDCProvider answers. Changes the client ids of an identity provider, how old its tokens may be, or its
 * description.
 */
export interface UpdateOIDCProviderResponse {
  /** oidcprovider */
  readonly oIDCProvider: OIDCProvider
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

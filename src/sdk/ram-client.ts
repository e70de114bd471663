import type { Operation } from '../api/operation.ts'
import * as ram from '../api/ram.ts'
import * as groups from '../api/ram-groups.ts'
import * as identityProviders from '../api/ram-identity-providers.ts'
import type { ConnectionOptions } from './connection-options.ts'
import type * as models from './models/ram.ts'
import { type Method, operationMethod } from './operation-method.ts'
import { RpcConnection } from './rpc-connection.ts'

/**
 * A client of RAM 2015-05-01: users, their AccessKeys, groups, policies, roles and identity providers. Options and errors are those of `Client`.
 *
 * @example
 * await using ram = new RamClient({ endpoint: 'https://localhost:8443', caFile: 'ca.pem', accessKeyId, accessKeySecret })
 * await ram.createUser({ userName: 'backup' })
 */
export class RamClient {
  readonly #connection: RpcConnection

  /** @throws ClientError `configuration` */
  constructor(options: ConnectionOptions) {
    this.#connection = new RpcConnection(options)
  }

  /** Creates a user. It can do nothing until it has an AccessKey and a policy. */
  readonly createUser = this.#operation<models.CreateUserRequest, models.CreateUserResponse>(ram.CreateUser)
  /** Describes a user. */
  readonly getUser = this.#operation<models.GetUserRequest, models.GetUserResponse>(ram.GetUser)
  /** Lists the users of the account. */
  readonly listUsers = this.#operation<models.ListUsersRequest, models.ListUsersResponse>(ram.ListUsers)
  /** Changes the name or the particulars of a user. */
  readonly updateUser = this.#operation<models.UpdateUserRequest, models.UpdateUserResponse>(ram.UpdateUser)
  /** Deletes a user who has neither AccessKeys nor policies any more. */
  readonly deleteUser = this.#operation<models.DeleteUserRequest, models.DeleteUserResponse>(ram.DeleteUser)
  /** Creates an AccessKey. Its secret is in this answer and nowhere else. A user can have two. */
  readonly createAccessKey = this.#operation<models.CreateAccessKeyRequest, models.CreateAccessKeyResponse>(
    ram.CreateAccessKey,
  )
  /** Lists the AccessKeys of a user, without their secrets. */
  readonly listAccessKeys = this.#operation<models.ListAccessKeysRequest, models.ListAccessKeysResponse>(
    ram.ListAccessKeys,
  )
  /** Tells when a call that an AccessKey signed last succeeded. */
  readonly getAccessKeyLastUsed = this.#operation<
    models.GetAccessKeyLastUsedRequest,
    models.GetAccessKeyLastUsedResponse
  >(ram.GetAccessKeyLastUsed)
  /** Enables or disables an AccessKey. */
  readonly updateAccessKey = this.#operation<models.UpdateAccessKeyRequest, models.UpdateAccessKeyResponse>(
    ram.UpdateAccessKey,
  )
  /** Deletes an AccessKey for good. */
  readonly deleteAccessKey = this.#operation<models.DeleteAccessKeyRequest, models.DeleteAccessKeyResponse>(
    ram.DeleteAccessKey,
  )
  /** Creates a policy. It has an effect once it is attached to a user, group or role. */
  readonly createPolicy = this.#operation<models.CreatePolicyRequest, models.CreatePolicyResponse>(ram.CreatePolicy)
  /** Describes a policy and returns the document in force. */
  readonly getPolicy = this.#operation<models.GetPolicyRequest, models.GetPolicyResponse>(ram.GetPolicy)
  /** Lists the policies of the account and the built-in ones. */
  readonly listPolicies = this.#operation<models.ListPoliciesRequest, models.ListPoliciesResponse>(ram.ListPolicies)
  /** Deletes a policy that is attached to nobody. */
  readonly deletePolicy = this.#operation<models.DeletePolicyRequest, models.DeletePolicyResponse>(ram.DeletePolicy)
  /** Adds a version to a policy, which keeps up to five. */
  readonly createPolicyVersion = this.#operation<models.CreatePolicyVersionRequest, models.CreatePolicyVersionResponse>(
    ram.CreatePolicyVersion,
  )
  /** Lists the versions of a policy. */
  readonly listPolicyVersions = this.#operation<models.ListPolicyVersionsRequest, models.ListPolicyVersionsResponse>(
    ram.ListPolicyVersions,
  )
  /** Describes a version of a policy and returns its document. */
  readonly getPolicyVersion = this.#operation<models.GetPolicyVersionRequest, models.GetPolicyVersionResponse>(
    ram.GetPolicyVersion,
  )
  /** Puts a version of a policy in force, at once for everybody who has the policy. */
  readonly setDefaultPolicyVersion = this.#operation<
    models.SetDefaultPolicyVersionRequest,
    models.SetDefaultPolicyVersionResponse
  >(ram.SetDefaultPolicyVersion)
  /** Deletes a version of a policy that is not in force. */
  readonly deletePolicyVersion = this.#operation<models.DeletePolicyVersionRequest, models.DeletePolicyVersionResponse>(
    ram.DeletePolicyVersion,
  )
  /** Gives a policy to a user. */
  readonly attachPolicyToUser = this.#operation<models.AttachPolicyToUserRequest, models.AttachPolicyToUserResponse>(
    ram.AttachPolicyToUser,
  )
  /** Takes a policy from a user. */
  readonly detachPolicyFromUser = this.#operation<
    models.DetachPolicyFromUserRequest,
    models.DetachPolicyFromUserResponse
  >(ram.DetachPolicyFromUser)
  /** Lists the policies that a user has. */
  readonly listPoliciesForUser = this.#operation<models.ListPoliciesForUserRequest, models.ListPoliciesForUserResponse>(
    ram.ListPoliciesForUser,
  )
  /** Creates a role, which named users and roles can assume. */
  readonly createRole = this.#operation<models.CreateRoleRequest, models.CreateRoleResponse>(ram.CreateRole)
  /** Describes a role. */
  readonly getRole = this.#operation<models.GetRoleRequest, models.GetRoleResponse>(ram.GetRole)
  /** Lists the roles of the account. */
  readonly listRoles = this.#operation<models.ListRolesRequest, models.ListRolesResponse>(ram.ListRoles)
  /** Changes who may assume a role, for how long, and its description. */
  readonly updateRole = this.#operation<models.UpdateRoleRequest, models.UpdateRoleResponse>(ram.UpdateRole)
  /** Deletes a role that has no policies any more; its sessions end. */
  readonly deleteRole = this.#operation<models.DeleteRoleRequest, models.DeleteRoleResponse>(ram.DeleteRole)
  /** Gives a policy to a role. */
  readonly attachPolicyToRole = this.#operation<models.AttachPolicyToRoleRequest, models.AttachPolicyToRoleResponse>(
    ram.AttachPolicyToRole,
  )
  /** Takes a policy from a role. */
  readonly detachPolicyFromRole = this.#operation<
    models.DetachPolicyFromRoleRequest,
    models.DetachPolicyFromRoleResponse
  >(ram.DetachPolicyFromRole)
  /** Lists the policies that a role has. */
  readonly listPoliciesForRole = this.#operation<models.ListPoliciesForRoleRequest, models.ListPoliciesForRoleResponse>(
    ram.ListPoliciesForRole,
  )
  /** Creates a group of users. It has an effect once it has users and policies. */
  readonly createGroup = this.#operation<models.CreateGroupRequest, models.CreateGroupResponse>(groups.CreateGroup)
  /** Describes a group. */
  readonly getGroup = this.#operation<models.GetGroupRequest, models.GetGroupResponse>(groups.GetGroup)
  /** Lists the groups of the account. */
  readonly listGroups = this.#operation<models.ListGroupsRequest, models.ListGroupsResponse>(groups.ListGroups)
  /** Changes the name of a group, whose users and policies stay, or its comments. */
  readonly updateGroup = this.#operation<models.UpdateGroupRequest, models.UpdateGroupResponse>(groups.UpdateGroup)
  /** Deletes a group that has neither users nor policies any more. */
  readonly deleteGroup = this.#operation<models.DeleteGroupRequest, models.DeleteGroupResponse>(groups.DeleteGroup)
  /** Puts a user into a group: it has the policies of the group from its next call on. */
  readonly addUserToGroup = this.#operation<models.AddUserToGroupRequest, models.AddUserToGroupResponse>(
    groups.AddUserToGroup,
  )
  /** Takes a user out of a group. */
  readonly removeUserFromGroup = this.#operation<models.RemoveUserFromGroupRequest, models.RemoveUserFromGroupResponse>(
    groups.RemoveUserFromGroup,
  )
  /** Lists the users of a group. */
  readonly listUsersForGroup = this.#operation<models.ListUsersForGroupRequest, models.ListUsersForGroupResponse>(
    groups.ListUsersForGroup,
  )
  /** Lists the groups that a user is in. */
  readonly listGroupsForUser = this.#operation<models.ListGroupsForUserRequest, models.ListGroupsForUserResponse>(
    groups.ListGroupsForUser,
  )
  /** Gives a policy to a group, and so to each of its users. */
  readonly attachPolicyToGroup = this.#operation<models.AttachPolicyToGroupRequest, models.AttachPolicyToGroupResponse>(
    groups.AttachPolicyToGroup,
  )
  /** Takes a policy from a group. */
  readonly detachPolicyFromGroup = this.#operation<
    models.DetachPolicyFromGroupRequest,
    models.DetachPolicyFromGroupResponse
  >(groups.DetachPolicyFromGroup)
  /** Lists the policies that a group has. */
  readonly listPoliciesForGroup = this.#operation<
    models.ListPoliciesForGroupRequest,
    models.ListPoliciesForGroupResponse
  >(groups.ListPoliciesForGroup)
  /** Makes an OpenID Connect identity provider known, whose tokens roles can trust. */
  readonly createOIDCProvider = this.#operation<models.CreateOIDCProviderRequest, models.CreateOIDCProviderResponse>(
    identityProviders.CreateOIDCProvider,
  )
  /** Describes an identity provider. */
  readonly getOIDCProvider = this.#operation<models.GetOIDCProviderRequest, models.GetOIDCProviderResponse>(
    identityProviders.GetOIDCProvider,
  )
  /** Lists the identity providers of the account. */
  readonly listOIDCProviders = this.#operation<models.ListOIDCProvidersRequest, models.ListOIDCProvidersResponse>(
    identityProviders.ListOIDCProviders,
  )
  /** Changes the client ids of an identity provider, how old its tokens may be, or its description. */
  readonly updateOIDCProvider = this.#operation<models.UpdateOIDCProviderRequest, models.UpdateOIDCProviderResponse>(
    identityProviders.UpdateOIDCProvider,
  )
  /** Deletes an identity provider; its tokens open no more sessions. */
  readonly deleteOIDCProvider = this.#operation<models.DeleteOIDCProviderRequest, models.DeleteOIDCProviderResponse>(
    identityProviders.DeleteOIDCProvider,
  )
  /** Takes tokens that are meant for one more audience. */
  readonly addClientIdToOIDCProvider = this.#operation<
    models.AddClientIdToOIDCProviderRequest,
    models.AddClientIdToOIDCProviderResponse
  >(identityProviders.AddClientIdToOIDCProvider)
  /** Takes no more tokens that are meant for an audience. */
  readonly removeClientIdFromOIDCProvider = this.#operation<
    models.RemoveClientIdFromOIDCProviderRequest,
    models.RemoveClientIdFromOIDCProviderResponse
  >(identityProviders.RemoveClientIdFromOIDCProvider)
  /** Lets the issuer show one more certificate. */
  readonly addFingerprintToOIDCProvider = this.#operation<
    models.AddFingerprintToOIDCProviderRequest,
    models.AddFingerprintToOIDCProviderResponse
  >(identityProviders.AddFingerprintToOIDCProvider)
  /** Lets the issuer no longer show a certificate. */
  readonly removeFingerprintFromOIDCProvider = this.#operation<
    models.RemoveFingerprintFromOIDCProviderRequest,
    models.RemoveFingerprintFromOIDCProviderResponse
  >(identityProviders.RemoveFingerprintFromOIDCProvider)

  /** Closes the connections; calls under way are broken off. */
  async close(): Promise<void> {
    await this.#connection.close()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  #operation<Request, Response>(operation: Operation): Method<Request, Response> {
    return operationMethod(() => this.#connection, operation)
  }
}

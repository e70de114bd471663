import { timingSafeEqual } from 'node:crypto'
import { type SigningSecret, signingSecret } from '../../crypto/signing-secret.ts'
import type { Caller } from '../access/caller.ts'
import { parseIdentityPolicy, parseSessionPolicy } from '../access/policy.ts'
import type { PolicyDocument } from '../access/policy-document.ts'
import type { Kms } from '../kms.ts'
import { accessKeys } from '../ram/access-key.ts'
import type { Attachment } from '../ram/attachment.ts'
import { findPolicy } from '../ram/find-policy.ts'
import { groupId, groups } from '../ram/group.ts'
import { documentInForce, type Policy } from '../ram/policy.ts'
import { roleId, roles } from '../ram/role.ts'
import { type Membership, userId, users } from '../ram/user.ts'
import type { RecordKind, RecordReader, Stored } from '../records.ts'
import { hashToken, type Session, sessions } from '../sts/session.ts'
import { RecordCache } from './record-cache.ts'

/** What a gateway needs to authenticate by an AccessKey, and who the caller is then. */
export interface Credential {
  readonly accessKeyId: string
  /** key of the HMACs that sign requests */
  readonly secret: SigningSecret
  readonly status: 'Active' | 'Inactive'
  /** the AccessKey may not be used with signature version 1.0 (SEC-36) */
  readonly requireAcs3: boolean
  /** of temporary credentials: their SecurityToken has to come along, see {@link matchesToken} */
  readonly session?: { readonly tokenHash: Uint8Array; readonly expiresAt: Date } | undefined
  readonly caller: CallerTemplate
}

/** The caller but for what only the request tells. */
export type CallerTemplate = Omit<Caller, 'sourceAddress' | 'secureTransport' | 'clientCertificate' | 'instanceId'>

/** Whether a SecurityToken belongs to the credentials; in constant time. */
export const matchesToken = (session: NonNullable<Credential['session']>, token: string): boolean =>
  timingSafeEqual(hashToken(token), session.tokenHash)

const known = new RecordCache<Credential>()

/**
 * The credential of an AccessKey ID: of a user, of the account, or (`STS.…`) of a session. It is read from memory when
 * nothing it was made of has changed; a change of key, user, role or policy counts from the next call on.
 *
 * @returns `undefined` for what does not exist, also when its user or role is gone
 * @throws KmsError `ServiceUnavailableTemporary` while sealed
 */
export const findCredential = (kms: Kms, accessKeyId: string): Promise<Credential | undefined> =>
  known.get(kms, accessKeyId, (reader) =>
    accessKeyId.startsWith('STS.') ? ofSession(kms, reader, accessKeyId) : ofAccessKey(kms, reader, accessKeyId),
  )

/** Sealing demands that no opened secret is kept. */
export const forgetCredentials = (kms: Kms): void => known.clear(kms)

async function ofAccessKey(kms: Kms, reader: RecordReader, accessKeyId: string): Promise<Credential | undefined> {
  const key = await reader.get(accessKeys, accessKeyId)
  if (key === undefined) return undefined
  const { accountId, userName, status, requireAcs3 = false } = key.body
  const who = userName === undefined ? account(accountId) : await ofUser(reader, accountId, userName)
  if (who === undefined) return undefined
  const secret = signingSecret(await openText(kms, accessKeys, key))
  const caller: CallerTemplate = { accountId, accessKeyId, authentication: 'AccessKey', ...who }
  return { accessKeyId, secret, status, requireAcs3, caller }
}

type Who = Pick<CallerTemplate, 'identity' | 'policies'>

/** Who the account itself is. */
export const account = (accountId: string): Who => ({
  identity: { type: 'Account', id: accountId, name: 'root' },
  policies: [],
})

/**
 * Who a user is, with the policies that it has and those of its groups.
 *
 * @returns `undefined` when there is no such user
 */
export async function ofUser(reader: RecordReader, accountId: string, name: string): Promise<Who | undefined> {
  const user = await reader.get(users, userId(accountId, name))
  if (user === undefined) return undefined
  return {
    identity: { type: 'RAMUser', id: user.body.userId, name },
    policies: await attachedPolicies(reader, accountId, [
      ...user.body.policies,
      ...(await groupAttachments(reader, accountId, user.body.groups)),
    ]),
  }
}

/** What a user has by its groups. A group that is gone, on the way of a renaming read elsewhere, gives nothing. */
async function groupAttachments(
  reader: RecordReader,
  accountId: string,
  memberships: readonly Membership[] = [],
): Promise<readonly Attachment[]> {
  const found = await Promise.all(memberships.map(({ groupName }) => reader.get(groups, groupId(accountId, groupName))))
  return found.flatMap((group) => group?.body.policies ?? [])
}

/**
 * What a role may do.
 *
 * @returns `undefined` when there is no such role
 */
export async function policiesOfRole(reader: RecordReader, accountId: string, roleName: string) {
  const role = await reader.get(roles, roleId(accountId, roleName))
  return role && { id: role.body.roleId, policies: await attachedPolicies(reader, accountId, role.body.policies) }
}

async function ofSession(kms: Kms, reader: RecordReader, accessKeyId: string): Promise<Credential | undefined> {
  const session = await reader.get(sessions, accessKeyId)
  if (session === undefined) return undefined
  const { accountId, roleName, sessionName, tokenHash, expiresAt, policy, sourceIdentity, tokenHolder } = session.body
  const role = await reader.get(roles, roleId(accountId, roleName))
  // A new role of the same name is another role.
  if (role === undefined || role.body.roleId !== session.body.roleId) return undefined
  const caller: CallerTemplate = {
    accountId,
    accessKeyId,
    authentication: 'StsToken',
    identity: {
      type: 'AssumedRoleUser',
      id: `${role.body.roleId}:${sessionName}`,
      role: roleName,
      session: sessionName,
    },
    sourceIdentity,
    tokenHolder,
    policies: await attachedPolicies(reader, accountId, role.body.policies),
    ...(policy === undefined ? {} : { sessionPolicy: parseSessionPolicy(policy) }),
  }
  return {
    accessKeyId,
    secret: signingSecret(await openText(kms, sessions, session)),
    status: 'Active',
    requireAcs3: false,
    session: { tokenHash: Buffer.from(tokenHash, 'base64'), expiresAt: new Date(expiresAt) },
    caller,
  }
}

/** Policies are shared by their holders, so each is parsed once as long as its record stays as it is. */
const parsed = new WeakMap<Policy, PolicyDocument>()

const attachedPolicies = (
  reader: RecordReader,
  accountId: string,
  attachments: readonly Attachment[],
): Promise<readonly PolicyDocument[]> =>
  Promise.all(
    attachments.map(async ({ policyType, policyName }) => {
      const policy = await findPolicy(reader, accountId, policyType, policyName)
      const document = parsed.get(policy) ?? { ...parseIdentityPolicy(documentInForce(policy)), name: policyName }
      parsed.set(policy, document)
      return document
    }),
  )

type WithSecret = Session | { readonly accountId: string }

async function openText<Body extends WithSecret>(
  kms: Kms,
  kind: RecordKind<Body>,
  record: Stored<Body>,
): Promise<string> {
  const secret = await kms.sealing.open(kind, record)
  try {
    return new TextDecoder().decode(secret)
  } finally {
    secret.fill(0)
  }
}

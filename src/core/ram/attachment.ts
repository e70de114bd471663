import { KmsError } from '../errors.ts'
import type { RecordReader, Stored, Transaction } from '../records.ts'
import type { IndexEntry } from '../store.ts'
import { findPolicy } from './find-policy.ts'
import { describePolicy, type PolicyType, policies, policyId } from './policy.ts'

/** A policy that a user, group or role has. */
export interface Attachment {
  readonly policyType: PolicyType
  readonly policyName: string
  readonly attachedAt: string
}

type PolicyName = Pick<Attachment, 'policyType' | 'policyName'>

const attachmentKey = ({ policyType, policyName }: PolicyName): string => `${policyType}/${policyName}`
export const attachmentEntries = (attachments: readonly Attachment[]): readonly IndexEntry[] =>
  attachments.map((attachment): IndexEntry => ['policy', attachmentKey(attachment)])

const isSame = (a: PolicyName, b: PolicyName): boolean => attachmentKey(a) === attachmentKey(b)

interface Holder {
  readonly accountId: string
  readonly policies: readonly Attachment[]
}
type HolderKind = 'User' | 'Group' | 'Role'
/** Of one user, group or role; more would make every decision slower. */
const mostAttachments = 20

/**
 * The holder's policies with one more. The policy counts its holders, so that attaching it and deleting it at the same
 * time cannot both succeed.
 * @throws KmsError `EntityNotExist.Policy`, `EntityAlreadyExists.User.Policy`, `LimitExceeded.User.Policy` (`.Group.`, `.Role.`)
 */
export async function withPolicy(
  transaction: Transaction,
  kind: HolderKind,
  holder: Stored<Holder>,
  name: PolicyName,
  attachedAt: string,
): Promise<readonly Attachment[]> {
  const { accountId, policies: held } = holder.body
  const { policyType, policyName } = name
  await findPolicy(transaction, accountId, policyType, policyName)
  if (held.some((attachment) => isSame(attachment, name))) throw new KmsError(`EntityAlreadyExists.${kind}.Policy`)
  if (held.length >= mostAttachments) throw new KmsError(`LimitExceeded.${kind}.Policy`)
  await count(transaction, accountId, name, 1)
  return [...held, { policyType, policyName, attachedAt }]
}

/**
 * The holder's policies without one.
 * @throws KmsError `EntityNotExist.User.Policy` (`.Group.`, `.Role.`)
 */
export async function withoutPolicy(
  transaction: Transaction,
  kind: HolderKind,
  holder: Stored<Holder>,
  name: PolicyName,
): Promise<readonly Attachment[]> {
  const { accountId, policies: held } = holder.body
  const left = held.filter((attachment) => !isSame(attachment, name))
  if (left.length === held.length) throw new KmsError(`EntityNotExist.${kind}.Policy`)
  await count(transaction, accountId, name, -1)
  return left
}

/** Built-in policies cannot be deleted and need no count. */
async function count(transaction: Transaction, accountId: string, name: PolicyName, change: 1 | -1): Promise<void> {
  if (name.policyType === 'System') return
  const policy = await transaction.get(policies, policyId(accountId, name.policyName))
  if (policy === undefined) return
  await transaction.update(policies, policy, {
    ...policy.body,
    attachmentCount: policy.body.attachmentCount + change,
  })
}

/** The policies of a user, group or role as answers show them. */
export const describeAttachments = (reader: RecordReader, { accountId, policies: held }: Holder) =>
  Promise.all(
    held.map(async ({ policyType, policyName, attachedAt }) => ({
      ...describePolicy(policyType, await findPolicy(reader, accountId, policyType, policyName)),
      attachDate: attachedAt,
    })),
  )

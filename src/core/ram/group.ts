import { KmsError } from '../errors.ts'
import type { RecordReader, Stored } from '../records.ts'
import { recordKind } from '../records.ts'
import { type Attachment, attachmentEntries } from './attachment.ts'

/** A group of users, who have its policies besides their own. Record id = `<account>/<group name>`. */
export interface Group {
  readonly accountId: string
  readonly groupId: string
  readonly groupName: string
  readonly comments: string
  readonly createdAt: string
  readonly updatedAt: string
  readonly policies: readonly Attachment[]
  /** who they are, the users say; counted here so that deleting the group and filling it cannot both succeed */
  readonly userCount: number
}

export const groups = recordKind<Group>({
  name: 'group',
  indexes: (group) => [['account', group.accountId], ...attachmentEntries(group.policies)],
})

export const groupId = (accountId: string, groupName: string): string => `${accountId}/${groupName}`

/** Of one group: they are moved in one transaction when it is renamed. */
export const mostUsers = 1000

/** @throws KmsError `EntityNotExist.Group` */
export async function findGroup(reader: RecordReader, accountId: string, groupName: string): Promise<Stored<Group>> {
  const group = await reader.get(groups, groupId(accountId, groupName))
  if (group === undefined) throw new KmsError('EntityNotExist.Group')
  return group
}

/** The group as answers show it. */
export const describeGroup = ({ body }: Stored<Group>) => ({
  groupId: body.groupId,
  groupName: body.groupName,
  comments: body.comments,
  createDate: body.createdAt,
  updateDate: body.updatedAt,
})

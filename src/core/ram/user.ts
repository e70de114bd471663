import { KmsError } from '../errors.ts'
import type { RecordReader, Stored } from '../records.ts'
import { recordKind } from '../records.ts'
import type { IndexEntry } from '../store.ts'
import { type Attachment, attachmentEntries } from './attachment.ts'

/** A user of the account. Record id = `<account>/<user name>`. */
export interface User {
  readonly accountId: string
  readonly userId: string
  readonly userName: string
  readonly displayName: string
  readonly mobilePhone: string
  readonly email: string
  readonly comments: string
  readonly createdAt: string
  readonly updatedAt: string
  readonly policies: readonly Attachment[]
  /** counted here so that deleting the user and giving it one more AccessKey cannot both succeed */
  readonly accessKeyCount: number
  /** by name; absent in records of earlier releases */
  readonly groups?: readonly Membership[] | undefined
}

/** That a user is in a group. */
export interface Membership {
  readonly groupName: string
  readonly joinedAt: string
}

/** What the users of a group are found by. */
export const groupMembers = (accountId: string, groupName: string) => ({ group: [`${accountId}/${groupName}`] })

export const users = recordKind<User>({
  name: 'user',
  indexes: (user) => [
    ['account', user.accountId],
    ...attachmentEntries(user.policies),
    ...(user.groups ?? []).map(({ groupName }): IndexEntry => ['group', `${user.accountId}/${groupName}`]),
  ],
})

export const userId = (accountId: string, userName: string): string => `${accountId}/${userName}`

/** @throws KmsError `EntityNotExist.User` */
export async function findUser(reader: RecordReader, accountId: string, userName: string): Promise<Stored<User>> {
  const user = await reader.get(users, userId(accountId, userName))
  if (user === undefined) throw new KmsError('EntityNotExist.User')
  return user
}

/** The user as answers show it. */
export const describeUser = ({ body }: Stored<User>) => ({
  userId: body.userId,
  userName: body.userName,
  displayName: body.displayName,
  mobilePhone: body.mobilePhone,
  email: body.email,
  comments: body.comments,
  createDate: body.createdAt,
  updateDate: body.updatedAt,
})

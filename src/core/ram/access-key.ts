import { KmsError } from '../errors.ts'
import { letGoOfLastUse, type Usable } from '../last-use.ts'
import type { RecordReader, Stored, Transaction } from '../records.ts'
import { recordKind } from '../records.ts'

/** An AccessKey; the sealed secret is its AccessKeySecret as UTF-8 text. Record id = AccessKey ID. */
export interface AccessKey {
  readonly accountId: string
  /** absent: it is the account's own */
  readonly userName?: string | undefined
  readonly status: 'Active' | 'Inactive'
  readonly createdAt: string
  /** refuse signature version 1.0, whose clients know SHA-1 only */
  readonly requireAcs3?: boolean | undefined
}

export const accessKeys = recordKind<AccessKey>({
  name: 'access-key',
  indexes: (key) => [
    ['account', key.accountId],
    ['owner', accessKeyOwner(key.accountId, key.userName)],
  ],
  // A renamed user keeps its AccessKeys, so the name is no part of the binding.
  binding: (key) => [key.accountId],
})

const accessKeyOwner = (accountId: string, userName: string | undefined): string => `${accountId}/${userName ?? ''}`

/** All AccessKeys of a user, or of the account itself. */
export const accessKeysOf = async (
  reader: RecordReader,
  accountId: string,
  userName: string | undefined,
): Promise<readonly Stored<AccessKey>[]> => {
  const owner = [accessKeyOwner(accountId, userName)]
  const { items } = await reader.list(accessKeys, { owner }, { offset: 0, limit: 100 })
  return items
}

/**
 * An AccessKey by id, if it belongs to this user (to the account itself, when there is no name).
 * @throws KmsError `EntityNotExist.User.AccessKey`
 */
export async function findAccessKey(
  reader: RecordReader,
  accountId: string,
  userName: string | undefined,
  accessKeyId: string,
): Promise<Stored<AccessKey>> {
  const key = await reader.get(accessKeys, accessKeyId)
  if (key?.body.accountId === accountId && key.body.userName === userName) return key
  throw new KmsError('EntityNotExist.User.AccessKey')
}

export const describeAccessKey = (key: Stored<AccessKey>) => ({
  accessKeyId: key.id,
  status: key.body.status,
  createDate: key.body.createdAt,
})

/**
 * Keeps the account from locking itself out: without an active AccessKey of its own, nobody could administer it again.
 * @throws KmsError `DeleteConflict.Account.AccessKey` when there is no other active one
 */
export async function requireAnotherActive(reader: RecordReader, key: Stored<AccessKey>): Promise<void> {
  if (key.body.userName !== undefined) return
  const own = await accessKeysOf(reader, key.body.accountId, undefined)
  const other = own.find(({ id, body }) => id !== key.id && body.status === 'Active')
  // Read within the transaction, so that two AccessKeys cannot be disabled at the same time, each for the other's sake.
  const kept = other && (await reader.get(accessKeys, other.id))
  if (kept?.body.status !== 'Active') throw new KmsError('DeleteConflict.Account.AccessKey')
}

/** The AccessKey as something whose last use is kept. */
export const accessKeyLastUse = (accessKeyId: string): Usable => ({
  name: `access-key/${accessKeyId}`,
  exists: async (reader) => (await reader.get(accessKeys, accessKeyId)) !== undefined,
})

/** Removes an AccessKey and what is kept about it. */
export async function removeAccessKey(transaction: Transaction, key: Stored<AccessKey>): Promise<void> {
  await letGoOfLastUse(transaction, accessKeyLastUse(key.id))
  await transaction.delete(accessKeys, key)
}

import type { Input, Result } from '../../api/operation.ts'
import type { CreateAccessKey } from '../../api/ram.ts'
import { KmsError } from '../errors.ts'
import type { Call, Kms } from '../kms.ts'
import { randomText } from '../random-text.ts'
import type { Transaction } from '../records.ts'
import { formatTime } from '../time.ts'
import { accessKeys, accessKeysOf, describeAccessKey } from './access-key.ts'
import { authorizeForUser } from './own-user-name.ts'
import { findUser, users } from './user.ts'

const mostOfUser = 2
const mostOfAccount = 5

/**
 * Creates an AccessKey for a user or for the account itself. The secret is in this answer and nowhere else.
 * @throws KmsError `EntityNotExist.User`; `LimitExceeded.User.AccessKey`
 */
export async function createAccessKey(
  call: Call,
  input: Input<typeof CreateAccessKey>,
): Promise<Result<typeof CreateAccessKey>> {
  const userName = authorizeForUser(call, input.userName)
  return { accessKey: await newAccessKey(call.kms, call.caller.accountId, userName) }
}

/** What a program signs with. */
export interface AccessKeyPair {
  readonly accessKeyId: string
  readonly accessKeySecret: string
}

/**
 * An AccessKey with its secret; `userName` left out means the account's own.
 *
 * @param keep - is given both before there is such an AccessKey: what it keeps is not lost if this is cut off
 */
export async function newAccessKey(
  kms: Kms,
  accountId: string,
  userName?: string,
  keep?: (accessKey: AccessKeyPair) => void,
) {
  const accessKeyId = `KHAK${randomText(kms, 20)}`
  const accessKeySecret = randomText(kms, 30)
  keep?.({ accessKeyId, accessKeySecret })
  const secret = new TextEncoder().encode(accessKeySecret)
  try {
    const key = await kms.records.transaction(async (transaction) => {
      await countAccessKey(transaction, accountId, userName)
      const createdAt = formatTime(kms.now())
      return transaction.insert(accessKeys, accessKeyId, { accountId, userName, status: 'Active', createdAt }, secret)
    })
    return { ...describeAccessKey(key), accessKeySecret }
  } finally {
    secret.fill(0)
  }
}

async function countAccessKey(transaction: Transaction, accountId: string, userName?: string): Promise<void> {
  if (userName === undefined) {
    const own = await accessKeysOf(transaction, accountId, undefined)
    if (own.length >= mostOfAccount) throw new KmsError('LimitExceeded.User.AccessKey')
    return
  }
  const user = await findUser(transaction, accountId, userName)
  const accessKeyCount = user.body.accessKeyCount + 1
  if (accessKeyCount > mostOfUser) throw new KmsError('LimitExceeded.User.AccessKey')
  await transaction.update(users, user, { ...user.body, accessKeyCount })
}

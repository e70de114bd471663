import { timingSafeEqual } from 'node:crypto'
import { invalidParameter } from '../errors.ts'
import type { Call, Kms } from '../kms.ts'
import { type AccessKey, accessKeys, accessKeysOf, removeAccessKey } from '../ram/access-key.ts'
import { findUser, users } from '../ram/user.ts'
import { randomText } from '../random-text.ts'
import type { Stored } from '../records.ts'
import { RotationFailure, type RotationState, type RotationTarget } from '../rotation-target.ts'
import { formatTime } from '../time.ts'

interface Credential {
  readonly AccessKeyId: string
  readonly AccessKeySecret: string
}

/**
 * Rotates the AccessKey of a user of this deployment. A user has two at most: the one that is current when a rotation
 * begins stays valid until the next one, and what is older goes (the two-key rule). An AccessKey is made only for who
 * holds one: the secret's current one must still be valid, so that one taken away from its user is not replaced here.
 */
export const ramTarget = (kms: Kms): RotationTarget => ({
  // The form that the official managed-credentials plug-ins read.
  async prepare() {
    const GenerateTimestamp = formatTime(kms.now())
    const key = { AccessKeyId: `KHAK${randomText(kms, 20)}`, AccessKeySecret: randomText(kms, 30) }
    return JSON.stringify({ ...key, GenerateTimestamp })
  },

  async apply(state, next) {
    const { AccessKeyId, AccessKeySecret } = credentialIn(next)
    const { AccessKeyId: current } = credentialIn(state.current)
    if (!(await isValid(kms, state, state.current))) throw notValid()
    const userName = String(state.config.UserName)
    const secret = new TextEncoder().encode(AccessKeySecret)
    try {
      await replaceOlder(kms, state.accountId, userName, { current, AccessKeyId, secret })
    } finally {
      secret.fill(0)
    }
  },

  accepts: (state, value) => isValid(kms, state, value),
})

/**
 * Whoever has a secret rotate the AccessKeys of a user is given new ones, and the old ones end: that is for who holds
 * them all already. The answer tells nothing about users and keys that the caller does not know.
 *
 * @param values - AccessKeys as JSON, the current one first
 * @throws KmsError `InvalidParameter` of SecretData
 */
export async function requireAllAccessKeys(
  { kms, caller: { accountId } }: Call,
  userName: string,
  values: readonly string[],
): Promise<void> {
  const owner = { accountId, config: { UserName: userName } }
  const given = new Set(values.map((value) => credentialIn(value).AccessKeyId))
  const held = await accessKeysOf(kms.records, accountId, userName)
  const isHeld = await Promise.all(values.map((value) => isOwn(kms, owner, value)))
  const [current = ''] = values
  const isAll = isHeld.every(Boolean) && held.every(({ id }) => given.has(id)) && (await isValid(kms, owner, current))
  if (!isAll) throw invalidParameter('SecretData', 'It holds all AccessKeys of the user, a valid one first.')
}

type Owner = Pick<RotationState, 'accountId' | 'config'>

async function isValid(kms: Kms, owner: Owner, value: string): Promise<boolean> {
  const key = await kms.records.get(accessKeys, credentialIn(value).AccessKeyId)
  return key?.body.status === 'Active' && (await isOwn(kms, owner, value))
}

/** Whether a value is an AccessKey of the user, with its secret. */
async function isOwn(kms: Kms, owner: Owner, value: string): Promise<boolean> {
  const { AccessKeyId, AccessKeySecret } = credentialIn(value)
  const key = await kms.records.get(accessKeys, AccessKeyId)
  if (!key || !isOf(key, owner)) return false
  const secret = await kms.sealing.open(accessKeys, key)
  const given = new TextEncoder().encode(AccessKeySecret)
  try {
    return secret.length === given.length && timingSafeEqual(secret, given)
  } finally {
    secret.fill(0)
  }
}

const notValid = () => new RotationFailure('The current AccessKey is not a valid one of the user.')

function replaceOlder(
  kms: Kms,
  accountId: string,
  userName: string,
  key: { readonly current: string; readonly AccessKeyId: string; readonly secret: Uint8Array },
): Promise<void> {
  return kms.records.transaction(async (transaction) => {
    const user = await findUser(transaction, accountId, userName).catch((cause: unknown) => {
      throw new RotationFailure(`There is no user ${userName}.`, cause)
    })
    if (await transaction.get(accessKeys, key.AccessKeyId)) return
    // Taken away in the meantime.
    if ((await transaction.get(accessKeys, key.current))?.body.status !== 'Active') throw notValid()
    const held = await accessKeysOf(transaction, accountId, userName)
    const older = held.filter(({ id }) => id !== key.current)
    for (const { id } of older) {
      const stored = await transaction.get(accessKeys, id)
      if (stored) await removeAccessKey(transaction, stored)
    }
    const createdAt = formatTime(kms.now())
    const body = { accountId, userName, status: 'Active', createdAt } as const
    await transaction.insert(accessKeys, key.AccessKeyId, body, key.secret)
    await transaction.update(users, user, { ...user.body, accessKeyCount: held.length - older.length + 1 })
  })
}

const isOf = ({ body }: Stored<AccessKey>, { accountId, config }: Owner): boolean =>
  body.accountId === accountId && body.userName === config.UserName

function credentialIn(value: string): Credential {
  const { AccessKeyId = '', AccessKeySecret = '' } = JSON.parse(value) as Partial<Credential>
  return { AccessKeyId, AccessKeySecret }
}

import { KmsError, resourceNotFound } from '../errors.ts'
import type { Kms } from '../kms.ts'
import type { Stored, Transaction } from '../records.ts'
import type { Managed, Rotating } from './managed.ts'
import { type Secret, secretId, secrets } from './secret.ts'

/** A secret that has what rotates. */
export type Rotatable = Stored<Secret & { readonly managed: Managed }>

export const isRotatable = (secret: Stored<Secret>): secret is Rotatable => secret.body.managed !== undefined

/** The secret as it is now, still the same one and rotatable. */
export async function freshly(kms: Kms, secret: Stored<Secret>): Promise<Rotatable> {
  const current = await kms.records.get(secrets, secretId(secret.body.accountId, secret.body.name))
  return rotatable(current, secret.body)
}

/** @throws KmsError when it is another one, or to be deleted */
export function rotatable(secret: Stored<Secret> | undefined, { uid, name }: Pick<Secret, 'uid' | 'name'>): Rotatable {
  if (secret?.body.uid !== uid || !isRotatable(secret)) throw resourceNotFound('secret', name)
  if (secret.body.deleteAt !== undefined) throw new KmsError('Rejected.ResourceInDeleteWindow')
  return secret
}

/** The rotation that has begun. */
export const rotatingOf = ({ body }: Rotatable): Rotating => {
  const { rotating } = body.managed
  if (rotating === undefined) throw new TypeError('a rotation is carried out that has not begun')
  return rotating
}

export async function withManaged(
  transaction: Transaction,
  secret: Rotatable,
  change: Partial<Managed>,
): Promise<Rotatable> {
  const body = { ...secret.body, managed: { ...secret.body.managed, ...change } }
  return (await transaction.update(secrets, secret, body)) as Rotatable
}

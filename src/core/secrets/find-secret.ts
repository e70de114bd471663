import { maxSecretNameLength } from '../../api/secret-fields.ts'
import { authorize, type Resource } from '../access/authorize.ts'
import { storedResourcePolicy } from '../access/resource-policy.ts'
import { arnOf } from '../arn.ts'
import { invalidParameter, KmsError, missingParameter, resourceNotFound } from '../errors.ts'
import { servesHere } from '../keys/find-key.ts'
import type { Call, Kms } from '../kms.ts'
import type { RecordReader, Stored, Transaction } from '../records.ts'
import { formatTime } from '../time.ts'
import { type Secret, secretId, secrets } from './secret.ts'

export const secretArn = (kms: Kms, { accountId, name }: Pick<Secret, 'accountId' | 'name'>): string =>
  arnOf(kms, accountId, `secret/${name}`)

/** The secret as an access decision sees it; without a policy of its own the identity policies of its account decide. */
export function secretResource(call: Pick<Call, 'kms'>, secret: Stored<Secret>): Resource {
  const { accountId, tags, policy, instanceId } = secret.body
  return {
    arn: secretArn(call.kms, secret.body),
    accountId,
    tags,
    instanceId,
    policy: policy === undefined ? undefined : storedResourcePolicy(accountId, policy, 'secret'),
  }
}

/**
 * The secret that a caller named by name or ARN, once the caller may act on it; the decision falls before anything is
 * said about whether the secret exists.
 *
 * @param action - RAM action to check; the operation's own unless given
 * @throws KmsError `Forbidden.NoPermission`; `Forbidden.ResourceNotFound` when there is no such secret for this caller
 */
export async function findSecret(
  call: Call,
  nameOrArn: string,
  { reader = call.kms.records, action }: { readonly reader?: RecordReader; readonly action?: string | undefined } = {},
): Promise<Stored<Secret>> {
  const { accountId, name } = parseSecretName(call, nameOrArn)
  call.audit.resource = `secret/${name}`
  const stored = await reader.get(secrets, secretId(accountId, name))
  const found = stored && servesHere(call, stored.body.instanceId) && !isGone(call.kms, stored) ? stored : undefined
  const resource = found ? secretResource(call, found) : { accountId, arn: secretArn(call.kms, { accountId, name }) }
  authorizeUnlessForeign(call, resource, action, nameOrArn)
  if (!found) throw resourceNotFound('secret', nameOrArn)
  return found
}

/** Asked about another account's secret, a denial sounds like absence: strangers learn nothing (SEC-11). */
function authorizeUnlessForeign(call: Call, resource: Resource, action: string | undefined, name: string): void {
  try {
    authorize(call, resource, action)
  } catch (denial) {
    if (resource.accountId === call.caller.accountId) throw denial
    throw resourceNotFound('secret', name, denial)
  }
}

/** A secret whose window has ended counts as deleted, even when the schedule has yet to destroy it. */
export const isGone = (kms: Kms, { body: { deleteAt } }: Stored<Secret>): boolean =>
  deleteAt !== undefined && Date.parse(deleteAt) <= kms.now().getTime()

/** @throws KmsError `Forbidden.ResourceNotFound` for an ARN of another service or region */
function parseSecretName(call: Call, text: string): SecretName {
  if (text === '') throw missingParameter('SecretName')
  const named = readSecretName(call, text)
  if (named === undefined) throw resourceNotFound('secret', text)
  return named
}

type SecretName = Pick<Secret, 'accountId' | 'name'>

/** Whose secret a name or an ARN means; undefined when it can be none of this service. */
function readSecretName(call: Call, text: string): SecretName | undefined {
  if (!text.startsWith('acs:')) return { accountId: call.caller.accountId, name: text }
  const [, service, region, accountId = '', ...rest] = text.split(':')
  const [, name] = /^secret\/(.+)$/s.exec(rest.join(':')) ?? []
  const isHere = service === 'kms' && region === call.kms.settings.regionId
  return isHere && name !== undefined ? { accountId, name } : undefined
}

/** The same for every way to name one secret, whether there is one or not. */
export function secretIdNamed(call: Call, nameOrArn: string): string {
  const named = readSecretName(call, nameOrArn)
  return named === undefined ? nameOrArn : secretId(named.accountId, named.name)
}

/** @throws KmsError `Rejected.ResourceInDeleteWindow` */
export function requireNotDeleting({ body }: Stored<Secret>): void {
  // The text is the service's own.
  if (body.deleteAt !== undefined) {
    throw new KmsError('Rejected.ResourceInDeleteWindow', { message: 'secret in delete peroid' })
  }
}

/** What is for managed secrets only, or for generic ones only. @throws KmsError `Rejected.UnsupportedOperation` */
export function requireType(secret: Stored<Secret>, wanted: 'generic' | 'managed'): void {
  if ((secret.body.type === 'Generic') !== (wanted === 'generic')) {
    throw new KmsError('Rejected.UnsupportedOperation', {
      message: `Unsupported operation. The secret is of type ${secret.body.type}.`,
    })
  }
}

/**
 * Finds and authorises a secret that is not waiting for deletion, and replaces its body, all against one state of the
 * store.
 *
 * @param decide - returns the new body, or the old one when there is nothing to do; may be run again
 * @throws KmsError as {@link findSecret} and `decide`; `Rejected.ResourceInDeleteWindow`
 */
export function changeSecret(
  call: Call,
  nameOrArn: string,
  decide: (secret: Stored<Secret>, transaction: Transaction) => Secret | Promise<Secret>,
): Promise<Stored<Secret>> {
  return call.kms.records.transaction(async (transaction) => {
    const secret = await findSecret(call, nameOrArn, { reader: transaction })
    requireNotDeleting(secret)
    return replaceSecret(call, transaction, secret, await decide(secret, transaction))
  })
}

export const replaceSecret = async (
  { kms }: Call,
  transaction: Transaction,
  secret: Stored<Secret>,
  body: Secret,
): Promise<Stored<Secret>> =>
  body === secret.body ? secret : transaction.update(secrets, secret, { ...body, updatedAt: formatTime(kms.now()) })

const nameForm = new RegExp(`^[\\w/+=.@-]{1,${maxSecretNameLength}}$`)

/** @throws KmsError `InvalidParameter` */
export function requireSecretName(name: string): void {
  if (!nameForm.test(name)) throw invalidParameter('SecretName')
}

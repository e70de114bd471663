import { authorize } from '../access/authorize.ts'
import { arnOf } from '../arn.ts'
import { resourceNotFound } from '../errors.ts'
import type { Call } from '../kms.ts'
import { type RecordReader, recordKind, type Stored } from '../records.ts'

/** A managed data key: random bytes under a name, in versions. Record id = `<account>/<name>`. */
export interface ManagedDataKey {
  readonly accountId: string
  readonly name: string
  readonly numberOfBytes: number
  readonly createdAt: string
  /** oldest first */
  readonly versionIds: readonly string[]
}

export const managedDataKeys = recordKind<ManagedDataKey>({
  name: 'managed-data-key',
  indexes: ({ accountId }) => [['account', accountId]],
})

/** One version; its sealed secret is the data key. Record id = `<account>/<name>/<version id>`. */
export interface ManagedDataKeyVersion {
  readonly accountId: string
  readonly name: string
  readonly versionId: string
  readonly createdAt: string
}

export const managedDataKeyVersions = recordKind<ManagedDataKeyVersion>({
  name: 'managed-data-key-version',
  indexes: ({ accountId, name }) => [['data-key', `${accountId}/${name}`]],
  binding: ({ accountId, name, versionId }) => [accountId, name, versionId],
})

export const dataKeyId = (accountId: string, name: string): string => `${accountId}/${name}`

/** The name that the cloud keeps such a version under, as a secret. */
export const versionName = (name: string, versionId: string): string => `kms-datakeyversion!${name}!${versionId}`

/** The service shows eight characters, such as `xH6OPUmz`. */
export function newVersionId(call: Call): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  return Array.from(call.kms.randomBytes(8), (byte) => alphabet[byte % alphabet.length]).join('')
}

/**
 * Authorises the caller on the data key's name, which policies see as a secret.
 * @throws KmsError `Forbidden.NoPermission`
 */
export function authorizeDataKey(call: Call, name: string): void {
  const { accountId } = call.caller
  call.audit.resource = `kms-datakey/${name}`
  authorize(call, { arn: arnOf(call.kms, accountId, `secret/kms-datakeyversion!${name}`), accountId })
}

/** @throws KmsError `Forbidden.NoPermission`, `Forbidden.ResourceNotFound` */
export async function findDataKey(
  call: Call,
  name: string,
  reader: RecordReader = call.kms.records,
): Promise<Stored<ManagedDataKey>> {
  authorizeDataKey(call, name)
  const found = await reader.get(managedDataKeys, dataKeyId(call.caller.accountId, name))
  if (found === undefined) throw resourceNotFound('managed data key', name)
  return found
}

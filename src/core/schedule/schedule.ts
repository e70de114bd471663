import { deleteExpiredConsoleSessions } from '../console/session.ts'
import { duePeriods } from '../due.ts'
import { KmsError } from '../errors.ts'
import { expireMaterial, isExpiryDue } from '../key-material/expire-material.ts'
import { importTokens } from '../key-material/import-token.ts'
import { keys } from '../keys/key.ts'
import { isRotationDue, rotateKey } from '../keys/rotate-key.ts'
import type { Kms } from '../kms.ts'
import type { RecordKind, Stored } from '../records.ts'
import { deleteDueSecret } from '../secrets/delete-secret.ts'
import { rotateDueSecret } from '../secrets/rotation.ts'
import { secrets } from '../secrets/secret.ts'
import { deleteExpiredSessions } from '../sts/session.ts'
import { deleteKey, isDeletionDue } from './delete-key.ts'

/** What was done, for the audit log. */
export interface DueWork {
  readonly rotated: { readonly keyId: string; readonly keyVersionId: string }[]
  readonly deleted: { readonly keyId: string }[]
  readonly expired: { readonly keyId: string }[]
  readonly secretsDeleted: { readonly name: string }[]
  readonly secretsRotated: { readonly name: string }[]
  /** what could not be done, by key id or `secret/<name>`; it stays due and is tried again by the next run */
  readonly failed: { readonly resource: string; readonly cause: unknown }[]
}

export interface DueWorkOptions {
  /** `false` while the clock is in doubt: nothing that cannot be undone is done (SEC-34) */
  readonly destroy?: boolean
  /** told of each piece of work right after it, before the next one begins */
  readonly record?: (work: PieceOfWork) => Promise<void>
}

export type PieceOfWork =
  | {
      readonly action: 'RotateKey' | 'DeleteKey' | 'ExpireKeyMaterial'
      readonly keyId: string
      readonly keyVersionId?: string
    }
  | { readonly action: 'DeleteSecret' | 'RotateSecret'; readonly resource: string }

const batchSize = 200

/**
 * Does everything whose time has come: rotates keys, deletes keys and secrets for good, destroys imported material that
 * has expired.
 * May run on several nodes at once and at any time: each piece of work is one transaction that holds only if the key is
 * still due for it, so none is done twice and none too early.
 */
export async function runDueWork(
  kms: Kms,
  { destroy = true, record = async () => {} }: DueWorkOptions = {},
): Promise<DueWork> {
  const done: DueWork = { rotated: [], deleted: [], expired: [], secretsDeleted: [], secretsRotated: [], failed: [] }
  for (const { id: keyId } of await dueRecords(kms, keys)) {
    try {
      await doFor(kms, keyId, { destroy, record }, done)
    } catch (cause) {
      // Without store or audit log nothing can be done at all; what is due stays due.
      if (cause instanceof KmsError && cause.code === 'ServiceUnavailableTemporary') throw cause
      // One key that cannot be dealt with must not keep the others from their turn.
      done.failed.push({ resource: keyId, cause })
    }
  }
  await dueSecrets(kms, { destroy, record }, done)
  await forgetExpiredTokens(kms)
  await deleteExpiredSessions(kms)
  await deleteExpiredConsoleSessions(kms)
  return done
}

async function doFor(
  kms: Kms,
  keyId: string,
  { destroy, record }: Required<DueWorkOptions>,
  done: DueWork,
): Promise<void> {
  const key = await kms.records.get(keys, keyId)
  if (!key) return
  if (destroy && isDeletionDue(kms, key.body)) {
    if (!(await deleteKey(kms, keyId))) return
    done.deleted.push({ keyId })
    return record({ action: 'DeleteKey', keyId })
  }
  if (destroy && isExpiryDue(kms, key.body) && (await expireMaterial(kms, keyId))) {
    done.expired.push({ keyId })
    await record({ action: 'ExpireKeyMaterial', keyId })
  }
  const version = await rotateKey(kms, keyId, (current) => isRotationDue(kms, current.body))
  if (!version) return
  done.rotated.push({ keyId, keyVersionId: version.id })
  await record({ action: 'RotateKey', keyId, keyVersionId: version.id })
}

async function dueSecrets(kms: Kms, { destroy, record }: Required<DueWorkOptions>, done: DueWork): Promise<void> {
  for (const secret of await dueRecords(kms, secrets)) {
    const resource = `secret/${secret.body.name}`
    try {
      if (destroy && (await deleteDueSecret(kms, secret.id))) {
        done.secretsDeleted.push({ name: secret.body.name })
        await record({ action: 'DeleteSecret', resource })
      } else if (await rotateDueSecret(kms, secret)) {
        done.secretsRotated.push({ name: secret.body.name })
        await record({ action: 'RotateSecret', resource })
      }
    } catch (cause) {
      if (cause instanceof KmsError && cause.code === 'ServiceUnavailableTemporary') throw cause
      // Another node is at it.
      if (cause instanceof KmsError && cause.code === 'Rejected.ResourceInUse') continue
      done.failed.push({ resource, cause })
    }
  }
}

/** All records of a kind that are due by today; whether their hour has come is for their own rules to say. */
async function dueRecords<Body extends object>(kms: Kms, kind: RecordKind<Body>): Promise<readonly Stored<Body>[]> {
  const due = duePeriods(kms.now())
  const found = new Map<string, Stored<Body>>()
  for (let offset = 0; ; offset += batchSize) {
    const { items } = await kms.records.list(kind, { due }, { offset, limit: batchSize })
    for (const record of items) found.set(record.id, record)
    if (items.length < batchSize) return [...found.values()]
  }
}

/** Wrapping keys outlive their tokens by nothing but the time until the next run. */
async function forgetExpiredTokens(kms: Kms): Promise<void> {
  for (const { id } of await dueRecords(kms, importTokens)) {
    await kms.records.transaction(async (transaction) => {
      const token = await transaction.get(importTokens, id)
      const isExpired = token && Date.parse(token.body.expiresAt) <= kms.now().getTime()
      if (isExpired) await transaction.delete(importTokens, token)
    })
  }
}

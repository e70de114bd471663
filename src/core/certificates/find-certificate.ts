import type { KmsErrorCode } from '../../api/errors.ts'
import { authorize } from '../access/authorize.ts'
import { KmsError } from '../errors.ts'
import type { Call } from '../kms.ts'
import type { RecordReader, Stored } from '../records.ts'
import { formatTime } from '../time.ts'
import {
  type Certificate,
  type CertificateStatus,
  certificateArn,
  certificateResource,
  certificates,
} from './certificate.ts'

/**
 * A certificate of the caller's account, once the caller may act on it; the decision falls before anything is said about
 * whether there is one.
 *
 * @throws KmsError `Forbidden.NoPermission`; `Certificate.NotFound`, also for one of another account
 */
export async function findCertificate(
  call: Call,
  id: string,
  reader: RecordReader = call.kms.records,
): Promise<Stored<Certificate>> {
  const { kms, caller } = call
  call.audit.resource = `certificate/${id}`
  const stored = await reader.get(certificates, id)
  const found = stored?.body.accountId === caller.accountId ? stored : undefined
  const { accountId } = caller
  authorize(call, found ? certificateResource(kms, found) : { accountId, arn: certificateArn(kms, accountId, id) })
  if (!found) throw new KmsError('Certificate.NotFound')
  return found
}

const refusals: Readonly<Record<CertificateStatus, KmsErrorCode>> = {
  PENDING: 'Rejected.PendingImport',
  ACTIVE: 'Rejected.StateModifiedFailed',
  INACTIVE: 'Rejected.Disabled',
  REVOKED: 'Rejected.Unavailable',
}

/** @throws KmsError with the code that keys have in a state like it */
export function requireStatus({ body: { status } }: Stored<Certificate>, allowed: readonly CertificateStatus[]): void {
  if (allowed.includes(status)) return
  throw new KmsError(refusals[status], {
    message: `The request was rejected because the status of the certificate is ${status}.`,
  })
}

/**
 * Finds a certificate and replaces its body, against one state of the store.
 *
 * @param decide - returns the new body, or the old one when there is nothing to do; may be run again
 */
export function changeCertificate(
  call: Call,
  id: string,
  decide: (found: Stored<Certificate>) => Certificate,
): Promise<Stored<Certificate>> {
  return call.kms.records.transaction(async (transaction) => {
    const found = await findCertificate(call, id, transaction)
    const body = decide(found)
    if (body === found.body) return found
    return transaction.update(certificates, found, { ...body, updatedAt: formatTime(call.kms.now()) })
  })
}

import type { UpdateCertificateStatus } from '../../api/certificates.ts'
import type { Input, Result } from '../../api/operation.ts'
import type { Call } from '../kms.ts'
import { changeCertificate, requireStatus } from './find-certificate.ts'

/**
 * Activates, deactivates or revokes a certificate.
 *
 * @throws KmsError `Certificate.NotFound`; `Rejected.PendingImport` before a certificate has been uploaded, unless it is
 * revoked; `Rejected.Unavailable` for a revoked one, which stays so
 * @see KMS API 2016-01-20, UpdateCertificateStatus
 */
export async function updateCertificateStatus(
  call: Call,
  { certificateId, status }: Input<typeof UpdateCertificateStatus>,
): Promise<Result<typeof UpdateCertificateStatus>> {
  await changeCertificate(call, certificateId, (found) => {
    if (status !== 'REVOKED') requireStatus(found, ['ACTIVE', 'INACTIVE'])
    return found.body.status === status ? found.body : { ...found.body, status }
  })
  return {}
}

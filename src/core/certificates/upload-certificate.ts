import type { UploadCertificate } from '../../api/certificates.ts'
import type { Input, Result } from '../../api/operation.ts'
import type { Call } from '../kms.ts'
import { changeCertificate, findCertificate, requireStatus } from './find-certificate.ts'
import { issuedFrom } from './issued-certificate.ts'

/**
 * Takes a certificate from a CA, the first one or one that renews it. A pending certificate becomes active, an inactive
 * one stays so.
 *
 * @throws KmsError `Certificate.NotFound`; `InvalidParameter` of Certificate or CertificateChain;
 * `Rejected.Unavailable` for a revoked one
 * @see KMS API 2016-01-20, UploadCertificate
 */
export async function uploadCertificate(
  call: Call,
  { certificateId, certificate, certificateChain = '' }: Input<typeof UploadCertificate>,
): Promise<Result<typeof UploadCertificate>> {
  const { body } = await findCertificate(call, certificateId)
  const issued = await issuedFrom(body, certificate, certificateChain, call.kms.now())
  await changeCertificate(call, certificateId, (found) => {
    requireStatus(found, ['PENDING', 'ACTIVE', 'INACTIVE'])
    return { ...found.body, issued, status: found.body.status === 'PENDING' ? 'ACTIVE' : found.body.status }
  })
  return {}
}

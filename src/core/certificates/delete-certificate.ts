import type { DeleteCertificate } from '../../api/certificates.ts'
import type { Input, Result } from '../../api/operation.ts'
import type { Call } from '../kms.ts'
import { certificates } from './certificate.ts'
import { findCertificate } from './find-certificate.ts'

/**
 * Deletes a certificate and its private key, whatever its status. There is no way back.
 *
 * @throws KmsError `Certificate.NotFound`
 * @see KMS API 2016-01-20, DeleteCertificate
 */
export async function deleteCertificate(
  call: Call,
  { certificateId }: Input<typeof DeleteCertificate>,
): Promise<Result<typeof DeleteCertificate>> {
  await call.kms.records.transaction(async (transaction) => {
    const found = await findCertificate(call, certificateId, transaction)
    await transaction.delete(certificates, found)
  })
  return {}
}

import type { GetCertificate } from '../../api/certificates.ts'
import type { Input, Result } from '../../api/operation.ts'
import type { Call } from '../kms.ts'
import { findCertificate } from './find-certificate.ts'

/**
 * @throws KmsError `Certificate.NotFound`
 * @see KMS API 2016-01-20, GetCertificate
 */
export async function getCertificate(
  call: Call,
  { certificateId }: Input<typeof GetCertificate>,
): Promise<Result<typeof GetCertificate>> {
  const { csr, issued } = (await findCertificate(call, certificateId)).body
  return { certificateId, certificate: issued?.certificate ?? '', certificateChain: issued?.chain ?? '', csr }
}

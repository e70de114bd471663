import type { CertificatePublicKeyEncrypt } from '../../api/certificates.ts'
import type { Input, Result } from '../../api/operation.ts'
import { encryptionAlgorithm, encryptWith, requirePlaintext } from '../asymmetric/with-material.ts'
import type { Call } from '../kms.ts'
import { certificates } from './certificate.ts'
import { findCertificate, requireStatus } from './find-certificate.ts'

/**
 * @throws KmsError `Certificate.NotFound`; `Rejected.PendingImport`, `Rejected.Disabled` or `Rejected.Unavailable` unless
 * the certificate is active; `InvalidParameter` of Algorithm or Plaintext
 * @see KMS API 2016-01-20, CertificatePublicKeyEncrypt
 */
export async function certificatePublicKeyEncrypt(
  call: Call,
  { certificateId, algorithm, plaintext }: Input<typeof CertificatePublicKeyEncrypt>,
): Promise<Result<typeof CertificatePublicKeyEncrypt>> {
  const found = await findCertificate(call, certificateId)
  requireStatus(found, ['ACTIVE'])
  const chosen = encryptionAlgorithm(found, algorithm)
  requirePlaintext(chosen, plaintext)
  const material = await call.kms.materials.open(certificates, found)
  return { certificateId, ciphertextBlob: await encryptWith(call, material, chosen, plaintext) }
}

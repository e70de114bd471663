import type { CertificatePrivateKeyDecrypt } from '../../api/certificates.ts'
import type { Input, Result } from '../../api/operation.ts'
import { decryptWith, encryptionAlgorithm } from '../asymmetric/with-material.ts'
import type { Call } from '../kms.ts'
import { certificates } from './certificate.ts'
import { findCertificate, requireStatus } from './find-certificate.ts'

/**
 * @throws KmsError `Certificate.NotFound`; `Rejected.PendingImport`, `Rejected.Disabled` or `Rejected.Unavailable` unless
 * the certificate is active; `InvalidParameter` of Algorithm, or for whatever reason the ciphertext does not open
 * @see KMS API 2016-01-20, CertificatePrivateKeyDecrypt
 */
export async function certificatePrivateKeyDecrypt(
  call: Call,
  { certificateId, algorithm, ciphertextBlob }: Input<typeof CertificatePrivateKeyDecrypt>,
): Promise<Result<typeof CertificatePrivateKeyDecrypt>> {
  const found = await findCertificate(call, certificateId)
  requireStatus(found, ['ACTIVE'])
  const chosen = encryptionAlgorithm(found, algorithm)
  const material = await call.kms.materials.open(certificates, found)
  return { certificateId, plaintext: await decryptWith(call, material, chosen, ciphertextBlob) }
}

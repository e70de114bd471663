import type { CertificatePublicKeyVerify } from '../../api/certificates.ts'
import type { Input, Result } from '../../api/operation.ts'
import { requireDigest, signingAlgorithm, verifyWith } from '../asymmetric/with-material.ts'
import type { Call } from '../kms.ts'
import { certificates } from './certificate.ts'
import { findCertificate, requireStatus } from './find-certificate.ts'

/**
 * A revoked certificate verifies what it had signed.
 *
 * @throws KmsError `Certificate.NotFound`; `Rejected.PendingImport` or `Rejected.Disabled`; `InvalidParameter` of
 * Algorithm, or of Message for a digest of another length
 * @see KMS API 2016-01-20, CertificatePublicKeyVerify
 */
export async function certificatePublicKeyVerify(
  call: Call,
  { certificateId, algorithm, message, messageType, signatureValue }: Input<typeof CertificatePublicKeyVerify>,
): Promise<Result<typeof CertificatePublicKeyVerify>> {
  const found = await findCertificate(call, certificateId)
  requireStatus(found, ['ACTIVE', 'REVOKED'])
  const signable = { type: messageType, bytes: message, parameter: 'Message' } as const
  const chosen = signingAlgorithm(found, algorithm)
  requireDigest(chosen, signable)
  const material = await call.kms.materials.open(certificates, found)
  return { certificateId, signatureValid: await verifyWith(call, material, chosen, signable, signatureValue) }
}

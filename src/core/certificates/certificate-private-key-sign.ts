import type { CertificatePrivateKeySign } from '../../api/certificates.ts'
import type { Input, Result } from '../../api/operation.ts'
import { requireDigest, signingAlgorithm, signWith } from '../asymmetric/with-material.ts'
import type { Call } from '../kms.ts'
import { certificates } from './certificate.ts'
import { findCertificate, requireStatus } from './find-certificate.ts'

/**
 * @throws KmsError `Certificate.NotFound`; `Rejected.PendingImport`, `Rejected.Disabled` or `Rejected.Unavailable` unless
 * the certificate is active; `InvalidParameter` of Algorithm, or of Message for a digest of another length
 * @see KMS API 2016-01-20, CertificatePrivateKeySign
 */
export async function certificatePrivateKeySign(
  call: Call,
  { certificateId, algorithm, message, messageType }: Input<typeof CertificatePrivateKeySign>,
): Promise<Result<typeof CertificatePrivateKeySign>> {
  const found = await findCertificate(call, certificateId)
  requireStatus(found, ['ACTIVE'])
  const signable = { type: messageType, bytes: message, parameter: 'Message' } as const
  const chosen = signingAlgorithm(found, algorithm)
  requireDigest(chosen, signable)
  const material = await call.kms.materials.open(certificates, found)
  return { certificateId, signatureValue: await signWith(call, material, chosen, signable) }
}

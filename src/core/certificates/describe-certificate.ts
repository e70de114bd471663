import type { DescribeCertificate } from '../../api/certificates.ts'
import type { Input, Result } from '../../api/operation.ts'
import type { Call } from '../kms.ts'
import { certificateArn } from './certificate.ts'
import { findCertificate } from './find-certificate.ts'

/**
 * What is known about a certificate: what was asked for, until a CA has issued it.
 *
 * @throws KmsError `Certificate.NotFound`
 * @see KMS API 2016-01-20, DescribeCertificate
 */
export async function describeCertificate(
  call: Call,
  { certificateId }: Input<typeof DescribeCertificate>,
): Promise<Result<typeof DescribeCertificate>> {
  const { body } = await findCertificate(call, certificateId)
  const { issued } = body
  return {
    certificateId,
    arn: certificateArn(call.kms, body.accountId, certificateId),
    keySpec: body.keySpec,
    status: body.status,
    createdAt: body.createdAt,
    updatedAt: body.updatedAt,
    subject: issued?.subject ?? body.subject,
    subjectAlternativeNames: issued?.alternativeNames ?? body.alternativeNames,
    subjectPublicKey: body.publicKey,
    subjectKeyIdentifier: issued?.subjectKeyIdentifier ?? '',
    issuer: issued?.issuer ?? '',
    serial: issued?.serial ?? '',
    notBefore: issued?.notBefore ?? '',
    notAfter: issued?.notAfter ?? '',
    signatureAlgorithm: issued?.signatureAlgorithm ?? '',
    exportablePrivateKey: body.exportablePrivateKey,
    protectionLevel: body.protectionLevel,
    tags: body.tags,
  }
}

import { formatAlternativeName } from '../../certificates/alternative-name.ts'
import type { Certificate } from '../../certificates/certificate.ts'
import type { ReadExtensions } from '../../certificates/extensions.ts'
import { formatName } from '../../certificates/name.ts'
import type { CertificateRequest } from '../../certificates/request.ts'
import { extendedKeyUsageName } from '../../certificates/usage.ts'

type Fields = Readonly<Record<string, string | undefined>>

export const requestFields = (request: CertificateRequest): Fields => ({
  Subject: formatName(request.subject),
  Key: keyName(request.publicKey),
  ...extensionFields(request.extensions),
  Signature: `${request.signatureAlgorithm}, verified`,
})

export const certificateFields = (certificate: Certificate): Fields => ({
  Subject: formatName(certificate.subject),
  Issuer: formatName(certificate.issuer),
  Serial: certificate.serialNumber,
  From: certificate.notBefore.toISOString(),
  Until: certificate.notAfter.toISOString(),
  Key: certificate.publicKey === undefined ? 'of another kind' : keyName(certificate.publicKey),
  ...extensionFields(certificate.extensions),
  Signature: certificate.signatureAlgorithm,
})

function extensionFields({ basicConstraints, keyUsage, extendedKeyUsage, alternativeNames }: ReadExtensions): Fields {
  const pathLength = basicConstraints?.pathLength
  return {
    CA:
      basicConstraints?.isCa === true ? `yes${pathLength === undefined ? '' : `, ${pathLength} below it`}` : undefined,
    Names: alternativeNames?.map(formatAlternativeName).join(', '),
    'Key usage': keyUsage?.join(', '),
    Purposes: extendedKeyUsage?.map(extendedKeyUsageName).join(', '),
  }
}

function keyName(key: CertificateRequest['publicKey']): string {
  if (key.kind === 'rsa') return `RSA ${key.bits}`
  return key.kind === 'ec' ? `EC ${key.curve}` : 'SM2'
}

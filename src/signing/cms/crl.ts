import { AsnConvert } from '@peculiar/asn1-schema'
import { CertificateList } from '@peculiar/asn1-x509'
import type { Certificate } from '../../certificates/certificate.ts'
import { signedParts } from '../../certificates/encoded.ts'
import { decodeName, isSameName } from '../../certificates/name.ts'
import { isSigned } from '../../certificates/signature-algorithm.ts'

export type RevocationState = 'good' | 'revoked' | 'unknown'

/** Extensions of a list that say it is not about all certificates of its issuer. */
const partial: ReadonlySet<string> = new Set(['2.5.29.28', '2.5.29.27'])

/**
 * What a certificate revocation list (RFC 5280 §5) says about a certificate at a time. `unknown` where the list is of
 * another issuer, not genuine, or not about all of its certificates. A list that has ended by then tells at least of
 * revocations before.
 */
export function stateByCrl(crl: Uint8Array, certificate: Certificate, issuer: Certificate, at: Date): RevocationState {
  const list = genuineList(crl, issuer)
  if (list === undefined) return 'unknown'
  const { revokedCertificates = [], nextUpdate } = list.tbsCertList
  const revoked = revokedCertificates.find(
    ({ userCertificate }) => Buffer.from(userCertificate).toString('hex').toUpperCase() === certificate.serialNumber,
  )
  if (revoked !== undefined && revoked.revocationDate.getTime() <= at) return 'revoked'
  return nextUpdate !== undefined && nextUpdate.getTime() >= at ? 'good' : 'unknown'
}

function genuineList(crl: Uint8Array, issuer: Certificate): CertificateList | undefined {
  const parts = signedParts(crl)
  if (parts === undefined) return undefined
  try {
    const list = AsnConvert.parse(crl, CertificateList)
    const extensions = list.tbsCertList.crlExtensions ?? []
    const isWhole = !extensions.some(({ extnID, critical }) => partial.has(extnID) || critical)
    const isOfIssuer = isSameName(decodeName(list.tbsCertList.issuer), issuer.subject)
    const isGenuine = isSigned(issuer.spki, list.signatureAlgorithm, parts.signed, parts.signature) === true
    const usage = issuer.extensions.keyUsage
    return isWhole && isOfIssuer && isGenuine && (usage === undefined || usage.includes('cRLSign')) ? list : undefined
  } catch {
    return undefined
  }
}

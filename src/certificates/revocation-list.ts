import { AsnConvert } from '@peculiar/asn1-schema'
import { CertificateList } from '@peculiar/asn1-x509'
import { encodePem } from '../crypto/pem.ts'
import { parsed, pemBlocks } from './encoded.ts'

/** A list of revoked certificates (RFC 5280 §5) that has been read; nothing about it has been verified. */
export interface RevocationList {
  readonly pem: string
  /** when the next one is due: from then on this one says nothing any more */
  readonly nextUpdate: Date | undefined
}

const label = 'X509 CRL'

/**
 * Every list of a PEM text, in order.
 *
 * @throws CertificateError `parameter`
 */
export const readRevocationLists = (pem: string, parameter: string): readonly RevocationList[] =>
  pemBlocks(pem, [label], parameter).map((der) =>
    parsed(parameter, 'list of revoked certificates', () => ({
      pem: encodePem(label, der),
      nextUpdate: AsnConvert.parse(der, CertificateList).tbsCertList.nextUpdate?.getTime(),
    })),
  )

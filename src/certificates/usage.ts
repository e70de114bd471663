import {
  id_kp_clientAuth,
  id_kp_codeSigning,
  id_kp_emailProtection,
  id_kp_OCSPSigning,
  id_kp_serverAuth,
  id_kp_timeStamping,
  KeyUsageFlags,
} from '@peculiar/asn1-x509'
import type { PublicKey } from '../crypto/public-key.ts'
import { CertificateError } from './certificate-error.ts'
import { isOid } from './name-attributes.ts'

/** What a key may be used for (RFC 5280 §4.2.1.3). `nonRepudiation` is called contentCommitment as well. */
const keyUsages = [
  'digitalSignature',
  'nonRepudiation',
  'keyEncipherment',
  'dataEncipherment',
  'keyAgreement',
  'keyCertSign',
  'cRLSign',
  'encipherOnly',
  'decipherOnly',
] as const
export type KeyUsage = (typeof keyUsages)[number]

/** @throws CertificateError `keyUsage` */
export function parseKeyUsage(text: string): KeyUsage {
  const wanted = text.trim().toLowerCase().replace('contentcommitment', 'nonrepudiation')
  const found = keyUsages.find((usage) => usage.toLowerCase() === wanted)
  if (found !== undefined) return found
  throw new CertificateError('keyUsage', `${JSON.stringify(text)} is no key usage; there are ${keyUsages.join(', ')}.`)
}

export const keyUsageFlags = (usages: readonly KeyUsage[]): number =>
  usages.reduce((flags, usage) => flags | KeyUsageFlags[usage], 0)

export const keyUsagesOf = (flags: number): readonly KeyUsage[] =>
  keyUsages.filter((usage) => (flags & KeyUsageFlags[usage]) !== 0)

/** Purposes by name (RFC 5280 §4.2.1.12); documentSigning is of RFC 9336. */
const purposes: ReadonlyMap<string, string> = new Map([
  ['serverAuth', id_kp_serverAuth],
  ['clientAuth', id_kp_clientAuth],
  ['codeSigning', id_kp_codeSigning],
  ['emailProtection', id_kp_emailProtection],
  ['timeStamping', id_kp_timeStamping],
  ['OCSPSigning', id_kp_OCSPSigning],
  ['documentSigning', '1.3.6.1.5.5.7.3.36'],
  ['anyExtendedKeyUsage', '2.5.29.37.0'],
])

/**
 * The OID of a purpose, by its name or as it is.
 *
 * @throws CertificateError `extendedKeyUsage`
 */
export function parseExtendedKeyUsage(text: string): string {
  const wanted = text.trim()
  const found = [...purposes].find(([name]) => name.toLowerCase() === wanted.toLowerCase())
  if (found !== undefined) return found[1]
  if (isOid(wanted)) return wanted
  const names = [...purposes.keys()].join(', ')
  throw new CertificateError('extendedKeyUsage', `${JSON.stringify(text)} is no purpose; there are ${names} and OIDs.`)
}

/** The name of a purpose, or its OID if it has none. */
export const extendedKeyUsageName = (oid: string): string => [...purposes].find(([, one]) => one === oid)?.[0] ?? oid

/** What a certificate is for. */
export const certificateUsages = ['pdf', 'tls-client', 'tls-server', 'code', 'ca'] as const
export type CertificateUsage = (typeof certificateUsages)[number]

/** @throws CertificateError `usage` */
export function parseCertificateUsage(text: string): CertificateUsage {
  const found = certificateUsages.find((usage) => usage === text)
  if (found !== undefined) return found
  throw new CertificateError('usage', `${JSON.stringify(text)} is no usage; there are ${certificateUsages.join(', ')}.`)
}

export interface Purpose {
  readonly isCa: boolean
  readonly keyUsage: readonly KeyUsage[]
  /** OIDs; none: any purpose */
  readonly extendedKeyUsage: readonly string[]
}

/** Viewers of PDF ask for nonRepudiation, and for a purpose that signs documents or mail. */
export function purposeOf(usage: CertificateUsage, key: PublicKey): Purpose {
  const purpose = (names: readonly string[], ...others: KeyUsage[]): Purpose => ({
    isCa: false,
    keyUsage: ['digitalSignature', ...others],
    extendedKeyUsage: names.map(parseExtendedKeyUsage),
  })
  if (usage === 'ca') return { isCa: true, keyUsage: ['keyCertSign', 'cRLSign'], extendedKeyUsage: [] }
  if (usage === 'pdf') return purpose(['documentSigning', 'emailProtection'], 'nonRepudiation')
  if (usage === 'code') return purpose(['codeSigning'])
  if (usage === 'tls-client') return purpose(['clientAuth'])
  return key.kind === 'rsa' ? purpose(['serverAuth'], 'keyEncipherment') : purpose(['serverAuth'])
}

import { invalidParameter, KmsError } from '../errors.ts'

const mostClientIds = 50
const mostFingerprints = 5

/** Client ids as they are sent, with commas. @throws KmsError `InvalidParameter` of ClientIds, `LimitExceeded.OIDCProvider.ClientId` */
export const parseClientIds = (text: string): readonly string[] => checkedClientIds(listed(text).map(clientId))

/** @throws KmsError `InvalidParameter` of Fingerprints, `LimitExceeded.OIDCProvider.Fingerprint` */
export const parseFingerprints = (text: string): readonly string[] => checkedFingerprints(listed(text).map(fingerprint))

const listed = (text: string): readonly string[] =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')

/** One client id. It begins with a letter or digit; URLs, as Kubernetes has them, are taken. */
export function clientId(text: string): string {
  if (/^[A-Za-z0-9][A-Za-z0-9._:/@-]{0,127}$/.test(text)) return text
  throw invalidParameter('ClientIds', 'A client id has up to 128 letters, digits and ". - _ : / @".')
}

/** SHA-1 or SHA-256 of a certificate, hex with or without colons. It is shown again as it was given. */
export function fingerprint(text: string): string {
  if (/^([0-9a-f]{40}|[0-9a-f]{64})$/.test(plainFingerprint(text))) return text
  throw invalidParameter('Fingerprints', 'A fingerprint is the SHA-1 or SHA-256 of a certificate in hex.')
}

/** What fingerprints are compared as. */
export const plainFingerprint = (text: string): string => text.replaceAll(':', '').toLowerCase()

export function checkedClientIds(list: readonly string[]): readonly string[] {
  const once = [...new Set(list)]
  if (once.length > mostClientIds) throw new KmsError('LimitExceeded.OIDCProvider.ClientId')
  return once
}

export function checkedFingerprints(list: readonly string[]): readonly string[] {
  const once = [...new Map(list.map((one) => [plainFingerprint(one), one])).values()]
  if (once.length > mostFingerprints) throw new KmsError('LimitExceeded.OIDCProvider.Fingerprint')
  return once
}

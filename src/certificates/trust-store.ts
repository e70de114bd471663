import { derTag, encodeDer } from '../crypto/der.ts'

/*
 * A store of trusted certificates as Java reads it: PKCS #12 (RFC 7292) with an attribute of its own that says what they
 * are trusted for. Certificates are no secret, so there is neither encryption nor a MAC, and no password is needed.
 */

const oid = {
  data: '2a864886f70d010701',
  certificateBag: '2a864886f70d010c0a0103',
  x509Certificate: '2a864886f70d01091601',
  friendlyName: '2a864886f70d010914',
  /** 2.16.840.1.113894.746875.1.1, of Oracle */
  trustedKeyUsage: '6086480186f966adca7b0101',
  anyExtendedKeyUsage: '551d2500',
} as const

const setTag = 0x31
const bmpStringTag = 0x1e
const explicit0 = 0xa0

const sequence = (...parts: readonly Uint8Array[]) => encodeDer(derTag.sequence, ...parts)
const set = (...parts: readonly Uint8Array[]) => encodeDer(setTag, ...parts)
const explicit = (part: Uint8Array) => encodeDer(explicit0, part)
const octets = (bytes: Uint8Array) => encodeDer(derTag.octetString, bytes)
const identifier = (name: keyof typeof oid) => encodeDer(derTag.objectIdentifier, Buffer.from(oid[name], 'hex'))

/** @param certificates - DER */
export function encodeTrustStore(certificates: readonly Uint8Array[]): Uint8Array {
  const bags = certificates.map((certificate, index) => trustedBag(certificate, `ca-${index + 1}`))
  const safe = dataOf(sequence(...bags))
  return sequence(encodeDer(derTag.integer, Buffer.of(3)), dataOf(sequence(safe)))
}

const dataOf = (content: Uint8Array) => sequence(identifier('data'), explicit(octets(content)))

const trustedBag = (certificate: Uint8Array, alias: string) =>
  sequence(
    identifier('certificateBag'),
    explicit(sequence(identifier('x509Certificate'), explicit(octets(certificate)))),
    set(
      sequence(identifier('friendlyName'), set(encodeDer(bmpStringTag, Buffer.from(alias, 'utf16le').swap16()))),
      sequence(identifier('trustedKeyUsage'), set(identifier('anyExtendedKeyUsage'))),
    ),
  )

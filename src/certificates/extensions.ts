import { hash } from 'node:crypto'
import { AsnConvert, OctetString } from '@peculiar/asn1-schema'
import {
  AuthorityKeyIdentifier,
  BasicConstraints,
  ExtendedKeyUsage as ExtendedKeyUsageList,
  Extension,
  Extensions,
  id_ce_authorityKeyIdentifier,
  id_ce_basicConstraints,
  id_ce_extKeyUsage,
  id_ce_keyUsage,
  id_ce_subjectAltName,
  id_ce_subjectKeyIdentifier,
  KeyIdentifier,
  KeyUsage as KeyUsageBits,
  SubjectAlternativeName,
  SubjectKeyIdentifier,
} from '@peculiar/asn1-x509'
import { type AlternativeName, decodeAlternativeName, encodeAlternativeName } from './alternative-name.ts'
import { CertificateError, wordsFor } from './certificate-error.ts'
import { type KeyUsage, keyUsageFlags, keyUsagesOf } from './usage.ts'

/** What requests and certificates say beside name and key; what is left out isn't said. */
export interface ExtensionContents {
  /** whether it is a CA; how many CAs may be below it */
  readonly basicConstraints?: { readonly isCa: boolean; readonly pathLength?: number | undefined } | undefined
  readonly keyUsage?: readonly KeyUsage[] | undefined
  /** OIDs */
  readonly extendedKeyUsage?: readonly string[] | undefined
  readonly alternativeNames?: readonly AlternativeName[] | undefined
  readonly subjectKeyIdentifier?: Uint8Array | undefined
  readonly authorityKeyIdentifier?: Uint8Array | undefined
}

/** RFC 5280 §4.2: what limits a key is critical. An empty list is left out. */
export function encodeExtensions(contents: ExtensionContents): Extensions {
  const { basicConstraints, keyUsage = [], extendedKeyUsage = [], alternativeNames = [] } = contents
  const { subjectKeyIdentifier, authorityKeyIdentifier } = contents
  return new Extensions(
    [
      basicConstraints && critical(id_ce_basicConstraints, basicConstraintsValue(basicConstraints)),
      keyUsage.length > 0 && critical(id_ce_keyUsage, new KeyUsageBits(keyUsageFlags(keyUsage))),
      extendedKeyUsage.length > 0 && plain(id_ce_extKeyUsage, new ExtendedKeyUsageList([...extendedKeyUsage])),
      alternativeNames.length > 0 &&
        plain(id_ce_subjectAltName, new SubjectAlternativeName(alternativeNames.map(encodeAlternativeName))),
      subjectKeyIdentifier && plain(id_ce_subjectKeyIdentifier, new SubjectKeyIdentifier(subjectKeyIdentifier)),
      authorityKeyIdentifier &&
        plain(
          id_ce_authorityKeyIdentifier,
          new AuthorityKeyIdentifier({ keyIdentifier: new KeyIdentifier(authorityKeyIdentifier) }),
        ),
    ].filter((extension) => extension instanceof Extension),
  )
}

const basicConstraintsValue = ({ isCa, pathLength }: NonNullable<ExtensionContents['basicConstraints']>) =>
  new BasicConstraints({ cA: isCa, ...(pathLength === undefined ? {} : { pathLenConstraint: pathLength }) })

const plain = (extnID: string, value: object): Extension =>
  new Extension({ extnID, critical: false, extnValue: new OctetString(AsnConvert.serialize(value)) })
const critical = (extnID: string, value: object): Extension =>
  new Extension({ extnID, critical: true, extnValue: new OctetString(AsnConvert.serialize(value)) })

/** RFC 7093 §2, method 1: the first 160 bits of the SHA-256 of the key's bits. */
export const keyIdentifierOf = (keyBits: ArrayBuffer): Uint8Array =>
  hash('sha256', new Uint8Array(keyBits), 'buffer').subarray(0, 20)

export interface ReadExtensions extends ExtensionContents {
  /** OIDs of critical extensions that nobody here understands */
  readonly unknownCritical: readonly string[]
}

type Reader = (value: ArrayBuffer) => ExtensionContents

const readers: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  [
    id_ce_basicConstraints,
    (value) => {
      const { cA, pathLenConstraint } = AsnConvert.parse(value, BasicConstraints)
      return { basicConstraints: { isCa: cA, pathLength: pathLenConstraint } }
    },
  ],
  [id_ce_keyUsage, (value) => ({ keyUsage: keyUsagesOf(AsnConvert.parse(value, KeyUsageBits).toNumber()) })],
  [id_ce_extKeyUsage, (value) => ({ extendedKeyUsage: [...AsnConvert.parse(value, ExtendedKeyUsageList)] })],
  [
    id_ce_subjectAltName,
    (value) => ({ alternativeNames: [...AsnConvert.parse(value, SubjectAlternativeName)].map(decodeAlternativeName) }),
  ],
  [
    id_ce_subjectKeyIdentifier,
    (value) => ({ subjectKeyIdentifier: new Uint8Array(AsnConvert.parse(value, SubjectKeyIdentifier).buffer) }),
  ],
  [
    id_ce_authorityKeyIdentifier,
    (value) => {
      const { keyIdentifier } = AsnConvert.parse(value, AuthorityKeyIdentifier)
      return keyIdentifier === undefined ? {} : { authorityKeyIdentifier: new Uint8Array(keyIdentifier.buffer) }
    },
  ],
])

/** @throws CertificateError if one is there twice; anything for one that isn't what it has to be */
export function decodeExtensions(extensions: readonly Extension[], parameter: string): ReadExtensions {
  const oids = extensions.map(({ extnID }) => extnID)
  if (new Set(oids).size !== oids.length)
    throw new CertificateError(parameter, `The ${wordsFor(parameter)} has the same extension twice.`)
  const contents = extensions.map(({ extnID, extnValue }) => readers.get(extnID)?.(extnValue.buffer))
  const unknownCritical = extensions.filter((one) => one.critical && !readers.has(one.extnID)).map((one) => one.extnID)
  return Object.assign({ unknownCritical }, ...contents)
}

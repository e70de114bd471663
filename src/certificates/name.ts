import { AsnConvert } from '@peculiar/asn1-schema'
import {
  AttributeTypeAndValue,
  AttributeValue,
  Name,
  type RDNSequence,
  RelativeDistinguishedName,
} from '@peculiar/asn1-x509'
import { CertificateError } from './certificate-error.ts'
import { attributeNameOf, attributeTypeOf } from './name-attributes.ts'
import { splitName, textOfValue } from './name-text.ts'

export interface NameAttribute {
  /** OID */
  readonly type: string
  readonly value: string
}

/** A distinguished name: relative names in the order in which they stand in the certificate. */
export type DistinguishedName = readonly (readonly NameAttribute[])[]

/**
 * Reads a name such as `CN=示例,OU=KMS+L=杭州,O=Example,C=CN`. Escapes are those of RFC 4514; the parts come into the
 * certificate in the order of the text, as with other tools for requests.
 *
 * @throws CertificateError `subject`
 */
export function parseName(text: string, parameter = 'subject'): DistinguishedName {
  const wrong = (message: string) => new CertificateError(parameter, `The ${parameter} ${message}`)
  if (!text.isWellFormed()) throw wrong('is no valid Unicode text.')
  if (text.length > maxTextLength) throw wrong(`is longer than ${maxTextLength} characters.`)
  if (text.trim() === '') throw wrong('is empty; CN=… is needed.')
  return splitName(text, wrong).map((attributes) =>
    attributes.map((one) => parsedAttribute(one.type, one.value, wrong)),
  )
}

/** More than all attributes at their longest. */
const maxTextLength = 4096

type Wrong = (message: string) => CertificateError

function parsedAttribute(typeName: string, value: string, wrong: Wrong): NameAttribute {
  const type = attributeTypeOf(typeName)
  if (type === undefined) throw wrong(`has an attribute ${JSON.stringify(typeName)} that nobody knows.`)
  const name = type.names[0] ?? typeName
  if (value === '') throw wrong(`has no value for ${name}.`)
  if (/\p{Cc}/u.test(value)) throw wrong(`has a control character in ${name}.`)
  if (type.oid === countryName && !/^[A-Za-z]{2}$/.test(value))
    throw wrong('must have two letters for the country C, such as CN.')
  if ([...value].length > type.maxLength) throw wrong(`has more than ${type.maxLength} characters in ${name}.`)
  if (type.form === 'printable' && !/^[A-Za-z0-9 '()+,./:=?-]+$/.test(value))
    throw wrong(`has a character in ${name} that isn't allowed there: letters, digits and ' ( ) + , - . / : = ? are.`)
  if (type.form === 'ia5' && !/^[\x20-\x7e]+$/.test(value)) throw wrong(`must have ASCII characters only in ${name}.`)
  return { type: type.oid, value }
}

const countryName = '2.5.4.6'

/** The text of a name, which `parseName` reads again. */
export const formatName = (name: DistinguishedName): string =>
  name
    .map((attributes) =>
      attributes.map(({ type, value }) => `${attributeNameOf(type)}=${textOfValue(value)}`).join('+'),
    )
    .join(',')

export function encodeName(name: DistinguishedName): Name {
  return new Name(name.map((attributes) => new RelativeDistinguishedName(inOrder(attributes.map(encodeAttribute)))))
}

/** X.690 §11.6: the members of a set stand in the order of their encodings. */
const inOrder = (attributes: readonly AttributeTypeAndValue[]): AttributeTypeAndValue[] =>
  attributes
    .map((attribute) => ({ attribute, der: Buffer.from(AsnConvert.serialize(attribute)) }))
    .toSorted((one, other) => Buffer.compare(one.der, other.der))
    .map(({ attribute }) => attribute)

function encodeAttribute({ type, value }: NameAttribute): AttributeTypeAndValue {
  const form = attributeTypeOf(type)?.form
  if (form === 'printable')
    return new AttributeTypeAndValue({ type, value: new AttributeValue({ printableString: value }) })
  if (form === 'ia5') return new AttributeTypeAndValue({ type, value: new AttributeValue({ ia5String: value }) })
  return new AttributeTypeAndValue({ type, value: new AttributeValue({ utf8String: value }) })
}

export const decodeName = (name: RDNSequence): DistinguishedName =>
  [...name].map((attributes) => [...attributes].map(({ type, value }) => ({ type, value: value.toString() })))

/**
 * Whether two names are the same: letter case and runs of spaces don't count, nor does the kind of string
 * (RFC 5280 §7.1).
 */
export const isSameName = (one: DistinguishedName, other: DistinguishedName): boolean => folded(one) === folded(other)

const folded = (name: DistinguishedName): string =>
  JSON.stringify(
    name.map((attributes) =>
      attributes
        .map(({ type, value }) => `${type}=${value.normalize('NFKC').trim().replace(/\s+/g, ' ').toLowerCase()}`)
        .toSorted(),
    ),
  )

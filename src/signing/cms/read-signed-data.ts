import { encodeDer } from '../../crypto/der.ts'
import { SigningError } from '../errors.ts'
import { dottedOf, type Element, elementsOf, firstElement, octetsOf } from './ber.ts'
import { type CmsCertificate, readCmsCertificate } from './certificate.ts'
import { oid } from './oids.ts'

export interface AlgorithmIdentifier {
  readonly oid: string
  readonly der: Uint8Array
}

export interface SignerInfo {
  /** issuer and serial number, or the identifier of a key */
  readonly identifier:
    | { readonly issuer: Uint8Array; readonly serialNumber: Uint8Array }
    | { readonly keyId: Uint8Array }
  readonly digestAlgorithm: AlgorithmIdentifier
  /** the DER that is signed, and its values by type */
  readonly signedAttributes: { readonly der: Uint8Array; readonly values: ReadonlyMap<string, Element> } | undefined
  readonly signatureAlgorithm: AlgorithmIdentifier
  readonly signature: Uint8Array
  readonly unsignedAttributes: ReadonlyMap<string, Element>
}

/** A message of CMS with one signer (RFC 5652 §5). */
export interface SignedData {
  readonly contentType: string
  /** undefined where it stands outside */
  readonly content: Uint8Array | undefined
  readonly certificates: readonly CmsCertificate[]
  /** certificate revocation lists, DER */
  readonly crls: readonly Uint8Array[]
  readonly signerInfo: SignerInfo
}

/**
 * Reads a signature. Behind it only zeros may follow, which PDF fills its place with.
 *
 * @throws SigningError `signature`
 */
export function readSignedData(bytes: Uint8Array): SignedData {
  try {
    const { element, rest } = firstElement(bytes)
    if (rest.some((byte) => byte !== 0)) throw new TypeError('something follows')
    return contentOf(element)
  } catch (cause) {
    if (cause instanceof SigningError) throw cause
    throw new SigningError('signature', 'The signature is no SignedData of CMS.', { cause })
  }
}

function contentOf(element: Element): SignedData {
  const [type, wrapped] = partsOf(element, 0x30)
  if (dottedOf(needed(type)) !== oid.signedData) throw new TypeError('another content')
  const [body] = elementsOf(needed(wrapped).content)
  const [, , encapsulated, ...rest] = partsOf(needed(body), 0x30)
  const [contentType, content] = partsOf(needed(encapsulated), 0x30)
  const signerInfos = partsOf(needed(rest.at(-1)), 0x31)
  if (signerInfos.length !== 1)
    throw new SigningError('signature', `The signature has ${signerInfos.length} signers instead of one.`)
  const inner = content === undefined ? undefined : elementsOf(content.content)[0]
  return {
    contentType: dottedOf(needed(contentType)),
    content: inner === undefined ? undefined : octetsOf(inner),
    certificates: elementsOf(rest.find(({ tag }) => tag === 0xa0)?.content ?? new Uint8Array())
      .filter(({ tag }) => tag === 0x30)
      .map(({ raw }) => readCmsCertificate(raw)),
    crls: elementsOf(rest.find(({ tag }) => tag === 0xa1)?.content ?? new Uint8Array())
      .filter(({ tag }) => tag === 0x30)
      .map(({ raw }) => raw),
    signerInfo: signerInfoOf(needed(signerInfos[0])),
  }
}

function signerInfoOf(element: Element): SignerInfo {
  const [, identifier, digestAlgorithm, ...rest] = partsOf(element, 0x30)
  const signed = rest[0]?.tag === 0xa0 ? rest.shift() : undefined
  const [signatureAlgorithm, signature, unsigned] = rest
  return {
    identifier: identifierOf(needed(identifier)),
    digestAlgorithm: algorithmOf(needed(digestAlgorithm)),
    signedAttributes: signed && { der: encodeDer(0x31, signed.content), values: attributesOf(signed) },
    signatureAlgorithm: algorithmOf(needed(signatureAlgorithm)),
    signature: octetsOf(needed(signature)),
    unsignedAttributes: unsigned === undefined ? new Map() : attributesOf(unsigned),
  }
}

function identifierOf(element: Element): SignerInfo['identifier'] {
  if (element.tag === 0x80) return { keyId: element.content }
  const [issuer, serialNumber] = partsOf(element, 0x30)
  return { issuer: needed(issuer).raw, serialNumber: needed(serialNumber).raw }
}

/** Each type once, with one value: that is so for all attributes that are looked at here (RFC 5652 §11). */
function attributesOf({ content }: Element): ReadonlyMap<string, Element> {
  const values = new Map<string, Element>()
  for (const attribute of elementsOf(content)) {
    const [type, set] = partsOf(attribute, 0x30)
    const name = dottedOf(needed(type))
    if (values.has(name)) throw new SigningError('signature', `The signature has the attribute ${name} twice.`)
    const [first] = elementsOf(needed(set).content)
    if (first !== undefined) values.set(name, first)
  }
  return values
}

function algorithmOf(element: Element): AlgorithmIdentifier {
  const [algorithm] = partsOf(element, 0x30)
  return { oid: dottedOf(needed(algorithm)), der: element.raw }
}

/** The elements of a value that has this tag. */
export function partsOf({ tag, content }: Element, wanted: number): Element[] {
  if (tag !== wanted) throw new TypeError('another tag')
  return [...elementsOf(content)]
}

function needed<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new TypeError('a part is missing')
  return value
}

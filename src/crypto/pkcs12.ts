import { hash, timingSafeEqual } from 'node:crypto'
import { DerReader, derTag, encodeDer } from './der.ts'
import {
  decryptWithPassword,
  encodeCount,
  encodeOid,
  encryptTripleDes,
  readCount,
  readOid,
  readSequence,
} from './pbe.ts'
import { Pkcs12Error, present } from './pkcs12-error.ts'
import { bmpPassword, type Pkcs12Hash, type Pkcs12KdfInput, pkcs12Mac } from './pkcs12-kdf.ts'
import { oid } from './pkcs12-oids.ts'
import { randomBytes } from './random.ts'

/*
 * PKCS #12 (RFC 7292) as ClientKeys use it. The file is a trust boundary of a few hundred bytes read at every program
 * start, so it is parsed here: Node offers no reader for keys, its TLS loader refuses the RC2-40 files the service
 * issues, and the ASN.1 packages take longer to load than a start should.
 */

/** What a file holds: the first private key as PKCS #8 DER, and the X.509 certificates (DER) that could be read. */
export interface Pkcs12Contents {
  readonly privateKey: Uint8Array
  readonly certificates: readonly Uint8Array[]
}

interface Bags {
  privateKey: Uint8Array | undefined
  certificates: Uint8Array[]
  /** A safe that no scheme here opens; only an error if no key turns up elsewhere. */
  hasUnsupported: boolean
}

const macHashes: ReadonlyMap<string, Pkcs12Hash> = new Map<string, Pkcs12Hash>([
  [oid.sha1, 'sha1'],
  [oid.sha224, 'sha224'],
  [oid.sha256, 'sha256'],
  [oid.sha384, 'sha384'],
  [oid.sha512, 'sha512'],
])

const explicit0 = 0xa0
const implicit0 = 0x80
const setTag = 0x31

/**
 * Reads a PKCS #12 file protected by a password, and checks its MAC.
 *
 * @throws Pkcs12Error `wrong-password`, `malformed` (also when there is no private key in it), `unsupported`
 */
export function readPkcs12(file: Uint8Array, password: string): Pkcs12Contents {
  const outer = new DerReader(file)
  const pfx = readSequence(outer)
  const version = pfx.readUnsignedInteger()
  if (!outer.isAtEnd || version?.[0] !== 3) throw new Pkcs12Error('malformed')
  const authenticatedSafe = readData(readSequence(pfx))
  if (!pfx.isAtEnd) checkMac(readSequence(pfx), password, authenticatedSafe)
  const bags: Bags = { privateKey: undefined, certificates: [], hasUnsupported: false }
  const safes = readSequence(new DerReader(authenticatedSafe))
  while (!safes.isAtEnd) readSafe(readSequence(safes), password, bags)
  const { privateKey, certificates, hasUnsupported } = bags
  if (!privateKey) throw new Pkcs12Error(hasUnsupported ? 'unsupported' : 'malformed')
  return { privateKey, certificates }
}

/** ContentInfo of type data: OID, then the octets in [0]. */
function readData(contentInfo: DerReader): Uint8Array {
  if (readOid(contentInfo) !== oid.data) throw new Pkcs12Error('unsupported')
  return present(readExplicit(contentInfo).read(derTag.octetString))
}

const readExplicit = (reader: DerReader): DerReader => new DerReader(present(reader.read(explicit0)))

function checkMac(macData: DerReader, password: string, content: Uint8Array): void {
  const digestInfo = readSequence(macData)
  const macHash = macHashes.get(readOid(readSequence(digestInfo))) // with or without NULL parameters
  const claimed = present(digestInfo.read(derTag.octetString))
  const salt = present(macData.read(derTag.octetString))
  const iterations = macData.isAtEnd ? 1 : readCount(present(macData.readUnsignedInteger()))
  if (!macHash) throw new Pkcs12Error('unsupported')
  const mac = pkcs12Mac({ hash: macHash, password: bmpPassword(password), salt, iterations }, content)
  if (mac.length !== claimed.length || !timingSafeEqual(mac, claimed)) throw new Pkcs12Error('wrong-password')
}

function readSafe(contentInfo: DerReader, password: string, bags: Bags): void {
  const type = readOid(contentInfo)
  if (type === oid.data) {
    readBags(present(readExplicit(contentInfo).read(derTag.octetString)), password, bags)
  } else if (type === oid.encryptedData) {
    const contents = ignoringUnsupported(bags, () => decryptSafe(readExplicit(contentInfo), password))
    if (contents) readBags(contents, password, bags)
  } else {
    bags.hasUnsupported = true
  }
}

/** EncryptedData ::= { version, { contentType, algorithm, [0] IMPLICIT octets } } (RFC 2315 §13). */
function decryptSafe(explicitContent: DerReader, password: string): Uint8Array {
  const encryptedData = readSequence(explicitContent)
  present(encryptedData.readUnsignedInteger())
  const info = readSequence(encryptedData)
  if (readOid(info) !== oid.data) throw new Pkcs12Error('unsupported')
  return decryptWithPassword(readSequence(info), password, present(info.read(implicit0)))
}

function readBags(safeContents: Uint8Array, password: string, bags: Bags): void {
  const list = readSequence(new DerReader(safeContents))
  while (!list.isAtEnd) {
    const bag = readSequence(list)
    const type = readOid(bag)
    const value = readExplicit(bag)
    if (type === oid.certificateBag) readCertificate(readSequence(value), bags)
    else if (type === oid.shroudedKeyBag) bags.privateKey ??= openKey(readSequence(value), password, bags)
    else if (type === oid.keyBag) bags.privateKey ??= encodeDer(derTag.sequence, present(value.read(derTag.sequence)))
  }
}

function openKey(encryptedKeyInfo: DerReader, password: string, bags: Bags): Uint8Array | undefined {
  return ignoringUnsupported(bags, () => {
    const algorithm = readSequence(encryptedKeyInfo)
    return decryptWithPassword(algorithm, password, present(encryptedKeyInfo.read(derTag.octetString)))
  })
}

function readCertificate(bag: DerReader, bags: Bags): void {
  if (readOid(bag) !== oid.x509Certificate) return
  bags.certificates.push(present(readExplicit(bag).read(derTag.octetString)))
}

function ignoringUnsupported<Value>(bags: Bags, work: () => Value): Value | undefined {
  try {
    return work()
  } catch (error) {
    if (!(error instanceof Pkcs12Error) || error.reason !== 'unsupported') throw error
    bags.hasUnsupported = true
    return undefined
  }
}

const writtenIterations = 2048
const writtenSaltBytes = 8

/**
 * Writes a key and its certificate in the one form every known loader takes: certificate safe first, encrypted key bag
 * second, both PBE-SHA1-3DES, SHA-1 MAC, 2048 iterations, 8-byte salts, localKeyID = SHA-1 of the certificate on both.
 *
 * The scheme is old; the file is as safe as its password. Keep it as secret as the key.
 *
 * @param privateKey - PKCS #8 DER
 * @param certificate - X.509 DER
 * @param random - where the three salts come from
 */
export function writePkcs12(
  { privateKey, certificate }: { readonly privateKey: Uint8Array; readonly certificate: Uint8Array },
  password: string,
  random: (length: number) => Uint8Array = randomBytes,
): Uint8Array {
  const attributes = localKeyIdAttribute(hash('sha1', certificate, 'buffer'))
  const certificateSafe = sealSafe(certificateBag(certificate, attributes), password, random(writtenSaltBytes))
  const keySafe = dataContent(shroudedKeyBag(privateKey, attributes, password, random(writtenSaltBytes)))
  const authenticatedSafe = encodeDer(derTag.sequence, certificateSafe, keySafe)
  const mac = macData(authenticatedSafe, {
    hash: 'sha1',
    password: bmpPassword(password),
    salt: random(writtenSaltBytes),
    iterations: writtenIterations,
  })
  return encodeDer(derTag.sequence, integer(3), dataContent(authenticatedSafe), mac)
}

const integer = (value: number): Uint8Array => encodeDer(derTag.integer, Buffer.of(value))

function dataContent(octets: Uint8Array): Uint8Array {
  return encodeDer(derTag.sequence, encodeOid(oid.data), encodeDer(explicit0, encodeDer(derTag.octetString, octets)))
}

function localKeyIdAttribute(id: Uint8Array): Uint8Array {
  const value = encodeDer(setTag, encodeDer(derTag.octetString, id))
  return encodeDer(setTag, encodeDer(derTag.sequence, encodeOid(oid.localKeyId), value))
}

/** SafeContents with the one bag. */
function oneBag(type: string, value: Uint8Array, attributes: Uint8Array): Uint8Array {
  const bag = encodeDer(derTag.sequence, encodeOid(type), encodeDer(explicit0, value), attributes)
  return encodeDer(derTag.sequence, bag)
}

function certificateBag(certificate: Uint8Array, attributes: Uint8Array): Uint8Array {
  const octets = encodeDer(explicit0, encodeDer(derTag.octetString, certificate))
  return oneBag(oid.certificateBag, encodeDer(derTag.sequence, encodeOid(oid.x509Certificate), octets), attributes)
}

function shroudedKeyBag(
  privateKey: Uint8Array,
  attributes: Uint8Array,
  password: string,
  salt: Uint8Array,
): Uint8Array {
  const { algorithm, ciphertext } = encryptTripleDes(password, salt, writtenIterations, privateKey)
  const encryptedKeyInfo = encodeDer(derTag.sequence, algorithm, encodeDer(derTag.octetString, ciphertext))
  return oneBag(oid.shroudedKeyBag, encryptedKeyInfo, attributes)
}

function sealSafe(contents: Uint8Array, password: string, salt: Uint8Array): Uint8Array {
  const { algorithm, ciphertext } = encryptTripleDes(password, salt, writtenIterations, contents)
  const info = encodeDer(derTag.sequence, encodeOid(oid.data), algorithm, encodeDer(implicit0, ciphertext))
  const encryptedData = encodeDer(derTag.sequence, integer(0), info)
  return encodeDer(derTag.sequence, encodeOid(oid.encryptedData), encodeDer(explicit0, encryptedData))
}

function macData(content: Uint8Array, input: Pkcs12KdfInput): Uint8Array {
  const algorithm = encodeDer(derTag.sequence, encodeOid(oid.sha1), encodeDer(0x05))
  const digestInfo = encodeDer(derTag.sequence, algorithm, encodeDer(derTag.octetString, pkcs12Mac(input, content)))
  return encodeDer(
    derTag.sequence,
    digestInfo,
    encodeDer(derTag.octetString, input.salt),
    encodeCount(input.iterations),
  )
}

import { hash, timingSafeEqual } from 'node:crypto'
import { toBigInt, toBytes } from './big-integer.ts'
import { DerReader, derTag, encodeDer, encodeUnsignedInteger } from './der.ts'
import { CryptoFailure } from './failure.ts'
import { xor } from './mgf1.ts'
import { randomBytes } from './random.ts'
import { decodeSm2Point, type Sm2Point, sm2Base, sm2Order } from './sm2-curve.ts'
import type { Coordinates } from './sm2-exchange.ts'
import type { Sm2PrivateKey, Sm2PublicKey } from './sm2-key.ts'

/**
 * How the parts of a ciphertext are put together: `raw` is C1 ‖ C3 ‖ C2 with a 65-byte C1 (GB/T 32918.4-2016), `asn1`
 * the SEQUENCE of GB/T 35276, which OpenSSL writes, and `c1c2c3` the order of the first edition of the standard.
 */
export type Sm2CiphertextFormat = 'raw' | 'asn1' | 'c1c2c3'

interface Parts {
  /** The 65-byte point kG. */
  readonly c1: Uint8Array
  /** The masked plaintext. */
  readonly c2: Uint8Array
  /** SM3(x2 ‖ M ‖ y2), 32 bytes. */
  readonly c3: Uint8Array
}

const pointBytes = 65
const hashBytes = 32

/**
 * SM2 public-key encryption (GB/T 32918.4 §6.1).
 *
 * @param plaintext - at least one byte; the standard has no encryption of nothing
 * @param random - where the nonce comes from; only tests with published nonces pass their own
 */
export function encryptSm2(
  key: Sm2PublicKey,
  plaintext: Uint8Array,
  format: Sm2CiphertextFormat = 'raw',
  random: (length: number) => Uint8Array = randomBytes,
): Uint8Array {
  if (plaintext.length === 0) throw new RangeError('SM2 cannot encrypt an empty plaintext')
  for (;;) {
    const k = toBigInt(random(32))
    if (k === 0n || k >= sm2Order) continue
    const { x, y } = coordinates(key.point.multiply(k))
    const mask = deriveMask(x, y, plaintext.length)
    if (isZero(mask)) continue
    const c1 = sm2Base.multiply(k).toBytes(false)
    return assemble({ c1, c2: xor(plaintext, mask), c3: checkHash(x, plaintext, y) }, format)
  }
}

/**
 * Opens an SM2 ciphertext (GB/T 32918.4 §7.1). Without a format it is taken as raw C1C3C2, then as ASN.1. What has time
 * to wait uses `decryptSm2InThread`.
 *
 * @throws CryptoFailure for every reason it does not open
 */
export function decryptSm2(
  key: Sm2PrivateKey,
  ciphertext: Uint8Array,
  formats?: readonly Sm2CiphertextFormat[],
): Uint8Array {
  return openSm2((c1) => multiply(key, c1), ciphertext, formats)
}

/**
 * As `decryptSm2`.
 *
 * @param multiples - the points that may be the private key's multiple of C1; none if C1 is no point of the curve
 */
export function openSm2(
  multiples: (c1: Uint8Array) => readonly Coordinates[],
  ciphertext: Uint8Array,
  formats: readonly Sm2CiphertextFormat[] = ['raw', 'asn1'],
): Uint8Array {
  for (const format of formats) {
    const parts = disassemble(ciphertext, format)
    const plaintext = parts && open(multiples(parts.c1), parts)
    if (plaintext) return plaintext
  }
  throw new CryptoFailure()
}

/** All are tried, also after one that fits. */
function open(points: readonly Coordinates[], { c2, c3 }: Parts): Uint8Array | undefined {
  const tries = points.map(({ x, y }) => {
    const mask = deriveMask(x, y, c2.length)
    const plaintext = xor(c2, mask)
    return { plaintext, isGenuine: timingSafeEqual(checkHash(x, plaintext, y), c3) && !isZero(mask) }
  })
  for (const { plaintext, isGenuine } of tries) if (!isGenuine) plaintext.fill(0)
  return tries.find(({ isGenuine }) => isGenuine)?.plaintext
}

function multiply(key: Sm2PrivateKey, c1: Uint8Array): readonly Coordinates[] {
  const point = pointOrUndefined(c1)
  return point ? [coordinates(point.multiply(key.scalar))] : []
}

function pointOrUndefined(encoded: Uint8Array): Sm2Point | undefined {
  try {
    return decodeSm2Point(encoded)
  } catch {
    return undefined
  }
}

function coordinates(point: Sm2Point): Coordinates {
  const { x, y } = point.toAffine()
  return { x: toBytes(x, 32), y: toBytes(y, 32) }
}

/** KDF over SM3 (GB/T 32918.4 §5.4.3): SM3(x2 ‖ y2 ‖ 32-bit counter from 1). */
function deriveMask(x: Uint8Array, y: Uint8Array, length: number): Uint8Array {
  const input = Buffer.concat([x, y, Buffer.alloc(4)])
  const blocks: Uint8Array[] = []
  for (let counter = 1; (counter - 1) * hashBytes < length; counter++) {
    input.writeUInt32BE(counter, 64)
    blocks.push(hash('sm3', input, 'buffer'))
  }
  return Buffer.concat(blocks, length)
}

const checkHash = (x: Uint8Array, plaintext: Uint8Array, y: Uint8Array): Uint8Array =>
  hash('sm3', Buffer.concat([x, plaintext, y]), 'buffer')

/** Looks at all bytes, whatever they are. */
const isZero = (bytes: Uint8Array): boolean => bytes.reduce((joined, byte) => joined | byte, 0) === 0

function assemble({ c1, c2, c3 }: Parts, format: Sm2CiphertextFormat): Uint8Array {
  if (format === 'raw') return Buffer.concat([c1, c3, c2])
  if (format === 'c1c2c3') return Buffer.concat([c1, c2, c3])
  return encodeDer(
    derTag.sequence,
    encodeUnsignedInteger(c1.subarray(1, 33)),
    encodeUnsignedInteger(c1.subarray(33)),
    encodeDer(derTag.octetString, c3),
    encodeDer(derTag.octetString, c2),
  )
}

function disassemble(ciphertext: Uint8Array, format: Sm2CiphertextFormat): Parts | undefined {
  if (format === 'asn1') return disassembleAsn1(ciphertext)
  if (ciphertext.length <= pointBytes + hashBytes) return undefined
  const c1 = ciphertext.subarray(0, pointBytes)
  if (format === 'raw') {
    return { c1, c3: ciphertext.subarray(pointBytes, pointBytes + hashBytes), c2: ciphertext.subarray(97) }
  }
  return { c1, c2: ciphertext.subarray(pointBytes, -hashBytes), c3: ciphertext.subarray(-hashBytes) }
}

function disassembleAsn1(ciphertext: Uint8Array): Parts | undefined {
  const outer = new DerReader(ciphertext)
  const content = outer.read(derTag.sequence)
  if (!content || !outer.isAtEnd) return undefined
  const inner = new DerReader(content)
  const x = inner.readUnsignedInteger()
  const y = inner.readUnsignedInteger()
  const c3 = inner.read(derTag.octetString)
  const c2 = inner.read(derTag.octetString)
  if (!x || !y || c3?.length !== hashBytes || !c2?.length || !inner.isAtEnd) return undefined
  if (x.length > 32 || y.length > 32) return undefined
  return { c1: Buffer.concat([Buffer.of(4), pad(x), pad(y)]), c2, c3 }
}

const pad = (magnitude: Uint8Array): Uint8Array => toBytes(toBigInt(magnitude), 32)

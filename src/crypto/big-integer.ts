/*
 * Both conversions put a 1 in front of the digits, so that the engine always sees as many of them: reading and writing a
 * number that begins with zeros would otherwise take another time, and secret numbers pass here.
 */

/** Big-endian bytes as a non-negative integer. Takes as long for all bytes of one length. */
export function toBigInt(bytes: Uint8Array): bigint {
  const hex = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex')
  return BigInt(`0x1${hex}`) - leadingOne(bytes.length)
}

/** An integer in [0, 256^length) as exactly `length` big-endian bytes. Takes as long for all integers. */
export function toBytes(value: bigint, length: number): Uint8Array {
  const one = leadingOne(length)
  if (value < 0n || value >= one) throw new RangeError(`The integer does not fit in ${length} bytes`)
  return Buffer.from((one + value).toString(16).slice(1), 'hex')
}

/** 256^length */
const leadingOne = (length: number): bigint => 1n << BigInt(8 * length)

/** The remainder in [0, modulus). */
export function modulo(value: bigint, modulus: bigint): bigint {
  const remainder = value % modulus
  return remainder >= 0n ? remainder : remainder + modulus
}

/**
 * The inverse of a secret unit modulo a prime: of a random multiple, whose time tells nothing, and that undone.
 *
 * @param random - where the multiple comes from
 */
export function invertSecret(value: bigint, prime: bigint, random: (length: number) => Uint8Array): bigint {
  const blind = randomUnit(prime, random)
  return (invertPublic((value * blind) % prime, prime) * blind) % prime
}

/** A number in [1, prime), each as likely; the prime has 256 bits. */
export function randomUnit(prime: bigint, random: (length: number) => Uint8Array): bigint {
  for (;;) {
    const candidate = random(32)
    const value = toBigInt(candidate)
    candidate.fill(0)
    if (value > 0n && value < prime) return value
  }
}

/**
 * The inverse of a unit modulo a prime, by the extended Euclidean algorithm. Takes variable time: for public values only.
 */
export function invertPublic(value: bigint, prime: bigint): bigint {
  let [high, low] = [prime, modulo(value, prime)]
  // what value has to be multiplied with to be high and low, modulo the prime
  let [x, y] = [0n, 1n]
  while (low > 0n) {
    const [a, b, c, d] = euclideanSteps(high, low)
    ;[high, low] = [a * high + b * low, c * high + d * low]
    ;[x, y] = [a * x + b * y, c * x + d * y]
  }
  if (high !== 1n) throw new RangeError('Zero has no inverse')
  return modulo(x, prime)
}

/**
 * As many steps of Euclid's algorithm as the leading 53 bits decide, about thirty, as a matrix (Lehmer; Knuth, The Art of
 * Computer Programming 4.5.2, algorithm L); a single one where they decide none. Long numbers are what costs time.
 *
 * @param high - not below `low`, which is not 0
 */
function euclideanSteps(high: bigint, low: bigint): readonly [bigint, bigint, bigint, bigint] {
  const shift = BigInt(Math.max(0, Math.floor(Math.log2(Number(high))) - 51))
  let [h, l] = [Number(high >> shift), Number(low >> shift)]
  let [a, b, c, d] = [1, 0, 0, 1]
  while (l + c > 0 && l + d > 0) {
    const quotient = Math.floor((h + a) / (l + c))
    if (quotient !== Math.floor((h + b) / (l + d))) break
    ;[a, b, c, d] = [c, d, a - quotient * c, b - quotient * d]
    ;[h, l] = [l, h - quotient * l]
  }
  return b === 0 ? [0n, 1n, 1n, -(high / low)] : [BigInt(a), BigInt(b), BigInt(c), BigInt(d)]
}

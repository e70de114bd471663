/** Big-endian bytes as a non-negative integer. */
export function toBigInt(bytes: Uint8Array): bigint {
  const hex = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex')
  return hex === '' ? 0n : BigInt(`0x${hex}`)
}

/** An integer in [0, 256^length) as exactly `length` big-endian bytes. */
export function toBytes(value: bigint, length: number): Uint8Array {
  const bytes = Buffer.from(value.toString(16).padStart(length * 2, '0'), 'hex')
  if (value < 0n || bytes.length !== length) throw new RangeError(`The integer does not fit in ${length} bytes`)
  return bytes
}

/** The remainder in [0, modulus). */
export function modulo(value: bigint, modulus: bigint): bigint {
  const remainder = value % modulus
  return remainder >= 0n ? remainder : remainder + modulus
}

/**
 * The inverse of a unit modulo a prime, by the extended Euclidean algorithm. Takes variable time: for public values only.
 */
export function invertPublic(value: bigint, prime: bigint): bigint {
  let [low, high] = [modulo(value, prime), prime]
  let [x, y] = [1n, 0n]
  while (low > 1n) {
    const quotient = high / low
    ;[low, high] = [high % low, low]
    ;[x, y] = [y - quotient * x, x]
  }
  if (low !== 1n) throw new RangeError('Zero has no inverse')
  return modulo(x, prime)
}

import { CryptoFailure } from './failure.ts'

// RFC 2268 §2: a permutation made from the digits of pi.
const piTable = Buffer.from(
  'd978f9c419ddb5ed28e9fd794aa0d89dc67e37832b76538e624c6488448bfba2179a59f587b34f1361456d8d09817d32' +
    'bd8f40eb86b77b0bf09521225c6b4e8254d66593ce60b21c7356c014a78cf1dc1275ca1f3bbee4d1423dd430a33cb626' +
    '6fbf0eda4669075727f21d9bbc944303f811c7f690ef3ee706c3d52fc8661ed7' +
    '08e8eade8052eef784aa72ac354d6a2a961ad2715a1549744b9fd05e0418a4ecc2e0416e0f51cbcc2491af50a1f47039' +
    '997c3a8523b8b47afc02365b255597312d5dfa98e38a92ae05df2910676cbac9d300e6cfe19ea82c6316013f58e289a9' +
    '0d38341bab33ffb0bb480c5fb9b1cd2ec5f3db47e5a59c770aa62068fe7fc1ad',
  'hex',
)

const blockBytes = 8
const rotations: readonly number[] = [1, 2, 3, 5]

/**
 * RC2-CBC decryption with PKCS #7 padding (RFC 2268), which OpenSSL no longer carries by default. Only for reading the
 * certificate bag of old PKCS #12 files; never for anything that should stay secret.
 *
 * @param effectiveBits - 40 for RC2-40
 * @throws CryptoFailure for a wrong length or padding
 */
export function decryptRc2Cbc(
  key: Uint8Array,
  effectiveBits: number,
  iv: Uint8Array,
  ciphertext: Uint8Array,
): Uint8Array {
  if (ciphertext.length === 0 || ciphertext.length % blockBytes !== 0 || iv.length !== blockBytes) {
    throw new CryptoFailure()
  }
  const schedule = expandKey(key, effectiveBits)
  const plaintext = Buffer.alloc(ciphertext.length)
  let previous = iv
  for (let at = 0; at < ciphertext.length; at += blockBytes) {
    const block = ciphertext.subarray(at, at + blockBytes)
    const opened = decryptBlock(schedule, block)
    for (let index = 0; index < blockBytes; index++) plaintext[at + index] = byte(opened, index) ^ byte(previous, index)
    previous = block
  }
  return removePadding(plaintext)
}

const byte = (bytes: Uint8Array, index: number): number => bytes[index] ?? 0
const word = (words: Uint16Array, index: number): number => words[index] ?? 0

/** RFC 2268 §2. */
function expandKey(key: Uint8Array, effectiveBits: number): Uint16Array {
  const expanded = new Uint8Array(128)
  expanded.set(key)
  for (let index = key.length; index < 128; index++) {
    expanded[index] = byte(piTable, (byte(expanded, index - 1) + byte(expanded, index - key.length)) & 0xff)
  }
  const effectiveBytes = Math.ceil(effectiveBits / 8)
  const mask = 0xff >> (8 * effectiveBytes - effectiveBits)
  expanded[128 - effectiveBytes] = byte(piTable, byte(expanded, 128 - effectiveBytes) & mask)
  for (let index = 127 - effectiveBytes; index >= 0; index--) {
    expanded[index] = byte(piTable, byte(expanded, index + 1) ^ byte(expanded, index + effectiveBytes))
  }
  return Uint16Array.from(
    { length: 64 },
    (_, index) => byte(expanded, 2 * index) | (byte(expanded, 2 * index + 1) << 8),
  )
}

/** RFC 2268 §4: five mixing rounds, a mashing round, six, a mashing round, five; all backwards. */
function decryptBlock(schedule: Uint16Array, block: Uint8Array): Uint8Array {
  const r = Uint16Array.from({ length: 4 }, (_, index) => byte(block, 2 * index) | (byte(block, 2 * index + 1) << 8))
  for (let round = 15; round >= 0; round--) {
    unmix(r, schedule, round)
    if (round === 5 || round === 11) unmash(r, schedule)
  }
  return Uint8Array.from({ length: 8 }, (_, index) => (word(r, index >> 1) >> (8 * (index & 1))) & 0xff)
}

function unmix(r: Uint16Array, schedule: Uint16Array, round: number): void {
  for (let index = 3; index >= 0; index--) {
    const rotation = rotations[index] ?? 0
    const rotated = (word(r, index) >> rotation) | (word(r, index) << (16 - rotation))
    const [one, two, three] = [word(r, (index + 3) & 3), word(r, (index + 2) & 3), word(r, (index + 1) & 3)]
    r[index] = rotated - word(schedule, 4 * round + index) - (one & two) - (~one & three)
  }
}

function unmash(r: Uint16Array, schedule: Uint16Array): void {
  for (let index = 3; index >= 0; index--) {
    r[index] = word(r, index) - word(schedule, word(r, (index + 3) & 3) & 63)
  }
}

function removePadding(plaintext: Uint8Array): Uint8Array {
  const count = byte(plaintext, plaintext.length - 1)
  const padding = plaintext.subarray(plaintext.length - count)
  if (count < 1 || count > blockBytes || padding.some((value) => value !== count)) throw new CryptoFailure()
  return plaintext.subarray(0, plaintext.length - count)
}

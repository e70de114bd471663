import { type BlockAlgorithm, keySpecs, type Padding } from '../../crypto/algorithms.ts'
import type { BlockScheme } from './block-scheme.ts'
import { keyVersionIdBytes } from './ciphertext-blob.ts'

/**
 * What AdvanceEncrypt returns: `$` (1) ‖ version << 4 | padding (1) ‖ algorithm (1) ‖ key version id (36 ASCII) ‖ IV ‖
 * ciphertext (with tag). For AES_GCM the bytes from offset 3 are the ciphertext blob of the OpenAPI gateway, which the
 * official transfer clients rely on. Only `24 00 02` is known from the service; the other codes are Keyhaven's own.
 */
export interface AdvanceBlob {
  readonly keyVersionId: string
  readonly scheme: BlockScheme
  readonly iv: Uint8Array
  readonly ciphertext: Uint8Array
}

const magic = 0x24
const headerBytes = 3 + keyVersionIdBytes

const algorithmCodes = new Map([
  ['AES_GCM', 2],
  ['AES_CBC', 0x81],
  ['AES_ECB', 0x82],
  ['SM4_GCM', 0x83],
  ['SM4_CBC', 0x84],
  ['SM4_ECB', 0x85],
  ['AES_CTR', 0x86],
  ['SM4_CTR', 0x87],
])
const paddingCodes = new Map<Padding, number>([
  ['PKCS7_PADDING', 1],
  ['NO_PADDING', 2],
])
const algorithmsByCode = new Map(
  [...keySpecs.values()].flatMap(({ encryption }) =>
    encryption.flatMap((algorithm): [number, BlockAlgorithm][] =>
      algorithm.type === 'block' ? [[algorithmCodes.get(algorithm.name) ?? 0, algorithm]] : [],
    ),
  ),
)
const paddingsByCode = new Map([...paddingCodes].map(([padding, code]) => [code, padding]))

export function composeAdvanceBlob({ keyVersionId, scheme, iv, ciphertext }: AdvanceBlob): Uint8Array {
  const algorithmCode = algorithmCodes.get(scheme.algorithm.name) ?? 0
  const paddingCode = scheme.padding === undefined ? 0 : (paddingCodes.get(scheme.padding) ?? 0)
  const header = Buffer.from([magic, paddingCode, algorithmCode])
  return Buffer.concat([header, Buffer.from(keyVersionId, 'latin1'), iv, ciphertext])
}

/** `undefined` when the bytes do not have the form; whether the version exists is the caller's question. */
export function parseAdvanceBlob(blob: Uint8Array): AdvanceBlob | undefined {
  const [first, second = 0, third = 0] = blob
  const algorithm = algorithmsByCode.get(third)
  const padding = second === 0 ? undefined : paddingsByCode.get(second)
  if (first !== magic || algorithm === undefined || (second !== 0 && padding === undefined)) return undefined
  if (algorithm.paddings.length === 0 ? second !== 0 : padding === undefined) return undefined
  const ivEnd = headerBytes + algorithm.ivBytes
  if (blob.length < ivEnd) return undefined
  return {
    keyVersionId: Buffer.from(blob.subarray(3, headerBytes)).toString('latin1'),
    scheme: { algorithm, padding },
    iv: blob.subarray(headerBytes, ivEnd),
    ciphertext: blob.subarray(ivEnd),
  }
}

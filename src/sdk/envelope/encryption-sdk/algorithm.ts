import { EnvelopeError } from '../errors.ts'

/** One row of the official encryption SDK's algorithm table. The SDK's "PKCS5" is PKCS #7 padding to 16 bytes. */
export interface SdkAlgorithm {
  readonly id: number
  readonly name: SdkAlgorithmName
  /** As OpenSSL calls it. */
  readonly cipher: string
  /** GCM of the same block cipher: authenticates the header whatever the body uses. */
  readonly headerCipher: 'aes-128-gcm' | 'aes-256-gcm' | 'sm4-gcm'
  readonly dataKeyBytes: number
  readonly ivBytes: number
  /** 0: the body is not authenticated */
  readonly tagBytes: number
  readonly isPadded: boolean
  /** NoPadding CBC takes whole blocks only. */
  readonly blockBytes: number
}

const gcm = { ivBytes: 12, tagBytes: 16, isPadded: false, blockBytes: 1 }
const cbc = { ivBytes: 16, tagBytes: 0, isPadded: false, blockBytes: 16 }
const paddedCbc = { ivBytes: 16, tagBytes: 0, isPadded: true, blockBytes: 1 }
const ctr = { ivBytes: 16, tagBytes: 0, isPadded: false, blockBytes: 1 }
const aes128 = { headerCipher: 'aes-128-gcm', dataKeyBytes: 16 } as const
const aes256 = { headerCipher: 'aes-256-gcm', dataKeyBytes: 32 } as const
const sm4 = { headerCipher: 'sm4-gcm', dataKeyBytes: 16 } as const

const table = [
  { id: 1, name: 'AES_GCM_NOPADDING_128', cipher: 'aes-128-gcm', ...aes128, ...gcm },
  { id: 2, name: 'AES_GCM_NOPADDING_256', cipher: 'aes-256-gcm', ...aes256, ...gcm },
  { id: 3, name: 'AES_CBC_NOPADDING_128', cipher: 'aes-128-cbc', ...aes128, ...cbc },
  { id: 4, name: 'AES_CBC_NOPADDING_256', cipher: 'aes-256-cbc', ...aes256, ...cbc },
  { id: 5, name: 'AES_CBC_PKCS5_128', cipher: 'aes-128-cbc', ...aes128, ...paddedCbc },
  { id: 6, name: 'AES_CBC_PKCS5_256', cipher: 'aes-256-cbc', ...aes256, ...paddedCbc },
  { id: 7, name: 'AES_CTR_NOPADDING_128', cipher: 'aes-128-ctr', ...aes128, ...ctr },
  { id: 8, name: 'AES_CTR_NOPADDING_256', cipher: 'aes-256-ctr', ...aes256, ...ctr },
  { id: 9, name: 'SM4_GCM_NOPADDING_128', cipher: 'sm4-gcm', ...sm4, ...gcm },
  { id: 10, name: 'SM4_CBC_NOPADDING_128', cipher: 'sm4-cbc', ...sm4, ...cbc },
  { id: 11, name: 'SM4_CBC_PKCS5_128', cipher: 'sm4-cbc', ...sm4, ...paddedCbc },
  { id: 12, name: 'SM4_CTR_NOPADDING_128', cipher: 'sm4-ctr', ...sm4, ...ctr },
] as const

export type SdkAlgorithmName = (typeof table)[number]['name']
const sdkAlgorithms: readonly SdkAlgorithm[] = table
export const sdkAlgorithmNames: readonly SdkAlgorithmName[] = table.map(({ name }) => name)

/** @throws EnvelopeError `UnknownFormat` */
export function sdkAlgorithmById(id: number): SdkAlgorithm {
  const algorithm = sdkAlgorithms.find((row) => row.id === id)
  if (algorithm === undefined) throw new EnvelopeError('UnknownFormat', `encryption-SDK algorithm ${id} is not known`)
  return algorithm
}

/**
 * The algorithm that was asked for, by its own name or by the one the other formats use.
 *
 * @throws EnvelopeError `InvalidArgument` for an unknown name; `NotAuthenticated` if the caller must allow it first
 */
export function sdkAlgorithmFor(name: string | undefined, allowUnauthenticated: boolean | undefined): SdkAlgorithm {
  const aliases: Readonly<Record<string, SdkAlgorithmName>> = {
    AES_256_GCM: 'AES_GCM_NOPADDING_256',
    SM4_GCM: 'SM4_GCM_NOPADDING_128',
  }
  const wanted = name === undefined ? 'AES_GCM_NOPADDING_256' : (aliases[name] ?? name)
  const algorithm = sdkAlgorithms.find((row) => row.name === wanted)
  if (algorithm === undefined)
    throw new EnvelopeError('InvalidArgument', `the encryption SDK has no algorithm ${wanted}`)
  requireAuthenticated(algorithm, allowUnauthenticated)
  return algorithm
}

/** @throws EnvelopeError `NotAuthenticated` */
export function requireAuthenticated(algorithm: SdkAlgorithm, allowUnauthenticated: boolean | undefined): void {
  if (algorithm.tagBytes === 0 && allowUnauthenticated !== true)
    throw new EnvelopeError(
      'NotAuthenticated',
      `${algorithm.name} does not authenticate the content: anyone could have altered it; allow that explicitly to go on`,
    )
}

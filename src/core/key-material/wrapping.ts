import { type KeySpecEntry, keySpecs } from '../../crypto/algorithms.ts'
import { decryptBlocks } from '../../crypto/block-cipher.ts'
import { CryptoFailure } from '../../crypto/failure.ts'
import { loadKeyMaterial, type UsableKey } from '../../crypto/key-material.ts'
import { assertImplicitRejection, decryptOaep, decryptPkcs1 } from '../../crypto/rsa.ts'
import type { RsaPrivateKey } from '../../crypto/rsa-private-key.ts'
import type { Sm2PrivateKey } from '../../crypto/sm2-key.ts'
import { decryptSm2InThread } from '../../crypto/sm2-threads.ts'
import { KmsError } from '../errors.ts'

/** A way to wrap key material for import. */
export interface Wrapping {
  readonly wrappingKeySpec: 'RSA_2048' | 'EC_SM2'
  /** whether material of a key of this spec may come wrapped so */
  readonly fits: (entry: KeySpecEntry) => boolean
  /** @throws CryptoFailure, or bytes that mean nothing, when it was wrapped under another key */
  readonly unwrap: (key: UsableKey, wrapped: Uint8Array) => Promise<Uint8Array>
}

const rsaWrappedBytes = 256
/** C1 (65) ‖ C3 (32) ‖ a 16-byte SM4 key */
const sm2WrappedBytes = 113

const always = () => true
const privateKeys = (entry: KeySpecEntry) => entry.kind !== 'symmetric' && entry.kind !== 'hmac'
const sm2Keys = (entry: KeySpecEntry) => entry.kind === 'sm2'

/**
 * By WrappingAlgorithm. A private key may be longer than RSA_2048 can encrypt: then a symmetric key of one use wraps it
 * and is wrapped in turn, the two parts one after the other (names and layout as the service has them).
 */
export const wrappings: ReadonlyMap<string, Wrapping> = new Map<string, Wrapping>([
  ['RSAES_OAEP_SHA_256', rsaWrapping((key, wrapped) => decryptOaep(key, 'sha256', wrapped))],
  ['RSAES_OAEP_SHA_1', rsaWrapping((key, wrapped) => decryptOaep(key, 'sha1', wrapped))],
  ['RSAES_PKCS1_V1_5', pkcs1Wrapping()],
  [
    'SM2PKE',
    { wrappingKeySpec: 'EC_SM2', fits: always, unwrap: async (key, wrapped) => decryptSm2InThread(sm2(key), wrapped) },
  ],
  [
    'RSAES_OAEP_SHA_256_AES_256_ECB_PKCS7_PAD',
    {
      wrappingKeySpec: 'RSA_2048',
      fits: privateKeys,
      unwrap: async (key, wrapped) => {
        const [first, second] = split(wrapped, rsaWrappedBytes)
        return unwrapUnder('Aliyun_AES_256', 'PKCS7_PADDING', await decryptOaep(rsa(key), 'sha256', first), second)
      },
    },
  ],
  [
    'SM2PKE_SM4_ECB',
    {
      wrappingKeySpec: 'EC_SM2',
      fits: sm2Keys,
      unwrap: async (key, wrapped) => {
        const [first, second] = split(wrapped, sm2WrappedBytes)
        return unwrapUnder('Aliyun_SM4', 'NO_PADDING', await decryptSm2InThread(sm2(key), first, ['raw']), second)
      },
    },
  ],
])

/**
 * PKCS #1 v1.5 unwraps only where OpenSSL rejects bad padding implicitly; elsewhere it would be an oracle (SEC-18). That
 * is found out before the first use, which spares every start an RSA key.
 *
 * @param selfTest - throws when bad padding is reported
 */
export function pkcs1Wrapping(selfTest: (key: RsaPrivateKey) => void = assertImplicitRejection): Wrapping {
  let isSafe = false
  return rsaWrapping(async (key, wrapped) => {
    if (!isSafe) requireSafe(() => selfTest(key))
    isSafe = true
    return decryptPkcs1(key, wrapped)
  })
}

function requireSafe(selfTest: () => void): void {
  try {
    selfTest()
  } catch (cause) {
    throw new KmsError('UnsupportedOperation', { cause })
  }
}

function rsaWrapping(decrypt: (key: RsaPrivateKey, wrapped: Uint8Array) => Promise<Uint8Array>): Wrapping {
  return { wrappingKeySpec: 'RSA_2048', fits: always, unwrap: (key, wrapped) => decrypt(rsa(key), wrapped) }
}

const split = (bytes: Uint8Array, at: number): [Uint8Array, Uint8Array] => [bytes.subarray(0, at), bytes.subarray(at)]

/** ECB is safe for this one message: the key is random and never used again. */
function unwrapUnder(
  spec: 'Aliyun_AES_256' | 'Aliyun_SM4',
  padding: 'PKCS7_PADDING' | 'NO_PADDING',
  wrappingKey: Uint8Array,
  wrapped: Uint8Array,
): Uint8Array {
  try {
    const key = loadKeyMaterial(entryOf(spec), wrappingKey)
    if (key.kind !== 'symmetric') throw new CryptoFailure()
    return decryptBlocks(key, { mode: 'ecb', iv: new Uint8Array(0), padding }, wrapped)
  } finally {
    wrappingKey.fill(0)
  }
}

/** The entry of a spec that is known to exist. */
export function entryOf(spec: string): KeySpecEntry {
  const entry = keySpecs.get(spec)
  if (!entry) throw new TypeError(`There is no key spec ${spec}`)
  return entry
}

/** The private key of RSA material. @throws CryptoFailure when it is something else */
export function rsa(key: UsableKey): RsaPrivateKey {
  if (key.kind !== 'rsa') throw new CryptoFailure()
  return key.privateKey
}

function sm2(key: UsableKey): Sm2PrivateKey {
  if (key.kind !== 'sm2') throw new CryptoFailure()
  return key.privateKey
}

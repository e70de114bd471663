/**
 * The key specs and what each of them can do, as data. Code receives the entry and reads its fields; nothing below
 * switches on the name of a spec.
 */

export type KeyKind = 'symmetric' | 'rsa' | 'ec' | 'sm2' | 'hmac'
export type KeyUsage = 'ENCRYPT/DECRYPT' | 'SIGN/VERIFY' | 'GENERATE/VERIFY_MAC'
export type BlockCipher = 'aes-128' | 'aes-192' | 'aes-256' | 'sm4'
export type BlockMode = 'gcm' | 'cbc' | 'ecb' | 'ctr'
export type Padding = 'PKCS7_PADDING' | 'NO_PADDING'
export type EcCurve = 'P-256' | 'secp256k1'
export type MacHash = 'sm3' | 'sha224' | 'sha256' | 'sha384' | 'sha512'

/** A block cipher in a mode. `ivBytes` is 0 where the mode has no IV; `paddings` lists the default first. */
export interface BlockAlgorithm {
  readonly type: 'block'
  readonly name: string
  readonly mode: BlockMode
  readonly ivBytes: number
  readonly paddings: readonly Padding[]
  readonly maxPlaintextBytes: number
}

/** A public-key encryption scheme; its functions are in schemes.ts under the same name. */
export interface PublicKeyAlgorithm {
  readonly type: 'public-key'
  readonly name: string
  readonly maxPlaintextBytes: number
}

export type EncryptionAlgorithm = BlockAlgorithm | PublicKeyAlgorithm

export interface SigningAlgorithm {
  readonly name: string
  readonly digestBytes: 32
}

export interface MacAlgorithm {
  readonly name: string
  readonly hash: MacHash
  readonly macBytes: number
}

interface EntryBase {
  readonly spec: string
  readonly usages: readonly KeyUsage[]
  readonly defaultUsage: KeyUsage
  /** Key size as people name it: 256 for AES-256 and P-256, 2048 for RSA_2048. */
  readonly bits: number
  /** The exact length of raw material in bytes; undefined where material is a PKCS #8 structure. */
  readonly materialBytes: number | undefined
  /** Allowed algorithms per use; the first is the default; empty where the spec cannot do it. */
  readonly encryption: readonly EncryptionAlgorithm[]
  readonly signing: readonly SigningAlgorithm[]
  readonly mac: readonly MacAlgorithm[]
}

export interface SymmetricEntry extends EntryBase {
  readonly kind: 'symmetric'
  readonly cipher: BlockCipher
  readonly materialBytes: number
}
export interface RsaEntry extends EntryBase {
  readonly kind: 'rsa'
}
export interface EcEntry extends EntryBase {
  readonly kind: 'ec'
  readonly curve: EcCurve
}
export interface Sm2Entry extends EntryBase {
  readonly kind: 'sm2'
}
export interface HmacEntry extends EntryBase {
  readonly kind: 'hmac'
  readonly hash: MacHash
  readonly materialBytes: number
}
export type KeySpecEntry = SymmetricEntry | RsaEntry | EcEntry | Sm2Entry | HmacEntry

/** Encrypt accepts at most 6 KB of data, whatever the block cipher could do (KMS API, Encrypt). */
const maxOnlinePlaintextBytes = 6144

const block = (name: string, mode: BlockMode, ivBytes: number, paddings: readonly Padding[]): BlockAlgorithm => ({
  type: 'block',
  name,
  mode,
  ivBytes,
  paddings,
  maxPlaintextBytes: maxOnlinePlaintextBytes,
})

const cbcPaddings = ['PKCS7_PADDING', 'NO_PADDING'] as const
/** GCM, CBC and ECB of AES and SM4_GCM are the service's; the others are Keyhaven's own, by the same rules. */
const modesOf = (cipher: 'AES' | 'SM4'): BlockAlgorithm[] => [
  block(`${cipher}_GCM`, 'gcm', 12, []),
  block(`${cipher}_CBC`, 'cbc', 16, cbcPaddings),
  block(`${cipher}_ECB`, 'ecb', 0, cbcPaddings),
  block(`${cipher}_CTR`, 'ctr', 16, []),
]
const aesAlgorithms = modesOf('AES')
const sm4Algorithms = modesOf('SM4')

function symmetric(spec: string, cipher: BlockCipher, bits: number, encryption: BlockAlgorithm[]): SymmetricEntry {
  const usages = ['ENCRYPT/DECRYPT'] as const
  const materialBytes = bits / 8
  return {
    spec,
    kind: 'symmetric',
    cipher,
    bits,
    materialBytes,
    usages,
    defaultUsage: usages[0],
    encryption,
    signing: [],
    mac: [],
  }
}

const publicKey = (name: string, maxPlaintextBytes: number): PublicKeyAlgorithm => ({
  type: 'public-key',
  name,
  maxPlaintextBytes,
})
const signing = (name: string): SigningAlgorithm => ({ name, digestBytes: 32 })

const asymmetric = {
  usages: ['ENCRYPT/DECRYPT', 'SIGN/VERIFY'] as const,
  defaultUsage: 'SIGN/VERIFY' as const,
  materialBytes: undefined,
  mac: [],
}

function rsa(bits: number): RsaEntry {
  // RFC 8017 §7.1.1: a message is at most k - 2h - 2 bytes.
  const oaep = (name: string, hashBytes: number) => publicKey(name, bits / 8 - 2 * hashBytes - 2)
  return {
    ...asymmetric,
    spec: `RSA_${bits}`,
    kind: 'rsa',
    bits,
    encryption: [oaep('RSAES_OAEP_SHA_256', 32), oaep('RSAES_OAEP_SHA_1', 20)],
    signing: [signing('RSA_PSS_SHA_256'), signing('RSA_PKCS1_SHA_256')],
  }
}

// ECIES output is 65 + n + 20 bytes and SM2 output 65 + 32 + n; both stay within the 6144 bytes of a ciphertext.
const ec = (spec: string, curve: EcCurve): EcEntry => ({
  ...asymmetric,
  spec,
  kind: 'ec',
  curve,
  bits: 256,
  encryption: [publicKey('ECIES_DH_SHA_1_XOR_HMAC', 6059)],
  signing: [signing('ECDSA_SHA_256')],
})

const sm2: Sm2Entry = {
  ...asymmetric,
  spec: 'EC_SM2',
  kind: 'sm2',
  bits: 256,
  encryption: [publicKey('SM2PKE', 6047)],
  signing: [signing('SM2DSA')],
}

/**
 * HMAC specs are named by this project after the algorithm they allow, since the service publishes no names. The key is
 * as long as the hash output (RFC 2104 §3), which for every hash here is at most its block size, so keys are never
 * hashed down first.
 */
function hmac(name: string, hash: MacHash, macBytes: number): HmacEntry {
  const usages = ['GENERATE/VERIFY_MAC'] as const
  return {
    spec: name,
    kind: 'hmac',
    hash,
    bits: macBytes * 8,
    materialBytes: macBytes,
    usages,
    defaultUsage: usages[0],
    encryption: [],
    signing: [],
    mac: [{ name, hash, macBytes }],
  }
}

const entries: readonly KeySpecEntry[] = [
  symmetric('Aliyun_AES_256', 'aes-256', 256, aesAlgorithms),
  symmetric('Aliyun_AES_192', 'aes-192', 192, aesAlgorithms),
  symmetric('Aliyun_AES_128', 'aes-128', 128, aesAlgorithms),
  symmetric('Aliyun_SM4', 'sm4', 128, sm4Algorithms),
  rsa(2048),
  rsa(3072),
  rsa(4096),
  ec('EC_P256', 'P-256'),
  ec('EC_P256K', 'secp256k1'),
  sm2,
  hmac('HMAC_SM3', 'sm3', 32),
  hmac('HMAC_SHA_224', 'sha224', 28),
  hmac('HMAC_SHA_256', 'sha256', 32),
  hmac('HMAC_SHA_384', 'sha384', 48),
  hmac('HMAC_SHA_512', 'sha512', 64),
]

/** Every key spec, in the order it is documented. */
export const keySpecs: ReadonlyMap<string, KeySpecEntry> = new Map(entries.map((entry) => [entry.spec, entry]))

/** The algorithm of that name in a list of an entry, the default when the name is absent or empty, else undefined. */
export function chooseAlgorithm<Algorithm extends { readonly name: string }>(
  allowed: readonly Algorithm[],
  name: string | undefined,
): Algorithm | undefined {
  return name ? allowed.find((algorithm) => algorithm.name === name) : allowed[0]
}

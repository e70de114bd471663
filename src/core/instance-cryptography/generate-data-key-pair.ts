import type {
  AdvanceGenerateDataKeyPair,
  AdvanceGenerateDataKeyPairWithoutPlaintext,
  GenerateDataKeyPair,
  GenerateDataKeyPairWithoutPlaintext,
  MessageValues,
} from '../../api/instance.ts'
import { type KeySpecEntry, keySpecs } from '../../crypto/algorithms.ts'
import { loadKeyMaterial, publicKeySpki } from '../../crypto/key-material.ts'
import { encodePem } from '../../crypto/pem.ts'
import { principalId } from '../access/principal.ts'
import { invalidParameter } from '../errors.ts'
import { generateMaterial } from '../keys/generation.ts'
import type { InstanceAnswer, InstanceCall } from './instance-call.ts'
import { advanceSealing, plainSealing, type SealedSecret, type SealSecret } from './seal-secret.ts'

/** @see KMS instance API, GenerateDataKeyPair */
export async function instanceGenerateDataKeyPair(
  call: InstanceCall,
  input: MessageValues<typeof GenerateDataKeyPair.request>,
): Promise<InstanceAnswer<typeof GenerateDataKeyPair.response>> {
  return sealedPair(call, input, plainSealing, (pair) => ({ privateKeyPlaintext: pair.privateKey }))
}

/** @see KMS instance API, GenerateDataKeyPairWithoutPlaintext */
export async function instanceGenerateDataKeyPairWithoutPlaintext(
  call: InstanceCall,
  input: MessageValues<typeof GenerateDataKeyPairWithoutPlaintext.request>,
): Promise<InstanceAnswer<typeof GenerateDataKeyPairWithoutPlaintext.response>> {
  return sealedPair(call, input, plainSealing, erase)
}

/** @see KMS instance API, AdvanceGenerateDataKeyPair */
export async function instanceAdvanceGenerateDataKeyPair(
  call: InstanceCall,
  input: MessageValues<typeof AdvanceGenerateDataKeyPair.request>,
): Promise<InstanceAnswer<typeof AdvanceGenerateDataKeyPair.response>> {
  return sealedPair(call, input, advanceSealing, (pair) => ({ privateKeyPlaintext: pair.privateKey }))
}

/** @see KMS instance API, AdvanceGenerateDataKeyPairWithoutPlaintext */
export async function instanceAdvanceGenerateDataKeyPairWithoutPlaintext(
  call: InstanceCall,
  input: MessageValues<typeof AdvanceGenerateDataKeyPairWithoutPlaintext.request>,
): Promise<InstanceAnswer<typeof AdvanceGenerateDataKeyPairWithoutPlaintext.response>> {
  return sealedPair(call, input, advanceSealing, erase)
}

interface PairRequest {
  readonly keyId: string
  readonly keyPairSpec: string
  readonly keyFormat: string
  readonly aad: Uint8Array
  readonly algorithm?: string
}

interface KeyPair {
  readonly privateKey: Uint8Array
  readonly publicKey: Uint8Array
}

async function sealedPair<Shown extends object>(
  call: InstanceCall,
  input: PairRequest,
  sealing: typeof plainSealing,
  show: (pair: KeyPair) => Shown,
) {
  const entry = entryFor(input)
  const seal = await sealing(call, input.keyId, input)
  const pair = await newPair(call, entry, input)
  const { ciphertextBlob, ...sealed } = await sealPrivateKey(seal, pair)
  return {
    response: {
      ...sealed,
      keyPairSpec: input.keyPairSpec,
      privateKeyCiphertextBlob: ciphertextBlob,
      publicKey: pair.publicKey,
      ...show(pair),
    },
    keyVersionId: sealed.keyVersionId,
  }
}

async function sealPrivateKey(seal: SealSecret, pair: KeyPair): Promise<SealedSecret> {
  try {
    return await seal(pair.privateKey)
  } catch (error) {
    erase(pair)
    throw error
  }
}

function erase(pair: KeyPair): object {
  pair.privateKey.fill(0)
  return {}
}

const pairSpecs = ['RSA_2048', 'RSA_3072', 'RSA_4096', 'EC_P256', 'EC_P256K']

function entryFor({ keyPairSpec, keyFormat }: PairRequest): KeySpecEntry {
  const entry = pairSpecs.includes(keyPairSpec) ? keySpecs.get(keyPairSpec) : undefined
  if (entry === undefined) throw invalidParameter('KeyPairSpec')
  if (!['', 'PEM', 'DER'].includes(keyFormat)) throw invalidParameter('KeyFormat')
  return entry
}

/** PKCS #8 and SubjectPublicKeyInfo, as PEM text (unless asked otherwise) or DER. */
async function newPair(call: InstanceCall, entry: KeySpecEntry, { keyFormat }: PairRequest): Promise<KeyPair> {
  const privateKey = await generateMaterial(entry, principalId(call.caller))
  const publicKey = publicKeySpki(loadKeyMaterial(entry, privateKey))
  if (keyFormat === 'DER') return { privateKey, publicKey }
  const pem = { privateKey: pemBytes('PRIVATE KEY', privateKey), publicKey: pemBytes('PUBLIC KEY', publicKey) }
  privateKey.fill(0)
  return pem
}

const pemBytes = (label: string, der: Uint8Array): Uint8Array => Buffer.from(encodePem(label, der), 'latin1')

import { type PublicKey, readPublicKey, type SignatureAlgorithm } from '../crypto/public-key.ts'
import { type Signer, signerOf } from '../crypto/signer.ts'
import type { Client } from '../sdk/client.ts'
import type { InstanceClient } from '../sdk/instance-client.ts'
import { newestKeyVersion } from '../sdk/newest-key-version.ts'
import { chosenAlgorithm } from './algorithm.ts'
import { SigningError } from './errors.ts'

/** What a held key needs of a client of the public gateway. */
export type SigningClient = Pick<Client, 'getPublicKey' | 'asymmetricSign' | 'listKeyVersions'>
/** What it needs of a client of an instance. */
export type InstanceSigningClient = Pick<InstanceClient, 'getPublicKey' | 'sign'>

export interface HeldKeyOptions {
  /** id, ARN or alias of a key whose usage is SIGN/VERIFY */
  readonly keyId: string
  /** of several versions: the newest behind the public gateway, the initial one in an instance, unless given */
  readonly keyVersionId?: string | undefined
  /** by the kind of the key, unless given: RSA_PKCS1_SHA_256, ECDSA_SHA_256 or SM2DSA */
  readonly algorithm?: SignatureAlgorithm | undefined
}

/** A key in a KMS as a signer. */
export interface HeldKey extends Signer {
  readonly keyId: string
  /** not where an instance doesn't tell it */
  readonly keyVersionId?: string
}

/**
 * A key held behind the public gateway. Its public key is asked for once, and an alias is followed then: should it be
 * moved, the signer stays with its key. Each signature is one call of AsymmetricSign.
 *
 * @throws SigningError `key`, `algorithm`
 * @throws ServiceError, ClientError
 */
export async function heldKey(client: SigningClient, options: HeldKeyOptions): Promise<HeldKey> {
  const keyVersionId = options.keyVersionId ?? (await newestVersion(client, options.keyId))
  const { keyId, publicKey: pem } = await client.getPublicKey({ keyId: options.keyId, keyVersionId })
  const publicKey = publicKeyOf(keyId, pem)
  const algorithm = chosenAlgorithm(publicKey, options.algorithm)
  const signer = signerOf(publicKey, algorithm, async (digest) => {
    const { value } = await client.asymmetricSign({ keyId, keyVersionId, algorithm, digest })
    return value
  })
  return { ...signer, keyId, keyVersionId }
}

/**
 * A key held in a KMS instance. Each signature is one call of Sign with the digest.
 *
 * @throws SigningError `key`, `algorithm`
 * @throws ServiceError, ClientError
 */
export async function instanceHeldKey(client: InstanceSigningClient, options: HeldKeyOptions): Promise<HeldKey> {
  const pinned = options.keyVersionId === undefined ? {} : { keyVersionId: options.keyVersionId }
  const answer = await client.getPublicKey({ keyId: options.keyId }, pinned)
  const keyId = answer.keyId || options.keyId
  const publicKey = publicKeyOf(keyId, answer.publicKey)
  const algorithm = chosenAlgorithm(publicKey, options.algorithm)
  const signer = signerOf(publicKey, algorithm, async (digest) => {
    const { signature } = await client.sign({ keyId, algorithm, message: digest, messageType: 'DIGEST' }, pinned)
    return signature
  })
  return { ...signer, keyId, ...(answer.keyVersionId === '' ? {} : { keyVersionId: answer.keyVersionId }) }
}

async function newestVersion(client: SigningClient, keyId: string): Promise<string> {
  const newest = await newestKeyVersion(client, keyId)
  if (newest === undefined) throw new SigningError('key', `The key ${keyId} has no version.`, { parameter: 'keyId' })
  return newest
}

function publicKeyOf(keyId: string, pem: string): PublicKey {
  const key = readPublicKey(pem)
  if (key !== undefined) return key
  throw new SigningError('key', `The public key of ${keyId} is of no kind that signs.`, { parameter: 'keyId' })
}

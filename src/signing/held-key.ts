import { type PublicKey, readPublicKey, type SignatureAlgorithm } from '../crypto/public-key.ts'
import { type Signer, signerOf } from '../crypto/signer.ts'
import type { Client } from '../sdk/client.ts'
import type { InstanceClient } from '../sdk/instance-client.ts'
import { chosenAlgorithm } from './algorithm.ts'
import { SigningError } from './errors.ts'

/** What a held key needs of a client of the public gateway. */
export type SigningClient = Pick<Client, 'getPublicKey' | 'asymmetricSign' | 'listKeyVersions'>
/** What it needs of a client of an instance. */
export type InstanceSigningClient = Pick<InstanceClient, 'getPublicKey' | 'sign'>

export interface HeldKeyOptions {
  /** id, ARN or alias of a key whose usage is SIGN/VERIFY */
  readonly keyId: string
  /** the only version of the key, unless there are several */
  readonly keyVersionId?: string | undefined
  /** by the kind of the key, unless given: RSA_PKCS1_SHA_256, ECDSA_SHA_256 or SM2DSA */
  readonly algorithm?: SignatureAlgorithm | undefined
}

/** A key in a KMS as a signer. */
export interface HeldKey extends Signer {
  readonly keyId: string
  /** of the public gateway only; an instance signs with the key's initial version */
  readonly keyVersionId?: string
}

/**
 * A key held behind the public gateway. Its public key is asked for once; each signature is one call of AsymmetricSign.
 *
 * @throws SigningError `key`, `algorithm`
 * @throws ServiceError, ClientError
 */
export async function heldKey(client: SigningClient, options: HeldKeyOptions): Promise<HeldKey> {
  const { keyId } = options
  const keyVersionId = options.keyVersionId ?? (await newestVersion(client, keyId))
  const answer = await client.getPublicKey({ keyId, keyVersionId })
  const publicKey = publicKeyOf(keyId, answer.publicKey)
  const algorithm = chosenAlgorithm(publicKey, options.algorithm)
  const signer = signerOf(publicKey, algorithm, async (digest) => {
    const { value } = await client.asymmetricSign({ keyId, keyVersionId, algorithm, digest })
    return value
  })
  return { ...signer, keyId: answer.keyId, keyVersionId }
}

/**
 * A key held in a KMS instance. Each signature is one call of Sign with the digest.
 *
 * @throws SigningError `key`, `algorithm`
 * @throws ServiceError, ClientError
 */
export async function instanceHeldKey(
  client: InstanceSigningClient,
  options: Omit<HeldKeyOptions, 'keyVersionId'>,
): Promise<HeldKey> {
  const { keyId } = options
  const answer = await client.getPublicKey({ keyId })
  const publicKey = publicKeyOf(keyId, answer.publicKey)
  const algorithm = chosenAlgorithm(publicKey, options.algorithm)
  const signer = signerOf(publicKey, algorithm, async (digest) => {
    const { signature } = await client.sign({ keyId, algorithm, message: digest, messageType: 'DIGEST' })
    return signature
  })
  return { ...signer, keyId: answer.keyId || keyId }
}

/** Versions are listed oldest first or newest first, depending on the server; the newest is the one created last. */
async function newestVersion(client: SigningClient, keyId: string): Promise<string> {
  const { keyVersions } = await client.listKeyVersions({ keyId, pageSize: 100 })
  const versions = keyVersions?.keyVersion ?? []
  const newest = versions.toSorted((a, b) => (b.creationDate ?? '').localeCompare(a.creationDate ?? ''))[0]
  if (newest?.keyVersionId === undefined)
    throw new SigningError('key', `The key ${keyId} has no version.`, { parameter: 'keyId' })
  return newest.keyVersionId
}

function publicKeyOf(keyId: string, pem: string): PublicKey {
  const key = readPublicKey(pem)
  if (key !== undefined) return key
  throw new SigningError('key', `The public key of ${keyId} is of no kind that signs.`, { parameter: 'keyId' })
}

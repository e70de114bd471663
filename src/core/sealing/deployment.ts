import { createHash } from 'node:crypto'
import { decodeBase64, encodeBase64 } from '../../crypto/base64.ts'
import type { Store, StoredRecord } from '../store.ts'
import { canonicalBytes } from './canonical.ts'
import { UnsealFailure, type WrappedRootKey } from './seal.ts'

export type Mode = 'development' | 'production'

/** What a data directory says of itself before it is unsealed; proven only by unsealing. */
export interface Deployment {
  readonly deploymentId: string
  /** 16 digits */
  readonly accountId: string
  /** whether it was made by `--dev`; development mode opens no other (SEC-06) */
  readonly mode: Mode
  /** `yyyy-MM-ddTHH:mm:ssZ` */
  readonly createdAt: string
  /** name of the seal that opens it */
  readonly seal: string
  /** 1, and one more each time that the root key was changed */
  readonly rootKeyVersion: number
}

/** A root key as the store keeps it. */
export interface KeptRootKey {
  readonly wrapped: WrappedRootKey
  /** a known text sealed under the root key, to prove the key before anything else is read (SEC-03) */
  readonly verification: Uint8Array
  /** sub-keys of former root keys that go on, sealed under the root key */
  readonly kept?: Uint8Array | undefined
}

/** A change of the root key that is under way (SEC-04). */
export interface Rotation extends KeptRootKey {
  /** the new root key under the present one, for the servers that have that */
  readonly next: Uint8Array
  /** `yyyy-MM-ddTHH:mm:ssZ` */
  readonly startedAt: string
}

/** The deployment record: everything that is needed to get from a root secret to the root key. */
export interface DeploymentRecord extends Deployment, KeptRootKey {
  readonly rotation?: Rotation | undefined
}

/** Outside the hierarchy, so its kind is none of the RecordKinds. */
export const deploymentKind = 'seal'
export const deploymentRecordId = 'deployment'

const formatVersion = 2

type Parameters = WrappedRootKey['parameters']

interface Body extends Deployment {
  readonly format: number
  readonly parameters: Parameters
  readonly rotation?: { readonly startedAt: string; readonly parameters: Parameters }
  /** SHA-256 of the rest: tells a damaged record from a wrong root secret, which is all that it is for */
  readonly checksum: string
}

/**
 * What a root secret opens, in Base64. It stands where other records have their secrets, so that a store makes what was
 * replaced go away.
 */
interface Sealed {
  readonly ciphertext: string
  readonly verification: string
  readonly kept?: string | undefined
  readonly rotation?: (Sealed & { readonly next: string }) | undefined
}

/**
 * @returns undefined when the store holds no deployment yet
 * @throws UnsealFailure `corrupt`
 */
export async function readDeployment(store: Store): Promise<Deployment | undefined> {
  const stored = await store.get(deploymentKind, deploymentRecordId)
  return stored && deploymentOf(decodeDeployment(stored))
}

export const deploymentOf = (record: DeploymentRecord): Deployment => {
  const { deploymentId, accountId, mode, createdAt, seal, rootKeyVersion } = record
  return { deploymentId, accountId, mode, createdAt, seal, rootKeyVersion }
}

export function encodeDeployment(record: DeploymentRecord): { body: object; sealed: Uint8Array } {
  const { wrapped, rotation } = record
  const body = {
    format: formatVersion,
    ...deploymentOf(record),
    parameters: wrapped.parameters,
    ...(rotation && { rotation: { startedAt: rotation.startedAt, parameters: rotation.wrapped.parameters } }),
  }
  const rotating = rotation && { ...sealedOf(rotation), next: encodeBase64(rotation.next) }
  const sealed = Buffer.from(JSON.stringify({ ...sealedOf(record), rotation: rotating }))
  return { body: { ...body, checksum: checksumOf(body, sealed) }, sealed }
}

const sealedOf = ({ wrapped, verification, kept }: KeptRootKey): Sealed => ({
  ciphertext: encodeBase64(wrapped.ciphertext),
  verification: encodeBase64(verification),
  kept: kept && encodeBase64(kept),
})

/** @throws UnsealFailure `corrupt` */
export function decodeDeployment({ body, sealed }: Pick<StoredRecord, 'body' | 'sealed'>): DeploymentRecord {
  const { checksum, ...rest } = parse<Body>(body)
  if (rest.format === 1) return decodeFirstFormat(checksum, rest as FirstBody)
  if (rest.format !== formatVersion || sealed === undefined || checksum !== checksumOf(rest, sealed)) throw corrupt()
  const { parameters, rotation } = rest
  const secrets = parse<Sealed>(Buffer.from(sealed).toString())
  return {
    ...deploymentOf(rest as unknown as DeploymentRecord),
    ...keptOf(parameters, secrets),
    rotation: rotation &&
      secrets.rotation && {
        ...keptOf(rotation.parameters, secrets.rotation),
        next: bytesOf(secrets.rotation.next),
        startedAt: rotation.startedAt,
      },
  }
}

const keptOf = (parameters: Parameters, { ciphertext, verification, kept }: Sealed): KeptRootKey => ({
  wrapped: { parameters, ciphertext: bytesOf(ciphertext) },
  verification: bytesOf(verification),
  kept: kept === undefined ? undefined : bytesOf(kept),
})

/** What releases wrote that could not change the root key: all of it in the body. */
type FirstBody = Omit<Body, 'checksum' | 'rotation'> & Pick<Sealed, 'ciphertext' | 'verification'>

function decodeFirstFormat(checksum: string, rest: FirstBody): DeploymentRecord {
  if (checksum !== checksumOf(rest)) throw corrupt()
  return {
    ...deploymentOf({ ...rest, rootKeyVersion: 1 } as unknown as DeploymentRecord),
    ...keptOf(rest.parameters, rest),
  }
}

export const corrupt = (cause?: unknown): UnsealFailure =>
  new UnsealFailure(
    'corrupt',
    'The deployment record in the store is damaged or was altered. Restore it from a backup.',
    {
      cause,
    },
  )

function parse<T>(text: string): T {
  try {
    return JSON.parse(text) as T
  } catch (error) {
    throw corrupt(error)
  }
}

const bytesOf = (text: string): Uint8Array => decodeBase64(text) ?? new Uint8Array()

function checksumOf(body: object, sealed?: Uint8Array): string {
  const entries = Object.entries(body).sort(([first], [second]) => (first < second ? -1 : 1))
  const secrets = sealed === undefined ? [] : [sealed]
  return createHash('sha256')
    .update(canonicalBytes(JSON.stringify(entries), ...secrets))
    .digest('base64')
}

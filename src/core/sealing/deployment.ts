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
}

/** The deployment record: everything that is needed to get from a root secret to the root key. */
export interface DeploymentRecord extends Deployment {
  readonly wrapped: WrappedRootKey
  /** a known text sealed under the root key, to prove the key before anything else is read (SEC-03) */
  readonly verification: Uint8Array
}

/** Outside the hierarchy, so its kind is none of the RecordKinds. */
export const deploymentKind = 'seal'
export const deploymentRecordId = 'deployment'

const formatVersion = 1

interface Body extends Deployment {
  readonly format: number
  readonly parameters: Readonly<Record<string, string | number>>
  readonly ciphertext: string
  readonly verification: string
  /** SHA-256 of the rest: tells a damaged record from a wrong root secret, which is all that it is for */
  readonly checksum: string
}

/**
 * @returns undefined when the store holds no deployment yet
 * @throws UnsealFailure `corrupt`
 */
export async function readDeployment(store: Store): Promise<Deployment | undefined> {
  const stored = await store.get(deploymentKind, deploymentRecordId)
  if (!stored) return undefined
  const { wrapped: _wrapped, verification: _verification, ...deployment } = decodeDeployment(stored)
  return deployment
}

export function encodeDeployment(record: DeploymentRecord): object {
  const { wrapped, verification, ...deployment } = record
  const body = {
    format: formatVersion,
    ...deployment,
    parameters: wrapped.parameters,
    ciphertext: encodeBase64(wrapped.ciphertext),
    verification: encodeBase64(verification),
  }
  return { ...body, checksum: checksumOf(body) }
}

/** @throws UnsealFailure `corrupt` */
export function decodeDeployment({ body }: StoredRecord): DeploymentRecord {
  const { checksum, format, parameters, ciphertext, verification, ...deployment } = parse(body)
  const rest = { format, ...deployment, parameters, ciphertext, verification }
  if (format !== formatVersion || checksum !== checksumOf(rest)) throw corrupt()
  const wrapped = { parameters, ciphertext: decodeBase64(ciphertext) ?? new Uint8Array() }
  return { ...deployment, wrapped, verification: decodeBase64(verification) ?? new Uint8Array() }
}

export const corrupt = (cause?: unknown): UnsealFailure =>
  new UnsealFailure(
    'corrupt',
    'The deployment record in the store is damaged or was altered. Restore it from a backup.',
    {
      cause,
    },
  )

function parse(body: string): Body {
  try {
    return JSON.parse(body) as Body
  } catch (error) {
    throw corrupt(error)
  }
}

function checksumOf(body: Omit<Body, 'checksum'>): string {
  const entries = Object.entries(body).sort(([first], [second]) => (first < second ? -1 : 1))
  return createHash('sha256')
    .update(canonicalBytes(JSON.stringify(entries)))
    .digest('base64')
}

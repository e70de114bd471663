import { KmsError } from '../../core/errors.ts'
import type { Anchor, Anchors } from './anchor.ts'
import type { ChainEnd } from './chain.ts'
import { type ChainSeal, chainSeal } from './chain-seal.ts'
import { type CheckpointSigner, checkpointSigner, checkpointVerifier } from './checkpoint.ts'
import { AuditDamaged } from './damage.ts'
import type { AuditFolder } from './folder.ts'
import { readBeginning } from './handed-over.ts'
import { isInPlace } from './recover.ts'
import { loadState, publicKeyFile } from './state.ts'
import type { CheckpointInterval } from './uncovered.ts'
import { noneIfGone, vouch } from './vouch.ts'
import { readWitnesses, Witnesses } from './witnesses.ts'

/** What a log is kept with while the service is unsealed. */
export interface LogKeys {
  /** 32 bytes, the Ed25519 key that signs checkpoints */
  readonly seed: Uint8Array
  /** 32 bytes, what records of one log are authenticated with */
  chainKey(origin: string): Uint8Array | Promise<Uint8Array>
  readonly anchors: Anchors
}

export interface ProvenLog {
  readonly signer: CheckpointSigner
  readonly seal: ChainSeal
  /** what the store said; `undefined`: it is told of this log for the first time */
  readonly anchor: Anchor | undefined
  /** the folder holds the name and public key of the log */
  readonly isNamed: boolean
  /** checkpoints were signed, and the folder holds none */
  readonly lacksCheckpoints: boolean
}

interface ProofOptions {
  readonly folder: AuditFolder
  readonly end: ChainEnd
  readonly interval: CheckpointInterval
  readonly checkpointFile?: string | undefined
}

/**
 * Proves that a log is what this deployment wrote, as far as the key, the store and the second place can tell.
 *
 * @throws AuditDamaged
 */
export async function prove(options: ProofOptions, keys: LogKeys): Promise<ProvenLog> {
  const { folder, checkpointFile } = options
  const publicKey = (await folder.read(publicKeyFile))?.trim()
  const named = publicKey === undefined ? undefined : checkpointVerifier(publicKey).origin
  const anchor = await keys.anchors.find(named).catch(asDamage)
  const origin = named ?? anchor?.origin ?? (await keys.anchors.newOrigin())
  const signer = checkpointSigner(origin, keys.seed)
  if (publicKey !== undefined && publicKey !== signer.verifierKey)
    throw new AuditDamaged(`${folder.path}/${publicKeyFile} is not the public key of this deployment`)
  const verifier = checkpointVerifier(signer.verifierKey)
  const { own, signed } = await readWitnesses(folder, verifier, checkpointFile)
  const saved = await loadState(folder, verifier)
  const known = saved && (await isInPlace(folder, saved)) ? saved : undefined
  const seal = chainSeal(await keys.chainKey(origin))
  const beginning = await readBeginning(folder, await folder.segments().catch(noneIfGone), verifier)
  await vouch({ ...options, known, beginning, seal, anchor, witnesses: new Witnesses(signed) })
  const lacksCheckpoints = anchor !== undefined && anchor.size > 0 && own.length === 0
  return { signer, seal, anchor, isNamed: publicKey !== undefined, lacksCheckpoints }
}

/** What the store says may itself have been changed by somebody else. */
function asDamage(error: unknown): never {
  const isChanged = error instanceof KmsError && error.code === 'InternalFailure' && error.cause instanceof Error
  throw isChanged ? new AuditDamaged(`${(error.cause as Error).message}: remove it from the database`, 'row') : error
}

import type { KeyMode } from '../../crypto/mode-key.ts'
import { authorize } from '../access/authorize.ts'
import { invalidParameter, KmsError } from '../errors.ts'
import { type Key, type KeyVersion, keyVersions } from '../keys/key.ts'
import { keyResource } from '../keys/key-resource.ts'
import type { KeyAndVersion } from '../keys/key-version.ts'
import type { Call } from '../kms.ts'
import type { RecordReader, Stored } from '../records.ts'
import { encryptionCounts } from './encryption-counts.ts'

/*
 * Imported material and versions of earlier releases: the material itself is the key, because somebody else, or what was
 * encrypted before, counts on that. One key in several modes would let encrypting in one of them decrypt another, so
 * such a version encrypts in one mode only: the one that the settings name, else the first that is used. Its record
 * says which, so that all servers agree.
 */

interface Decision {
  /** undefined while any mode may still become the one */
  readonly mode: KeyMode | undefined
  /** it encrypted before there was a record of modes, so that it may have ciphertexts of any */
  readonly hasFormerCiphertexts: boolean
}

/**
 * Makes `mode` the version's own unless it is or another one is. Who may only encrypt cannot choose one in which
 * encrypting tells something about other ciphertexts under the material.
 *
 * @returns the version as it is stored then
 * @throws KmsError `InvalidParameter` when the version works in another mode; `Forbidden.NoPermission`
 */
export async function claimForEncrypting(
  call: Call,
  { key, version }: KeyAndVersion,
  mode: KeyMode,
): Promise<Stored<KeyVersion>> {
  const named = call.kms.settings.rawKeyModes?.get(key.id)
  if (version.body.modes === mode && (named ?? mode) === mode) return version
  return claim(call, { key, version }, mode, () => {
    if (mode !== 'GCM') authorize(call, keyResource(call, key), 'kms:Decrypt')
  })
}

/**
 * Whether a version opens ciphertexts of a mode: of its own; of GCM, CBC and ECB if it may have encrypted in those
 * before its mode was recorded. Opening these helps with nothing else: GCM looks at the tag first, and the other two run
 * the cipher backwards. CTR runs it forwards, which is what opens GCM without its tag and context; so CTR is only opened
 * where it is the one mode.
 *
 * @throws KmsError `InvalidParameter` naming Algorithm
 */
export async function requireOpening(call: Call, { key, version }: KeyAndVersion, mode: KeyMode): Promise<void> {
  const decision = await decisionOf(call, key, version, call.kms.records)
  const own = decision.mode
  const [asked, given] = [family(mode), own && family(own)]
  if (asked === given || (own === undefined && mode !== 'CTR')) return
  if (decision.hasFormerCiphertexts && (asked === 'GCM' || (given === 'GCM' && mode !== 'CTR'))) return
  throw otherMode(own, mode)
}

/** After the first ciphertext that opened: that is a use, too. */
export async function claimForDecrypting(call: Call, found: KeyAndVersion, mode: KeyMode): Promise<void> {
  const { body } = found.version
  if (body.modes !== undefined) return
  const { mode: own } = await decisionOf(call, found.key, found.version, call.kms.records)
  if (own === undefined) await claim(call, found, mode, () => {})
}

function claim(
  call: Call,
  { key, version }: KeyAndVersion,
  mode: KeyMode,
  requireChoice: () => void,
): Promise<Stored<KeyVersion>> {
  return call.kms.records.transaction(async (transaction) => {
    const current = await transaction.get(keyVersions, version.id)
    if (current === undefined) throw new KmsError('Forbidden.KeyVersionNotFound')
    const { mode: own, hasFormerCiphertexts } = await decisionOf(call, key, current, transaction)
    if (own === undefined) requireChoice()
    else if (own !== mode) throw otherMode(own, mode)
    if (current.body.modes === mode) return current
    const former = hasFormerCiphertexts ? { hasFormerCiphertexts } : {}
    return transaction.update(keyVersions, current, { ...current.body, modes: mode, ...former })
  })
}

/**
 * A setting for the key comes first: it is how an operator mends a wrong first use. What encrypted before modes were
 * recorded is taken for GCM, which is all that most callers ever use: if it waited for its next use, whoever came first
 * could choose a mode that opens what is there.
 */
async function decisionOf(
  call: Call,
  key: Stored<Key>,
  version: Stored<KeyVersion>,
  reader: RecordReader,
): Promise<Decision> {
  const { modes } = version.body
  const settings = call.kms.settings.rawKeyModes
  const named = settings?.get(key.id)
  if (modes !== undefined && modes !== 'derived') {
    return { mode: named ?? modes, hasFormerCiphertexts: version.body.hasFormerCiphertexts === true }
  }
  const hasFormerCiphertexts = (await reader.get(encryptionCounts, version.id)) !== undefined
  return { mode: named ?? settings?.get('*') ?? (hasFormerCiphertexts ? 'GCM' : undefined), hasFormerCiphertexts }
}

/** A GCM ciphertext does not say whose IV it has. */
const family = (mode: KeyMode): KeyMode => (mode === 'GCM_GIVEN_IV' ? 'GCM' : mode)

function otherMode(own: KeyMode | undefined, asked: KeyMode): KmsError {
  const why = 'The key is imported or from an earlier release, and such a key works in one mode'
  if (own === undefined) return invalidParameter('Algorithm', `${why}; ${asked} has to be named in rawKeyModes.`)
  const parameter = family(own) === family(asked) ? 'Iv' : 'Algorithm'
  return invalidParameter(parameter, `${why}: ${own} (setting rawKeyModes).`)
}

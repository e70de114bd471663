import { KmsError } from '../errors.ts'
import { type Call, type Kms, ownCall } from '../kms.ts'
import { newGuid, randomLetters } from '../random-text.ts'
import type { Stored } from '../records.ts'
import type { RotationTarget } from '../rotation-target.ts'
import { formatTime, secondsLater } from '../time.ts'
import { type Managed, parseExtendedConfig } from './managed.ts'
import { freshly, isRotatable, type Rotatable, rotatable, rotatingOf, withManaged } from './rotatable.ts'
import { failed, isRotationDue, nextRotation, retryAt } from './rotation-times.ts'
import { type Secret, type SecretType, secrets, secretVersionId, secretVersions } from './secret.ts'
import { openValue, sealingKeyOf, sealValue, storedVersion } from './secret-value.ts'
import { addVersion, currentStage, hasVersion } from './stages.ts'
import { adminValue, applied, NotAccepted, prepared, rotationFailed, stateOf, targetOf } from './told-target.ts'

/*
 * A rotation has three steps: the new value is kept sealed (`begin`), the target is made to accept it (`carryOut`), and
 * it becomes the current version (`complete`). Whoever dies in between leaves the sealed value and says so in the
 * secret, so that the next run can ask the target which of the two values it accepts.
 */

/** Longer than a target may take, so that nobody takes over from one who is still at work. */
const leaseSeconds = 300

/**
 * Rotates a secret, first finishing a rotation that another has left.
 *
 * @param versionId - of the new version; when the secret has it already, nothing happens
 * @returns the id of the current version after it
 * @throws KmsError `Rejected.ResourceInUse` while another carries out a rotation; `UnsupportedOperation` without a
 * target; `Rejected.Unavailable` with the target's reason when it fails; then the value is the old one
 */
export async function rotate(call: Call, secret: Stored<Secret>, versionId: string): Promise<void> {
  const { kms } = call
  for (;;) {
    const current = await freshly(kms, secret)
    if (hasVersion(current.body.content, versionId)) return
    const target = targetOf(kms, current.body)
    const begun = await begin(call, current, versionId, target)
    const isCompleted = await carryOut(call, begun, target)
    if (isCompleted && begun.body.managed.rotating?.versionId === versionId) return
  }
}

/**
 * Rotates a secret whose time has come, or finishes a rotation that was left.
 * @returns whether there was something to do
 * @throws KmsError as {@link rotate}
 */
export async function rotateDueSecret(kms: Kms, { id }: Stored<Secret>): Promise<boolean> {
  const secret = await kms.records.get(secrets, id)
  if (secret === undefined || !isRotationDue(kms, secret.body)) return false
  const versionId = secret.body.managed?.rotating?.versionId ?? newGuid(kms)
  const call = ownCall(kms, secret.body.accountId, 'RotateSecret')
  try {
    await rotate(call, secret, versionId)
    kms.lastUses.note(call.audit.used, call.operation.name, kms.now().getTime())
  } catch (error) {
    await pauseIfStillDue(kms, id)
    throw error
  }
  return true
}

/** What fails before it has begun, such as a target that is not configured any more, counts as well. */
const pauseIfStillDue = (kms: Kms, id: string): Promise<void> =>
  kms.records.transaction(async (transaction) => {
    const current = await transaction.get(secrets, id)
    if (!current || !isRotatable(current) || current.body.managed.rotating || !isRotationDue(kms, current.body)) return
    await withManaged(transaction, current, failed(kms, current.body.managed))
  })

/** The first value of a secret that the service makes. @throws KmsError as `rotate` */
export async function preparedValue(
  call: Call,
  secretType: SecretType,
  { name: secretName, managed }: { readonly name: string; readonly managed: Managed },
): Promise<string> {
  const { accountId } = call.caller
  const target = targetOf(call.kms, { accountId, name: secretName, type: secretType, managed })
  const config = parseExtendedConfig(managed.extendedConfig)
  const admin = await adminValue(call, managed)
  return prepared(target, { accountId, secretName, secretType, config, current: '', admin })
}

/** Has the target accept the first value. @throws KmsError `Rejected.Unavailable` with the target's reason */
export async function applyFirst(call: Call, secret: Stored<Secret>): Promise<void> {
  const current = await freshly(call.kms, secret)
  const target = targetOf(call.kms, current.body)
  const state = await stateOf(call, current)
  try {
    await applied(target, { ...state, current: '' }, state.current)
  } catch (error) {
    throw rotationFailed(error)
  }
}

/** Keeps the new value sealed and takes the lease; or takes over the value that is kept already. */
async function begin(call: Call, secret: Rotatable, versionId: string, target: RotationTarget): Promise<Rotatable> {
  const { kms } = call
  const lease = randomLetters(kms, 20)
  const isLeft = secret.body.managed.rotating !== undefined
  const data = isLeft ? undefined : await prepared(target, await stateOf(call, secret))
  const key = await sealingKeyOf(call, secret)
  const sealed = data && (await sealValue(call, key, { secret: secret.body, versionId }, { data, dataType: 'text' }))
  return kms.records.transaction(async (transaction) => {
    const current = rotatable(await transaction.get(secrets, secret.id), secret.body)
    const { rotating } = current.body.managed
    if (rotating && Date.parse(rotating.leaseUntil) > kms.now().getTime()) {
      throw beingRotated()
    }
    const leaseUntil = formatTime(secondsLater(kms.now(), leaseSeconds))
    if (rotating) return withManaged(transaction, current, { rotating: { ...rotating, lease, leaseUntil } })
    if (!sealed || hasVersion(current.body.content, versionId)) throw new KmsError('Rejected.ResourceInUse')
    // What would not become a version must not reach the target.
    addVersion(current.body.content, { id: versionId, createdAt: formatTime(kms.now()) }, [currentStage])
    await transaction.insert(secretVersions, secretVersionId(current.body, versionId), sealed)
    return withManaged(transaction, current, { rotating: { versionId, lease, leaseUntil } })
  })
}

const beingRotated = () => new KmsError('Rejected.ResourceInUse', { message: 'The secret is being rotated.' })

/**
 * Makes the target accept the kept value, and that value current. When that fails, the target is asked which value
 * holds; while it cannot be asked, the kept value is left for a later run.
 *
 * @returns false when another took over meanwhile
 * @throws KmsError `Rejected.ResourceInUse` when another did so before anything was changed
 */
async function carryOut(call: Call, secret: Rotatable, target: RotationTarget): Promise<boolean> {
  const rotating = rotatingOf(secret)
  const state = await stateOf(call, secret)
  const next = await openValue(call, secret, await storedVersion(call, secret, rotating.versionId), { isShown: false })
  try {
    await applied(target, state, next, () => keepLease(call.kms, secret))
  } catch (error) {
    if (error instanceof KmsError && error.code === 'Rejected.ResourceInUse') throw error
    const isDone = await target.accepts(state, next).catch(() => undefined)
    if (isDone !== true) {
      // What was set and is not accepted all the same may be all that opens the target once it lets anybody in.
      await giveUp(call.kms, secret, isDone === false && !(error instanceof NotAccepted))
      throw rotationFailed(error)
    }
  }
  if (await complete(call.kms, secret)) return true
  await restoreCurrent(call, secret, target)
  return false
}

/**
 * Another took over while this process was telling the target: what the target was told last may be of before. It gets
 * the value that the record says it has, unless the other is still at it and tells it something else.
 */
async function restoreCurrent(call: Call, secret: Rotatable, target: RotationTarget): Promise<void> {
  const current = await freshly(call.kms, secret)
  if (current.body.managed.rotating) return
  const state = await stateOf(call, current)
  try {
    await applied(target, state, state.current)
  } catch (error) {
    throw rotationFailed(error)
  }
}

/**
 * Takes the lease for its whole time anew. A process that was paused until another took over finds out here, before it
 * undoes what that one has done since.
 * @throws KmsError `Rejected.ResourceInUse`
 */
async function keepLease(kms: Kms, secret: Rotatable): Promise<void> {
  const { lease } = rotatingOf(secret)
  await kms.records.transaction(async (transaction) => {
    const current = await transaction.get(secrets, secret.id)
    const rotating = current?.body.managed?.rotating
    if (!current || !isRotatable(current) || rotating?.lease !== lease) throw beingRotated()
    const leaseUntil = formatTime(secondsLater(kms.now(), leaseSeconds))
    await withManaged(transaction, current, { rotating: { ...rotating, leaseUntil } })
  })
}

/** @returns whether it was still for us to complete */
function complete(kms: Kms, secret: Rotatable): Promise<boolean> {
  const { versionId, lease } = rotatingOf(secret)
  return kms.records.transaction(async (transaction) => {
    const current = await transaction.get(secrets, secret.id)
    if (!current || !isRotatable(current) || current.body.managed.rotating?.lease !== lease) return false
    const createdAt = formatTime(kms.now())
    const version = { id: versionId, createdAt }
    const { next, dropped } = addVersion(current.body.content, version, [currentStage], Number.POSITIVE_INFINITY)
    for (const id of dropped) {
      const stored = await transaction.get(secretVersions, secretVersionId(current.body, id))
      if (stored) await transaction.delete(secretVersions, stored)
    }
    const { rotationIntervalSeconds } = current.body.managed
    const nextRotationAt =
      rotationIntervalSeconds === undefined ? undefined : nextRotation(kms, kms.now(), rotationIntervalSeconds)
    const managed = {
      ...current.body.managed,
      lastRotationAt: createdAt,
      nextRotationAt,
      failures: 0,
      rotating: undefined,
    }
    await transaction.update(secrets, current, { ...current.body, content: next, managed, updatedAt: createdAt })
    return true
  })
}

/** Notes the failure. The kept value is dropped when the target is known not to accept it; else the next run asks. */
async function giveUp(kms: Kms, secret: Rotatable, isUndone: boolean): Promise<void> {
  const { versionId, lease } = rotatingOf(secret)
  await kms.records.transaction(async (transaction) => {
    const current = await transaction.get(secrets, secret.id)
    if (!current || !isRotatable(current) || current.body.managed.rotating?.lease !== lease) return
    const version = isUndone && (await transaction.get(secretVersions, secretVersionId(current.body, versionId)))
    if (version) await transaction.delete(secretVersions, version)
    const rotating = isUndone ? undefined : { versionId, lease, leaseUntil: retryAt(kms, current.body.managed) }
    await withManaged(transaction, current, { ...failed(kms, current.body.managed), rotating })
  })
}

import { KmsError } from '../errors.ts'
import type { Call, Kms } from '../kms.ts'
import { noteUse } from '../last-use.ts'
import { RotationFailure, type RotationState, type RotationTarget } from '../rotation-target.ts'
import { type Managed, noTarget, parseExtendedConfig } from './managed.ts'
import { ramTarget } from './ram-target.ts'
import type { Rotatable } from './rotatable.ts'
import { type Secret, secretLastUse, secrets } from './secret.ts'
import { openValue, storedVersion } from './secret-value.ts'
import { currentStage, previousStage } from './stages.ts'

type TargetNames = Pick<Secret, 'accountId' | 'name' | 'type'> & { readonly managed: Managed }

/** @throws KmsError `UnsupportedOperation` when nothing is configured for the secret */
export function targetOf(
  kms: Kms,
  { accountId, name: secretName, type: secretType, managed }: TargetNames,
): RotationTarget {
  if (secretType === 'RAMCredentials') return ramTarget(kms)
  const config = managed.extendedConfig === '' ? {} : parseExtendedConfig(managed.extendedConfig)
  const target = kms.rotationTarget?.({ accountId, secretName, secretType, config, hook: managed.hook })
  if (target === undefined) throw noTarget(secretType)
  return target
}

/** What the target works with. */
export async function stateOf(call: Call, secret: Rotatable): Promise<RotationState> {
  const { accountId, name: secretName, type: secretType, managed, content } = secret.body
  const config = managed.extendedConfig === '' ? {} : parseExtendedConfig(managed.extendedConfig)
  const stagedValue = async (stage: string): Promise<string | undefined> => {
    const id = Object.hasOwn(content.stages, stage) ? content.stages[stage] : undefined
    if (id === undefined) return undefined
    return openValue(call, secret, await storedVersion(call, secret, id), { isShown: false })
  }
  return {
    ...{ accountId, secretName, secretType, config, hook: managed.hook },
    current: (await stagedValue(currentStage)) ?? '',
    previous: await stagedValue(previousStage),
    admin: await adminValue(call, managed),
  }
}

/** The value to administer with: of the secret that CustomData.AdminSecret named, which its creator could read. */
export async function adminValue(call: Call, { extendedConfig, admin: named }: Managed): Promise<string | undefined> {
  const name = extendedConfig === '' ? undefined : adminSecretName(parseExtendedConfig(extendedConfig))
  if (name === undefined) return undefined
  const admin = named && (await call.kms.records.get(secrets, named.id))
  const id = admin?.body.content.stages[currentStage]
  if (admin?.body.uid !== named?.uid || admin?.body.deleteAt !== undefined || admin === undefined || id === undefined) {
    const message = `The secret ${name}, which was named to administer with, is gone. Set CustomData again.`
    throw new KmsError('Rejected.Unavailable', { message })
  }
  const value = await openValue(call, admin, await storedVersion(call, admin, id), { isShown: false })
  noteUse(call.audit, secretLastUse(admin.body))
  return value
}

export function adminSecretName({ CustomData }: RotationState['config']): string | undefined {
  const name = (CustomData as Readonly<Record<string, unknown>> | null | undefined)?.AdminSecret
  return typeof name === 'string' && name !== '' ? name : undefined
}

/** The next value. @throws KmsError `Rejected.Unavailable` with the target's reason */
export async function prepared(target: RotationTarget, state: RotationState): Promise<string> {
  try {
    return await target.prepare(state)
  } catch (error) {
    throw rotationFailed(error)
  }
}

/** As callers are told: with the target's reason, if it has one to give. */
export function rotationFailed(error: unknown): KmsError {
  const why = error instanceof RotationFailure ? ` ${error.message}` : ''
  return new KmsError('Rejected.Unavailable', { message: `The rotation failed.${why}`, cause: error })
}

/** The target has done what it was told, and does not accept the value: it may let nobody in from here. */
export class NotAccepted extends RotationFailure {
  constructor() {
    super('The new value is not accepted.')
  }
}

/**
 * What was left may have been done already.
 * @param mayApply - rejects when it is no longer for us to change anything
 */
export async function applied(
  target: RotationTarget,
  state: RotationState,
  next: string,
  mayApply = async () => {},
): Promise<void> {
  if (await target.accepts(state, next).catch(() => false)) return
  await mayApply()
  await target.apply(state, next)
  if (!(await target.accepts(state, next))) throw new NotAccepted()
}

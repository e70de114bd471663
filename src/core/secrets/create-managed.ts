import type { Input } from '../../api/operation.ts'
import type { CreateSecret } from '../../api/secrets.ts'
import { invalidParameter } from '../errors.ts'
import type { Call } from '../kms.ts'
import { formatTime } from '../time.ts'
import { type Managed, managedValues, parseExtendedConfig } from './managed.ts'
import { requireAllAccessKeys } from './ram-target.ts'
import { rotationPolicy } from './rotation-policy.ts'
import type { SecretType } from './secret.ts'
import { readableAdmin } from './update-secret.ts'

/** What a managed secret begins with. */
export interface NewManaged {
  readonly name: string
  readonly managed: Managed
  /** of the current version, then of the previous one; none: the first is for the target to prepare */
  readonly values: readonly string[]
}

const ramPrefix = 'acs/ram/user/'

/**
 * Checks what CreateSecret says of a managed secret.
 *
 * @throws KmsError `MissingParameter`, `InvalidParameter`; as GetSecretValue for the secret that AdminSecret names, as
 * `requireAllAccessKeys`
 */
export async function newManaged(
  call: Call,
  type: Exclude<SecretType, 'Generic'>,
  input: Input<typeof CreateSecret>,
): Promise<NewManaged> {
  if (input.secretDataType !== 'text') throw invalidParameter('SecretDataType', 'Managed secrets are text.')
  const config = parseExtendedConfig(input.extendedConfig)
  const values = managedValues(type, config, input.secretData)
  const admin = await readableAdmin(call, config)
  if (type === 'RAMCredentials') await requireAllAccessKeys(call, String(config.UserName), values)
  const lastRotationAt = formatTime(call.kms.now())
  return {
    name: managedName(type, input.secretName, String(config.UserName)),
    managed: {
      extendedConfig: input.extendedConfig ?? '',
      ...{ lastRotationAt, admin },
      ...rotationPolicy(call.kms, lastRotationAt, input),
    },
    // The official plug-ins read when an AccessKey was made.
    values: type === 'RAMCredentials' ? values.map((value) => stamped(value, lastRotationAt)) : values,
  }
}

const stamped = (value: string, GenerateTimestamp: string): string =>
  JSON.stringify({ GenerateTimestamp, ...JSON.parse(value) })

function managedName(type: SecretType, given: string, userName: string): string {
  if (type === 'RAMCredentials') {
    const name = `${ramPrefix}${userName}`
    if (given !== '$Auto' && given !== name) throw invalidParameter('SecretName', `It is $Auto, and becomes ${name}.`)
    return name
  }
  if (type === 'ECS' ? !given.startsWith('acs/ecs/') : given.startsWith('acs/')) throw invalidParameter('SecretName')
  return given
}

/** Automatic rotation is for managed secrets. @throws KmsError `InvalidParameter` */
export function refuseManagedFields(input: Input<typeof CreateSecret>): void {
  if (input.enableAutomaticRotation) {
    throw invalidParameter('EnableAutomaticRotation', 'A generic secret does not rotate by itself.')
  }
  if (input.secretName.startsWith('acs/')) throw invalidParameter('SecretName')
}

import type { GetSecretValue, MessageValues } from '../../api/instance.ts'
import type { InstanceAnswer, InstanceCall } from '../instance-cryptography/instance-call.ts'
import { secretValue } from './get-secret-value.ts'

/** GetSecretValue in the messages of the instance gateway, where absent text is empty text. */
export async function instanceGetSecretValue(
  call: InstanceCall,
  input: MessageValues<typeof GetSecretValue.request>,
): Promise<InstanceAnswer<typeof GetSecretValue.response>> {
  const { versionStages, automaticRotation, rotationInterval, nextRotationDate, lastRotationDate, ...value } =
    await secretValue(call, input)
  return {
    response: {
      ...value,
      versionStages: versionStages.versionStage,
      automaticRotation: automaticRotation ?? '',
      rotationInterval: rotationInterval ?? '',
      nextRotationDate: nextRotationDate ?? '',
      lastRotationDate: lastRotationDate ?? '',
      extendedConfig: value.extendedConfig ?? '',
    },
  }
}

import { type Handler, text } from './handler.ts'

export const getSecretValue: Handler = {
  parameters: ['SecretName', 'VersionId', 'VersionStage', 'FetchExtendedConfig'],
  async run(call) {
    const answer = await call.instance.getSecretValue(
      {
        secretName: text(call, 'SecretName'),
        versionId: call.parameters.get('VersionId'),
        versionStage: call.parameters.get('VersionStage'),
        fetchExtendedConfig: call.parameters.get('FetchExtendedConfig')?.toLowerCase() === 'true',
      },
      call.options(),
    )
    return {
      SecretName: answer.secretName,
      SecretType: answer.secretType,
      SecretData: answer.secretData,
      SecretDataType: answer.secretDataType,
      VersionStages: { VersionStage: answer.versionStages },
      VersionId: answer.versionId,
      CreateTime: answer.createTime,
      RequestId: answer.requestId,
      LastRotationDate: answer.lastRotationDate,
      NextRotationDate: answer.nextRotationDate,
      ExtendedConfig: answer.extendedConfig,
      AutomaticRotation: answer.automaticRotation,
      RotationInterval: answer.rotationInterval,
    }
  },
}

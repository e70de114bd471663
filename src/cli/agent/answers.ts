import type { ResponseOf } from '../../api/operation.ts'
import type { GetSecretValue } from '../../api/secrets.ts'
import type { SecretValue } from '../../sdk/secrets/secret-value.ts'
import { encodeText } from '../base64-text.ts'

/** What GetSecretValue said about a secret, without its value. */
export type SecretFacts = Omit<ResponseOf<typeof GetSecretValue>, 'secretData'>

/** The forms in which programs expect a secret; the numbers are the official agent's `ResponseType`. */
export const responseForms = ['kms', 'aws', 'vault'] as const
export type ResponseForm = (typeof responseForms)[number]

/** The body of an answer, an object for JSON. */
export const answerIn: Readonly<Record<ResponseForm, (facts: SecretFacts, value: SecretValue) => object>> = {
  // GetSecretValue of KMS
  kms: (facts, value) => ({
    SecretName: facts.secretName,
    SecretType: facts.secretType,
    SecretData: dataOf(facts, value),
    SecretDataType: facts.secretDataType,
    VersionId: facts.versionId,
    VersionStages: { VersionStage: facts.versionStages.versionStage },
    CreateTime: facts.createTime,
    ExtendedConfig: facts.extendedConfig,
    AutomaticRotation: facts.automaticRotation,
    RotationInterval: facts.rotationInterval,
    LastRotationDate: facts.lastRotationDate,
    NextRotationDate: facts.nextRotationDate,
    RequestId: facts.requestId,
  }),
  // GetSecretValue of AWS Secrets Manager
  aws: (facts, value) => ({
    ARN: facts.secretName,
    Name: facts.secretName,
    VersionId: facts.versionId,
    ...(isBinary(facts) ? { SecretBinary: encodeText(value.bytes) } : { SecretString: value.text }),
    VersionStages: facts.versionStages.versionStage,
    CreatedDate: Date.parse(facts.createTime) / 1000,
  }),
  // reading a KV secret, version 2, of HashiCorp Vault
  vault: (facts, value) => ({
    request_id: facts.requestId,
    lease_id: '',
    renewable: false,
    lease_duration: 0,
    data: {
      data: membersOf(facts, value),
      metadata: { created_time: facts.createTime, deletion_time: '', destroyed: false, version: facts.versionId },
    },
  }),
}

const isBinary = ({ secretDataType }: SecretFacts): boolean => secretDataType === 'binary'
const dataOf = (facts: SecretFacts, value: SecretValue): string =>
  isBinary(facts) ? encodeText(value.bytes) : value.text

/** Vault's secrets are maps: of a JSON object its members, of anything else one called `value`. */
function membersOf(facts: SecretFacts, value: SecretValue): object {
  if (isBinary(facts)) return { value: dataOf(facts, value) }
  try {
    const { json } = value
    if (typeof json === 'object' && json !== null && !Array.isArray(json)) return json
  } catch {
    // No JSON is no error here.
  }
  return { value: value.text }
}

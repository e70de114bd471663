import { createHash } from 'node:crypto'
import type { Operation } from '../../api/operation.ts'
import { operations } from '../../api/operations.ts'
import type { Client } from '../../sdk/client.ts'
import { encodeText } from '../base64-text.ts'
import { CliError } from '../failure.ts'
import { type PreparedCall, plainName, type Subject, unknownCase } from './scenario.ts'

type Parameters = Readonly<Record<string, string>>

/** Makes the parameters of an operation's calls, with whatever has to be there before. */
type Scenario = (client: Client, subject: Subject) => Promise<Parameters>

const context = { encryptionContext: { this: 'is', encryption: 'context' } }
const contextText = JSON.stringify(context.encryptionContext)

async function keyVersion(client: Client, keyId: string) {
  const { keyMetadata } = await client.describeKey({ keyId })
  const { keyVersions } = await client.listKeyVersions({ keyId })
  const keyVersionId = keyVersions?.keyVersion?.[0]?.keyVersionId ?? ''
  const { keySpec = '' } = keyMetadata
  return { keyVersionId, keySpec }
}

const signing = (keySpec: string) =>
  keySpec.startsWith('RSA') ? 'RSA_PKCS1_SHA_256' : keySpec === 'EC_SM2' ? 'SM2DSA' : 'ECDSA_SHA_256'
const encrypting = (keySpec: string) =>
  keySpec.startsWith('RSA') ? 'RSAES_OAEP_SHA_256' : keySpec === 'EC_SM2' ? 'SM2PKE' : 'ECIES_DH_SHA_1_XOR_HMAC'
const digestOf = (plaintext: Uint8Array): Uint8Array => createHash('sha256').update(plaintext).digest()

async function signed(client: Client, { keyId, plaintext, settings }: Subject) {
  const { keyVersionId, keySpec } = await keyVersion(client, keyId())
  const algorithm = (settings.algorithm ?? signing(keySpec)) as 'RSA_PKCS1_SHA_256'
  const digest = digestOf(plaintext)
  const { value } = await client.asymmetricSign({ keyId: keyId(), keyVersionId, algorithm, digest })
  const parameters = { KeyId: keyId(), KeyVersionId: keyVersionId, Algorithm: algorithm, Digest: encodeText(digest) }
  return { parameters, value }
}

async function sealed(client: Client, { keyId, plaintext, settings }: Subject) {
  const { keyVersionId, keySpec } = await keyVersion(client, keyId())
  const algorithm = (settings.algorithm ?? encrypting(keySpec)) as 'RSAES_OAEP_SHA_256'
  const { ciphertextBlob } = await client.asymmetricEncrypt({ keyId: keyId(), keyVersionId, algorithm, plaintext })
  const parameters = { KeyId: keyId(), KeyVersionId: keyVersionId, Algorithm: algorithm }
  return { parameters, ciphertextBlob }
}

const scenarios: Readonly<Record<string, Scenario>> = {
  async Encrypt(client, { keyId, plaintext }) {
    await client.encrypt({ keyId: keyId(), plaintext, ...context })
    return { KeyId: keyId(), Plaintext: encodeText(plaintext), EncryptionContext: contextText }
  },
  async Decrypt(client, { keyId, plaintext }) {
    const { ciphertextBlob } = await client.encrypt({ keyId: keyId(), plaintext, ...context })
    return { CiphertextBlob: encodeText(ciphertextBlob), EncryptionContext: contextText }
  },
  async ReEncrypt(client, { keyId, plaintext }) {
    const { ciphertextBlob } = await client.encrypt({ keyId: keyId(), plaintext })
    return { CiphertextBlob: encodeText(ciphertextBlob), DestinationKeyId: keyId() }
  },
  AsymmetricSign: async (client, subject) => (await signed(client, subject)).parameters,
  async AsymmetricVerify(client, subject) {
    const { parameters, value } = await signed(client, subject)
    return { ...parameters, Value: encodeText(value) }
  },
  async AsymmetricEncrypt(client, subject) {
    const { parameters } = await sealed(client, subject)
    return { ...parameters, Plaintext: encodeText(subject.plaintext) }
  },
  async AsymmetricDecrypt(client, subject) {
    const { parameters, ciphertextBlob } = await sealed(client, subject)
    return { ...parameters, CiphertextBlob: encodeText(ciphertextBlob) }
  },
  async GetPublicKey(client, { keyId }) {
    return { KeyId: keyId(), KeyVersionId: (await keyVersion(client, keyId())).keyVersionId }
  },
  GetSecretValue: async (_, { secretName }) => ({ SecretName: secretName() }),
  DescribeSecret: async (_, { secretName }) => ({ SecretName: secretName() }),
  // whatever else needs nothing but a key, or nothing at all
  GenerateDataKey: async (_, { keyId }) => ({ KeyId: keyId() }),
  GenerateDataKeyWithoutPlaintext: async (_, { keyId }) => ({ KeyId: keyId() }),
  DescribeKey: async (_, { keyId }) => ({ KeyId: keyId() }),
  ListKeyVersions: async (_, { keyId }) => ({ KeyId: keyId() }),
  ListAliasesByKeyId: async (_, { keyId }) => ({ KeyId: keyId() }),
  CreateAlias: async (_, { keyId }) => ({ KeyId: keyId(), AliasName: 'alias/bench-{n}' }),
}

/** The official tool's words for operations that have another name here. */
const official: Readonly<Record<string, string>> = { sign: 'AsymmetricSign', verify: 'AsymmetricVerify' }

/**
 * A call of the OpenAPI gateway, made once to see that it can be made.
 *
 * @param given - the parameters, in place of those of the scenario
 * @throws CliError `usage`; ServiceError, ClientError
 */
export async function publicCall(
  client: Client,
  name: string,
  subject: Subject,
  given: Parameters | undefined,
): Promise<PreparedCall> {
  const operation = operationOf(official[name.toLowerCase()] ?? name)
  const { api, name: action, idempotent } = operation
  const parameters = given ?? (await scenarioOf(operation)(client, subject))
  const first = new Map(
    Object.entries(parameters).map(([field, value]) => [field, value.replaceAll('{n}', firstNumber())]),
  )
  await client.call({ api, action, parameters: first, idempotent })
  return { gateway: 'public', operation: action, version: api.version, parameters }
}

const firstNumber = (): string => `first-${Date.now().toString(36)}`

function operationOf(name: string): Operation {
  const found = operations.find((operation) => plainName(operation.name) === plainName(name))
  if (found !== undefined) return found
  throw unknownCase(name, Object.keys(scenarios))
}

/** Operations without a scenario can be called bare, if they need no parameter. */
function scenarioOf({ name, request }: Operation): Scenario {
  const scenario = scenarios[name]
  if (scenario !== undefined) return scenario
  const needed = Object.entries(request).filter(([, field]) => field.presence === 'required')
  if (needed.length === 0) return async () => ({})
  const fields = needed.map(([field]) => field).join(', ')
  throw new CliError('usage', `${name} needs ${fields}: give its parameters in a file by --request`)
}

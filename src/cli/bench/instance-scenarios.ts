import { createHash } from 'node:crypto'
import * as api from '../../api/instance.ts'
import type { InstanceClient } from '../../sdk/instance-client.ts'
import { encodeInstanceRequest } from '../../sdk/instance-message.ts'
import { type PreparedCall, plainName, type Subject, unknownCase } from './scenario.ts'

type Request = api.MessageInput<api.Message>

interface Scenario {
  readonly operation: api.InstanceOperation
  /** Makes the request of the calls, and one call with it, so that a mistake shows before there is any load. */
  prepare(client: InstanceClient, subject: Subject): Promise<Request>
}

const aad = Buffer.from('this is encryption context')
const digestOf = (plaintext: Uint8Array): Uint8Array => createHash('sha256').update(plaintext).digest()

const algorithmOf = ({ settings: { algorithm } }: Subject) => (algorithm === undefined ? {} : { algorithm })

function pairRequest(subject: Subject) {
  const { keyPairSpec = 'RSA_2048', keyFormat = 'PEM' } = subject.settings
  return { keyId: subject.keyId(), keyPairSpec, keyFormat, aad }
}

const signRequest = (subject: Subject) => ({
  keyId: subject.keyId(),
  message: digestOf(subject.plaintext),
  messageType: 'DIGEST',
  ...algorithmOf(subject),
})

const encryptRequest = (subject: Subject) => ({ keyId: subject.keyId(), plaintext: subject.plaintext, aad })

/** Answers the request after a call with it. */
async function tried<R extends Request>(request: R, call: (request: R) => Promise<unknown>): Promise<R> {
  await call(request)
  return request
}

const scenarios: readonly Scenario[] = [
  {
    operation: api.Encrypt,
    prepare: (client, subject) => tried({ ...encryptRequest(subject), ...algorithmOf(subject) }, client.encrypt),
  },
  {
    operation: api.Decrypt,
    async prepare(client, subject) {
      const { ciphertextBlob, iv, algorithm } = await client.encrypt({
        ...encryptRequest(subject),
        ...algorithmOf(subject),
      })
      return tried({ keyId: subject.keyId(), ciphertextBlob, iv, aad, algorithm }, client.decrypt)
    },
  },
  {
    operation: api.AdvanceEncrypt,
    prepare: (client, subject) => tried(encryptRequest(subject), client.advanceEncrypt),
  },
  {
    operation: api.AdvanceDecrypt,
    async prepare(client, subject) {
      const { ciphertextBlob } = await client.advanceEncrypt(encryptRequest(subject))
      return tried({ ciphertextBlob, aad }, client.advanceDecrypt)
    },
  },
  { operation: api.Sign, prepare: (client, subject) => tried(signRequest(subject), client.sign) },
  {
    operation: api.Verify,
    async prepare(client, subject) {
      const { signature } = await client.sign(signRequest(subject))
      return tried({ ...signRequest(subject), signature }, client.verify)
    },
  },
  {
    operation: api.GetSecretValue,
    prepare: (client, subject) => tried({ secretName: subject.secretName() }, client.getSecretValue),
  },
  {
    operation: api.GenerateDataKey,
    prepare: (client, { keyId }) => tried({ keyId: keyId(), numberOfBytes: 32, aad }, client.generateDataKey),
  },
  {
    operation: api.AdvanceGenerateDataKey,
    prepare: (client, { keyId }) => tried({ keyId: keyId(), numberOfBytes: 32, aad }, client.advanceGenerateDataKey),
  },
  {
    operation: api.GenerateDataKeyPair,
    prepare: (client, subject) =>
      tried({ ...pairRequest(subject), ...algorithmOf(subject) }, client.generateDataKeyPair),
  },
  {
    operation: api.GenerateDataKeyPairWithoutPlaintext,
    prepare: (client, subject) =>
      tried({ ...pairRequest(subject), ...algorithmOf(subject) }, client.generateDataKeyPairWithoutPlaintext),
  },
  {
    operation: api.AdvanceGenerateDataKeyPair,
    prepare: (client, subject) => tried(pairRequest(subject), client.advanceGenerateDataKeyPair),
  },
  {
    operation: api.AdvanceGenerateDataKeyPairWithoutPlaintext,
    prepare: (client, subject) => tried(pairRequest(subject), client.advanceGenerateDataKeyPairWithoutPlaintext),
  },
  { operation: api.GetPublicKey, prepare: (client, { keyId }) => tried({ keyId: keyId() }, client.getPublicKey) },
  {
    operation: api.GenerateRandom,
    prepare: (client, { settings }) => tried({ length: Math.min(64, settings.dataSize) }, client.generateRandom),
  },
  {
    operation: api.Hmac,
    prepare: (client, { keyId, plaintext }) => tried({ keyId: keyId(), message: plaintext }, client.hmac),
  },
  { operation: api.Hash, prepare: (client, { plaintext }) => tried({ message: plaintext }, client.hash) },
  { operation: api.KmsEncrypt, prepare: (client, subject) => tried(encryptRequest(subject), client.kmsEncrypt) },
  {
    operation: api.KmsDecrypt,
    async prepare(client, subject) {
      const { ciphertextBlob } = await client.kmsEncrypt(encryptRequest(subject))
      return tried({ ciphertextBlob, aad }, client.kmsDecrypt)
    },
  },
]

/**
 * A call of the instance gateway, made once to see that it can be made.
 *
 * @throws CliError `usage`; ServiceError, ClientError
 */
export async function instanceCall(client: InstanceClient, name: string, subject: Subject): Promise<PreparedCall> {
  const scenario = scenarios.find(({ operation }) => plainName(operation.name) === plainName(name))
  if (scenario === undefined)
    throw unknownCase(
      name,
      scenarios.map(({ operation }) => operation.name),
    )
  const { operation } = scenario
  const message = encodeInstanceRequest(operation.request, [], await scenario.prepare(client, subject))
  return { gateway: 'instance', operation: operation.name, message }
}

import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { get } from 'node:https'
import { text } from 'node:stream/consumers'
import * as instanceApi from '../../api/instance.ts'
import { kmsApi } from '../../api/operation.ts'
import { type LocalServer, startLocalServer } from '../../cli/bench/local-server.ts'
import { instanceTarget, publicTarget } from '../../cli/bench/target.ts'
import { Client } from '../../sdk/client.ts'
import { encodeInstanceRequest } from '../../sdk/instance-message.ts'
import { type ComparedServer, digest, type Load, plaintext, type Work } from './server.ts'

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64')

export interface ComparedKeyhaven extends ComparedServer {
  /** what it says of itself, as Prometheus reads it */
  metrics(): Promise<string>
}

/** Keyhaven as it is started by default but for throttling: TLS, durable audit, SQLite. */
export async function startKeyhaven(workers = 1): Promise<ComparedKeyhaven> {
  const server = await startLocalServer({ operations: [{ name: 'Encrypt', weight: 1 }], gateway: 'public', workers })
  return {
    name: workers === 1 ? 'Keyhaven' : `Keyhaven, ${workers} workers`,
    pid: server.pid,
    metrics: () => metricsOf(server),
    load: (work) => (work === 'instance Encrypt' ? instanceLoad(server) : publicLoad(server, work)),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
}

async function metricsOf({ public: { endpoint, caFile = '' } }: LocalServer): Promise<string> {
  const [response] = await once(get(`${endpoint}/metrics`, { ca: readFileSync(caFile) }), 'response')
  return text(response)
}

async function instanceLoad(server: LocalServer): Promise<Load> {
  const message = encodeInstanceRequest(instanceApi.Encrypt.request, [], { keyId: server.keyFor('Encrypt'), plaintext })
  const call = { gateway: 'instance', operation: 'Encrypt', weight: 1, message } as const
  return { instance: instanceTarget(server.instance), calls: [call] }
}

async function publicLoad(server: LocalServer, work: Exclude<Work, 'instance Encrypt'>): Promise<Load> {
  await using client = new Client(server.public)
  const [operation, parameters] = await parametersOf[work](client, server.keyFor('Encrypt'))
  const call = { gateway: 'public', operation, version: kmsApi.version, weight: 1, parameters } as const
  return { public: await publicTarget(server.public), calls: [call] }
}

type Prepared = readonly [operation: string, parameters: Readonly<Record<string, string>>]

const parametersOf: Readonly<
  Record<Exclude<Work, 'instance Encrypt'>, (client: Client, keyId: string) => Promise<Prepared>>
> = {
  Encrypt: async (_, keyId) => ['Encrypt', { KeyId: keyId, Plaintext: base64(plaintext) }],
  GenerateDataKey: async (_, keyId) => ['GenerateDataKey', { KeyId: keyId }],
  async Decrypt(client, keyId) {
    const { ciphertextBlob } = await client.encrypt({ keyId, plaintext })
    return ['Decrypt', { CiphertextBlob: base64(ciphertextBlob) }]
  },
  'RSA_2048 sign': (client) => signing(client, 'RSA_2048', 'RSA_PKCS1_SHA_256'),
  'RSA_2048 verify': (client) => verifying(client, 'RSA_2048', 'RSA_PKCS1_SHA_256'),
  'EC_P256 sign': (client) => signing(client, 'EC_P256', 'ECDSA_SHA_256'),
  'EC_P256 verify': (client) => verifying(client, 'EC_P256', 'ECDSA_SHA_256'),
}

async function signing(client: Client, keySpec: 'RSA_2048' | 'EC_P256', algorithm: string): Promise<Prepared> {
  const { keyMetadata } = await client.createKey({ keySpec, keyUsage: 'SIGN/VERIFY' })
  const { keyId } = keyMetadata
  const { keyVersions } = await client.listKeyVersions({ keyId })
  const [version] = keyVersions?.keyVersion ?? []
  const parameters = { KeyId: keyId, KeyVersionId: version?.keyVersionId ?? '', Algorithm: algorithm }
  return ['AsymmetricSign', { ...parameters, Digest: base64(digest) }]
}

async function verifying(client: Client, keySpec: 'RSA_2048' | 'EC_P256', algorithm: string): Promise<Prepared> {
  const [, parameters] = await signing(client, keySpec, algorithm)
  const { value } = await client.asymmetricSign({
    ...{ keyId: parameters.KeyId ?? '', keyVersionId: parameters.KeyVersionId ?? '', digest },
    algorithm: algorithm as 'RSA_PKCS1_SHA_256',
  })
  return ['AsymmetricVerify', { ...parameters, Value: base64(value) }]
}

import { createPrivateKey, type KeyObject } from 'node:crypto'
import { CreateApplicationAccessPoint, CreateClientKey, CreatePolicy } from '../../src/api/application-access.ts'
import {
  ErrorMessage,
  type InstanceOperation,
  type Message,
  type MessageInput,
  type MessageValues,
} from '../../src/api/instance.ts'
import { createApplicationAccessPoint } from '../../src/core/application-access/create-application-access-point.ts'
import { createClientKey } from '../../src/core/application-access/create-client-key.ts'
import { createPolicy } from '../../src/core/application-access/create-policy.ts'
import { createInstance } from '../../src/core/instances/create-instance.ts'
import type { Kms } from '../../src/core/kms.ts'
import { readPkcs12 } from '../../src/crypto/pkcs12.ts'
import type { HttpRequest, HttpResponse } from '../../src/gateway/http.ts'
import {
  bodyDigest,
  instanceProtocol,
  instanceStringToSign,
  signInstanceRequest,
} from '../../src/wire/instance-signature.ts'
import { decodeMessage, encodeMessage } from '../../src/wire/protobuf.ts'
import { actor } from './calls.ts'

export interface Application {
  readonly instanceId: string
  readonly clientKeyId: string
  readonly privateKey: KeyObject
}

export interface ApplicationOptions {
  /** the account's default instance is made when none is given */
  readonly instanceId?: string
  readonly name?: string
  readonly permissions?: readonly string[]
  readonly resources?: readonly string[]
  readonly networkRules?: readonly string[]
}

/** An application with a ClientKey, set up as an administrator would. */
export async function newApplication(kms: Kms, options: ApplicationOptions = {}): Promise<Application> {
  const as = actor(kms)
  const name = options.name ?? 'app'
  const password = 'Test-Pass~2016'
  const instanceId = options.instanceId ?? (await createInstance(kms, kms.settings.accountId, 'default')).id
  await as(CreatePolicy, createPolicy, {
    name: `${name}-policy`,
    kmsInstance: instanceId,
    permissions: options.permissions ?? ['RbacPermission/Template/CryptoServiceKeyUser'],
    resources: options.resources ?? ['key/*'],
    ...(options.networkRules === undefined ? {} : { accessControlRules: { networkRules: options.networkRules } }),
  })
  const authenticationMethod = 'ClientKey'
  const policies = [`${name}-policy`]
  await as(CreateApplicationAccessPoint, createApplicationAccessPoint, { name, authenticationMethod, policies })
  const { clientKeyId, privateKeyData } = await as(CreateClientKey, createClientKey, { aapName: name, password })
  const { privateKey } = readPkcs12(Buffer.from(privateKeyData, 'base64'), password)
  const key = createPrivateKey({ key: Buffer.from(privateKey), format: 'der', type: 'pkcs8' })
  return { instanceId, clientKeyId, privateKey: key }
}

/** A signed request as the official SDKs send it; `headers` replaces some before signing, `tamper` after it. */
export function instanceRequest(
  kms: Kms,
  application: Application,
  apiName: string,
  body: Uint8Array,
  { headers = {}, tamper = {} }: { headers?: Record<string, string>; tamper?: Record<string, string> } = {},
): HttpRequest {
  const signed: Record<string, string> = {
    'content-type': instanceProtocol.contentType,
    'content-sha256': bodyDigest(body),
    date: kms.now().toUTCString(),
    'x-kms-apiversion': instanceProtocol.apiVersion,
    'x-kms-apiname': apiName,
    'x-kms-signaturemethod': instanceProtocol.signatureMethod,
    [instanceProtocol.accessKeyIdHeader]: application.clientKeyId,
    ...headers,
  }
  const signature = signInstanceRequest(instanceStringToSign('POST', signed), application.privateKey)
  const sent = { ...signed, authorization: `Bearer ${signature}`, ...tamper }
  return {
    method: 'POST',
    target: '/',
    headers: new Map(Object.entries(sent).map(([name, value]) => [name, [value]])),
    body,
    sourceAddress: '10.0.0.7',
    secureTransport: true,
  }
}

export interface InstanceReply<M extends Message> {
  readonly status: number
  readonly keyVersionId: string | undefined
  /** of a success */
  readonly values: MessageValues<M>
  /** of an error */
  readonly error: MessageValues<typeof ErrorMessage>
}

/** Sends a call through a gateway and decodes the answer. */
export async function callInstance<Request extends Message, Response extends Message>(
  gateway: { handle(request: HttpRequest): Promise<HttpResponse> },
  kms: Kms,
  application: Application,
  operation: InstanceOperation<Request, Response>,
  input: MessageInput<Request>,
  options: { headers?: Record<string, string>; tamper?: Record<string, string> } = {},
): Promise<InstanceReply<Response>> {
  const body = encodeMessage(operation.request, input)
  const response = await gateway.handle(instanceRequest(kms, application, operation.name, body, options))
  const bytes = Buffer.from(response.body)
  const empty = new Uint8Array(0)
  return {
    status: response.status,
    keyVersionId: response.headers[instanceProtocol.keyVersionHeader],
    values: decodeMessage(operation.response, response.status === 200 ? bytes : empty),
    error: decodeMessage(ErrorMessage, response.status === 200 ? empty : bytes),
  }
}

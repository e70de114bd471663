import { createRequire } from 'node:module'

const load = createRequire(import.meta.url)

export interface Connection {
  /** `host:port` */
  readonly host: string
  readonly protocol: 'http' | 'https'
  /** PEM of the CA, for clients that take one */
  readonly ca: string
  readonly accessKeyId: string
  readonly accessKeySecret: string
  readonly securityToken?: string | undefined
  /** certificate of the client and its private key, PEM, for clients that take them */
  readonly cert?: string | undefined
  readonly key?: string | undefined
}

export type Parameters = Readonly<Record<string, string | number | boolean | object>>
// biome-ignore lint/suspicious/noExplicitAny: the clients are JavaScript, and answers differ with each operation
export type Body = any

/** An official client, spoken to in wire names. An answer that is an error is thrown with its code as `code`. */
export interface OfficialClient {
  readonly name: string
  readonly protocols: readonly Connection['protocol'][]
  /** operations it knows; any unless given */
  readonly knows?: (action: string) => boolean
  readonly connect: (connection: Connection) => (action: string, parameters?: Parameters) => Promise<Body>
}

const popCore = (method: 'GET' | 'POST'): OfficialClient => ({
  name: `@alicloud/pop-core, ${method}`,
  protocols: ['http', 'https'],
  connect({ host, protocol, ...credentials }) {
    const { RPCClient } = load('@alicloud/pop-core')
    const client = new RPCClient({ ...credentials, endpoint: `${protocol}://${host}`, apiVersion: '2016-01-20' })
    return (action, parameters = {}) => client.request(action, texts(parameters), { method })
  },
})

/** Sends neither nonce nor whole seconds, and hands errors back as if they were answers. */
const kmsSdk: OfficialClient = {
  name: '@alicloud/kms-sdk',
  protocols: ['https'],
  knows: (action) => action in load('@alicloud/kms-sdk/lib/kms').prototype,
  connect({ host, ...credentials }) {
    const KmsClient = load('@alicloud/kms-sdk/lib/kms')
    // It takes a security token from a credential object only.
    const client = new KmsClient({ credential: { getCredential: async () => credentials }, endpoint: host })
    return async (action, parameters = {}) => {
      const body = await client[action]({ Action: action, ...texts(parameters) }, { timeout: 10_000 })
      if (body.Code !== undefined) throw Object.assign(new Error(body.Message), { code: body.Code })
      return body
    }
  },
}

/** The first generated client: a class for each request, a method for each operation. */
const kms20160120: OfficialClient = {
  name: '@alicloud/kms20160120',
  protocols: ['http', 'https'],
  knows: (action) => codeName(action) in load('@alicloud/kms20160120').default.prototype,
  connect({ host, protocol, ca: _, ...credentials }) {
    const generated = load('@alicloud/kms20160120')
    const { Config } = load('@alicloud/rpc-client')
    const { toMap } = load('@alicloud/tea-typescript')
    const client = new generated.default(new Config({ ...credentials, endpoint: host, protocol }))
    return async (action, parameters = {}) => {
      const Request = generated[`${action}Request`]
      const fields = Object.entries(parameters).map(([name, value]) => [codeName(name), asField(name, value)])
      const method = client[codeName(action)].bind(client)
      try {
        return toMap(await (Request ? method(new Request(Object.fromEntries(fields))) : method()))
      } catch (error) {
        // This client puts a word behind the code of the service.
        const { code } = error as { code?: string }
        throw Object.assign(error as Error, { code: code?.replace(/Error$/, '') })
      }
    }
  },
}

/** Below the generated clients of the second generation; `signing` chooses what they sign with. */
const openapiClient = (signing: 'ACS3-HMAC-SHA256' | 'ACS3-HMAC-SM3' | 'v2'): OfficialClient => ({
  name: `@alicloud/openapi-client, ${signing}`,
  protocols: ['http', 'https'],
  connect({ host, protocol, ca, ...credentials }) {
    const { default: Client, Config, OpenApiRequest, Params } = load('@alicloud/openapi-client')
    const { RuntimeOptions } = load('@alicloud/tea-util')
    const client = new Client(new Config({ ...credentials, endpoint: host, protocol, ca, signatureAlgorithm: signing }))
    return async (action, parameters = {}) => {
      const request = new OpenApiRequest({ query: texts(parameters) })
      const { body } = await client.callApi(new Params(rpc(action)), request, new RuntimeOptions(patient))
      return body
    }
  },
})

/** Below the generated clients of the third generation, such as kms20160120 3.x. */
const openapiCore: OfficialClient = {
  name: '@alicloud/openapi-core',
  protocols: ['http', 'https'],
  connect({ host, protocol, ca, ...credentials }) {
    const { default: Client, $OpenApiUtil } = load('@alicloud/openapi-core')
    const { RuntimeOptions } = load('@darabonba/typescript')
    const client = new Client(new $OpenApiUtil.Config({ ...credentials, endpoint: host, protocol, ca }))
    return async (action, parameters = {}) => {
      const request = new $OpenApiUtil.OpenApiRequest({ query: texts(parameters) })
      const { body } = await client.callApi(new $OpenApiUtil.Params(rpc(action)), request, new RuntimeOptions(patient))
      return body
    }
  },
}

export const officialClients: readonly OfficialClient[] = [
  popCore('GET'),
  popCore('POST'),
  kmsSdk,
  kms20160120,
  openapiClient('ACS3-HMAC-SHA256'),
  openapiClient('ACS3-HMAC-SM3'),
  openapiClient('v2'),
  openapiCore,
]

/**
 * These clients leave a timer on a pooled connection after each answer; when it fires, a later request over the same
 * connection takes it for its own. It must not fire while the tests run.
 */
const patient = { readTimeout: 600_000, connectTimeout: 600_000 }

const rpc = (action: string) => ({
  action,
  version: '2016-01-20',
  protocol: 'HTTPS',
  pathname: '/',
  method: 'POST',
  authType: 'AK',
  style: 'RPC',
  reqBodyType: 'formData',
  bodyType: 'json',
})

const codeName = (name: string): string => name.charAt(0).toLowerCase() + name.slice(1)

/** Maps travel as JSON text where the client does not write it itself. */
const texts = (parameters: Parameters): Record<string, string | number | boolean> =>
  Object.fromEntries(
    Object.entries(parameters).map(([name, value]) => [
      name,
      typeof value === 'object' ? JSON.stringify(value) : value,
    ]),
  )

const asField = (name: string, value: Parameters[string]): Parameters[string] =>
  typeof value === 'object' && name !== 'EncryptionContext' ? JSON.stringify(value) : value

import type { CallerValues, Fields, Values } from './field.ts'

/** The service an operation belongs to: clients select it by the version date they send. */
export interface Api {
  readonly product: 'Kms' | 'Sts' | 'Ram' | 'Ims' | 'Keyhaven'
  readonly version: string
}

export const kmsApi: Api = { product: 'Kms', version: '2016-01-20' }
export const stsApi: Api = { product: 'Sts', version: '2015-04-01' }
/** Keyhaven's own operations: what the cloud offers in its console only. */
export const keyhavenApi: Api = { product: 'Keyhaven', version: '2026-11-21' }
export const ramApi: Api = { product: 'Ram', version: '2015-05-01' }
/** Identity providers; its operations are part of RAM in every other respect. */
export const imsApi: Api = { product: 'Ims', version: '2019-08-15' }

/** What policies and the command line call a product. Keyhaven's own operations belong to key management. */
export const serviceCodes = {
  Kms: 'kms',
  Keyhaven: 'kms',
  Sts: 'sts',
  Ram: 'ram',
  Ims: 'ram',
} as const satisfies Readonly<Record<Api['product'], string>>

/** The shared bucket that an operation's rate limit counts in (the quota groups of the public gateway). */
export type QuotaClass =
  | 'symmetric'
  | 'reEncrypt'
  | 'asymmetric'
  | 'keyPair'
  | 'read'
  | 'listTags'
  | 'createKey'
  | 'write'
  | 'createSecret'
  | 'readSecret'
  | 'writeSecret'
  | 'rare'

/**
 * What a caller does to the resource: `look` at what is known about it, `manage` it, or `use` it for what it is there
 * for (cryptography, the value of a secret, a role). The built-in policies are made of this.
 */
export type Access = 'look' | 'manage' | 'use'

/** Which hosts answer an operation of this contract: the public one, or also the host of a KMS instance. */
export type Host = 'public' | 'instance'

/** One operation as data. Behaviour is found in core/, in the file of the same name in kebab-case. */
export interface Operation<Request extends Fields = Fields, Response extends Fields = Fields> {
  readonly name: string
  readonly api: Api
  readonly doc: string
  readonly request: Request
  /** without RequestId, which every answer carries */
  readonly response: Response
  /** RAM actions the caller needs; usually the service's code and the name, `kms:Encrypt` */
  readonly actions: readonly string[]
  /** what the action is checked on: words for the reference page */
  readonly resource:
    | 'none'
    | 'key'
    | 'keys'
    | 'key container'
    | 'alias and key'
    | 'alias container'
    | 'managed data key'
    | 'certificate'
    | 'certificate container'
    | 'key or secret'
    | 'secret'
    | 'secret container'
    | 'instance'
    | 'application access'
    | 'account'
  readonly access: Access
  /** changes stored state: audited before it runs, and not retried blindly */
  readonly mutates: boolean
  /** a second identical call has no further effect, so that a client may repeat it after a lost answer */
  readonly idempotent: boolean
  readonly hosts: readonly Host[]
  readonly quota: QuotaClass
}

type Settings = Partial<
  Pick<Operation, 'api' | 'actions' | 'resource' | 'access' | 'mutates' | 'idempotent' | 'hosts' | 'quota'>
>

/**
 * Defines an operation. Unless said otherwise it belongs to KMS 2016-01-20, needs `kms:<name>` on a key, reads only, and
 * is answered by the public host only; what changes state manages, what reads looks. RAM and STS have actions of their
 * own (`ram:<name>`).
 */
export function define<const Request extends Fields, const Response extends Fields>(
  name: string,
  doc: string,
  request: Request,
  response: Response,
  settings: Settings = {},
): Operation<Request, Response> {
  const api = settings.api ?? kmsApi
  const mutates = settings.mutates ?? false
  return {
    name,
    doc,
    request,
    response,
    api,
    actions: [`${serviceCodes[api.product]}:${name}`],
    resource: 'key',
    access: mutates ? 'manage' : 'look',
    mutates,
    idempotent: !mutates,
    hosts: ['public'],
    quota: mutates ? 'write' : 'read',
    ...settings,
  }
}

/** What the operation's code receives: decoded, checked, defaults filled in. */
export type Input<O> = O extends Operation<infer Request, Fields> ? Values<Request> : never
/** What the operation's code returns. */
export type Result<O> = O extends Operation<Fields, infer Response> ? Values<Response> : never
/** What a caller of the SDK passes: fields with defaults may be left out. */
export type RequestOf<O> = O extends Operation<infer Request, Fields> ? CallerValues<Request> : never
/** What a caller of the SDK gets. */
export type ResponseOf<O> = Result<O> & { readonly requestId: string }

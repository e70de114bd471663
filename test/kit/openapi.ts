import assert from 'node:assert/strict'
import { stsApi } from '../../src/api/operation.ts'
import type { AuditRecord } from '../../src/core/audit.ts'
import { bootstrapAccount } from '../../src/core/callers/bootstrap.ts'
import type { Kms } from '../../src/core/kms.ts'
import type { HttpRequest, HttpResponse } from '../../src/gateway/http.ts'
import type { RequestReport } from '../../src/gateway/openapi/exchange.ts'
import { type OpenapiGateway, type OpenapiGatewayOptions, openapiGateway } from '../../src/gateway/openapi/handle.ts'
import { signAcs3 } from '../../src/wire/acs3-signature.ts'
import { type Parameter, percentEncode } from '../../src/wire/percent.ts'
import { type SigningCredentials, signRpc } from '../../src/wire/rpc-signature.ts'

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** the parsed JSON body */
  // biome-ignore lint/suspicious/noExplicitAny: answers differ with each operation, and tests assert on them at once
  readonly body: any
}

/** A gateway over one `Kms`, with everything it wrote down. */
export interface OpenapiFixture {
  readonly kms: Kms
  readonly gateway: OpenapiGateway
  /** the account's own AccessKey */
  readonly account: SigningCredentials
  readonly audit: AuditRecord[]
  readonly reports: RequestReport[]
  /** signs a call at `kms.now()` and sends it */
  call(action: string, parameters?: Readonly<Record<string, string>>, options?: CallOptions): Promise<Answer>
  /** as `call`, and it must succeed */
  succeed(action: string, parameters?: Readonly<Record<string, string>>, options?: CallOptions): Promise<Answer['body']>
}

export interface CallOptions {
  readonly as?: SigningCredentials
  readonly version?: string
  readonly scheme?: 'V1' | 'ACS3'
  readonly place?: 'query' | 'form'
}

let count = 0
/** Different at every call of the process. */
export const nextNonce = (): string => `nonce-${++count}`

export async function openapiFixture(
  kms: Kms,
  options: Partial<OpenapiGatewayOptions> = {},
  /** an AccessKey that exists; a new deployment gets its first one otherwise */
  existing?: SigningCredentials,
): Promise<OpenapiFixture> {
  const audit: AuditRecord[] = []
  const reports: RequestReport[] = []
  const gateway = openapiGateway({
    kms,
    audit: {
      append: async (record) => {
        audit.push(record)
      },
    },
    report: (report) => reports.push(report),
    ...options,
  })
  const account = existing ?? (await bootstrapAccount(kms))
  assert.ok(account, 'the account has no AccessKey yet')

  const call: OpenapiFixture['call'] = async (
    action,
    parameters = {},
    { as = account, version, scheme = 'V1', place = 'query' } = {},
  ) => {
    const make = scheme === 'V1' ? v1Request : acs3Request
    const request = make(as, action, parameters, {
      date: kms.now(),
      place,
      ...(version === undefined ? {} : { version }),
    })
    const response = await gateway.handle(request)
    return { status: response.status, headers: response.headers, body: JSON.parse(String(response.body)) }
  }
  const succeed: OpenapiFixture['succeed'] = async (action, parameters, callOptions) => {
    const answer = await call(action, parameters, callOptions)
    assert.equal(answer.status, 200, `${action}: ${JSON.stringify(answer.body)}`)
    return answer.body
  }
  return { kms, gateway, account, audit, reports, call, succeed }
}

export interface RequestOptions {
  readonly date: Date
  readonly version?: string
  readonly method?: 'GET' | 'POST'
  /** where the parameters go; the query string unless given */
  readonly place?: 'query' | 'form'
  readonly nonce?: string
  /** the name that the server is asked by */
  readonly host?: string | undefined
}

/** A request as the first-generation clients send it: everything is a parameter. */
export function v1Request(
  credentials: SigningCredentials,
  action: string,
  parameters: Readonly<Record<string, string>>,
  { date, version = '2016-01-20', method = 'POST', place = 'query', nonce = nextNonce(), host }: RequestOptions,
): HttpRequest {
  const signed = signRpc({ method, action, version, parameters: Object.entries(parameters), credentials, date, nonce })
  return place === 'query'
    ? httpRequest({ method, target: `/?${encodePairs(signed)}`, host })
    : httpRequest({ method, target: '/', headers: formHeaders, body: encodePairs(signed), host })
}

/** A request as today's clients send it: common parameters in signed headers. */
export function acs3Request(
  credentials: SigningCredentials,
  action: string,
  parameters: Readonly<Record<string, string>>,
  { date, version = '2016-01-20', method = 'POST', place = 'query', nonce = nextNonce(), host }: RequestOptions,
): HttpRequest {
  const pairs = Object.entries(parameters)
  const query = place === 'query' ? pairs : []
  const body = place === 'query' ? '' : encodePairs(pairs)
  const headers = signAcs3({
    method,
    host: host ?? usualHost,
    action,
    version,
    query,
    body,
    headers: place === 'query' ? {} : formHeaders,
    credentials,
    date,
    nonce,
  })
  return httpRequest({ method, target: query.length > 0 ? `/?${encodePairs(query)}` : '/', headers, body, host })
}

const formHeaders = { 'content-type': 'application/x-www-form-urlencoded' }

export const encodePairs = (pairs: Iterable<Parameter>): string =>
  [...pairs].map(([name, value]) => `${percentEncode(name)}=${percentEncode(value)}`).join('&')

export interface RawRequest {
  readonly method?: string
  readonly target?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  readonly host?: string | undefined
}

const usualHost = 'kms.example.com'

export const httpRequest = ({
  method = 'POST',
  target = '/',
  headers = {},
  body = '',
  host = usualHost,
}: RawRequest): HttpRequest => ({
  method,
  target,
  headers: new Map(Object.entries({ host, ...headers }).map(([name, value]) => [name, [value]])),
  body: Buffer.from(body, 'utf8'),
  sourceAddress: '192.0.2.1',
  secureTransport: true,
})

export const bodyOf = (response: HttpResponse): Answer['body'] => JSON.parse(String(response.body))

/** Temporary credentials of a role that may do everything in KMS. */
export const assumeTestRole = async (fixture: OpenapiFixture): Promise<SigningCredentials> =>
  (await testRole(fixture))('test')

/** A role that may do everything in KMS, and a user who assumes it: each call opens a session. */
export async function testRole(fixture: OpenapiFixture): Promise<(sessionName: string) => Promise<SigningCredentials>> {
  const ram = { version: '2015-05-01' }
  const trust = {
    Version: '1',
    Statement: [
      {
        Effect: 'Allow',
        Action: 'sts:AssumeRole',
        Principal: { RAM: [`acs:ram::${fixture.kms.settings.accountId}:root`] },
      },
    ],
  }
  await fixture.succeed('CreateRole', { RoleName: 'operator', AssumeRolePolicyDocument: JSON.stringify(trust) }, ram)
  const policy = { PolicyType: 'System', PolicyName: 'AliyunKMSFullAccess', RoleName: 'operator' }
  await fixture.succeed('AttachPolicyToRole', policy, ram)
  const assumer = { UserName: 'assumer' }
  await fixture.succeed('CreateUser', assumer, ram)
  const assuming = { ...assumer, PolicyType: 'System', PolicyName: 'AliyunSTSAssumeRoleAccess' }
  await fixture.succeed('AttachPolicyToUser', assuming, ram)
  const { AccessKey } = await fixture.succeed('CreateAccessKey', assumer, ram)
  const as = { accessKeyId: AccessKey.AccessKeyId, accessKeySecret: AccessKey.AccessKeySecret }
  return async (RoleSessionName) => {
    const RoleArn = `acs:ram::${fixture.kms.settings.accountId}:role/operator`
    const { Credentials } = await fixture.succeed(
      'AssumeRole',
      { RoleArn, RoleSessionName },
      { as, version: stsApi.version },
    )
    return {
      accessKeyId: Credentials.AccessKeyId,
      accessKeySecret: Credentials.AccessKeySecret,
      securityToken: Credentials.SecurityToken,
    }
  }
}

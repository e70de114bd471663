import type { Operation } from '../api/operation.ts'
import * as sts from '../api/sts.ts'
import type { ConnectionOptions } from './connection-options.ts'
import type * as models from './models/sts.ts'
import { type Method, operationMethod } from './operation-method.ts'
import { RpcConnection } from './rpc-connection.ts'

/**
 * A client of STS 2015-04-01: sessions of roles, and who one is. Options and errors are those of `Client`.
 *
 * @example
 * await using sts = new StsClient({ endpoint: 'https://localhost:8443', caFile: 'ca.pem', accessKeyId, accessKeySecret })
 * const { credentials } = await sts.assumeRole({ roleArn: 'acs:ram::1234567890123456:role/app', roleSessionName: 'laptop' })
 */
export class StsClient {
  readonly #connection: RpcConnection

  /** @throws ClientError `configuration` */
  constructor(options: ConnectionOptions) {
    this.#connection = new RpcConnection(options)
  }

  /** Gives temporary credentials of a role to a user or session whom the role trusts. The account itself assumes no roles. */
  readonly assumeRole = this.#operation<models.AssumeRoleRequest, models.AssumeRoleResponse>(sts.AssumeRole)
  /** Gives temporary credentials of a role for a token of an identity provider; the call need not be signed. */
  readonly assumeRoleWithOIDC = this.#operation<models.AssumeRoleWithOIDCRequest, models.AssumeRoleWithOIDCResponse>(
    sts.AssumeRoleWithOIDC,
  )
  /** Tells who the caller is. Everybody may ask. */
  readonly getCallerIdentity = this.#operation<models.GetCallerIdentityRequest, models.GetCallerIdentityResponse>(
    sts.GetCallerIdentity,
  )

  /** Closes the connections; calls under way are broken off. */
  async close(): Promise<void> {
    await this.#connection.close()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  #operation<Request, Response>(operation: Operation): Method<Request, Response> {
    return operationMethod(() => this.#connection, operation)
  }
}

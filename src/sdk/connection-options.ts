import type { Acs3Algorithm } from '../wire/acs3-signature.ts'
import type { RpcSignatureMethod } from '../wire/rpc-signature.ts'
import type { CredentialsOptions } from './credentials.ts'
import type { RetryOptions } from './retry.ts'
import type { TransportOptions } from './transport.ts'

/** Where an OpenAPI gateway is, who calls, and how. */
export interface ConnectionOptions extends TransportOptions, CredentialsOptions {
  /** `host`, `host:port` or URL; unless given, the real service's public endpoint of `regionId` */
  readonly endpoint?: string | undefined
  readonly regionId?: string | undefined
  /** ACS3-HMAC-SHA256 unless given; `HMAC-SHA1` is the older version 1.0 */
  readonly signature?: Acs3Algorithm | RpcSignatureMethod | undefined
  /** `body` unless given, so that no plaintext stands in a URL, where proxies and access logs keep it */
  readonly parametersIn?: 'body' | 'query' | undefined
  /** milliseconds for a whole call, attempts and waits together; 60000 unless given */
  readonly timeoutMs?: number | undefined
  readonly retry?: RetryOptions | false | undefined
  /** put behind the client's own name in the User-Agent header */
  readonly userAgent?: string | undefined
}

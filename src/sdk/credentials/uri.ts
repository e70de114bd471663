import type { CredentialsProvider } from '../credentials.ts'
import { ClientError } from '../errors.ts'
import type { TransportOptions } from '../transport.ts'
import { askSource, jsonAnswer, temporaryCredentials } from './reading.ts'
import { type RefreshClock, refreshing } from './refreshing.ts'

/**
 * Credentials that a local service hands out: GET gives JSON with AccessKeyId, AccessKeySecret, SecurityToken and
 * Expiration.
 *
 * @throws ClientError `configuration` if `uri` is not an HTTP address
 */
export function uriCredentials(uri: string, options: TransportOptions = {}, clock?: RefreshClock): CredentialsProvider {
  const url = typeof uri === 'string' ? URL.parse(uri) : null
  if (url === null || !/^https?:$/.test(url.protocol))
    throw new ClientError('configuration', 'The credentials URI is not an HTTP address.', { parameter: 'uri' })
  return refreshing(
    async () => temporaryCredentials(url.host, jsonAnswer(url.host, await askSource({ method: 'GET', url }, options))),
    clock,
  )
}

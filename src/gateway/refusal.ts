import type { KmsError } from '../core/errors.ts'
import type { HttpResponse } from './http.ts'
import { refuseInstanceRequest } from './instance/refuse.ts'

/**
 * The answer to a request that no gateway gets to see, in the form that its client reads: a protobuf `Error` for clients
 * of instances, JSON for everybody else.
 *
 * @param isForInstance - the request has the header `x-kms-apiname`
 */
export function refusal(isForInstance: boolean, error: KmsError, requestId: string): HttpResponse {
  if (isForInstance) return refuseInstanceRequest(error, requestId)
  const { code, status, message } = error
  const body = { HttpStatus: status, Code: code, Message: message, RequestId: requestId, HostId: '' }
  const headers = { 'content-type': 'application/json', 'cache-control': 'no-store', 'x-acs-request-id': requestId }
  return { status, headers, body: `${JSON.stringify(body)}\n` }
}

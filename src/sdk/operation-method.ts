import type { Operation, RequestOf, ResponseOf } from '../api/operation.ts'
import { decodeResponse, encodeRequest } from './codec.ts'
import type { CallOptions, RpcConnection } from './rpc-connection.ts'

/** A method of a client: the request first, then what concerns this one call. */
export type Method<Request, Response> =
  Record<never, never> extends Request
    ? (request?: Request, options?: CallOptions) => Promise<Response>
    : (request: Request, options?: CallOptions) => Promise<Response>

/**
 * The method that calls one operation of the contract over a connection.
 *
 * @param connection - asked at each call, because fields of a class are made before its constructor runs
 */
export function operationMethod<O extends Operation, Request = RequestOf<O>>(
  connection: () => RpcConnection,
  operation: O,
): Method<Request, ResponseOf<O>> {
  const method = async (request: Readonly<Record<string, unknown>> = {}, options?: CallOptions) => {
    const { api, name: action, idempotent } = operation
    const parameters = encodeRequest(operation.request, request)
    const { body, requestId } = await connection().call({ api, action, parameters, idempotent }, options)
    return { ...decodeResponse(operation.response, body), requestId }
  }
  return method as Method<Request, ResponseOf<O>>
}

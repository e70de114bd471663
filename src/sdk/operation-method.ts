import type { Operation } from '../api/operation.ts'
import { decodeResponse, encodeRequest } from './codec.ts'
import type { RpcAnswer } from './rpc-answer.ts'
import type { CallOptions, RpcCall } from './rpc-connection.ts'

/** A method of a client: the request first, then what concerns this one call. */
export type Method<Request, Response, Options = CallOptions> =
  Record<never, never> extends Request
    ? (request?: Request, options?: Options) => Promise<Response>
    : (request: Request, options?: Options) => Promise<Response>

/** Whatever carries out one action: a connection, or several of which it chooses one. */
export interface Connection<Options = CallOptions> {
  call(call: RpcCall, options?: Options): Promise<RpcAnswer>
}

const contracts = new WeakMap<object, Operation>()

/** Which operation a method of a client calls; undefined for any other function. */
export const contractOf = (method: object): Operation | undefined => contracts.get(method)

/**
 * The method that calls one operation of the contract over a connection. Its types are those that `models/` has for it.
 *
 * @param connection - asked at each call, because fields of a class are made before its constructor runs
 */
export function operationMethod<Request, Response, Options = CallOptions>(
  connection: () => Connection<Options>,
  operation: Operation,
): Method<Request, Response, Options> {
  const method = async (request: Readonly<Record<string, unknown>> = {}, options?: Options) => {
    const { api, name: action, idempotent } = operation
    const parameters = encodeRequest(operation.request, request)
    const { body, requestId } = await connection().call({ api, action, parameters, idempotent }, options)
    return { ...decodeResponse(operation.response, body), requestId }
  }
  contracts.set(method, operation)
  return method as Method<Request, Response, Options>
}

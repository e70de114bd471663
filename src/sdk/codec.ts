import type { Fields } from '../api/field.ts'
import * as codec from '../wire/codec.ts'
import { ClientError } from './errors.ts'

export { isPlainObject } from '../wire/codec.ts'

/** @throws ClientError `invalidRequest` naming the field that the table does not know, or not so */
export const encodeRequest = (fields: Fields, request: codec.Unchecked): Map<string, string> =>
  asClientError(() => codec.encodeRequest(fields, request))

/** @throws ClientError `badResponse` naming the field that cannot be read */
export const decodeResponse = (fields: Fields, body: codec.Unchecked): Record<string, unknown> =>
  asClientError(() => codec.decodeResponse(fields, body))

/** @throws ClientError `invalidRequest` */
export const asRequest = (request: unknown): codec.Unchecked => asClientError(() => codec.asRequest(request))

function asClientError<T>(work: () => T): T {
  try {
    return work()
  } catch (fault) {
    if (!(fault instanceof codec.FieldFault)) throw fault
    const { code, message, parameter, cause } = fault
    throw new ClientError(code, message, { parameter, cause })
  }
}

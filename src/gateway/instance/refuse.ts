import { ErrorMessage } from '../../api/instance.ts'
import { instanceProtocol } from '../../wire/instance-signature.ts'
import { encodeMessage } from '../../wire/protobuf.ts'
import type { HttpResponse } from '../http.ts'
import { type InstanceError, instanceError } from './errors.ts'

/** The answer to a request that failed; SDKs can read nothing but a protobuf `Error`. */
export const refuseInstanceRequest = (thrown: unknown, requestId: string): HttpResponse =>
  errorAnswer(instanceError(thrown), requestId)

export const errorAnswer = (error: InstanceError, requestId: string): HttpResponse => ({
  status: error.statusCode,
  headers: { 'content-type': instanceProtocol.contentType, 'x-acs-request-id': requestId },
  body: encodeMessage(ErrorMessage, { ...error, requestId }),
})

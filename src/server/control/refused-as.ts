import type { KmsError } from '../../core/errors.ts'
import { type HttpRequest, type HttpResponse, header } from '../../gateway/http.ts'
import { isInstanceRequest } from '../../gateway/instance/handle.ts'
import { refuseInstanceRequest } from '../../gateway/instance/refuse.ts'
import { errorAnswer } from '../../gateway/openapi/answer.ts'
import { formatOf } from '../../gateway/openapi/identify.ts'
import { readParameters } from '../../gateway/openapi/parameters.ts'

/** The answer that the gateway of the request would give to it. */
export function refusedAs(request: HttpRequest, error: KmsError): HttpResponse {
  const requestId = crypto.randomUUID().toUpperCase()
  if (isInstanceRequest(request)) return refuseInstanceRequest(error, requestId)
  const format = formatOf(request, readParameters(request))
  const { code, message } = error
  return errorAnswer({ format, requestId }, { code, message, hostId: header(request, 'host') ?? '' })
}

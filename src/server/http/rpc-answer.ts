import type { HttpResponse } from '../../gateway/http.ts'
import { writeXml } from '../../gateway/openapi/xml.ts'

type Members = Parameters<typeof writeXml>[1]

/**
 * What another server has answered, in the format that a client asked for.
 *
 * @param root - name of the XML document, such as `EncryptResponse`
 */
export function rpcAnswer(status: number, format: 'JSON' | 'XML', root: string, body: object): HttpResponse {
  const isXml = format === 'XML'
  return {
    status,
    headers: { 'content-type': isXml ? 'text/xml;charset=utf-8' : 'application/json;charset=utf-8' },
    body: isXml ? writeXml(root, body as Members) : JSON.stringify(body),
  }
}

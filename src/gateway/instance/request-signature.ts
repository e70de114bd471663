import type { KeyObject } from 'node:crypto'
import { instanceStringToSign, isInstanceSigned, verifyInstanceRequest } from '../../wire/instance-signature.ts'
import type { HttpRequest } from '../http.ts'

/** Whether a ClientKey has made the signature of a request; its body is signed by the digest in a header only. */
export function hasSigned(publicKey: KeyObject, request: HttpRequest, signature: string): boolean {
  const headers: Record<string, string> = {}
  for (const [name, values] of request.headers) if (isInstanceSigned(name)) headers[name] = values.join(',')
  return verifyInstanceRequest(instanceStringToSign(request.method, headers), signature, publicKey)
}

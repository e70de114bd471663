import type { Caller } from '../core/access/caller.ts'
import { principalName } from '../core/access/principal.ts'
import { KmsError } from '../core/errors.ts'
import type { HttpRequest } from './http.ts'

/**
 * Whoever has shown a certificate that is for somebody calls as nobody else (SEC-31), whatever signatures they can make.
 *
 * @throws KmsError `Forbidden.ClientCertificate`
 */
export function requireOwnCertificate({ clientCertificate }: HttpRequest, caller: Caller): void {
  const principals = clientCertificate?.principals
  if (principals === undefined || principals.includes('*') || principals.includes(principalName(caller))) return
  throw new KmsError('Forbidden.ClientCertificate')
}

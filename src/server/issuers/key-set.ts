import { IssuerUnavailable } from '../../core/issuer-keys.ts'
import type { Jwk } from '../../crypto/jws.ts'

const mostKeys = 100

/** The keys of a key set (RFC 7517, 5); what each of them is for is looked at when it is used. @throws IssuerUnavailable */
export function keysIn(value: unknown): readonly Jwk[] {
  const keys = membersOf(value).get('keys')
  if (!Array.isArray(keys)) throw new IssuerUnavailable('it is no key set')
  if (keys.length > mostKeys) throw new IssuerUnavailable(`it has more than ${mostKeys} keys`)
  return keys.filter((key: unknown): key is Jwk => typeof key === 'object' && key !== null && !Array.isArray(key))
}

/** @throws IssuerUnavailable */
export function membersOf(value: unknown): ReadonlyMap<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new IssuerUnavailable('it is no JSON object')
  return new Map(Object.entries(value))
}

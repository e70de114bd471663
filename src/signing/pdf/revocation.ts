import type { Certificate } from '../../certificates/certificate.ts'
import { type RevocationState, stateByCrl } from '../cms/crl.ts'
import { stateByOcsp } from '../cms/ocsp.ts'
import type { SecurityStore } from './security-store.ts'

/**
 * Whether the certificates of a chain, all but the trusted one, were revoked at a time, by what a document carries.
 *
 * @param chain - the signer's certificate first
 */
export function revocationOf(chain: readonly Certificate[], store: SecurityStore, at: Date): RevocationState {
  const states = chain.slice(0, -1).map((certificate, index) => stateOf(certificate, chain[index + 1], store, at))
  if (states.includes('revoked')) return 'revoked'
  return states.includes('unknown') ? 'unknown' : 'good'
}

function stateOf(
  certificate: Certificate,
  issuer: Certificate | undefined,
  { crls, ocspResponses }: SecurityStore,
  at: Date,
): RevocationState {
  if (issuer === undefined) return 'unknown'
  const states = [
    ...ocspResponses.map((response) => stateByOcsp(response, certificate, issuer, at)),
    ...crls.map((crl) => stateByCrl(crl, certificate, issuer, at)),
  ]
  if (states.includes('revoked')) return 'revoked'
  return states.includes('good') ? 'good' : 'unknown'
}

import type { Jwk } from '../crypto/jws.ts'

/** What an identity provider is asked as. */
export interface Issuer {
  /** the claim `iss` of its tokens, below which it describes itself */
  readonly issuerUrl: string
  /**
   * SHA-1 or SHA-256 of certificates, lower-case hex. One of them has to be in each chain that it shows; any chain that
   * is trusted will do when there are none.
   */
  readonly fingerprints: readonly string[]
}

/** Where the keys come from that identity providers sign their tokens with: outside of core. */
export interface IssuerKeys {
  /**
   * The keys that are known of an issuer now.
   * @param kid - the key that is looked for: one that is not known is worth another look
   * @throws IssuerUnavailable
   */
  keysOf(issuer: Issuer, kid: string | undefined): Promise<readonly Jwk[]>
}

/** What keeps the keys of an issuer away: it itself, its certificate, or that its certificate is none of those pinned. */
export type IssuerFault = 'unreachable' | 'untrusted' | 'fingerprint'

/** The keys of an issuer cannot be had. The text is for the log: it may tell what stands inside the network. */
export class IssuerUnavailable extends Error {
  readonly fault: IssuerFault

  constructor(message: string, { fault = 'unreachable', cause }: { fault?: IssuerFault; cause?: unknown } = {}) {
    super(message, { cause })
    this.name = 'IssuerUnavailable'
    this.fault = fault
  }
}

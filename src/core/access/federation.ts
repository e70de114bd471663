/** Whom an identity provider vouches for: nobody else has both. */
export interface TokenHolder {
  /** the claim `iss` */
  readonly issuer: string
  /** the claim `sub` */
  readonly subject: string
}

/** What a token of an identity provider says, once it is proven. */
export interface OidcClaims extends TokenHolder {
  /** those for whom the token is */
  readonly audiences: readonly string[]
  readonly issuedAt: Date
  readonly expiresAt: Date
}

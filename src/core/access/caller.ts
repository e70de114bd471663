import type { OidcClaims, TokenHolder } from './federation.ts'
import type { PolicyDocument } from './policy-document.ts'

/** Who is calling, as the authentication found out. */
export interface Caller {
  readonly accountId: string
  readonly identity: Identity
  /** absent for callers without an AccessKey (ClientKeys name theirs here too) */
  readonly accessKeyId: string
  /** how the caller proved who it is; kept in the audit */
  readonly authentication: 'AccessKey' | 'StsToken' | 'ClientKey' | 'OIDC' | 'Internal'
  /** identity policies: what is attached to the user or role. The account itself needs none. */
  readonly policies: readonly PolicyDocument[]
  /** narrows what the identity policies grant; of an STS session */
  readonly sessionPolicy?: PolicyDocument | undefined
  /** who is said to stand behind an STS session, and behind those that it opens */
  readonly sourceIdentity?: string | undefined
  /** whose token of an identity provider opened the session, and those that it opens; kept in the audit */
  readonly tokenHolder?: TokenHolder | undefined
  /** id of the session of the console that calls, if one does */
  readonly consoleSession?: string | undefined
  /** textual IP address of the peer */
  readonly sourceAddress: string
  /** the request came over TLS */
  readonly secureTransport: boolean
  /** SHA-256 of the certificate that the client has shown to connect, if it has shown one */
  readonly clientCertificate?: string | undefined
  /** the KMS instance whose gateway was called, if it was one's */
  readonly instanceId?: string | undefined
  /** that instance is the default one, which also knows the keys outside any instance */
  readonly servesDefaultKeys?: boolean | undefined
}

export type Identity =
  /** `acs:ram::<account>:root` */
  | { readonly type: 'Account'; readonly id: string; readonly name: string }
  /** `acs:ram::<account>:user/<name>` */
  | { readonly type: 'RAMUser'; readonly id: string; readonly name: string }
  /** `acs:ram::<account>:assumed-role/<role>/<session>`; policies name `acs:ram::<account>:role/<role>` */
  | { readonly type: 'AssumedRoleUser'; readonly id: string; readonly role: string; readonly session: string }
  /** who holds a token of an identity provider: `acs:ram::<account>:oidc-provider/<name>`; `id` is the subject */
  | { readonly type: 'FederatedUser'; readonly id: string; readonly provider: string; readonly claims: OidcClaims }
  /** an application access point, by its ClientKey */
  | { readonly type: 'ApplicationAccessPoint'; readonly id: string; readonly name: string }

/** Where requests are written down before they are answered (SEC-43). */
export interface AuditLog {
  /**
   * Keeps a record. Resolves when it is durable: it survives kill -9 and power loss. Never waits longer than a sink's
   * write timeout.
   * @param isDenial - the call was refused before anything was permitted: when a caller repeats that, the log may keep a
   * count instead
   * @throws KmsError `ServiceUnavailableTemporary` when no durable sink accepts it; then nothing may be answered but an error
   */
  append(record: AuditRecord, isDenial?: boolean): Promise<void>
  /** false while appending is refused: the disk is full, the sink hangs, the file was taken away */
  readonly healthy: boolean
}

/**
 * Everything an audit record may hold (SEC-44, 45). Fields are copied by name; anything else a caller passes is
 * dropped. The log adds `seq`, `node` and the hash chain. No field ever holds plaintext, key material, secret values,
 * signatures or encryption-context values.
 */
export interface AuditRecord {
  /** UTC, `2026-11-21T21:58:58.730Z` */
  readonly time: string
  /** `request` before a mutating call runs, `response` before the answer leaves, `event` for what no request caused */
  readonly phase: 'request' | 'response' | 'event'
  readonly gateway: 'openapi' | 'instance' | 'console' | 'operator' | 'internal'
  /** `Encrypt`, `CreateKey`, …; of an event its name, such as `RotateKey` */
  readonly action: string
  readonly requestId?: string | undefined
  /** ARN of the caller, once known */
  readonly principal?: string | undefined
  readonly accessKeyId?: string | undefined
  /** how the caller proved who it is: `AccessKey`, `StsToken`, `ClientKey`, `OIDC`, `Internal` */
  readonly authentication?: string | undefined
  /** of the token that opened the session: the identity provider, and whom it named */
  readonly issuer?: string | undefined
  readonly subject?: string | undefined
  /** textual IP address of the peer */
  readonly source?: string | undefined
  /** SHA-256 of the certificate that the client has shown to connect, 64 hexadecimal digits */
  readonly certificate?: string | undefined
  /** the resolved key, not the alias */
  readonly keyId?: string | undefined
  readonly keyVersionId?: string | undefined
  /** what else the call was about: an alias, a secret's name, a user */
  readonly resource?: string | undefined
  /** `Success` or the error code answered */
  readonly code?: string | undefined
  /** HTTP status answered */
  readonly status?: number | undefined
  readonly latencyMs?: number | undefined
  /** of a record that stands for several refusals of one kind: how many besides the one before it, from when to `time` */
  readonly count?: number | undefined
  readonly since?: string | undefined
  /** `console`: a page of the console called */
  readonly via?: string | undefined
}

/** What a command has of the machine around it, so that a test can give it something else. */
export interface Io {
  readonly stdin: AsyncIterable<Uint8Array> & { readonly isTTY?: boolean | undefined }
  readonly stdout: Sink
  readonly stderr: Sink
  readonly env: Readonly<Record<string, string | undefined>>
  /** absolute path that relative ones start from */
  readonly cwd: string
  readonly home: string
  /** From now on the program does not end because nobody reads what it prints. */
  readonly goOnUnread?: () => void
}

export interface Sink {
  /** a person looks at it */
  readonly isTTY?: boolean | undefined
  readonly columns?: number | undefined
  /** @param done - called when the sink no longer refers to the chunk; not every sink does */
  write(chunk: string | Uint8Array, done?: () => void): unknown
}

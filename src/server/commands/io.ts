/** What a server command has of the machine around it. */
export interface ServerIo {
  readonly env: NodeJS.ProcessEnv
  readonly stdout: { readonly isTTY?: boolean | undefined; write(text: string): unknown }
  readonly stderr: { readonly isTTY?: boolean | undefined; write(text: string): unknown }
}

/**
 * The error that matters to the reader. Closing what had been opened before something failed may fail as well, and is
 * then wrapped around the reason.
 */
export function mainError(error: unknown): unknown {
  return error instanceof SuppressedError ? mainError(error.suppressed) : error
}

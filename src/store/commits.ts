import type { Change } from '../core/store.ts'

/** Where commits are made durable. */
export interface Commits {
  /** Applies all changes or none, and returns when they are durable. @throws what an engine met, or Conflict */
  commit(changes: readonly Change[]): Promise<void>
  /** Returns when no commit waits any more. */
  idle(): Promise<void>
  close(): Promise<void>
}

/** What became of one commit of a group. */
export type Applied = { readonly hasDestroyedSecrets: boolean } | { readonly error: unknown }

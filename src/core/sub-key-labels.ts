/**
 * What is derived from the root key besides the keys of sealing itself, one label for each purpose (SEC-07), and what
 * becomes of it when the root key is changed: `kept`, it goes on, wrapped by the new root key, since what was made with
 * it lies outside the database; `renewed`, another one takes its place.
 */
const labels = {
  /** Signs audit checkpoints. Its public half is kept elsewhere, to verify them. */
  'audit-checkpoint': 'kept',
  /** Seals the key of the own CA, in the folder of a server that may not be running. */
  'tls-authority-key': 'kept',
  /** By what imported material is known again that has been deleted since. */
  'key-material-fingerprint': 'kept',
  /** Import tokens are valid for a day. */
  'import-token': 'kept',
  /** Nothing here verifies a challenge. */
  challenge: 'renewed',
  /** A backup holds what leads to the root key of its time. */
  backup: 'renewed',
} as const

/** `audit-chain/<origin>` authenticates an audit log that was begun by a release that kept no key of its own for it. */
export type SubKeyLabel = keyof typeof labels | `audit-chain/${string}`

/** Those that a new root key takes over, whatever the deployment holds. */
export const keptLabels = (Object.keys(labels) as (keyof typeof labels)[]).filter((label) => labels[label] === 'kept')

import type { Command } from 'commander'
import type { Client } from '../../sdk/client.ts'
import { type HeldKey, type HeldKeyOptions, heldKey } from '../../signing/held-key.ts'

export interface HeldKeyFlags {
  readonly key: string
  readonly keyVersion?: string
  readonly algorithm?: string
}

/** The options that name a held key. */
export const withHeldKey = (command: Command): Command =>
  command
    .requiredOption('--key <key>', 'id, ARN or alias of a key for SIGN/VERIFY')
    .option('--key-version <id>', 'version of the key; the newest unless given')
    .option('--algorithm <name>', 'RSA_PKCS1_SHA_256 (unless given) or RSA_PSS_SHA_256, where the key is one of RSA')

/** An algorithm that the key doesn't have is refused with those that it has. */
export const heldKeyFrom = (client: Client, { key, keyVersion, algorithm }: HeldKeyFlags): Promise<HeldKey> =>
  heldKey(client, {
    keyId: key,
    keyVersionId: keyVersion,
    algorithm: algorithm as HeldKeyOptions['algorithm'],
  })

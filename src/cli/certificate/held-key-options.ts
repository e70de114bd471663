import type { Command } from 'commander'
import type { Client } from '../../sdk/client.ts'
import { type HeldKey, type HeldKeyOptions, heldKey, instanceHeldKey } from '../../signing/held-key.ts'
import { type ClientKeyFlags, isForInstance, withInstance } from '../client-key.ts'
import type { Context } from '../context.ts'

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

const optionsOf = ({ key, keyVersion, algorithm }: HeldKeyFlags): HeldKeyOptions => ({
  keyId: key,
  keyVersionId: keyVersion,
  algorithm: algorithm as HeldKeyOptions['algorithm'],
})

/** An algorithm that the key doesn't have is refused with those that it has. */
export const heldKeyFrom = (client: Client, flags: HeldKeyFlags): Promise<HeldKey> => heldKey(client, optionsOf(flags))

/** Runs `work` with the key, behind the public gateway or, with a ClientKey, in its instance. */
export const withKeyOfFlags = <Value>(
  context: Context,
  flags: HeldKeyFlags & ClientKeyFlags,
  work: (key: HeldKey) => Promise<Value>,
): Promise<Value> =>
  isForInstance(flags)
    ? withInstance(context, flags, async (client) => work(await instanceHeldKey(client, optionsOf(flags))))
    : context.withClient(async (client) => work(await heldKeyFrom(client, flags)))

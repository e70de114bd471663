import type { Client } from '../../sdk/client.ts'
import type { InstanceClient } from '../../sdk/instance-client.ts'
import { type PublicKey, readPublicKey, type SignatureAlgorithm } from '../../signing/index.ts'
import { type ClientKeyFlags, isForInstance, withInstance } from '../client-key.ts'
import type { Context } from '../context.ts'
import { CliError } from '../failure.ts'
import { eachOf } from '../items.ts'
import { type VersionFlags, versionsToTry } from './versions.ts'

/** A version of a held key that may have signed, and how its gateway verifies. */
export interface VerifyingVersion {
  readonly keyId: string
  /** empty where an instance doesn't tell it */
  readonly keyVersionId: string
  readonly publicKey: PublicKey
  verify(algorithm: SignatureAlgorithm, digest: Uint8Array, signature: Uint8Array): Promise<boolean>
}

/**
 * Runs `work` with the version that is named, or else every one that the gateway tells: all behind the public gateway,
 * the newest first, and the first one in an instance.
 *
 * @throws CliError `badKey`, `noVersion`
 */
export const withVersions = <Value>(
  context: Context,
  flags: VersionFlags & ClientKeyFlags,
  work: (versions: readonly VerifyingVersion[]) => Promise<Value>,
): Promise<Value> =>
  isForInstance(flags)
    ? withInstance(context, flags, async (client) => work([await versionInInstance(client, flags)]))
    : context.withClient(async (client) => {
        const versions = await versionsToTry(client, flags)
        return work(await eachOf(versions, 8, (version) => publicVersion(client, flags.key, version)))
      })

async function publicVersion(client: Client, key: string, keyVersionId: string): Promise<VerifyingVersion> {
  const { keyId, publicKey } = await client.getPublicKey({ keyId: key, keyVersionId })
  return {
    keyId,
    keyVersionId,
    publicKey: signingKey(key, publicKey),
    verify: async (algorithm, digest, value) =>
      (await client.asymmetricVerify({ keyId, keyVersionId, algorithm, digest, value })).value,
  }
}

async function versionInInstance(client: InstanceClient, { key, keyVersion }: VersionFlags): Promise<VerifyingVersion> {
  const pinned = keyVersion === undefined ? {} : { keyVersionId: keyVersion }
  const { keyId, keyVersionId, publicKey } = await client.getPublicKey({ keyId: key }, pinned)
  return {
    keyId,
    keyVersionId,
    publicKey: signingKey(key, publicKey),
    verify: async (algorithm, digest, signature) => {
      const request = { keyId, message: digest, messageType: 'DIGEST', algorithm, signature }
      return (await client.verify(request, pinned)).value
    },
  }
}

function signingKey(name: string, pem: string): PublicKey {
  const read = readPublicKey(pem)
  if (read === undefined) throw new CliError('badKey', `the key ${name} is of a kind that does not sign`)
  return read
}

import type { Client } from '../src/sdk/index.ts'
import { instanceId } from './settings.ts'

export interface KeyWanted {
  /** id or alias of a key that is there; without one, a key is created and its deletion is scheduled afterwards */
  readonly given?: string | undefined
  readonly keySpec: 'Aliyun_AES_256' | 'RSA_2048' | 'EC_P256' | 'EC_P256K' | 'EC_SM2'
  readonly keyUsage: 'ENCRYPT/DECRYPT' | 'SIGN/VERIFY'
  readonly origin?: 'Aliyun_KMS' | 'EXTERNAL'
}

/** A key of the example's own, or the one that was given. */
export async function withKey<Result>(
  client: Pick<Client, 'createKey' | 'scheduleKeyDeletion'>,
  { given, ...wanted }: KeyWanted,
  work: (keyId: string) => Promise<Result>,
): Promise<Result> {
  if (given) return await work(given)
  const { keyMetadata } = await client.createKey({ ...wanted, dKMSInstanceId: instanceId })
  try {
    return await work(keyMetadata.keyId)
  } finally {
    await client.scheduleKeyDeletion({ keyId: keyMetadata.keyId, pendingWindowInDays: 7 })
  }
}

/** The first version of a key; asymmetric operations name one. */
export async function firstVersion(client: Pick<Client, 'listKeyVersions'>, keyId: string): Promise<string> {
  const { keyVersions } = await client.listKeyVersions({ keyId })
  const first = keyVersions?.keyVersion?.[0]?.keyVersionId
  if (first === undefined) throw new Error(`The key ${keyId} has no version.`)
  return first
}

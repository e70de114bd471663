import assert from 'node:assert/strict'
import type { Client } from '../../src/sdk/client.ts'
import { severalAtOnce } from '../kit/several-at-once.ts'
import type { ServerProcess } from './server-process.ts'

interface AcknowledgedKey {
  readonly keyId: string
  /** the first one and those that CreateKeyVersion answered with */
  readonly versionIds: string[]
  /** DisableKey was acknowledged; nothing enables it again */
  isDisabled: boolean
  /** DisableKey was sent: whether it took effect is unknown until it is acknowledged */
  mayBeDisabled: boolean
}

interface AcknowledgedCiphertext {
  readonly key: AcknowledgedKey
  readonly plaintext: string
  readonly ciphertextBlob: Uint8Array
}

interface AcknowledgedSecret {
  readonly secretName: string
  /** versions that were asked for, acknowledged or not; so few that none has to make room */
  puts: number
}

interface AcknowledgedValue {
  readonly secretName: string
  readonly versionId: string
  readonly secretData: string
}

/** Everything a client was told had happened, none of which may ever be taken back. */
export class Ledger {
  readonly keys: AcknowledgedKey[] = []
  /** alias name → key id */
  readonly aliases = new Map<string, string>()
  readonly ciphertexts: AcknowledgedCiphertext[] = []
  readonly secrets: AcknowledgedSecret[] = []
  readonly values: AcknowledgedValue[] = []
  /** of every acknowledged call */
  readonly requestIds: string[] = []

  /** What has been added since, or everything. */
  since(mark: Mark = { keys: 0, aliases: 0, ciphertexts: 0, values: 0 }): Claims {
    return {
      keys: this.keys.slice(mark.keys),
      aliases: [...this.aliases].slice(mark.aliases),
      ciphertexts: this.ciphertexts.slice(mark.ciphertexts),
      values: this.values.slice(mark.values),
    }
  }

  get mark(): Mark {
    const { keys, aliases, ciphertexts, values } = this
    return { keys: keys.length, aliases: aliases.size, ciphertexts: ciphertexts.length, values: values.length }
  }
}

export interface Mark {
  readonly keys: number
  readonly aliases: number
  readonly ciphertexts: number
  readonly values: number
}

export interface Claims {
  readonly keys: readonly AcknowledgedKey[]
  readonly aliases: readonly (readonly [name: string, keyId: string])[]
  readonly ciphertexts: readonly AcknowledgedCiphertext[]
  readonly values: readonly AcknowledgedValue[]
}

export const figures = ({ keys, aliases, ciphertexts, values }: Claims): string =>
  `${keys.length} keys, ${aliases.length} aliases, ${ciphertexts.length} ciphertexts, ${values.length} values of secrets`

/** On a busy machine a connection may time out, or the database be slow: what is asked again is not lost. */
const patientAttempts = 6

/** Asks a server about every claim. @throws AssertionError for the first that does not hold */
export async function verifyAt(server: ServerProcess, claims: Claims): Promise<void> {
  await using client = server.client(patientAttempts)
  await verify(client, claims)
}

/** Asks the service about every claim. @throws AssertionError for the first that does not hold */
export async function verify(client: Client, { keys, aliases, ciphertexts, values }: Claims): Promise<void> {
  await severalAtOnce(keys, (key) => verifyKey(client, key))
  await severalAtOnce(aliases, async ([aliasName, keyId]) => {
    assert.equal((await client.describeKey({ keyId: aliasName })).keyMetadata.keyId, keyId, aliasName)
  })
  await severalAtOnce(ciphertexts, async ({ key, plaintext, ciphertextBlob }) => {
    if (key.isDisabled) {
      await assert.rejects(client.decrypt({ ciphertextBlob }), { code: 'Rejected.Disabled' })
    } else if (!key.mayBeDisabled) {
      assert.equal((await client.decrypt({ ciphertextBlob })).plaintext, plaintext)
    }
  })
  await severalAtOnce(values, async ({ secretName, versionId, secretData }) => {
    assert.equal((await client.getSecretValue({ secretName, versionId })).secretData, secretData, versionId)
  })
  const names = new Set(values.map(({ secretName }) => secretName))
  await severalAtOnce([...names], (secretName) => verifyStages(client, secretName))
}

async function verifyKey(client: Client, key: AcknowledgedKey): Promise<void> {
  const { keyMetadata } = await client.describeKey({ keyId: key.keyId })
  if (key.isDisabled || !key.mayBeDisabled) {
    assert.equal(keyMetadata.keyState, key.isDisabled ? 'Disabled' : 'Enabled', `state of key ${key.keyId}`)
  }
  const { keyVersions } = await client.listKeyVersions({ keyId: key.keyId, pageSize: 100 })
  const present = keyVersions.keyVersion.map(({ keyVersionId }) => keyVersionId)
  for (const versionId of key.versionIds) assert.ok(present.includes(versionId), `version ${versionId}`)
}

/** One version is current, and once there are two, one is the one before. */
async function verifyStages(client: Client, secretName: string): Promise<void> {
  const { versionIds } = await client.listSecretVersionIds({ secretName, includeDeprecated: true, pageSize: 100 })
  const stages = versionIds.versionId.flatMap(({ versionStages }) => versionStages.versionStage)
  const expected = versionIds.versionId.length === 1 ? ['ACSCurrent'] : ['ACSCurrent', 'ACSPrevious']
  assert.deepEqual(stages.toSorted(), expected, secretName)
}

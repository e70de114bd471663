import assert from 'node:assert/strict'
import type { Client } from '../../src/sdk/client.ts'

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

/** Everything a client was told had happened, none of which may ever be taken back. */
export class Ledger {
  readonly keys: AcknowledgedKey[] = []
  /** alias name → key id */
  readonly aliases = new Map<string, string>()
  readonly ciphertexts: AcknowledgedCiphertext[] = []
  /** of every acknowledged call */
  readonly requestIds: string[] = []

  /** What has been added since, or everything. */
  since(mark: Mark = { keys: 0, aliases: 0, ciphertexts: 0 }): Claims {
    return {
      keys: this.keys.slice(mark.keys),
      aliases: [...this.aliases].slice(mark.aliases),
      ciphertexts: this.ciphertexts.slice(mark.ciphertexts),
    }
  }

  get mark(): Mark {
    return { keys: this.keys.length, aliases: this.aliases.size, ciphertexts: this.ciphertexts.length }
  }
}

export interface Mark {
  readonly keys: number
  readonly aliases: number
  readonly ciphertexts: number
}

export interface Claims {
  readonly keys: readonly AcknowledgedKey[]
  readonly aliases: readonly (readonly [name: string, keyId: string])[]
  readonly ciphertexts: readonly AcknowledgedCiphertext[]
}

export const figures = ({ keys, aliases, ciphertexts }: Claims): string =>
  `${keys.length} keys, ${aliases.length} aliases, ${ciphertexts.length} ciphertexts`

/** Asks the service about every claim. @throws AssertionError for the first that does not hold */
export async function verify(client: Client, { keys, aliases, ciphertexts }: Claims): Promise<void> {
  for (const key of keys) {
    const { keyMetadata } = await client.describeKey({ keyId: key.keyId })
    if (key.isDisabled || !key.mayBeDisabled) {
      assert.equal(keyMetadata.keyState, key.isDisabled ? 'Disabled' : 'Enabled', `state of key ${key.keyId}`)
    }
    const { keyVersions } = await client.listKeyVersions({ keyId: key.keyId, pageSize: 100 })
    const present = keyVersions.keyVersion.map(({ keyVersionId }) => keyVersionId)
    for (const versionId of key.versionIds) assert.ok(present.includes(versionId), `version ${versionId}`)
  }
  for (const [aliasName, keyId] of aliases) {
    assert.equal((await client.describeKey({ keyId: aliasName })).keyMetadata.keyId, keyId, aliasName)
  }
  for (const { key, plaintext, ciphertextBlob } of ciphertexts) {
    if (key.isDisabled) {
      await assert.rejects(client.decrypt({ ciphertextBlob }), { code: 'Rejected.Disabled' })
    } else if (!key.mayBeDisabled) {
      assert.equal((await client.decrypt({ ciphertextBlob })).plaintext, plaintext)
    }
  }
}

import type { Client } from '../../src/sdk/client.ts'
import { ClientError } from '../../src/sdk/errors.ts'
import type { Ledger } from './ledger.ts'

export type Random = () => number

/** Numbers in [0, 1) that a seed repeats (Mulberry32). */
export function seeded(seed: number): Random {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Calls the service until the connection breaks, and writes down what it acknowledged. */
export async function work(client: Client, ledger: Ledger, random: Random): Promise<void> {
  try {
    for (;;) await step(client, ledger, random)
  } catch (error) {
    // The server was killed; what was under way was not acknowledged.
    if (!(error instanceof ClientError) || (error.code !== 'network' && error.code !== 'timeout')) throw error
  }
}

async function step(client: Client, ledger: Ledger, random: Random): Promise<void> {
  const key = ledger.keys[Math.floor(random() * ledger.keys.length)]
  const choice = random()
  if (key === undefined || choice < 0.15) return createKey(client, ledger)
  if (key.mayBeDisabled) return
  if (choice < 0.3) return createAlias(client, ledger, key.keyId, random)
  if (choice < 0.36) return createVersion(client, ledger, key)
  if (choice < 0.38) return disable(client, ledger, key)
  const plaintext = `text ${random()}`
  const { ciphertextBlob, requestId } = await client.encrypt({ keyId: key.keyId, plaintext })
  ledger.ciphertexts.push({ key, plaintext, ciphertextBlob })
  ledger.requestIds.push(requestId)
}

async function createKey(client: Client, ledger: Ledger): Promise<void> {
  const { keyMetadata, requestId } = await client.createKey({})
  const { keyId, primaryKeyVersion } = keyMetadata
  ledger.keys.push({ keyId, versionIds: [primaryKeyVersion ?? ''], isDisabled: false, mayBeDisabled: false })
  ledger.requestIds.push(requestId)
}

async function createAlias(client: Client, ledger: Ledger, keyId: string, random: Random): Promise<void> {
  const aliasName = `alias/crash/${Math.floor(random() * 2 ** 48).toString(36)}`
  const { requestId } = await client.createAlias({ aliasName, keyId })
  ledger.aliases.set(aliasName, keyId)
  ledger.requestIds.push(requestId)
}

type Key = Ledger['keys'][number]

async function createVersion(client: Client, ledger: Ledger, key: Key): Promise<void> {
  const { keyVersion, requestId } = await client.createKeyVersion({ keyId: key.keyId })
  key.versionIds.push(keyVersion.keyVersionId)
  ledger.requestIds.push(requestId)
}

async function disable(client: Client, ledger: Ledger, key: Key): Promise<void> {
  key.mayBeDisabled = true
  const { requestId } = await client.disableKey({ keyId: key.keyId })
  key.isDisabled = true
  ledger.requestIds.push(requestId)
}

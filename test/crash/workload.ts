import { setTimeout as wait } from 'node:timers/promises'
import type { Client } from '../../src/sdk/client.ts'
import { ClientError, ServiceError } from '../../src/sdk/errors.ts'
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
export async function workUntilCut(client: Client, ledger: Ledger, random: Random): Promise<void> {
  try {
    for (;;) await step(client, ledger, random)
  } catch (error) {
    // The server was killed; what was under way was not acknowledged.
    if (!(error instanceof ClientError) || (error.code !== 'network' && error.code !== 'timeout')) throw error
  }
}

export interface Hearing {
  /** ends the work */
  readonly signal: AbortSignal
  /** told how each call ended */
  readonly hear: (outcome: 'acknowledged' | 'refused') => void
}

/** Calls the service whether or not it can serve at the moment, and writes down what it acknowledged. */
export async function workThroughOutages(
  client: Client,
  ledger: Ledger,
  random: Random,
  { signal, hear }: Hearing,
): Promise<void> {
  while (!signal.aborted) {
    try {
      if (await step(client, ledger, random)) hear('acknowledged')
      else await wait(1)
    } catch (error) {
      if (!isRefusal(error)) throw error
      hear('refused')
      await wait(20)
    }
  }
}

/** Who has waited in vain for an answer knows no more than who was refused. */
const isRefusal = (error: unknown): boolean =>
  (error instanceof ServiceError && error.code === 'ServiceUnavailableTemporary') ||
  (error instanceof ClientError && error.code === 'timeout')

/** @returns whether there was something to do, and it was acknowledged */
async function step(client: Client, ledger: Ledger, random: Random): Promise<boolean> {
  const key = ledger.keys[Math.floor(random() * ledger.keys.length)]
  const choice = random()
  if (key === undefined || choice < 0.15) return createKey(client, ledger)
  if (choice > 0.88) return storeValue(client, ledger, random)
  if (key.mayBeDisabled) return false
  try {
    return await stepWith(key, choice, { client, ledger, random })
  } catch (error) {
    // Another worker may have disabled the key since it was chosen.
    if (key.mayBeDisabled && error instanceof ServiceError && error.code === 'Rejected.Disabled') return false
    throw error
  }
}

type Key = Ledger['keys'][number]

interface Surroundings {
  readonly client: Client
  readonly ledger: Ledger
  readonly random: Random
}

async function stepWith(key: Key, choice: number, { client, ledger, random }: Surroundings): Promise<boolean> {
  if (choice < 0.3) return createAlias(client, ledger, key.keyId, random)
  if (choice < 0.36) return createVersion(client, ledger, key)
  if (choice < 0.38) return disable(client, ledger, key)
  const plaintext = `text ${random()}`
  const { ciphertextBlob, requestId } = await client.encrypt({ keyId: key.keyId, plaintext })
  ledger.ciphertexts.push({ key, plaintext, ciphertextBlob })
  return noted(ledger, requestId)
}

function noted(ledger: Ledger, requestId: string): true {
  ledger.requestIds.push(requestId)
  return true
}

async function createKey(client: Client, ledger: Ledger): Promise<boolean> {
  const { keyMetadata, requestId } = await client.createKey({})
  const { keyId, primaryKeyVersion } = keyMetadata
  ledger.keys.push({ keyId, versionIds: [primaryKeyVersion ?? ''], isDisabled: false, mayBeDisabled: false })
  return noted(ledger, requestId)
}

async function createAlias(client: Client, ledger: Ledger, keyId: string, random: Random): Promise<boolean> {
  const aliasName = `alias/crash/${Math.floor(random() * 2 ** 48).toString(36)}`
  const { requestId } = await client.createAlias({ aliasName, keyId })
  ledger.aliases.set(aliasName, keyId)
  return noted(ledger, requestId)
}

async function createVersion(client: Client, ledger: Ledger, key: Key): Promise<boolean> {
  const { keyVersion, requestId } = await client.createKeyVersion({ keyId: key.keyId })
  key.versionIds.push(keyVersion.keyVersionId)
  return noted(ledger, requestId)
}

async function disable(client: Client, ledger: Ledger, key: Key): Promise<boolean> {
  key.mayBeDisabled = true
  const { requestId } = await client.disableKey({ keyId: key.keyId })
  key.isDisabled = true
  return noted(ledger, requestId)
}

/** So few that no version has to make room for another. */
const mostPuts = 8

async function storeValue(client: Client, ledger: Ledger, random: Random): Promise<boolean> {
  const [versionId, secretData] = [`v${random()}`, `value ${random()}`]
  const known = ledger.secrets.findLast(({ puts }) => puts < mostPuts)
  const secretName = known?.secretName ?? `crash/${Math.floor(random() * 2 ** 48).toString(36)}`
  if (known) known.puts++
  const { requestId } = known
    ? await client.putSecretValue({ secretName, versionId, secretData })
    : await client.createSecret({ secretName, versionId, secretData })
  if (!known) ledger.secrets.push({ secretName, puts: 1 })
  ledger.values.push({ secretName, versionId, secretData })
  return noted(ledger, requestId)
}

import type { Client } from './client.ts'
import { ClientError, ServiceError } from './errors.ts'
import { type RetryClock, systemClock } from './retry.ts'
import { checkSettings } from './settings.ts'

export interface WaitOptions {
  /** ends the waiting with ClientError `aborted` */
  readonly signal?: AbortSignal | undefined
  /** longest time in milliseconds, then ClientError `timeout`; unlimited unless given */
  readonly timeoutMs?: number | undefined
  /** milliseconds between the first questions, 1000 unless given; each wait is up to twice the one before */
  readonly firstDelayMs?: number | undefined
  /** longest time between two questions in milliseconds, 60000 unless given */
  readonly maxDelayMs?: number | undefined
}

const waitSettings = {
  signal: 'AbortSignal',
  timeoutMs: 'positive number',
  firstDelayMs: 'positive number',
  maxDelayMs: 'positive number',
} as const

/**
 * Asks again and again, more and more seldom, until there is an answer.
 *
 * @param question - undefined says that it is to be asked again; what it throws ends the waiting
 * @param clock - time and chance, for tests
 * @throws ClientError `aborted`, `timeout`, `invalidRequest`
 * @example const { keyMetadata } = await waitFor(async () => (await isImported()) ? client.describeKey({ keyId }) : undefined)
 */
export async function waitFor<Value>(
  question: (signal: AbortSignal | undefined) => Promise<Value | undefined>,
  options: WaitOptions = {},
  clock: RetryClock = systemClock,
): Promise<Value> {
  if (typeof question !== 'function')
    throw new ClientError('invalidRequest', 'The question must be a function.', { parameter: 'question' })
  checkSettings(options, 'options', waitSettings, 'invalidRequest')
  const { signal, timeoutMs = Number.POSITIVE_INFINITY, firstDelayMs = 1000, maxDelayMs = 60_000 } = options
  const deadline = clock.now() + timeoutMs
  for (let longest = firstDelayMs; ; longest = Math.min(2 * longest, maxDelayMs)) {
    if (signal?.aborted) throw new ClientError('aborted', 'The waiting was aborted.', { cause: signal.reason })
    const answer = await question(signal)
    if (answer !== undefined) return answer
    // never less than half, so that many who wait spread without asking more often
    const delay = (longest * (1 + clock.random())) / 2
    if (clock.now() + delay >= deadline) throw new ClientError('timeout', 'What was waited for did not happen in time.')
    await clock.sleep(delay, signal)
  }
}

/**
 * Waits until a key whose deletion is planned is gone for good.
 *
 * @throws ClientError `invalidRequest` for a key that is not to be deleted, also when its deletion is cancelled
 */
export async function keyDeleted(
  client: Pick<Client, 'describeKey'>,
  keyId: string,
  options: WaitOptions = {},
  clock: RetryClock = systemClock,
): Promise<void> {
  await waitFor(
    async (signal) => {
      const state = await stateOf(client, keyId, signal)
      if (state === undefined) return true
      if (state === 'PendingDeletion') return undefined
      throw new ClientError('invalidRequest', `The key ${keyId} is not to be deleted.`, { parameter: 'keyId' })
    },
    options,
    clock,
  )
}

async function stateOf(client: Pick<Client, 'describeKey'>, keyId: string, signal: AbortSignal | undefined) {
  try {
    return (await client.describeKey({ keyId }, { signal })).keyMetadata.keyState
  } catch (error) {
    if (error instanceof ServiceError && error.code === 'Forbidden.KeyNotFound') return undefined
    throw error
  }
}

export interface SecretRotationOptions extends WaitOptions {
  /** the version that was current before, as ListSecretVersionIds names it: a rotation since then counts, too */
  readonly formerVersionId?: string | undefined
}

/**
 * Waits until a secret has another current version than before, as after RotateSecret. Values are not read.
 *
 * @returns the id of that version
 */
export async function secretRotated(
  client: Pick<Client, 'listSecretVersionIds'>,
  secretName: string,
  { formerVersionId, ...options }: SecretRotationOptions = {},
  clock: RetryClock = systemClock,
): Promise<string> {
  let former = formerVersionId
  return waitFor(
    async (signal) => {
      const current = await currentVersion(client, secretName, signal)
      former ??= current
      return current === former ? undefined : current
    },
    options,
    clock,
  )
}

/** Versions with labels are few: all of them are on the first page. */
async function currentVersion(
  client: Pick<Client, 'listSecretVersionIds'>,
  secretName: string,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  const { versionIds } = await client.listSecretVersionIds({ secretName, pageSize: 100 }, { signal })
  return versionIds.versionId.find(({ versionStages }) => versionStages.versionStage.includes('ACSCurrent'))?.versionId
}

import type { Client } from '../../sdk/client.ts'
import { SecretCache } from '../../sdk/secrets/secret-cache.ts'
import type { SecretValue } from '../../sdk/secrets/secret-value.ts'
import type { SecretFacts } from './answers.ts'

export interface SecretQuery {
  readonly secretName: string
  readonly versionStage?: string | undefined
  readonly versionId?: string | undefined
}

export interface HeldSecrets extends Disposable {
  /** @throws ServiceError, ClientError */
  get(query: SecretQuery): Promise<{ readonly facts: SecretFacts; readonly value: SecretValue }>
}

export interface HoldingOptions {
  readonly ttlSeconds: number
  readonly staleSeconds: number
  readonly onError: (secretName: string, error: unknown) => void
  readonly now?: () => Date
}

/** Keeps secrets of any version in a {@link SecretCache}, and beside it what the service said about them. */
export function holdSecrets(client: Pick<Client, 'getSecretValue'>, options: HoldingOptions): HeldSecrets {
  const known = new Map<string, SecretFacts>()
  const cache = new SecretCache(
    {
      async getSecretValue({ secretName: key }) {
        const answer = await client.getSecretValue(queryIn(key))
        const { secretData, ...facts } = answer
        known.set(key, facts)
        return { ...facts, secretData }
      },
    },
    { ...options, onError: (key, error) => options.onError(queryIn(key).secretName, error) },
  )
  return {
    async get(query) {
      const key = keyOf(query)
      const value = await cache.get(key)
      const facts = known.get(key)
      if (facts === undefined) throw new TypeError('A value is held without what was said about it.')
      return { facts, value }
    },
    [Symbol.dispose]: () => cache.close(),
  }
}

/** One name for what is asked, under which the cache keeps it. */
const keyOf = ({ secretName, versionStage, versionId }: SecretQuery): string =>
  JSON.stringify({ secretName, ...(versionStage ? { versionStage } : {}), ...(versionId ? { versionId } : {}) })

const queryIn = (key: string): { secretName: string } => JSON.parse(key)

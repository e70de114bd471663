import { createHash } from 'node:crypto'
import { type Seal, UnsealFailure } from '../core/sealing/seal.ts'
import type { Client } from '../sdk/client.ts'
import type { KmsSealSettings } from './settings.ts'

/** A start and an operator wait for the answer; who tries again later is the server. */
const limits = { timeoutMs: 10_000, retry: { attempts: 2 } }

/** What Decrypt answers when that KMS has not made this ciphertext, or not for this deployment. */
const notItsOwn: ReadonlySet<string> = new Set([
  'InvalidParameter',
  'Forbidden.KeyNotFound',
  'Forbidden.KeyVersionNotFound',
])

/**
 * Seals by a key of another KMS: a deployment of Keyhaven, or Alibaba Cloud KMS. It encrypts and decrypts the root key;
 * the encryption context says for which deployment, so that what it did for one it does not undo for another.
 */
export function kmsSeal(settings: KmsSealSettings): Seal {
  return {
    name: 'kms',
    async wrap(rootKey, aad) {
      const { keyId, ciphertextBlob } = await asking(settings, (client) =>
        client.encrypt({ keyId: settings.keyId, plaintext: rootKey, encryptionContext: contextOf(aad) }),
      )
      return { parameters: { keyId }, ciphertext: ciphertextBlob }
    },
    async unwrap({ parameters, ciphertext }, aad) {
      const { keyId, plaintext } = await asking(settings, (client) =>
        client.decrypt({ ciphertextBlob: ciphertext, encryptionContext: contextOf(aad) }).catch((error: unknown) => {
          throw isNotItsOwn(error) ? notWrappedThere(settings) : error
        }),
      )
      const bytes = Buffer.from(plaintext, 'base64')
      if (keyId !== parameters.keyId || bytes.length !== 32) throw notWrappedThere(settings)
      return Uint8Array.from(bytes)
    },
  }
}

const contextOf = (aad: Uint8Array): Record<string, string> => ({
  'keyhaven-root-key': createHash('sha256').update(aad).digest('hex'),
})

const isNotItsOwn = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && notItsOwn.has(`${error.code}`)

/**
 * Nobody was asked, for a file is missing or holds something else. Credentials other than a ClientKey may come from
 * somebody who is away.
 */
const isMisconfigured = ({ clientKeyFile }: KmsSealSettings, error: unknown): boolean =>
  error instanceof Error &&
  'code' in error &&
  (error.code === 'configuration' || (error.code === 'credentials' && clientKeyFile !== undefined))

/** Loaded when it is asked, which most deployments never do. */
async function asking<Answer>(settings: KmsSealSettings, ask: (client: Client) => Promise<Answer>): Promise<Answer> {
  try {
    await using client = await clientOf(settings)
    return await ask(client)
  } catch (error) {
    if (error instanceof UnsealFailure) throw error
    throw isMisconfigured(settings, error) ? misconfigured(settings, error) : unavailable(settings, error)
  }
}

async function clientOf(settings: KmsSealSettings): Promise<Client> {
  const { endpoint, regionId, accessKeyId, accessKeySecret, securityToken, clientKeyFile, passwordFile } = settings
  const { caFile, certFile, certKeyFile } = settings
  const tls = { caFile, certFile, certKeyFile }
  const { Client } = await import('../sdk/client.ts')
  if (clientKeyFile !== undefined && endpoint !== undefined)
    return new Client({ instance: { endpoint, ...tls, clientKeyFile, passwordFile, ...limits } })
  const named = { accessKeyId, accessKeySecret, securityToken }
  const credentials =
    accessKeyId === undefined
      ? { credentials: (await import('../sdk/credentials/default-chain.ts')).defaultCredentials() }
      : named
  return new Client({ endpoint, regionId, ...tls, ...limits, ...credentials })
}

const placeOf = ({ endpoint, regionId = 'cn-hangzhou' }: KmsSealSettings): string => endpoint ?? `of ${regionId}`

const notWrappedThere = (settings: KmsSealSettings): UnsealFailure =>
  new UnsealFailure('wrong-secret', `The KMS ${placeOf(settings)} has not wrapped the root key of this deployment.`)

const misconfigured = (settings: KmsSealSettings, error: unknown): UnsealFailure =>
  new UnsealFailure('misconfigured', `The KMS ${placeOf(settings)} cannot be asked as it is set up: ${lineOf(error)}`, {
    cause: error,
  })

function unavailable(settings: KmsSealSettings, error: unknown): UnsealFailure {
  const { code, requestId } = error as Error & { readonly code?: string; readonly requestId?: string }
  // What a service says in its messages may repeat what it was sent.
  const why = requestId === undefined ? lineOf(error) : `it answers ${code}, request ${requestId}`
  return new UnsealFailure('unavailable', `The KMS ${placeOf(settings)} cannot be asked for the root key now: ${why}`, {
    cause: error,
  })
}

const lineOf = (error: unknown): string | undefined => (error as Error).message.split('\n', 1)[0]

import { isPlainObject } from '../codec.ts'
import type { CredentialsProvider } from '../credentials.ts'
import { checkSource } from '../settings.ts'
import type { WireResponse } from '../transport.ts'
import { askSource, incomplete, parseJson, temporaryCredentials } from './reading.ts'
import { type RefreshClock, refreshing } from './refreshing.ts'

export interface EcsRoleOptions {
  /** name of the role; asked of the metadata service unless given */
  readonly roleName?: string | undefined
  /** never go on without a metadata token (the hardened mode) */
  readonly isTokenRequired?: boolean | undefined
  /** of the metadata service, `http://100.100.100.200` unless given */
  readonly endpoint?: string | undefined
  /** for each request, 1000 unless given */
  readonly timeoutMs?: number | undefined
}

const source = 'ECS metadata'
const rolesPath = '/latest/meta-data/ram/security-credentials/'
const tokenSeconds = 21_600

/**
 * Credentials of the RAM role of the ECS instance that this program runs on. Uses the token-hardened mode of the metadata
 * service and goes back to the plain one where that isn't offered, unless `isTokenRequired`.
 */
export function ecsRoleCredentials(options: EcsRoleOptions = {}, clock?: RefreshClock): CredentialsProvider {
  const metadata = new MetadataService(checkSource(options))
  return refreshing(async () => {
    const token = await metadata.token()
    const roleName = options.roleName ?? (await metadata.get(rolesPath, token)).trim()
    const answer = parseJson(source, await metadata.get(rolesPath + encodeURIComponent(roleName), token))
    const code = isPlainObject(answer) ? answer.Code : undefined
    if (code !== 'Success') throw incomplete(source, 'did not answer Success')
    return temporaryCredentials(source, answer)
  }, clock)
}

class MetadataService {
  readonly #endpoint: string
  readonly #timeoutMs: number
  readonly #isTokenRequired: boolean

  constructor({ endpoint, timeoutMs, isTokenRequired }: EcsRoleOptions) {
    this.#endpoint = endpoint ?? 'http://100.100.100.200'
    this.#timeoutMs = timeoutMs ?? 1000
    this.#isTokenRequired = isTokenRequired ?? false
  }

  /** A token of the hardened mode, or undefined to go on without. */
  async token(): Promise<string | undefined> {
    try {
      const headers = { 'x-aliyun-ecs-metadata-token-ttl-seconds': String(tokenSeconds) }
      return textAnswer(await this.#ask('PUT', '/latest/api/token', headers))
    } catch (error) {
      if (this.#isTokenRequired) throw error
      return undefined
    }
  }

  /** Some services give out tokens and refuse to see them; these are asked again as if they gave none. */
  async get(path: string, token: string | undefined): Promise<string> {
    if (token === undefined) return textAnswer(await this.#ask('GET', path, {}))
    const answer = await this.#ask('GET', path, { 'x-aliyun-ecs-metadata-token': token })
    if (answer.status !== 403 || this.#isTokenRequired) return textAnswer(answer)
    return this.get(path, undefined)
  }

  #ask(method: 'GET' | 'PUT', path: string, headers: Readonly<Record<string, string>>): Promise<WireResponse> {
    // never through a proxy: the address means this machine, and the answer is a credential
    const limits = { proxy: false as const, connectTimeoutMs: this.#timeoutMs, attemptTimeoutMs: this.#timeoutMs }
    return askSource({ method, url: new URL(path, this.#endpoint), headers }, limits)
  }
}

function textAnswer({ status, body }: WireResponse): string {
  if (status !== 200) throw incomplete(source, `answered with HTTP status ${status}`)
  return new TextDecoder().decode(body)
}

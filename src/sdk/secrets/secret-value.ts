import { decodeBase64 } from '../../crypto/base64.ts'
import { ClientError } from '../errors.ts'

/** What GetSecretValue answers, as far as a reader of secrets needs it; every client's answer fits. */
export interface SecretAnswer {
  readonly secretName: string
  readonly versionId: string
  readonly secretData: string
  /** `text` or `binary` */
  readonly secretDataType: string
  readonly secretType: string
  /** seconds and the letter s; managed secrets only */
  readonly rotationInterval?: string | undefined
  /** `yyyy-MM-ddTHH:mm:ssZ`; managed secrets only */
  readonly nextRotationDate?: string | undefined
  /** settings of a managed secret, JSON text */
  readonly extendedConfig?: string | undefined
}

/**
 * The value of a secret. Its bytes belong to whoever holds it: `wipe` them when done, or bind it with `using`. The
 * value does not show when it is printed or turned into JSON.
 */
export class SecretValue implements Disposable {
  readonly secretName: string
  readonly versionId: string
  /** `Generic`, `Rds`, … */
  readonly secretType: string
  readonly #bytes: Uint8Array
  #json: unknown

  constructor(name: Pick<SecretAnswer, 'secretName' | 'versionId' | 'secretType'>, bytes: Uint8Array) {
    this.secretName = name.secretName
    this.versionId = name.versionId
    this.secretType = name.secretType
    this.#bytes = bytes
  }

  /** The value itself: of a text its UTF-8 form, of a binary one the bytes that its Base64 stands for. */
  get bytes(): Uint8Array {
    return this.#bytes
  }

  /** The value as text. A copy that cannot be wiped: ask for it where it is used. */
  get text(): string {
    return Buffer.from(this.#bytes).toString('utf8')
  }

  /**
   * The value as JSON, parsed when first asked for.
   * @throws ClientError `badResponse`, which quotes nothing, for what is no JSON
   */
  get json(): unknown {
    this.#json ??= this.#parsed()
    return this.#json
  }

  /**
   * A member of a JSON value as text, by a path of names: `database.password`. Numbers and flags become text.
   * @throws ClientError `badResponse` if there is none, or it is an object
   */
  member(path: string): string {
    let at: unknown = this.json
    for (const name of path.split('.'))
      at = typeof at === 'object' && at !== null && Object.hasOwn(at, name) ? at[name as keyof typeof at] : undefined
    if (typeof at === 'string' || typeof at === 'number' || typeof at === 'boolean') return String(at)
    throw new ClientError('badResponse', `The secret ${this.secretName} has no text at "${path}".`)
  }

  /** Another value with bytes of its own. */
  copy(): SecretValue {
    return new SecretValue(this, Uint8Array.from(this.#bytes))
  }

  wipe(): void {
    this.#bytes.fill(0)
    this.#json = undefined
  }

  [Symbol.dispose](): void {
    this.wipe()
  }

  toJSON(): object {
    return { secretName: this.secretName, versionId: this.versionId }
  }

  #parsed(): unknown {
    try {
      return JSON.parse(this.text)
    } catch {
      throw new ClientError('badResponse', `The secret ${this.secretName} holds no JSON.`)
    }
  }
}

/** @throws ClientError `badResponse` for a binary secret that is no Base64 */
export function secretValueOf(answer: SecretAnswer): SecretValue {
  if (answer.secretDataType !== 'binary') return new SecretValue(answer, Buffer.from(answer.secretData, 'utf8'))
  const bytes = decodeBase64(answer.secretData)
  if (bytes === undefined) {
    throw new ClientError('badResponse', `The secret ${answer.secretName} is binary, but its value is no Base64.`)
  }
  return new SecretValue(answer, bytes)
}

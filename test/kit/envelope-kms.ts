import { createCipheriv, createDecipheriv, createHash, randomBytes, randomUUID } from 'node:crypto'
import type { EnvelopeKms } from '../../src/sdk/envelope/envelope-kms.ts'

/** An answer of the service, as clients throw it. */
export class MemoryKmsError extends Error {
  readonly code: string

  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}

interface MemoryKey {
  readonly id: string
  readonly versionId: string
  readonly material: Uint8Array
  state: 'Enabled' | 'Disabled' | 'PendingDeletion'
}

/**
 * A KMS in memory with the blob layout of the public gateway: version id (36 characters) ‖ IV (12) ‖ ciphertext ‖ tag
 * (16), the encryption context as associated data, and plaintext as opaque text.
 */
export class MemoryKms implements EnvelopeKms {
  readonly #keys = new Map<string, MemoryKey>()
  readonly #names = new Map<string, string>()
  /** every operation that was called, in order */
  readonly calls: string[] = []
  /** set to make every call fail as if the service could not be reached */
  isAway: boolean = false

  constructor(...names: readonly string[]) {
    for (const name of names.length > 0 ? names : ['alias/Apollo/WorkKey']) this.create(name)
  }

  /** Creates a key that is found by `name` and by its id. */
  create(name: string): string {
    const key: MemoryKey = { id: randomUUID(), versionId: randomUUID(), material: randomBytes(32), state: 'Enabled' }
    this.#keys.set(key.versionId, key)
    this.#names.set(name, key.versionId)
    this.#names.set(key.id, key.versionId)
    return key.id
  }

  setState(name: string, state: MemoryKey['state']): void {
    this.#named(name).state = state
  }

  /** Forgets a key and its material. */
  delete(name: string): void {
    this.#keys.delete(this.#named(name).versionId)
  }

  async generateDataKey(request: {
    keyId: string
    numberOfBytes?: number
    encryptionContext?: Record<string, string>
  }) {
    const key = this.#usable('GenerateDataKey', this.#named(request.keyId))
    const plaintext = new Uint8Array(randomBytes(request.numberOfBytes ?? 32))
    const text = Buffer.from(plaintext).toString('base64')
    return { ...this.#seal(key, text, request.encryptionContext), plaintext }
  }

  async encrypt(request: { keyId: string; plaintext: string; encryptionContext?: Record<string, string> }) {
    return this.#seal(this.#usable('Encrypt', this.#named(request.keyId)), request.plaintext, request.encryptionContext)
  }

  async decrypt(request: { ciphertextBlob: Uint8Array; encryptionContext?: Record<string, string> }) {
    const blob = Buffer.from(request.ciphertextBlob)
    const found = this.#keys.get(blob.toString('latin1', 0, 36))
    if (!found) throw new MemoryKmsError('Forbidden.KeyNotFound', 'The specified Key is not found.')
    const key = this.#usable('Decrypt', found)
    try {
      const decipher = createDecipheriv('aes-256-gcm', key.material, blob.subarray(36, 48), { authTagLength: 16 })
      decipher.setAAD(associatedData(request.encryptionContext)).setAuthTag(blob.subarray(-16))
      const plaintext = Buffer.concat([decipher.update(blob.subarray(48, -16)), decipher.final()]).toString('utf8')
      return { keyId: key.id, keyVersionId: key.versionId, plaintext }
    } catch {
      throw new MemoryKmsError('InvalidParameter', 'The specified parameter is not valid.')
    }
  }

  async describeKey({ keyId }: { keyId: string }) {
    const { id } = this.#named(keyId)
    return { keyMetadata: { keyId: id, arn: `acs:kms:cn-hangzhou:1234567890123456:key/${id}` } }
  }

  #seal(key: MemoryKey, plaintext: string, context: Record<string, string> | undefined) {
    const iv = randomBytes(12)
    const cipher = createCipheriv('aes-256-gcm', key.material, iv, { authTagLength: 16 })
    cipher.setAAD(associatedData(context))
    const sealed = Buffer.concat([
      Buffer.from(key.versionId),
      iv,
      cipher.update(plaintext, 'utf8'),
      cipher.final(),
      cipher.getAuthTag(),
    ])
    return { keyId: key.id, keyVersionId: key.versionId, ciphertextBlob: new Uint8Array(sealed) }
  }

  #named(name: string): MemoryKey {
    const key = this.#keys.get(this.#names.get(name) ?? '')
    if (!key) throw new MemoryKmsError('Forbidden.KeyNotFound', 'The specified Key is not found.')
    return key
  }

  #usable(operation: string, key: MemoryKey): MemoryKey {
    this.calls.push(operation)
    if (this.isAway) throw new MemoryKmsError('connection', 'connect ECONNREFUSED 127.0.0.1:8443')
    if (key.state === 'Disabled')
      throw new MemoryKmsError('Rejected.Disabled', 'The request was rejected because the key state is disabled.')
    if (key.state === 'PendingDeletion')
      throw new MemoryKmsError(
        'Rejected.PendingDeletion',
        'The request was rejected because the key state is pending deletion.',
      )
    return key
  }
}

/** A KMS that knows one data key and one wrapped form of it: for files that others wrote. */
export function fixedKms(ciphertextBlobBase64: string, dataKey: Uint8Array): EnvelopeKms {
  const answer = { keyId: 'fixed', keyVersionId: 'fixed' }
  const plaintext = Buffer.from(dataKey).toString('base64')
  const ciphertextBlob = new Uint8Array(Buffer.from(ciphertextBlobBase64, 'base64'))
  return {
    generateDataKey: async () => ({ ...answer, plaintext: Uint8Array.from(dataKey), ciphertextBlob }),
    encrypt: async () => ({ ...answer, ciphertextBlob }),
    decrypt: async (request) => {
      if (Buffer.from(request.ciphertextBlob).equals(ciphertextBlob)) return { ...answer, plaintext }
      throw new MemoryKmsError('InvalidParameter', 'The specified parameter is not valid.')
    },
  }
}

/** SHA-256 of the sorted pairs, nothing for no context: the rule of the public gateway. */
function associatedData(context: Record<string, string> | undefined): Uint8Array {
  const pairs = Object.entries(context ?? {}).sort(([a], [b]) => (a < b ? -1 : 1))
  if (pairs.length === 0) return new Uint8Array(0)
  return createHash('sha256')
    .update(pairs.map(([key, value]) => `${key}=${value}`).join('&'))
    .digest()
}

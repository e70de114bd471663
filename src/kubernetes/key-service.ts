import type { Client } from '../sdk/client.ts'
import { ClientError } from '../sdk/errors.ts'
import { plaintextBytes } from '../sdk/plaintext.ts'
import type { CallOptions } from '../sdk/rpc-connection.ts'

/** What is asked of the service, over whichever gateway. */
export type Cryptography = Pick<Client, 'encrypt' | 'decrypt'>

export interface Sealed {
  readonly ciphertext: Uint8Array
  /** the id of the key and that of the version that encrypted: another one after each rotation, and for another key */
  readonly keyId: string
}

/** The key that Kubernetes has its data encrypted under. */
export interface KeyService {
  /** @throws ServiceError, ClientError */
  encrypt(plaintext: Uint8Array, options: CallOptions): Promise<Sealed>
  /**
   * @throws ServiceError, ClientError; `invalidRequest` for what this key service has not encrypted, or not under that
   * key id
   */
  decrypt(sealed: Sealed, options: CallOptions): Promise<Uint8Array>
}

/** Nothing else that is encrypted under the key can be passed off as data of Kubernetes, nor the other way round. */
const encryptionContext = { 'keyhaven-kubernetes-kms': 'v2' }

/** @param key - id, ARN or alias; an alias is looked up by the service, at each call */
export function keyService(client: Cryptography, key: string): KeyService {
  return {
    async encrypt(plaintext, options) {
      // The service takes no empty text, and its own word would name a parameter that Kubernetes does not have.
      if (plaintext.length === 0) throw refused('plaintext', 'The plaintext is empty.')
      const { ciphertextBlob, ...used } = await client.encrypt({ keyId: key, plaintext, encryptionContext }, options)
      return { ciphertext: ciphertextBlob, keyId: keyIdOf(used) }
    },
    async decrypt({ ciphertext, keyId }, options) {
      if (ciphertext.length === 0) throw refused('ciphertext', 'The ciphertext is empty.')
      const { plaintext, ...used } = await client.decrypt({ ciphertextBlob: ciphertext, encryptionContext }, options)
      if (keyIdOf(used) !== keyId) throw refused('key_id', 'The ciphertext was not made under this key_id.')
      return plaintextBytes(plaintext)
    },
  }
}

const keyIdOf = ({ keyId, keyVersionId }: { readonly keyId: string; readonly keyVersionId: string }): string =>
  `${keyId}/${keyVersionId}`

const refused = (parameter: string, message: string): ClientError =>
  new ClientError('invalidRequest', message, { parameter })

import { createPrivateKey, type KeyObject } from 'node:crypto'
import { decodeBase64 } from '../crypto/base64.ts'
import { readPkcs12 } from '../crypto/pkcs12.ts'
import { Pkcs12Error } from '../crypto/pkcs12-error.ts'
import { ClientError } from './errors.ts'
import { checkSettings, clientKeySettings } from './settings.ts'
import { readTextSync, whyUnreadable, withoutMark } from './text-file.ts'

/** What signs requests to an instance gateway. */
export interface ClientKey {
  /** `KAAP.…` */
  readonly id: string
  /** RSA */
  readonly privateKey: KeyObject
}

/** Where the ClientKey comes from. The first source that is given counts: content, file, PEM, a key read before. */
export interface ClientKeyOptions {
  /** JSON text of a ClientKey file */
  readonly clientKeyContent?: string | undefined
  /** path of a ClientKey file, such as `clientKey_KAAP.….json` */
  readonly clientKeyFile?: string | undefined
  /** opens content or file */
  readonly password?: string | undefined
  /** path of a file that holds `password`; white space at its end doesn't count */
  readonly passwordFile?: string | undefined
  /** id of the ClientKey that `privateKey` is the key of */
  readonly clientKeyId?: string | undefined
  /** PEM, PKCS #1 or PKCS #8 */
  readonly privateKey?: string | undefined
  readonly clientKey?: ClientKey | undefined
}

/**
 * Reads the ClientKey that the options name. Its private key stays in a KeyObject, which shows nothing when printed.
 *
 * @throws ClientError `configuration` if nothing or only half is given; `credentials` if what is given cannot be read:
 *   no such file, not a ClientKey, a wrong password (`parameter` is then `password`)
 * @see KMS instance gateway, ClientKey file
 */
export function readClientKey(options: ClientKeyOptions): ClientKey {
  checkSettings(options, 'options', clientKeySettings)
  const { clientKeyContent, clientKeyFile, clientKeyId, privateKey, clientKey } = options
  if (clientKeyContent !== undefined) return fromContent(clientKeyContent, passwordOf(options), 'clientKeyContent')
  if (clientKeyFile !== undefined) {
    const content = readText(clientKeyFile, 'clientKeyFile', 'ClientKey file')
    return fromContent(content, passwordOf(options), 'clientKeyFile')
  }
  if (clientKeyId !== undefined || privateKey !== undefined) return fromPem(clientKeyId, privateKey)
  if (clientKey !== undefined) return clientKey
  throw new ClientError('configuration', 'A ClientKey is needed: give clientKeyFile and passwordFile, for example.', {
    parameter: 'clientKeyFile',
  })
}

function passwordOf({ password, passwordFile }: ClientKeyOptions): string {
  if (password !== undefined) return password
  if (passwordFile !== undefined) return readText(passwordFile, 'passwordFile', 'password file').trimEnd()
  throw new ClientError('configuration', 'The password of the ClientKey is needed: give password or passwordFile.', {
    parameter: 'password',
  })
}

function readText(path: string, parameter: string, what: string): string {
  try {
    return readTextSync(path)
  } catch (cause) {
    throw new ClientError('credentials', `The ${what} ${path} ${whyUnreadable(cause)}.`, { parameter, cause })
  }
}

/** Members beside the two are ignored: later versions of the service may add some. */
function fromContent(content: string, password: string, parameter: string): ClientKey {
  const { KeyId: id, PrivateKeyData: data } = parsedObject(withoutMark(content))
  const file = typeof data === 'string' ? decodeBase64(data.replace(/\s/g, '')) : undefined
  if (typeof id !== 'string' || id === '' || file === undefined) {
    const shape = 'a JSON object with KeyId and PrivateKeyData in Base64'
    throw new ClientError('credentials', `This is not a ClientKey: it should be ${shape}.`, { parameter })
  }
  return { id, privateKey: openPkcs12(file, password, parameter) }
}

function parsedObject(text: string): Readonly<Record<string, unknown>> {
  try {
    return Object(JSON.parse(text)) as Readonly<Record<string, unknown>>
  } catch {
    // The parser's own message would quote the text, which holds the key.
    return {}
  }
}

function openPkcs12(file: Uint8Array, password: string, parameter: string): KeyObject {
  try {
    const { privateKey } = readPkcs12(file, password)
    return rsaKey(createPrivateKey({ key: Buffer.from(privateKey), format: 'der', type: 'pkcs8' }))
  } catch (cause) {
    if (cause instanceof ClientError) throw cause
    const isWrongPassword = cause instanceof Pkcs12Error && cause.reason === 'wrong-password'
    const message = isWrongPassword
      ? 'The password of the ClientKey is wrong.'
      : `The private key in the ClientKey cannot be read.${cause instanceof Pkcs12Error ? ` ${cause.message}` : ''}`
    throw new ClientError('credentials', message, { parameter: isWrongPassword ? 'password' : parameter, cause })
  }
}

function fromPem(id: string | undefined, pem: string | undefined): ClientKey {
  if (!id || !pem)
    throw new ClientError('configuration', 'clientKeyId and privateKey are needed together.', {
      parameter: id ? 'privateKey' : 'clientKeyId',
    })
  try {
    return { id, privateKey: rsaKey(createPrivateKey(pem)) }
  } catch (cause) {
    if (cause instanceof ClientError) throw cause
    throw new ClientError('credentials', 'The privateKey is not a private key in PEM.', {
      parameter: 'privateKey',
      cause,
    })
  }
}

function rsaKey(key: KeyObject): KeyObject {
  if (key.asymmetricKeyType === 'rsa') return key
  throw new ClientError('credentials', 'The private key of a ClientKey must be an RSA key.', {
    parameter: 'privateKey',
  })
}

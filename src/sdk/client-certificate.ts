import { createPrivateKey, X509Certificate } from 'node:crypto'
import { statSync } from 'node:fs'
import { ClientError } from './errors.ts'
import { monotonicMs } from './monotonic.ts'
import { readTextSync, whyUnreadable } from './text-file.ts'

/** The certificate by which a server knows this client before it has asked anything. */
export interface ClientCertificateOptions {
  /** certificate in PEM, with the CAs between it and the one that the server knows */
  readonly cert?: string | undefined
  /** file that holds `cert`; read again when it changes */
  readonly certFile?: string | undefined
  /** private key of `cert`, PEM */
  readonly certKey?: string | undefined
  /** file that holds `certKey` */
  readonly certKeyFile?: string | undefined
}

/** What TLS shows, PEM. */
export interface ClientCertificate {
  readonly cert: string
  readonly key: string
}

/**
 * The certificate that the options name, with its key.
 *
 * @returns undefined if they name none
 * @throws ClientError `configuration`
 */
function clientCertificate(options: ClientCertificateOptions): ClientCertificate | undefined {
  const { cert: given, certFile, certKey, certKeyFile } = options
  const cert = given ?? fileText(certFile, 'certFile')
  const key = certKey ?? fileText(certKeyFile, 'certKeyFile')
  if (cert === undefined && key === undefined) return undefined
  if (cert === undefined) throw refused('A certificate is needed beside its private key.', 'certFile')
  if (key === undefined) throw refused('The private key of the certificate is needed.', 'certKeyFile')
  const [certName, keyName] = [
    given === undefined ? 'certFile' : 'cert',
    certKey === undefined ? 'certKeyFile' : 'certKey',
  ]
  const certificate = parsed(() => new X509Certificate(cert), 'no certificate in PEM', certName)
  const privateKey = parsed(() => createPrivateKey(key), 'no private key in PEM without a passphrase', keyName)
  if (certificate.checkPrivateKey(privateKey)) return { cert, key }
  throw refused(`The setting ${keyName} is not the private key of the certificate.`, keyName)
}

const lookMs = 1000

/** A client's certificate, which is another one when its files have changed: that is looked for once a second at most. */
export class RenewableCertificate {
  readonly #options: ClientCertificateOptions
  readonly #files: readonly string[]
  #current: ClientCertificate | undefined
  #stamp: string
  #lookedAt = monotonicMs()

  /** @throws ClientError `configuration` */
  constructor(options: ClientCertificateOptions) {
    this.#options = options
    this.#files = [options.certFile, options.certKeyFile].filter((file) => file !== undefined)
    this.#stamp = this.#stampNow()
    this.#current = clientCertificate(options)
  }

  get current(): ClientCertificate | undefined {
    return this.#current
  }

  /** Whether it is another one since the last question. While its files do not fit each other, it is the former. */
  isRenewed(): boolean {
    if (this.#files.length === 0 || monotonicMs() - this.#lookedAt < lookMs) return false
    this.#lookedAt = monotonicMs()
    const stamp = this.#stampNow()
    if (stamp === this.#stamp) return false
    this.#stamp = stamp
    try {
      this.#current = clientCertificate(this.#options)
      return true
    } catch (error) {
      if (error instanceof ClientError) return false
      throw error
    }
  }

  #stampNow(): string {
    return this.#files.map((file) => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? '').join()
  }
}

function fileText(path: string | undefined, parameter: string): string | undefined {
  try {
    return path === undefined ? undefined : readTextSync(path)
  } catch (cause) {
    throw refused(`The file ${path} ${whyUnreadable(cause)}.`, parameter, cause)
  }
}

/** What a parser says of a private key is not repeated. */
function parsed<Value>(read: () => Value, what: string, parameter: string): Value {
  try {
    return read()
  } catch {
    throw refused(`The setting ${parameter} names ${what}.`, parameter)
  }
}

const refused = (message: string, parameter: string, cause?: unknown): ClientError =>
  new ClientError('configuration', message, { parameter, cause })

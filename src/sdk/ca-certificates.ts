import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { ClientError } from './errors.ts'
import { whyUnreadable } from './text-file.ts'

/** Whose certificates are trusted. */
export interface CaOptions {
  /** CA certificates in PEM, trusted instead of the system's */
  readonly ca?: string | undefined
  /** file that holds `ca` */
  readonly caFile?: string | undefined
}

/**
 * The CA certificates that the options name, each of them read: what TLS cannot parse it passes over in silence.
 *
 * @returns PEM; undefined if the system's are meant
 * @throws ClientError `configuration`
 */
export function trustedCertificates({ ca, caFile }: CaOptions): string | undefined {
  if (ca !== undefined) return checked(ca, 'The setting ca', 'ca')
  return caFile === undefined ? undefined : checked(readCaFile(caFile), `The CA file ${caFile}`, 'caFile')
}

function readCaFile(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    throw refused(`The CA file ${path} ${whyUnreadable(cause)}.`, 'caFile', cause)
  }
}

const block = /-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----[\s\S]*?(?:-----END [A-Z0-9 ]+-----|$(?![\s\S]))/g

function checked(text: string, what: string, parameter: string): string {
  const certificates = text.match(block)
  if (certificates === null) throw refused(`${what} holds no certificate in PEM.`, parameter)
  for (const [index, certificate] of certificates.entries()) {
    try {
      new X509Certificate(certificate)
    } catch (cause) {
      throw refused(`${what} is damaged: certificate ${index + 1} cannot be parsed.`, parameter, cause)
    }
  }
  return certificates.join('\n')
}

const refused = (message: string, parameter: string, cause?: unknown): ClientError =>
  new ClientError('configuration', message, { parameter, cause })

import { readCertificates } from '../../certificates/certificate.ts'
import { readRevocationLists } from '../../certificates/revocation-list.ts'
import { consolePlace } from '../config/console.ts'
import { ConfigError } from '../config/load.ts'
import type { Config } from '../config/schema.ts'
import { readSettingFile } from '../config/setting-file.ts'
import { type PrincipalRule, parsePrincipalRules } from './principal-rules.ts'

/** Whether a listener asks clients for certificates, and whether who shows none is let in. */
export type CertificateMode = Config['clientCertificates']

/** Which certificates of clients are taken, and for whom. */
export interface ClientTrust {
  /** CA certificates, PEM */
  readonly ca: string
  /** lists of revoked certificates, PEM, one each; OpenSSL then wants one of every CA of a chain */
  readonly revocationLists: readonly string[]
  /** when the first of these says nothing any more, and every certificate is refused, in milliseconds since 1970 */
  readonly revocationListsEnd: number | undefined
  /** in the order of their file; unless given, a certificate is for nobody in particular */
  readonly rules: readonly PrincipalRule[] | undefined
}

export type ClientTrustSettings = Pick<Config, 'clientCaFile' | 'clientCrlFile' | 'clientPrincipalsFile'>

export const trustFiles = (settings: ClientTrustSettings): readonly string[] =>
  [settings.clientCaFile, settings.clientCrlFile, settings.clientPrincipalsFile].filter((file) => file !== undefined)

/**
 * Reads what the settings name, whole: of a file with one damaged part nothing is taken.
 *
 * @returns undefined when no certificate is asked for
 * @throws ConfigError
 */
export function readClientTrust(settings: ClientTrustSettings): ClientTrust | undefined {
  const { clientCaFile, clientCrlFile, clientPrincipalsFile } = settings
  if (clientCaFile === undefined) return undefined
  const ca = read('clientCaFile', clientCaFile, (text) => {
    readCertificates(text)
    return text
  })
  const lists =
    clientCrlFile === undefined
      ? []
      : read('clientCrlFile', clientCrlFile, (text) => readRevocationLists(text, 'list of revoked certificates'))
  const ends = lists.flatMap(({ nextUpdate }) => (nextUpdate === undefined ? [] : [nextUpdate.getTime()]))
  return {
    ca,
    revocationLists: lists.map(({ pem }) => pem),
    revocationListsEnd: ends.length === 0 ? undefined : Math.min(...ends),
    rules:
      clientPrincipalsFile === undefined
        ? undefined
        : read('clientPrincipalsFile', clientPrincipalsFile, parsePrincipalRules),
  }
}

function read<Value>(setting: string, file: string, parse: (text: string) => Value): Value {
  const text = readSettingFile(setting, file)
  try {
    return parse(text)
  } catch (error) {
    throw new ConfigError(`${setting}: ${file}: ${error instanceof Error ? error.message : ''}`)
  }
}

/**
 * What is asked for without anybody to vouch for it, and what would have no effect, was meant otherwise.
 *
 * @throws ConfigError
 */
export function checkCertificateModes(config: Config, mode: 'development' | 'production'): void {
  const { clientCertificates, consoleClientCertificates, clientCaFile } = config
  const setting = clientCertificates === 'off' ? 'consoleClientCertificates' : 'clientCertificates'
  const isOff = clientCertificates === 'off' && consoleClientCertificates === 'off'
  if (!isOff && clientCaFile === undefined)
    throw new ConfigError(`${setting} needs clientCaFile, which says whose certificates are taken`)
  if (isOff && trustFiles(config).length > 0)
    throw new ConfigError(
      'clientCaFile, clientCrlFile and clientPrincipalsFile need clientCertificates: optional or required',
    )
  if (consoleClientCertificates !== 'off' && typeof consolePlace(config, mode) !== 'object')
    throw new ConfigError('consoleClientCertificates is for a console at a port of its own (console: host:port)')
}

/** Whether calls need a certificate, but not the port of the console, where an AccessKey signs in and calls as well. */
export const isConsoleOpen = (config: Config, mode: 'development' | 'production'): boolean =>
  config.clientCertificates === 'required' &&
  config.consoleClientCertificates !== 'required' &&
  typeof consolePlace(config, mode) === 'object'

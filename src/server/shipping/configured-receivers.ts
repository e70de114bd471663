import { getCACertificates } from 'node:tls'
import { readSecretText } from '../../core/sealing/secret-file.ts'
import { ConfigError } from '../config/load.ts'
import type { Config } from '../config/schema.ts'
import { readSettingFile } from '../config/setting-file.ts'
import { httpsReceiver } from './https-receiver.ts'
import type { Receiver } from './receiver.ts'
import { syslogReceiver } from './syslog-receiver.ts'

const auditTokenVariable = 'KEYHAVEN_AUDIT_HTTPS_TOKEN'

/** The bearer token that was handed over in the environment; it is forgotten there, so that no other process gets it. */
export function takeAuditToken(environment: NodeJS.ProcessEnv): string | undefined {
  const token = environment[auditTokenVariable]
  delete environment[auditTokenVariable]
  return token === '' ? undefined : token
}

/**
 * Who is to be sent the audit log.
 *
 * @param token - bearer token, where no file holds it
 * @throws ConfigError
 */
export async function configuredReceivers(config: Config, token: string | undefined): Promise<readonly Receiver[]> {
  const { auditHttps, auditSyslog, auditShippingCaFile } = config
  const ca =
    auditShippingCaFile === undefined
      ? undefined
      : [...getCACertificates('default'), readSettingFile('auditShippingCaFile', auditShippingCaFile)]
  return [
    ...(auditHttps === undefined ? [] : [httpsReceiver({ url: auditHttps, token: await tokenOf(config, token), ca })]),
    ...(auditSyslog === undefined ? [] : [syslogReceiver({ ...syslogAddress(auditSyslog), ca })]),
  ]
}

const maxTokenBytes = 8192

async function tokenOf({ data, auditHttpsTokenFile }: Config, given: string | undefined): Promise<string | undefined> {
  const file = { path: auditHttpsTokenFile ?? '', what: 'token file', dataDirectory: data, maxBytes: maxTokenBytes }
  const token = auditHttpsTokenFile === undefined ? given : (await readSecretText(file).catch(asConfigError)).trim()
  // RFC 6750 §2.1
  if (token !== undefined && !/^[A-Za-z0-9._~+/-]+=*$/.test(token))
    throw new ConfigError(`${auditHttpsTokenFile ?? auditTokenVariable}: is no bearer token`)
  return token
}

function asConfigError(error: unknown): never {
  throw new ConfigError(`auditHttpsTokenFile: ${error instanceof Error ? error.message : error}`)
}

const usualPorts = { tls: 6514, tcp: 514, udp: 514 } as const

function syslogAddress(address: string) {
  const { protocol, hostname, port } = new URL(address)
  const transport = protocol.slice(0, -1) as keyof typeof usualPorts
  return { transport, host: hostname.replace(/^\[|\]$/g, ''), port: Number(port) || usualPorts[transport] }
}

import { createPrivateKey, X509Certificate } from 'node:crypto'
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { ConfigError } from '../config/load.ts'
import { createAuthority, createServerCertificate, type Identity, renewalDays } from './authority.ts'

export interface TlsSettings {
  /** folder of the own CA and certificate */
  readonly folder: string
  /** names besides the usual ones */
  readonly names: readonly string[]
  /** files of a certificate from elsewhere; both or none */
  readonly certFile?: string | undefined
  readonly keyFile?: string | undefined
  /** distinguishes the own CA in trust stores */
  readonly deployment: string
}

export interface ServerIdentity extends Identity {
  /** file that clients trust; absent when the certificate is from elsewhere */
  readonly caFile: string | undefined
}

/**
 * `<instance id>.cryptoservice.kms.aliyuncs.com`, to which programs made for an instance connect. Whoever trusts this CA
 * does so for just these hosts; which instance a request means, its Host header says.
 */
const instanceHosts = '*.cryptoservice.kms.aliyuncs.com'

/**
 * The certificate to serve with: the configured one, or an own one that is made when missing, when it is about to
 * expire, and when the names have changed. Private keys lie beside it with mode 0600: they must be readable while the
 * server is still sealed, and they decrypt nothing that is stored.
 *
 * @throws ConfigError when configured files cannot be used
 */
export async function serverIdentity(settings: TlsSettings, now: Date): Promise<ServerIdentity> {
  if (settings.certFile !== undefined || settings.keyFile !== undefined) return configured(settings)
  mkdirSync(settings.folder, { recursive: true, mode: 0o700 })
  const path = (name: string): string => join(settings.folder, name)
  const names = [...new Set(['localhost', '127.0.0.1', '::1', hostname(), instanceHosts, ...settings.names])]
  const authority = readIdentity(path('ca.pem'), path('ca-key.pem')) ?? (await newAuthority(settings, now))
  const current = readIdentity(path('server.pem'), path('server-key.pem'))
  if (current && isUsable(current, authority, names, now)) return { ...current, caFile: path('ca.pem') }
  const made = await createServerCertificate(authority, names, now)
  writeIdentity(made, path('server.pem'), path('server-key.pem'))
  return { ...made, caFile: path('ca.pem') }
}

async function newAuthority({ folder, deployment }: TlsSettings, now: Date): Promise<Identity> {
  const authority = await createAuthority(`Keyhaven CA ${deployment.slice(0, 8)}`, now)
  writeIdentity(authority, join(folder, 'ca.pem'), join(folder, 'ca-key.pem'))
  return authority
}

function isUsable(identity: Identity, authority: Identity, names: readonly string[], now: Date): boolean {
  const certificate = new X509Certificate(identity.certificate)
  const renewAt = certificate.validToDate.getTime() - renewalDays * 86_400_000
  return (
    now.getTime() < renewAt &&
    certificate.checkPrivateKey(createPrivateKey(identity.privateKey)) &&
    certificate.checkIssued(new X509Certificate(authority.certificate)) &&
    names.every((name) => (isIP(name) ? certificate.checkIP(name) : certificate.checkHost(name)) !== undefined)
  )
}

function configured({ certFile, keyFile }: TlsSettings): ServerIdentity {
  if (certFile === undefined || keyFile === undefined)
    throw new ConfigError('tlsCert and tlsKey must be given together')
  const certificate = readConfigured(certFile, 'tlsCert')
  const privateKey = readConfigured(keyFile, 'tlsKey')
  for (const pem of certificate.match(/-----BEGIN[\s\S]*?(?:-----END[^-]*-----|$(?![\s\S]))/g) ?? [''])
    orRefuse(() => new X509Certificate(pem), `tlsCert: ${certFile} does not hold certificates in PEM`)
  const key = orRefuse(() => createPrivateKey(privateKey), `tlsKey: ${keyFile} holds no private key in PEM`)
  if (!new X509Certificate(certificate).checkPrivateKey(key))
    throw new ConfigError(`tlsKey: ${keyFile} is not the private key of the first certificate in ${certFile}`)
  return { certificate, privateKey, caFile: undefined }
}

/** OpenSSL would take an empty file, and then no client; it passes over what it cannot parse. */
function orRefuse<Value>(read: () => Value, message: string): Value {
  try {
    return read()
  } catch {
    throw new ConfigError(message)
  }
}

function readConfigured(file: string, setting: string): string {
  try {
    return readFileSync(file, 'utf8').replace(/^\uFEFF/, '')
  } catch (error) {
    throw new ConfigError(
      `${setting}: ${file} cannot be read (${error instanceof Error && 'code' in error && error.code})`,
    )
  }
}

function readIdentity(certificateFile: string, keyFile: string): Identity | undefined {
  try {
    const identity = { certificate: readFileSync(certificateFile, 'utf8'), privateKey: readFileSync(keyFile, 'utf8') }
    new X509Certificate(identity.certificate)
    createPrivateKey(identity.privateKey)
    return identity
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    if (code === 'ENOENT') return undefined
    throw new ConfigError(
      /^E[A-Z]+$/.test(code)
        ? `${certificateFile} or ${keyFile} cannot be read (${code})`
        : `${certificateFile} or ${keyFile} is damaged: restore them, or remove both and new ones are made`,
    )
  }
}

/** Key first: a crash in between leaves a pair that does not match only until the next start makes a new one. */
function writeIdentity({ certificate, privateKey }: Identity, certificateFile: string, keyFile: string): void {
  for (const [file, text, mode] of [
    [keyFile, privateKey, 0o600],
    [certificateFile, certificate, 0o644],
  ] as const) {
    writeFileSync(`${file}.new`, text, { mode, flush: true })
    renameSync(`${file}.new`, file)
  }
}

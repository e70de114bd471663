import { createPrivateKey, X509Certificate } from 'node:crypto'
import { isIP } from 'node:net'
import { ConfigError } from '../config/load.ts'
import { readSettingFile } from '../config/setting-file.ts'
import { createAuthority, createServerCertificate, type Identity, renewalDays } from './authority.ts'
import { TlsFolder } from './files.ts'
import { readNameConstraints } from './name-constraints.ts'
import { type NameSettings, usualNames } from './names.ts'
import type { Vault } from './vault.ts'

export interface TlsSettings extends NameSettings {
  /** folder of the own CA and certificate */
  readonly folder: string
  /** files of a certificate from elsewhere; both or none */
  readonly certFile?: string | undefined
  readonly keyFile?: string | undefined
  /** distinguishes the own CA in trust stores */
  readonly deployment: string
  /** keeps the key of the own CA */
  readonly vault: Vault
}

export interface ServerIdentity extends Identity {
  /** file that clients trust; absent when the certificate is from elsewhere */
  readonly caFile: string | undefined
}

const dayMs = 86_400_000

/**
 * The certificate to serve with: the configured one, or an own one that is made when missing, when it is about to
 * expire, and when the names have changed. That takes the key of the CA: while the deployment is sealed, what is there
 * is served on.
 *
 * @param tell - takes what an operator should know and nothing fails for
 * @throws ConfigError when configured files or names cannot be used
 */
export async function serverIdentity(
  settings: TlsSettings,
  now: Date,
  tell: (warning: string) => void = () => {},
): Promise<ServerIdentity> {
  if (settings.certFile !== undefined || settings.keyFile !== undefined) return configured(settings)
  const folder = new TlsFolder(settings.folder)
  const authority = folder.readAuthority()
  const current = folder.readServer()
  if (authority === undefined) return makeBoth(folder, settings, now)
  if (hasExpired(authority, now)) {
    // An expired one would be no use, but while sealed there would be no telling the new one from a stranger's.
    if (current && !settings.vault.isOpen) return { ...current, caFile: folder.caFile }
    tell('the own CA has expired: clients have to trust the new tls/ca.pem')
    return makeBoth(folder, settings, now)
  }
  tellOfEnd(authority, now, tell)
  const names = permittedNames(settings, authority, tell)
  const key = folder.openAuthorityKey(authority, settings.vault)
  if (current && isUsable(current, authority, names, now)) return { ...current, caFile: folder.caFile }
  if (key !== undefined) return issue(folder, { certificate: authority, privateKey: key }, names, now)
  const why = settings.vault.isOpen ? keyIsMissing : 'sealed'
  if (current === undefined) throw new ConfigError(`there is no server certificate and none can be made: ${why}`)
  tell(`a new server certificate is due and cannot be made: ${why}`)
  return { ...current, caFile: folder.caFile }
}

async function makeBoth(folder: TlsFolder, settings: TlsSettings, now: Date): Promise<ServerIdentity> {
  const names = allNames(settings)
  const authority = await createAuthority(`Keyhaven CA ${settings.deployment.slice(0, 8)}`, names, now)
  folder.writeAuthority(authority, settings.vault)
  return issue(folder, authority, names, now)
}

async function issue(folder: TlsFolder, authority: Identity, names: readonly string[], now: Date) {
  const made = await createServerCertificate(authority, names, now)
  folder.writeServer(made)
  return { ...made, caFile: folder.caFile }
}

const hasExpired = (certificate: string, now: Date): boolean =>
  now.getTime() >= new X509Certificate(certificate).validToDate.getTime()

/** Everybody who trusts it has to be told in time. */
function tellOfEnd(authority: string, now: Date, tell: (warning: string) => void): void {
  const { validToDate } = new X509Certificate(authority)
  if (validToDate.getTime() - now.getTime() < 90 * dayMs)
    tell(`the own CA ends on ${validToDate.toISOString().slice(0, 10)}: ${replaceIt}`)
}

/**
 * The names for the certificate: those that the CA may sign for. What an operator asked for must be among them; what
 * comes of the machine or of another setting is left out.
 */
function permittedNames(settings: TlsSettings, authority: string, tell: (warning: string) => void): readonly string[] {
  const all = allNames(settings)
  const permits = readNameConstraints(new X509Certificate(authority).raw)
  if (permits === undefined) {
    tell(`the own CA is of an earlier release and may sign for any name: ${replaceIt}`)
    return all
  }
  const refused = settings.names.find((name) => !permits(name))
  if (refused !== undefined) throw new ConfigError(`tlsNames: the own CA may not sign for ${refused}: ${replaceIt}`)
  const left = all.filter((name) => !permits(name))
  if (left.length > 0) tell(`the own CA may not sign for ${left.join(', ')}, which the certificate lacks: ${replaceIt}`)
  return all.filter((name) => permits(name))
}

const allNames = (settings: TlsSettings): readonly string[] => [
  ...new Set([...usualNames(settings), ...settings.names]),
]

const replaceIt = 'remove tls/ca.pem to have a new one made, which all clients then have to trust'
const keyIsMissing = `the key of the own CA is missing: restore tls/ca-key.sealed, or ${replaceIt}`

function isUsable(identity: Identity, authority: string, names: readonly string[], now: Date): boolean {
  const certificate = new X509Certificate(identity.certificate)
  const ca = new X509Certificate(authority)
  const end = certificate.validToDate.getTime()
  // No certificate lives longer than the CA, so at its end a new one would be no better.
  const renewAt = end < ca.validToDate.getTime() ? end - renewalDays * dayMs : end
  return (
    now.getTime() < renewAt &&
    certificate.checkPrivateKey(createPrivateKey(identity.privateKey)) &&
    certificate.checkIssued(ca) &&
    names.every((name) => (isIP(name) ? certificate.checkIP(name) : certificate.checkHost(name)) !== undefined)
  )
}

function configured({ certFile, keyFile }: TlsSettings): ServerIdentity {
  if (certFile === undefined || keyFile === undefined)
    throw new ConfigError('tlsCert and tlsKey must be given together')
  const certificate = readSettingFile('tlsCert', certFile)
  const privateKey = readSettingFile('tlsKey', keyFile)
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

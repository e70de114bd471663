import { createPrivateKey, X509Certificate } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ConfigError } from '../config/load.ts'
import type { Identity } from './authority.ts'
import type { Vault } from './vault.ts'

/**
 * The own CA and certificate in their folder: `ca.pem`, `ca-key.sealed`, `server.pem`, `server-key.pem`. The key of the
 * server has to be readable while the deployment is sealed; the key of the CA, which is needed to renew and never else,
 * is under the root key. In clear, as `ca-key.pem`, it is there only of an earlier release, or when a first start was
 * sealed, until the deployment is unsealed.
 */
export class TlsFolder {
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = folder
    mkdirSync(folder, { recursive: true, mode: 0o700 })
  }

  get caFile(): string {
    return join(this.#folder, 'ca.pem')
  }

  /** PEM; `undefined` when there is no CA yet */
  readAuthority(): string | undefined {
    const text = this.#read('ca.pem')
    if (text !== undefined) this.#check('ca.pem', () => new X509Certificate(text))
    return text
  }

  /** The CA's key, as PEM; `undefined` when it is not here, or sealed now. A key in clear is sealed when it can be. */
  openAuthorityKey(certificate: string, vault: Vault): string | undefined {
    const clear = this.#read('ca-key.pem')
    if (clear !== undefined) {
      this.#check('ca-key.pem', () => createPrivateKey(clear))
      if (vault.isOpen) this.#sealAuthorityKey({ certificate, privateKey: clear }, vault)
      return clear
    }
    const sealed = vault.isOpen ? this.#read('ca-key.sealed') : undefined
    return sealed && this.#check('ca-key.sealed', () => opened(sealed, certificate, vault))
  }

  /** Key first: a crash in between leaves a key without a CA, and the next start makes both anew. */
  writeAuthority(authority: Identity, vault: Vault): void {
    if (vault.isOpen) this.#sealAuthorityKey(authority, vault)
    else this.#write('ca-key.pem', authority.privateKey, 0o600)
    this.#write('ca.pem', authority.certificate, 0o644)
  }

  #sealAuthorityKey({ certificate, privateKey }: Identity, vault: Vault): void {
    const secret = Buffer.from(privateKey, 'ascii')
    const sealed = Buffer.from(vault.seal(secret, placeOf(certificate))).toString('base64')
    secret.fill(0)
    this.#write('ca-key.sealed', `${sealed}\n`, 0o600)
    rmSync(join(this.#folder, 'ca-key.pem'), { force: true })
  }

  /** @throws ConfigError when it is damaged */
  readServer(): Identity | undefined {
    const [certificate, privateKey] = [this.#read('server.pem'), this.#read('server-key.pem')]
    if (certificate === undefined || privateKey === undefined) return undefined
    return this.#check('server.pem', () => {
      new X509Certificate(certificate)
      createPrivateKey(privateKey)
      return { certificate, privateKey }
    })
  }

  /** Key first: a crash in between leaves a pair that does not match only until the next start makes a new one. */
  writeServer({ certificate, privateKey }: Identity): void {
    this.#write('server-key.pem', privateKey, 0o600)
    this.#write('server.pem', certificate, 0o644)
  }

  #read(name: string): string | undefined {
    const file = join(this.#folder, name)
    try {
      return existsSync(file) ? readFileSync(file, 'utf8') : undefined
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : error
      throw new ConfigError(`${file} cannot be read (${code})`)
    }
  }

  #write(name: string, text: string, mode: number): void {
    const file = join(this.#folder, name)
    writeFileSync(`${file}.new`, text, { mode, flush: true })
    renameSync(`${file}.new`, file)
  }

  #check<Value>(name: string, read: () => Value): Value {
    try {
      return read()
    } catch {
      const files = name === 'server.pem' ? ['server.pem', 'server-key.pem'] : [name]
      const paths = files.map((file) => join(this.#folder, file)).join(' or ')
      throw new ConfigError(`${paths} is damaged: ${waysOut.get(name)}`)
    }
  }
}

const newAuthority = 'remove ca.pem and it, and a new CA is made, which all clients then have to trust'
const waysOut: ReadonlyMap<string, string> = new Map([
  ['ca.pem', `restore it; or ${newAuthority.replace(' and it', '')}`],
  ['ca-key.pem', `restore it; or ${newAuthority}`],
  ['ca-key.sealed', `restore that of this deployment; or ${newAuthority}`],
  ['server.pem', 'restore them, or remove both and new ones are made'],
])

function opened(sealed: string, certificate: string, vault: Vault): string {
  const secret = vault.open(Buffer.from(sealed.trim(), 'base64'), placeOf(certificate))
  try {
    return Buffer.from(secret).toString('ascii')
  } finally {
    secret.fill(0)
  }
}

/** The key belongs to this CA and no other. */
const placeOf = (certificate: string): Uint8Array =>
  Buffer.from(new X509Certificate(certificate).fingerprint256, 'ascii')

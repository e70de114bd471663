import { closeSync, readFileSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Mode } from '../../core/sealing/deployment.ts'
import { environmentSeal, readKeyFile } from '../../core/sealing/key-seal.ts'
import { passphraseSeal } from '../../core/sealing/passphrase-seal.ts'
import type { Seal } from '../../core/sealing/seal.ts'
import { readSecretText } from '../../core/sealing/secret-file.ts'
import { filedSeal, isFiledSeal, readSealFile } from '../../seals/seal-file.ts'
import { shamirSeal } from '../../seals/shamir/shamir-seal.ts'
import { ConfigError } from '../config/load.ts'
import type { Config } from '../config/schema.ts'
import { developmentKeyFile } from './development-key.ts'
import type { SealSource } from './seal-watch.ts'

export const rootKeyVariable = 'KEYHAVEN_ROOT_KEY'

/** Of a file with a passphrase or shares; 255 shares are a third of it. */
const maxBytes = 65_536

/** What opens a deployment, as text: a passphrase, 32 bytes in hexadecimal or Base64, shares, or the content of a seal file. */
export interface RootSecret {
  /** name of the seal that it is for */
  readonly kind: string
  readonly secret: string
}

/**
 * The seal that the configuration can open by itself, if it names one.
 *
 * @throws ConfigError when what it names cannot be used
 */
export async function configuredSeal(config: Config, environment: NodeJS.ProcessEnv): Promise<Seal | undefined> {
  const found = await configuredSecret(config, environment)
  return found && sealOfSecret(found)
}

/** Where a root secret may come from; the settings of the same names. */
export type SecretSettings = Pick<
  Config,
  'data' | 'keyFile' | 'sealFile' | 'passphraseFile' | 'passphraseFd' | 'rootKeyFd'
> &
  Partial<Pick<Config, 'sharesFile' | 'sharesFd'>>

/**
 * The root secret that is named, if one is. The environment variable is forgotten as soon as it is read, so that neither
 * a child process nor a crash report gets it; the system's own copy (/proc/<pid>/environ) nobody can take back, which is
 * what descriptors are for.
 *
 * @throws ConfigError when what is named cannot be used
 */
export async function configuredSecret(
  settings: SecretSettings,
  environment: NodeJS.ProcessEnv,
  variable = rootKeyVariable,
): Promise<RootSecret | undefined> {
  const fromEnvironment = environment[variable]
  delete environment[variable]
  const { data, keyFile, sealFile, passphraseFile, passphraseFd, rootKeyFd, sharesFile, sharesFd } = settings
  try {
    if (keyFile !== undefined) {
      const key = await readKeyFile(keyFile, data)
      return { kind: 'key-file', secret: Buffer.from(key).toString('hex') }
    }
    if (sealFile !== undefined) {
      const found = await readSealFile(sealFile, data)
      return { kind: found.kind, secret: JSON.stringify(found) }
    }
    if (passphraseFile !== undefined) {
      const file = { path: passphraseFile, what: 'passphrase file', dataDirectory: data, maxBytes }
      return { kind: 'passphrase', secret: firstLineOf(await readSecretText(file)) }
    }
    if (passphraseFd !== undefined)
      return { kind: 'passphrase', secret: firstLineOf(readDescriptor(passphraseFd, 'passphrase')) }
    if (sharesFile !== undefined) {
      const file = { path: sharesFile, what: 'file of shares', dataDirectory: data, maxBytes }
      return { kind: 'shamir', secret: await readSecretText(file) }
    }
    if (sharesFd !== undefined) return { kind: 'shamir', secret: readDescriptor(sharesFd, 'shares') }
    if (rootKeyFd !== undefined) return { kind: 'environment', secret: readDescriptor(rootKeyFd, 'root secret') }
    return fromEnvironment ? { kind: 'environment', secret: fromEnvironment } : undefined
  } catch (error) {
    throw new ConfigError(error instanceof Error ? error.message : String(error))
  }
}

/** @throws ConfigError when it cannot be the secret of such a seal */
export function sealOfSecret({ kind, secret }: RootSecret): Seal {
  try {
    return sealFromOperator(kind, secret)
  } catch (error) {
    throw error instanceof RangeError ? new ConfigError(error.message) : error
  }
}

/** Where the root secret of this start comes from, for messages. */
function secretSource(config: Config, mode: Mode, environment: NodeJS.ProcessEnv): string {
  if (mode === 'development') return resolve(developmentKeyFile(config.data))
  if (config.keyFile !== undefined) return `the key file ${config.keyFile}`
  if (config.sealFile !== undefined) return `the seal file ${config.sealFile}`
  if (config.passphraseFile !== undefined) return `the passphrase file ${config.passphraseFile}`
  if (config.sharesFile !== undefined) return `the file of shares ${config.sharesFile}`
  const descriptor = config.passphraseFd ?? config.sharesFd ?? config.rootKeyFd
  if (descriptor !== undefined) return `descriptor ${descriptor}`
  return environment[rootKeyVariable] ? rootKeyVariable : 'an operator'
}

/**
 * The same for a server that runs. Of where a secret may come from only files can have changed: a descriptor is closed,
 * and the environment is forgotten.
 */
export function sealSource(config: Config, mode: Mode, environment: NodeJS.ProcessEnv): SealSource {
  const { data, keyFile, sealFile, passphraseFile, sharesFile } = config
  const files = { keyFile, sealFile, passphraseFile, sharesFile }
  const [setting, file] = Object.entries(files).find(([, path]) => path !== undefined) ?? []
  const name = secretSource(config, mode, environment)
  const stamp = (): number | undefined =>
    file === undefined ? undefined : statSync(file, { throwIfNoEntry: false })?.mtimeMs
  let known = stamp()
  return {
    name: setting === undefined ? name : `${name} (${setting})`,
    async changed() {
      const before = known
      known = stamp()
      if (known === before) return undefined
      const found = await configuredSecret({ data, ...files, passphraseFd: undefined, rootKeyFd: undefined }, {})
      return found && sealOfSecret(found)
    },
  }
}

/**
 * The seal that an operator opens by hand.
 *
 * @param secret - the passphrase, or the content of the key file, seal file or variable as text, or shares, one a line
 * @throws RangeError when it cannot be the secret of such a seal
 */
export function sealFromOperator(kind: string, secret: string): Seal {
  if (isFiledSeal(kind)) return filedSeal(secret)
  if (kind === 'shamir') return shamirSeal(secret)
  return kind === 'passphrase' ? passphraseSeal(secret) : { ...environmentSeal(secret.trim()), name: kind }
}

/** The seal of development mode: a key that lies openly beside what it protects. */
export const developmentSeal = (key: string): Seal => ({ ...environmentSeal(key), name: 'development-key' })

/** All there is to read; nobody who finds the descriptor later can read it again, for it is closed. */
function readDescriptor(descriptor: number, what: string): string {
  try {
    const text = readFileSync(descriptor, 'utf8')
    // Standard input, output and error stay as they are: others use them.
    if (descriptor > 2) closeSync(descriptor)
    return text
  } catch (error) {
    throw new ConfigError(`the ${what} in descriptor ${descriptor} cannot be read (${codeOf(error)})`)
  }
}

const codeOf = (error: unknown): unknown => (error instanceof Error && 'code' in error ? error.code : error)

/** Some editors put a byte order mark in front. */
const firstLineOf = (text: string): string => text.replace(/^\uFEFF/, '').split(/\r?\n/, 1)[0] ?? ''

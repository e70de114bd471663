import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'

const library = [
  '/usr/lib/softhsm/libsofthsm2.so',
  '/usr/lib64/pkcs11/libsofthsm2.so',
  '/usr/local/lib/softhsm/libsofthsm2.so',
  '/opt/homebrew/lib/softhsm/libsofthsm2.so',
].find((path) => existsSync(path))

/** Why there is no token to test with, if there is none. */
export const softHsmMissing: string | undefined =
  library === undefined ? 'this machine has no SoftHSM 2' : pkcs11jsMissing()

function pkcs11jsMissing(): string | undefined {
  try {
    createRequire(import.meta.url).resolve('pkcs11js')
    return undefined
  } catch {
    return 'pkcs11js is not installed here'
  }
}

export interface SoftHsm {
  readonly library: string
  readonly token: string
  readonly pin: string
  /** what lies in it is the token */
  readonly tokens: string
  /** what a process needs to find it */
  readonly env: Readonly<Record<string, string>>
}

/** Makes a token below a folder, which this process finds from then on. */
export function makeToken(folder: string): SoftHsm {
  const tokens = join(folder, 'tokens')
  mkdirSync(tokens)
  const hsm = nameTokens(join(folder, 'softhsm2.conf'), tokens)
  const words = ['--init-token', '--free', '--label', hsm.token, '--so-pin', '5938472', '--pin', hsm.pin]
  execFileSync('softhsm2-util', words, { stdio: 'pipe' })
  return hsm
}

/** Tells this process, and those that it starts, in which folder tokens are. There is none yet. */
export function nameTokens(conf: string, tokens: string): SoftHsm {
  writeFileSync(conf, `directories.tokendir = ${tokens}\nobjectstore.backend = file\nlog.level = ERROR\n`)
  const env = { SOFTHSM2_CONF: conf }
  Object.assign(process.env, env)
  return { library: library ?? '', token: 'keyhaven', pin: '92641', tokens, env }
}

/** Writes a seal file that names a key of the token. */
export function tokenSealFile({ library, token, pin }: SoftHsm, path: string): string {
  writeFileSync(path, JSON.stringify({ kind: 'pkcs11', library, token, pin, key: 'root' }), { mode: 0o600 })
  return path
}

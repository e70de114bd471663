import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { temporaryFolder } from './audit.ts'
import { kmsSealFile } from './kms-seal-file.ts'
import { printedAccessKey } from './printed.ts'
import { runKeyhaven } from './process.ts'
import { startTestServer } from './server.ts'
import { makeToken, softHsmMissing, tokenSealFile } from './soft-hsm.ts'

/** How the words of a command name the root secret of a seal. */
export interface Naming {
  readonly present: readonly string[]
  readonly next: readonly string[]
  readonly presentEnv?: Readonly<Record<string, string>>
  readonly nextEnv?: Readonly<Record<string, string>>
  /** what an operator gives a sealed server */
  secret(): string | undefined
}

async function everySeal(t: TestContext, folder: string): Promise<Readonly<Record<string, Naming>>> {
  const file = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text, { mode: 0o600 })
    return join(folder, name)
  }
  const other = await startTestServer()
  t.after(() => other.close())
  const filed = (path: string): Naming => ({
    present: ['--seal-file', path],
    next: ['--new-seal-file', path],
    secret: () => readFileSync(path, 'utf8'),
  })
  const [passphrase, key] = ['correct horse battery staple', 'ab'.repeat(32)]
  const passphraseFile = file('passphrase', passphrase)
  const keyFile = file('root.key', key)
  const sharesFile = join(folder, 'shares')
  if (softHsmMissing !== undefined) t.diagnostic(`without pkcs11: ${softHsmMissing}`)
  return {
    passphrase: {
      present: ['--passphrase-file', passphraseFile],
      next: ['--new-passphrase-file', passphraseFile],
      secret: () => passphrase,
    },
    'key-file': { present: ['--key-file', keyFile], next: ['--new-key-file', keyFile], secret: () => key },
    environment: {
      present: [],
      next: [],
      presentEnv: { KEYHAVEN_ROOT_KEY: key },
      nextEnv: { KEYHAVEN_NEW_ROOT_KEY: key },
      secret: () => key,
    },
    shamir: {
      present: ['--shares-file', sharesFile],
      next: ['--new-shares', '3', '--new-threshold', '2'],
      secret: () => readFileSync(sharesFile, 'utf8'),
    },
    kms: filed(await kmsSealFile(other, join(folder, 'kms.json'))),
    ...(softHsmMissing === undefined
      ? { pkcs11: filed(tokenSealFile(makeToken(folder), join(folder, 'hsm.json'))) }
      : {}),
  }
}

/**
 * A production deployment that is sealed by a passphrase to begin with.
 * @param store - PostgreSQL instead of a file
 */
export async function resealableDeployment(t: TestContext, store?: string) {
  const folder = temporaryFolder(t)
  const data = join(folder, 'data')
  const seals = await everySeal(t, folder)
  const namingOf = (kind: string): Naming => seals[kind] ?? assert.fail(kind)
  const place = ['--data', data, ...(store === undefined ? [] : ['--store', store])]
  const init = await runKeyhaven(['init', ...place, ...namingOf('passphrase').present])
  assert.equal(init.status, 0, init.stderr)
  const { accessKeyId, accessKeySecret } = printedAccessKey(init.stdout)
  const reseal = async (from: string, to: string): Promise<void> => {
    const [present, next] = [namingOf(from), namingOf(to)]
    const words = ['reseal', ...place, ...present.present, ...next.next]
    const { stdout, stderr } = await runKeyhaven(words, { env: { ...present.presentEnv, ...next.nextEnv } })
    assert.ok(stdout.includes(`opens with the new ${to} secret only`), `${from} to ${to}: ${stderr}`)
    const shares = [...stdout.matchAll(/KHS1-\S+/g)].map(([share]) => share)
    if (to === 'shamir') writeFileSync(join(folder, 'shares'), shares.slice(1).join('\n'), { mode: 0o600 })
  }
  const kinds = Object.keys(seals)
  return { folder, data, place, kinds, namingOf, reseal, accessKey: { accessKeyId, accessKeySecret } }
}

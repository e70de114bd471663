import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { askOperator } from '../src/server/operator/client.ts'
import { temporaryFolder } from './kit/audit.ts'
import { kmsSealFile } from './kit/kms-seal-file.ts'
import { runKeyhaven, startKeyhaven } from './kit/process.ts'
import { startTestServer } from './kit/server.ts'
import { makeToken, softHsmMissing, tokenSealFile } from './kit/soft-hsm.ts'

/** How the words of a command name the root secret of a seal. */
interface Naming {
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

/** A way along every ordered pair of kinds once, that ends where it began. */
function everyPair(kinds: readonly string[]): readonly string[] {
  const [home = '', ...others] = kinds
  return others
    .flatMap((kind, index) => [home, kind, ...others.slice(index + 1).flatMap((partner) => [partner, kind])])
    .concat(home)
}

async function deployment(t: TestContext) {
  const folder = temporaryFolder(t)
  const data = join(folder, 'data')
  const seals = await everySeal(t, folder)
  const namingOf = (kind: string): Naming => seals[kind] ?? assert.fail(kind)
  const kinds = Object.keys(seals)
  const first = namingOf('passphrase')
  const init = await runKeyhaven(['init', '--data', data, ...first.present])
  assert.equal(init.status, 0, init.stderr)
  const reseal = async (from: string, to: string): Promise<void> => {
    const [present, next] = [namingOf(from), namingOf(to)]
    const words = ['reseal', '--data', data, ...present.present, ...next.next]
    const { stdout, stderr } = await runKeyhaven(words, { env: { ...present.presentEnv, ...next.nextEnv } })
    assert.ok(stdout.includes(`opens with the new ${to} secret only`), `${from} to ${to}: ${stderr}`)
    const shares = [...stdout.matchAll(/KHS1-\S+/g)].map(([share]) => share)
    if (to === 'shamir') writeFileSync(join(folder, 'shares'), shares.slice(1).join('\n'), { mode: 0o600 })
  }
  return { data, kinds, namingOf, reseal }
}

test('the way along every pair goes along every pair, once', () => {
  const way = everyPair(['a', 'b', 'c', 'd'])
  const pairs = way.slice(1).map((kind, index) => `${way[index]}${kind}`)
  assert.equal(pairs.length, 12)
  assert.equal(new Set(pairs.filter(([from, to]) => from !== to)).size, 12)
})

test('every seal is changed to every other one under a running server, which then opens with that', async (t) => {
  const { data, kinds, namingOf, reseal } = await deployment(t)
  const server = await startKeyhaven(['server', '--data', data, ...namingOf('passphrase').present])
  const way = everyPair(kinds)
  for (const [index, to] of way.slice(1).entries()) {
    await reseal(way[index] ?? '', to)
    await askOperator(data, { command: 'seal' })
    const secret = namingOf(to).secret()
    const { state, seal } = await askOperator(data, { command: 'unseal', ...(secret === undefined ? {} : { secret }) })
    assert.deepEqual([state, seal], ['unsealed', to])
  }
  assert.equal((await server.stop()).status, 0)
})

test('every seal is changed without a server, too, and opens the next start', async (t) => {
  const { data, kinds, namingOf, reseal } = await deployment(t)
  const way = [...kinds, kinds[0] ?? '']
  for (const [index, to] of way.slice(1).entries()) {
    await reseal(way[index] ?? '', to)
    const { present, presentEnv = {} } = namingOf(to)
    const server = await startKeyhaven(['server', '--data', data, ...present], { env: presentEnv })
    assert.equal((await server.stop()).status, 0)
  }
})

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, type TestContext, test } from 'node:test'
import { temporaryFolder } from './kit/audit.ts'
import { kmsSealFile } from './kit/kms-seal-file.ts'
import { runKeyhaven, type SpawnOptions, spawnServer } from './kit/process.ts'
import { startTestServer, type TestServer } from './kit/server.ts'
import { makeToken, softHsmMissing, tokenSealFile } from './kit/soft-hsm.ts'

const unit = readFileSync(join(import.meta.dirname, '../deploy/systemd/keyhaven.service'), 'utf8')
/** The flags of Node in the service unit. */
const unitFlags = /^ExecStart=\S+ ((?:--\S+ )+)\S+keyhaven\.js server/m.exec(unit)?.[1]?.trim().split(' ') ?? []

const passphrase = 'correct horse battery staple'
const secret = 'ab'.repeat(32)

/** How a start gets at the root secret. */
interface Opening {
  readonly kind: 'passphrase' | 'key-file' | 'environment' | 'shamir' | 'kms' | 'pkcs11'
  readonly flags?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  readonly descriptor3?: string
  readonly isByHand?: boolean
}

const folder = mkdtempSync(join(tmpdir(), 'keyhaven-hardened-'))

function fileWith(text: string): string {
  const path = join(mkdtempSync(join(folder, 'file-')), 'secret')
  writeFileSync(path, text, { mode: 0o600 })
  return path
}

const openings: Readonly<Record<string, () => Opening>> = {
  'a passphrase file': () => ({ kind: 'passphrase', flags: ['--passphrase-file', fileWith(passphrase)] }),
  'a passphrase descriptor': () => ({ kind: 'passphrase', flags: ['--passphrase-fd', '3'], descriptor3: passphrase }),
  'a passphrase by hand': () => ({ kind: 'passphrase', isByHand: true }),
  'a key file': () => ({ kind: 'key-file', flags: ['--key-file', fileWith(secret)] }),
  'an environment variable': () => ({ kind: 'environment', env: { KEYHAVEN_ROOT_KEY: secret } }),
  'shares in a file of the configuration': () => ({
    kind: 'shamir',
    flags: ['--config', fileWith(JSON.stringify({ sharesFile: join(folder, 'shares') }))],
  }),
  'another KMS': () => ({ kind: 'kms', flags: ['--seal-file', join(folder, 'kms.json')] }),
  'another KMS, with several workers': () => ({
    kind: 'kms',
    flags: ['--workers', '2'],
    env: { KEYHAVEN_SEAL_FILE: join(folder, 'kms.json') },
  }),
  ...(softHsmMissing === undefined
    ? {
        'a token': () => ({
          kind: 'pkcs11' as const,
          env: { KEYHAVEN_SEAL_FILE: join(folder, 'hsm.json'), SOFTHSM2_CONF: join(folder, 'softhsm2.conf') },
        }),
      }
    : {}),
  'a root key descriptor': () => ({ kind: 'environment', flags: ['--root-key-fd', '3'], descriptor3: secret }),
}

const protections: Readonly<Record<string, readonly string[]>> = {
  'no flags': [],
  'the flags of the service unit': unitFlags,
  'a secure heap that is too small for Argon2': ['--secure-heap=65536'],
}

/** Another Node than this one, as a system may have it. */
const olderNode = (process.env.PATH ?? '')
  .split(':')
  .filter((folder) => !folder.includes('node_modules'))
  .map((folder) => join(folder, 'node'))
  .find((file) => existsSync(file) && majorOf(file) < 26)

function majorOf(node: string): number {
  return Number.parseInt(execFileSync(node, ['-p', 'process.versions.node'], { encoding: 'utf8' }), 10)
}

/** A data directory sealed in this way; made once, since making one is what takes long. */
const made = new Map<string, string>()
async function sealedBy(kind: Opening['kind']): Promise<string> {
  const flags = {
    passphrase: ['--passphrase-file', fileWith(passphrase)],
    'key-file': ['--key-file', fileWith(secret)],
    environment: [],
    shamir: ['--shares', '3', '--threshold', '2'],
    kms: ['--seal-file', join(folder, 'kms.json')],
    pkcs11: ['--seal-file', join(folder, 'hsm.json')],
  }[kind]
  const env: Record<string, string> = kind === 'environment' ? { KEYHAVEN_ROOT_KEY: secret } : {}
  const data = mkdtempSync(join(folder, 'data-'))
  const init = await runKeyhaven(['init', '--data', data, ...flags], { env })
  assert.match(init.stdout, new RegExp(`sealed by ${kind}`), init.stderr)
  if (kind === 'shamir')
    writeFileSync(join(folder, 'shares'), (init.stdout.match(/KHS1-\S+/g) ?? []).join('\n'), { mode: 0o600 })
  return data
}

async function opens(t: TestContext, { kind, flags = [], isByHand, ...rest }: Opening, options: SpawnOptions) {
  const data = join(temporaryFolder(t), 'data')
  cpSync(made.get(kind) ?? '', data, { recursive: true })
  const announcement = isByHand ? 'Keyhaven is sealed' : 'Keyhaven is ready'
  const server = await spawnServer(t, ['server', '--data', data, ...flags], { ...options, ...rest }, announcement)
  if (isByHand) {
    const words = ['unseal', '--data', data, '--passphrase-file', fileWith(passphrase), '--json']
    const { stdout, stderr } = await runKeyhaven(words)
    assert.equal(JSON.parse(stdout || '{}').State, 'unsealed', stderr)
  }
  const { status, stderr } = await server.stop()
  assert.equal(status, 0, stderr)
}

test('the service unit has flags that protect', () => {
  assert.ok(unitFlags.some((flag) => flag.startsWith('--secure-heap=')))
  assert.ok(unitFlags.includes('--disable-sigusr1'))
})

describe('every seal opens under every protection, whichever Node starts the program', { concurrency: 2 }, () => {
  let other: TestServer
  before(async () => {
    other = await startTestServer()
    await kmsSealFile(other, join(folder, 'kms.json'))
    if (softHsmMissing === undefined) tokenSealFile(makeToken(folder), join(folder, 'hsm.json'))
    for (const kind of new Set(Object.values(openings).map((opening) => opening().kind)))
      made.set(kind, await sealedBy(kind))
  })
  after(async () => {
    await other.close()
    rmSync(folder, { recursive: true })
  })

  for (const [protection, nodeFlags] of Object.entries(protections))
    for (const [name, opening] of Object.entries(openings))
      test(`${name} with ${protection}`, (t) => opens(t, opening(), { nodeFlags }))
  for (const [name, opening] of Object.entries(openings))
    test(
      `${name} by an older Node`,
      {
        skip: olderNode === undefined && 'this machine has no older Node',
      },
      (t) => opens(t, opening(), { node: olderNode ?? '', nodeFlags: ['--secure-heap=65536'] }),
    )
})

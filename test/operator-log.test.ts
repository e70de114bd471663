import assert from 'node:assert/strict'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { before, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { NodeLease, nodes } from '../src/core/oversight/node-lease.ts'
import { passphraseSeal } from '../src/core/sealing/passphrase-seal.ts'
import { RamClient } from '../src/sdk/ram-client.ts'
import { type Config, configSchema } from '../src/server/config/schema.ts'
import type { LogFields } from '../src/server/log.ts'
import { operatorCommands } from '../src/server/operator/commands.ts'
import { openOperatorSocket } from '../src/server/operator/socket.ts'
import type { Service } from '../src/server/service.ts'
import { startService } from '../src/server/start-service.ts'
import { folderWith } from './kit/cli.ts'
import { ClientAuthority } from './kit/client-authority.ts'
import { PostgresPair } from './kit/postgres-pair.ts'
import { printedAccessKey } from './kit/printed.ts'
import { runKeyhaven } from './kit/process.ts'

/*
 * The lines that the guide promises to operators: each step hears those that belong to it, once, at their level, and in
 * the end all were heard.
 */
interface Line {
  readonly level: string
  readonly message: string
  readonly fields: LogFields
}

const guide = readFileSync(join(import.meta.dirname, '../docs/guides/operations.md'), 'utf8')
const promised = [...guide.matchAll(/^\| `([^`]+)` \| (info|warn|error) \|/gm)].map(([, text = '', level = '']) => ({
  text,
  level,
  pattern: new RegExp(`^${text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll('…', '.+')}$`),
}))

const [passphrase, other, wrong] = [
  'correct horse battery staple',
  'another horse battery staple',
  'no horse at all here',
]
const lines: Line[] = []
const heard = new Set<string>()
let read = 0

/** The promised lines since the last question. */
function news(): Line[] {
  const fresh = lines.slice(read)
  read = lines.length
  return fresh.filter(({ level, message }) => {
    const line = promised.find(({ pattern }) => pattern.test(message))
    if (line === undefined) return false
    assert.equal(level, line.level, message)
    heard.add(line.text)
    return true
  })
}

const messages = (): string[] => news().map(({ message }) => message)

let folder: string
let service: Service
let key: { readonly accessKeyId: string; readonly accessKeySecret: string }

const settings = (settings: Partial<Config> = {}): Config =>
  configSchema.parse({
    data: join(folder, 'data'),
    node: 'one',
    https: '127.0.0.1:0',
    auditReserveBytes: 0,
    ...settings,
  })

async function start(config: Config, seal?: string): Promise<Service> {
  const opening = seal === undefined ? undefined : passphraseSeal(seal)
  const write = (level: string, message: string, fields: LogFields = {}): void => {
    lines.push({ level, message, fields })
  }
  const started = await startService({ config, mode: 'production', seal: opening, log: { write } })
  started.own(await openOperatorSocket(config.data, operatorCommands(started), String))
  return started
}

async function command(...words: string[]): Promise<string> {
  const { status, stdout, stderr } = await runKeyhaven(words)
  assert.equal(status, 0, stderr)
  return stdout
}

const flags = (file: string, { data, store }: Config = settings()): string[] => [
  ...['--data', data, '--node', 'one', '--passphrase-file', join(folder, file)],
  ...(store === undefined ? [] : ['--store', store]),
]

before(async () => {
  folder = folderWith()
  writeFileSync(join(folder, 'passphrase'), passphrase, { mode: 0o600 })
  writeFileSync(join(folder, 'other'), other, { mode: 0o600 })
  const made = await command('init', ...flags('passphrase'))
  key = printedAccessKey(made)
})

const until = async (isSo: () => boolean): Promise<void> => {
  for (let attempt = 0; !isSo(); attempt++) {
    assert.ok(attempt < 600, lines.map(({ message }) => message).join('\n'))
    await pause(50)
  }
}

test('a start that waits for an operator, a wrong passphrase, the right one, and sealing', async () => {
  service = await start(settings())
  assert.deepEqual(messages(), [`listening, sealed: ${service.endpoint}`])
  await assert.rejects(service.unseal(() => passphraseSeal(wrong)))
  const [refused, ...more] = news()
  assert.deepEqual([refused?.message, refused?.fields.code, more], ['unsealing was refused', 'wrong-secret', []])
  await service.unseal(() => passphraseSeal(passphrase))
  assert.deepEqual(messages(), ['unsealed'])
  await service.seal()
  assert.deepEqual(messages(), ['sealed'])
  await service.unseal(() => passphraseSeal(passphrase))
  news()
})

test('who may do what is changed: by whom, and whose', async () => {
  const { endpoint, caFile } = service
  await using ram = new RamClient({ endpoint, caFile, ...key })
  await ram.createUser({ userName: 'carol' })
  await ram.attachPolicyToUser({ policyType: 'System', policyName: 'AliyunKMSReadOnlyAccess', userName: 'carol' })
  await ram.getUser({ userName: 'carol' })
  await assert.rejects(ram.createUser({ userName: 'carol' }))
  const changes = news()
  const shown = changes.map(({ message, fields: { action, accessKeyId, principal } }) => [
    message,
    action,
    accessKeyId,
    principal,
  ])
  const by = [key.accessKeyId, `acs:ram::${service.deployment.accountId}:root`]
  assert.deepEqual(shown, [
    ['who may do what was changed', 'CreateUser', ...by],
    ['who may do what was changed', 'AttachPolicyToUser', ...by],
  ])
  assert.match(changes[0]?.fields.resource ?? '', /carol/)
})

test('a backup, a new certificate, a new root secret and a new root key', async () => {
  const file = join(folder, 'backup')
  await command('backup', file, ...flags('passphrase'))
  const [made, ...others] = news()
  assert.deepEqual([made?.message, made?.fields.path, others], ['a backup was made', file, []])
  for (const name of ['server.pem', 'server-key.pem']) rmSync(join(folder, 'data/tls', name))
  await service.reload()
  assert.deepEqual(messages(), ['server certificate changed'])
  await command('reseal', ...flags('passphrase'), '--new-passphrase-file', join(folder, 'other'))
  assert.deepEqual(messages(), ['resealed: the root secret is now that of a passphrase seal'])
  await command('rotate-root-key', ...flags('other'))
  const rotated = ['a new root key takes over', 'the new root key has taken over; the former one is gone']
  assert.deepEqual(messages(), rotated)
})

test('a start that opens by itself', async () => {
  await service.close()
  const clientCaFile = join(folder, 'client-ca.pem')
  writeFileSync(clientCaFile, (await ClientAuthority.make()).ca)
  const strict = { clientCertificates: 'required', clientCaFile } as const
  const open = 'the port of the console demands no client certificate: an AccessKey alone signs in there'
  for (const [more, warnings] of [
    [{}, []],
    [{ ...strict, console: '127.0.0.1:0' }, [open]],
    [{ ...strict, console: '127.0.0.1:0', consoleClientCertificates: 'required' }, []],
    [{ ...strict, console: 'same' }, []],
  ] as const) {
    service = await start(settings(more), other)
    assert.deepEqual(messages(), [...warnings, `ready: ${service.endpoint}`])
    await service.close()
  }
})

/** A database on a busy machine may be away at any time: here lines are waited for, and others may come between. */
test('another database server becomes the primary, and another server takes the name of this one', async (t) => {
  await using pair = await PostgresPair.start()
  const config = settings({ data: join(folder, 'shared'), store: pair.url })
  await command('init', ...flags('passphrase', config))
  const shared = await start(config, passphrase)
  t.after(() => shared.close())
  const hear = (...wanted: RegExp[]): Promise<void> =>
    until(() => wanted.every((line) => lines.some(({ message }) => line.test(message))))
  const answers = (): Promise<boolean> =>
    shared.kms.records.get(nodes, 'none').then(
      () => true,
      () => false,
    )
  await pair.kill(pair.primary)
  // Nobody notices before somebody asks.
  while (await answers()) await pause(50)
  await pair.promote()
  while (!(await answers())) await pause(50)
  await hear(/ is at \S+ now, and no longer at /, /^the store is away/, /^the store is back$/)
  const self = { process: 'another', place: undefined, host: 'host', version: '1' }
  const lease = { records: shared.kms.records, name: 'one', self, leaseMs: 0, now: () => new Date() }
  await until(() => !shared.isSealed)
  await new NodeLease(lease).take()
  await shared.lost
  await hear(/^the name of this server is lost$/)
  const ofPrimary = messages().filter((message) => message.startsWith('The PostgreSQL database'))
  assert.equal(ofPrimary.length, 1, ofPrimary.join())
  await shared.close()
})

test('all that the guide promises was heard, and no secret with it', () => {
  assert.ok(promised.length > 10)
  assert.deepEqual(
    promised.map(({ text }) => text).filter((text) => !heard.has(text)),
    [],
  )
  const text = JSON.stringify(lines)
  for (const secret of [passphrase, other, wrong, key.accessKeySecret]) assert.ok(!text.includes(secret))
})

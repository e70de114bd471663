import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { promisify } from 'node:util'
import { Client } from '../src/sdk/client.ts'
import { segmentsAmong } from '../src/server/audit/folder.ts'
import { temporaryFolder } from './kit/audit.ts'
import { commandsOf } from './kit/guides.ts'
import { pathWithKeyhaven } from './kit/keyhaven-on-path.ts'
import { printedAccessKey } from './kit/printed.ts'
import { runKeyhaven, spawnKeyhaven, spawnServer, startKeyhaven } from './kit/process.ts'

/** Lines that change the machine; what production.md has of them, its own test plays. */
const ofTheMachine = /^(?:systemctl|npm|useradd|ln|chown|cp|install) /

const passphrase = 'correct horse battery staple'
/** A server on a free port that needs no more room on its disk than it has. */
const settings = { KEYHAVEN_HTTPS: '127.0.0.1:0', KEYHAVEN_AUDIT_RESERVE_BYTES: '0', KEYHAVEN_NODE: 'node-1' }

interface Surroundings {
  /** which deployment `/var/lib/keyhaven` stands for */
  readonly deployment?: string
  readonly env?: Readonly<Record<string, string>>
  /** what an operator types */
  readonly input?: string
}

test('every command of docs/guides/operations.md works, on deployments sealed as it says', async (t) => {
  const folder = temporaryFolder(t)
  for (const path of ['etc/keyhaven', 'run/secrets', 'var/lib', 'backup', 'mnt/archive', 'media', 'home'])
    mkdirSync(join(folder, path), { recursive: true })
  const at = (path: string): string => join(folder, path)
  const dataOf = (deployment: string): string => at(`var/lib/${deployment}`)
  const here = (text: string, deployment: string): string =>
    text
      .replace(/\/var\/lib\/keyhaven(?!-)/, dataOf(deployment))
      .replaceAll(/(?<=^|\s|<)\/(?=(?:etc|run|var|backup|mnt|media)\/)/g, `${folder}/`)
      .replace('0.0.0.0:8443', '127.0.0.1:0')

  const unheard = new Set(commandsOf('operations.md').flat())
  /** The lines of the block that has this text. */
  const block = (text: string): readonly string[] => {
    const lines = commandsOf('operations.md').find((each) => each.some((line) => line.includes(text))) ?? []
    for (const line of lines) unheard.delete(line)
    return lines.filter((line) => !ofTheMachine.test(line))
  }
  const wordsOf = (line: string, deployment: string): string[] =>
    [...here(line, deployment).matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? '').slice(1)
  const run = async (line: string, { deployment = 'by-file', env = {}, input }: Surroundings = {}) => {
    const words = wordsOf(line, deployment)
    const around = { env: { HOME: at('home'), ...settings, ...env }, cwd: at('home') }
    // What is typed comes from the standard input of a process.
    const { status, stdout, stderr } = await (input === undefined
      ? runKeyhaven(words, around)
      : spawnKeyhaven(words, { ...around, input }))
    assert.equal(status, 0, `${line}: ${stderr}`)
    return stdout
  }
  const served = (words: readonly string[], env: Readonly<Record<string, string>> = {}, text?: string) =>
    startKeyhaven(words, { env: { ...settings, ...env } }, text)
  writeFileSync(at('run/secrets/passphrase'), `${passphrase}\n`, { mode: 0o600 })
  const rootKey = '5b'.repeat(32)
  writeFileSync(at('run/secrets/root-key'), rootKey, { mode: 0o600 })

  const [byFile = '', byPassphrase = ''] = block('keyhaven init --data /var/lib/keyhaven --key-file')
  const made = await run(byFile)
  const { accessKeyId, accessKeySecret } = printedAccessKey(made)
  await run(byPassphrase, { deployment: 'by-passphrase', input: `${passphrase}\n` })
  await run('keyhaven init --data /var/lib/keyhaven', {
    deployment: 'by-environment',
    env: { KEYHAVEN_ROOT_KEY: rootKey },
  })

  await t.test('start, unseal, seal', async () => {
    const [server = '', status = '', unseal = '', seal = ''] = block('keyhaven unseal')
    const deployment = 'by-passphrase'
    const running = await served(wordsOf(server, deployment), {}, 'Keyhaven is sealed')
    assert.match(await run(status, { deployment }), /state +sealed/)
    await run(unseal, { deployment, input: `${passphrase}\n` })
    assert.match(await run(status, { deployment }), /state +unsealed/)
    await run(seal, { deployment })
    assert.match(await run(status, { deployment }), /state +sealed/)
    await running.stop()
  })

  await t.test('a descriptor opens a server', async (inner) => {
    const lines = block('--root-key-fd')
    for (const [index, deployment] of ['by-environment', 'by-passphrase'].entries()) {
      const [command = '', file = ''] = here(lines[index] ?? '', deployment).split(' 3<')
      const descriptor3 = readFileSync(file, 'utf8')
      await (await spawnServer(inner, command.split(' ').slice(1), { env: settings, descriptor3 })).stop()
    }
  })

  await t.test('back up, restore; another secret, another seal, another root key', async () => {
    for (const line of [...block('keyhaven restore'), ...block('/backup/before')]) await run(line)
    for (const line of block('keyhaven reseal')) await run(line)
  })

  const opened = {
    KEYHAVEN_DATA: dataOf('by-file'),
    KEYHAVEN_PASSPHRASE_FILE: at('run/secrets/passphrase'),
    KEYHAVEN_AUDIT_CHECKPOINT_FILE: at('media/checkpoints'),
  }
  const running = await served(['server'], opened)
  const [endpoint = ''] = /https:\/\/[^\s,]+/.exec(running.output().stdout) ?? []
  const caFile = join(dataOf('by-file'), 'tls/ca.pem')
  await using client = new Client({ endpoint, caFile, accessKeyId, accessKeySecret })

  await t.test('a profile, or four variables', async () => {
    const placed = (line: string): string =>
      line
        .replace(/(https:\/\/)?kms\.example\.com:8443/, endpoint)
        .replace(/(?:\/etc\/keyhaven\/)?ca\.pem/, caFile)
        .replace('SECRET=…', `SECRET=${accessKeySecret}`)
        .replace('LTAI…', accessKeyId)
    for (const line of block('keyhaven configure')) await run(placed(line), { input: `${accessKeySecret}\n` })
    const script = block('export KEYHAVEN_ENDPOINT').map(placed).join('\n')
    const { stdout } = await promisify(execFile)('sh', ['-euc', script], { env: { PATH: pathWithKeyhaven() } })
    assert.match(stdout, /alias\/Apollo\/WorkKey/)
  })

  await t.test('whether it is still in use', async () => {
    await client.createSecret({ secretName: 'app/token', versionId: 'v1', secretData: 's3cret' })
    await client.encrypt({ keyId: 'alias/Apollo/WorkKey', plaintext: 'x' })
    const env = {
      ...{ KEYHAVEN_ENDPOINT: endpoint, KEYHAVEN_CA_FILE: caFile },
      ...{ KEYHAVEN_ACCESS_KEY_ID: accessKeyId, KEYHAVEN_ACCESS_KEY_SECRET: accessKeySecret },
    }
    await run('keyhaven user create backup', { env })
    const [key = '', secret = '', accessKeys = ''] = block('keyhaven secret show')
    assert.match(await run(key, { env }), /Last used +\S+ by Encrypt/)
    await run(secret, { env })
    await run(accessKeys, { env })
  })

  await t.test('verify, ask and follow the audit log', async (inner) => {
    copyFileSync(join(dataOf('by-file'), 'audit/audit.pub'), at('media/audit.pub'))
    const lines = block('keyhaven audit tail')
    const follow = lines.at(-1) ?? ''
    for (const line of lines.slice(0, -1)) {
      const env = { KEYHAVEN_DATA: opened.KEYHAVEN_DATA }
      await run(line, { env, input: `${passphrase}\n` })
    }
    await (await spawnServer(inner, wordsOf(follow, ''), { env: { ...settings, ...opened } }, 'CreateSecret')).stop()
  })
  await running.stop()

  await t.test('accept what was lost', async () => {
    const audit = join(dataOf('by-file'), 'audit')
    const [last = ''] = segmentsAmong(readdirSync(audit)).slice(-1)
    truncateSync(join(audit, last), 0)
    for (const line of block('keyhaven audit accept-loss'))
      assert.match(await run(line, { env: opened }), /^Accepted: /)
  })

  await t.test('hand old files over, and verify all', async () => {
    const [server = '', left = '', all = '', ...others] = block('--audit-hand-over')
    const few = { KEYHAVEN_AUDIT_SEGMENT_BYTES: '65536', KEYHAVEN_AUDIT_KEEP_BYTES: '70000', ...opened }
    const words = wordsOf(server, 'by-file')
    const first = await served(words, few)
    const [address = ''] = /https:\/\/[^\s,]+/.exec(first.output().stdout) ?? []
    await using caller = new Client({ endpoint: address, caFile, accessKeyId, accessKeySecret })
    for (let round = 0; round < 4; round++)
      await Promise.all(Array.from({ length: 100 }, () => caller.describeRegions()))
    await first.stop()
    const audit = join(dataOf('by-file'), 'audit')
    const [oldest = ''] = segmentsAmong(readdirSync(audit))
    // A start hands over what is due.
    const second = await served(words, few)
    while (existsSync(join(audit, oldest))) await setTimeout(20)
    await second.stop()
    const env = { KEYHAVEN_DATA: opened.KEYHAVEN_DATA }
    assert.match(await run(left, { env }), /were handed over/)
    assert.doesNotMatch(await run(all, { env }), /were handed over/)
    const [archive = ''] = readdirSync(at('mnt/archive'))
    for (const line of others) await run(line.replace(/keyhaven\+\S+/, archive), { env })
  })

  await t.test(
    'send audit records elsewhere, and traces: a server serves also while the other end is away',
    async () => {
      writeFileSync(at('etc/keyhaven/logs.token'), 'a-token\n', { mode: 0o600 })
      copyFileSync(caFile, at('etc/keyhaven/ca.pem'))
      const lines = [...block('--audit-https'), ...block('--trace-endpoint')]
      assert.equal(lines.length, 3)
      for (const line of lines) {
        const away = line.replace(/(?:logs|syslog)\.example\.com(?::\d+)?|localhost:4318/, '127.0.0.1:1')
        await (await served(wordsOf(away, 'by-file'), { ...opened, KEYHAVEN_SHUTDOWN_SECONDS: '1' })).stop()
      }
    },
  )

  await t.test('what a unit of systemd needs', async () => {
    const [init = '', config = ''] = block('useradd')
    await run(init, { deployment: 'of-the-unit' })
    await promisify(execFile)('sh', ['-euc', here(config, '')])
    const printed = await run('keyhaven server --print-config', {
      env: { KEYHAVEN_CONFIG: at('etc/keyhaven/server.json') },
    })
    assert.match(printed, /kms\.example\.com/)
  })

  assert.deepEqual(
    [...unheard].filter((line) => !ofTheMachine.test(line)),
    [],
    'these lines of the guide are not gone through',
  )
})

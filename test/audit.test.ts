import assert from 'node:assert/strict'
import { cpSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import { Client } from '../src/sdk/client.ts'
import { chainStart } from '../src/server/audit/chain.ts'
import { encodeLine } from '../src/server/audit/line.ts'
import { queryAudit } from '../src/server/audit/query.ts'
import type { Log } from '../src/server/log.ts'
import { temporaryFolder } from './kit/audit.ts'
import { runKeyhaven, startKeyhaven } from './kit/process.ts'
import { startTestServer } from './kit/server.ts'

const server = (data: string) => startKeyhaven(['server', '--dev', '--data', data])
const audit = (data: string, ...words: string[]) => runKeyhaven(['audit', ...words, '--data', data])

/** The data folder of a server in development mode that made a few keys and stopped. */
async function usedFolder(t: TestContext): Promise<{ data: string; folder: string; segment: string }> {
  const data = temporaryFolder(t)
  const running = await server(data)
  await makeKeys(data)
  await running.stop()
  const folder = join(data, 'audit')
  return { data, folder, segment: join(folder, '00000001.log') }
}

async function makeKeys(data: string): Promise<void> {
  const { endpoint, accessKeyId, accessKeySecret, caFile } = JSON.parse(readFileSync(join(data, 'client.json'), 'utf8'))
  await using client = new Client({ endpoint, accessKeyId, accessKeySecret, caFile, retry: { attempts: 1 } })
  for (let count = 0; count < 5; count++) await client.createKey({})
}

/** The one line of a start that is refused. */
async function refusal(data: string): Promise<string> {
  const { status, stdout, stderr } = await runKeyhaven(['server', '--dev', '--data', data])
  assert.equal(status, 1)
  assert.equal(stdout, '')
  assert.match(stderr, /^keyhaven: [^\n]+\n$/)
  return stderr
}

/** Somebody rewrites history: CreateKey never happened, and the chain fits again. */
function forge(segment: string): void {
  const records = readFileSync(segment, 'utf8').trimEnd().split('\n')
  let end = chainStart
  let text = ''
  for (const line of records) {
    const { record } = JSON.parse(line)
    const action = record.action === 'CreateKey' ? 'ListKeys' : record.action
    const forged = encodeLine(end.seq, end.hash, record.node, { ...record, action }, () => 'AAAAAAAAAAAAAAAAAAAAAA==')
    text += `${forged.text}\n`
    end = { seq: end.seq + 1, hash: forged.hash }
  }
  writeFileSync(segment, text)
}

const firstCheckpoint = (folder: string): string =>
  /\n[^\n]+\n\d+\n[^\n]+\n\n[^\n]+\n\n/.exec(readFileSync(join(folder, 'checkpoints'), 'utf8'))?.[0] ?? ''

const wayOut = /Nothing is served until that is mended, or "keyhaven audit accept-loss --reason <text>" says that it is/

describe('a forged history', () => {
  test('is found by verify, refused by the next start, and never signed', async (t) => {
    const { data, folder, segment } = await usedFolder(t)
    assert.equal((await audit(data, 'verify', '--with-root-key')).status, 0)
    forge(segment)
    writeFileSync(join(folder, 'checkpoints'), firstCheckpoint(folder))
    rmSync(join(folder, 'state.json'))
    const before = readFileSync(segment)
    for (let start = 0; start < 2; start++) {
      const line = await refusal(data)
      assert.match(line, /the records up to 1 are not the ones that were signed/)
      assert.match(line, wayOut)
    }
    for (const words of [['verify'], ['verify', '--with-root-key']])
      assert.equal((await audit(data, ...words)).status, 1)
    assert.deepEqual(readFileSync(segment), before)
    assert.equal(readFileSync(join(folder, 'checkpoints'), 'utf8'), firstCheckpoint(folder))
  })

  test('that begins after the first checkpoint is found by the root key, and refused by the next start', async (t) => {
    const { data, folder, segment } = await usedFolder(t)
    const [first = ''] = readFileSync(segment, 'utf8').split('\n')
    forge(segment)
    const rest = readFileSync(segment, 'utf8').split('\n').slice(1)
    // the first record as it was, which the first checkpoint covers; its hash is that of no forgery
    let { hash } = JSON.parse(first)
    const lines = rest.filter(Boolean).map((text, index) => {
      const { record } = JSON.parse(text)
      const line = encodeLine(index + 2, hash, record.node, record, () => 'AAAAAAAAAAAAAAAAAAAAAA==')
      hash = line.hash
      return line.text
    })
    writeFileSync(segment, `${[first, ...lines].join('\n')}\n`)
    writeFileSync(join(folder, 'checkpoints'), firstCheckpoint(folder))
    rmSync(join(folder, 'state.json'))
    const offline = await audit(data, 'verify')
    // one interval explains these few records; verify says what it cannot know
    assert.equal(offline.status, 0)
    assert.match(
      offline.stdout,
      /1 checkpoint: .*\nNot covered by a checkpoint yet: the last \d+ records\. Whether they are/,
    )
    const { status, stdout } = await audit(data, 'verify', '--with-root-key')
    assert.equal(status, 1)
    assert.match(stdout, /was not written with the key of this deployment/)
    assert.match(await refusal(data), /the records up to \d+ are not the ones that were signed/)
  })

  test('without any checkpoint is not believed, nor does the next start make it so', async (t) => {
    const { data, folder, segment } = await usedFolder(t)
    forge(segment)
    for (const name of ['checkpoints', 'state.json', 'audit.pub']) rmSync(join(folder, name))
    assert.match(await refusal(data), /the records up to \d+ are not the ones that were signed/)
  })
})

describe('a log of which something is missing', () => {
  const cut: readonly [string, (folder: string, copy: string) => void][] = [
    ['cut to nothing', (folder) => truncateSync(join(folder, '00000001.log'), 0)],
    ['deleted', (folder) => rmSync(folder, { recursive: true })],
    [
      'put back to a copy',
      (folder, copy) => {
        rmSync(folder, { recursive: true })
        cpSync(copy, folder, { recursive: true })
      },
    ],
  ]
  for (const [what, act] of cut)
    test(`${what} is refused by the next start; once that is accepted, a new one says what was lost`, async (t) => {
      const { data, folder } = await usedFolder(t)
      const copy = join(data, 'copy')
      cpSync(folder, copy, { recursive: true })
      await (await server(data)).stop()
      act(folder, copy)
      assert.match(await refusal(data), /records? \d+ (?:to \d+ are|is) missing from .*\. Nothing is served until/)
      const words = ['accept-loss', '--reason', 'logrotate copied and truncated']
      const accepted = await audit(data, ...words)
      assert.equal(accepted.status, 0, accepted.stderr)
      assert.match(accepted.stdout, /^Accepted: records? \d+/)
      await (await server(data)).stop()
      const [told] = queryAudit(folder, { action: 'AuditLossAccepted' })
      assert.match(String(told?.resource), /^logrotate copied and truncated \(\S+: records? \d+ .* missing/)
      assert.equal((await audit(data, 'verify', '--with-root-key')).status, 0)
      const aside = readdirSync(data).filter((name) => name.startsWith('audit-'))
      assert.equal(aside.length, what === 'deleted' ? 0 : 1)
      assert.match((await audit(data, ...words)).stderr, /there is no loss to accept/)
    })

  test('a database put back to an older copy is refused too; the log goes on when that is accepted', async (t) => {
    const { data, folder } = await usedFolder(t)
    const database = join(data, 'keyhaven.db')
    const copy = readFileSync(database)
    await (await server(data)).stop()
    writeFileSync(database, copy)
    assert.match(
      await refusal(data),
      /the store knows \d+ records of .* of which \d+ were signed: it was put back to an/,
    )
    assert.equal((await audit(data, 'verify', '--with-root-key')).status, 1)
    const accepted = await audit(data, 'accept-loss', '--reason', 'restored the backup of Sunday', '--json')
    assert.equal(JSON.parse(accepted.stdout).SetAside, undefined)
    await (await server(data)).stop()
    assert.equal([...queryAudit(folder, { action: 'AuditLossAccepted' })].length, 1)
    assert.equal((await audit(data, 'verify', '--with-root-key')).status, 0)
  })

  test('a loss is not accepted while a server runs, nor without a reason', async (t) => {
    const data = temporaryFolder(t)
    const running = await server(data)
    assert.match((await audit(data, 'accept-loss', '--reason', 'x')).stderr, /another server is using/)
    await running.stop()
    assert.match((await audit(data, 'accept-loss', '--reason', ' ')).stderr, /needs a reason/)
    assert.match((await audit(data, 'accept-loss')).stderr, /--reason/)
    assert.match((await audit(join(data, 'none'), 'accept-loss', '--reason', 'x')).stderr, /holds no deployment/)
  })

  test('a server that starts sealed says so to who unseals it, and stays sealed', async (t) => {
    const data = temporaryFolder(t)
    const passphrase = join(temporaryFolder(t), 'passphrase')
    writeFileSync(passphrase, 'correct horse battery staple\n', { mode: 0o600 })
    const flags = ['--data', data, '--passphrase-file', passphrase]
    assert.equal((await runKeyhaven(['init', ...flags])).status, 0)
    await (await startKeyhaven(['server', ...flags])).stop()
    rmSync(join(data, 'audit'), { recursive: true })
    const sealed = await startKeyhaven(['server', '--data', data], {}, 'Keyhaven is sealed')
    const unsealing = await runKeyhaven(['unseal', ...flags])
    assert.equal(unsealing.status, 1)
    assert.match(unsealing.stderr, /^keyhaven: \w+: records? \d+ .* missing from .*accept-loss/)
    assert.equal(JSON.parse((await runKeyhaven(['status', '--data', data, '--json'])).stdout).State, 'sealed')
    await sealed.stop()
    const accepted = await runKeyhaven(['audit', 'accept-loss', '--reason', 'moved to another disk', ...flags])
    assert.equal(accepted.status, 0, accepted.stderr)
    await (await startKeyhaven(['server', ...flags])).stop()
    assert.equal((await runKeyhaven(['audit', 'verify', '--with-root-key', ...flags])).status, 0)
  })
})

describe('under a running server', () => {
  test('a truncated log refuses all calls for good, and health and log say so once', async (t) => {
    const lines: string[] = []
    const log: Log = {
      write: (level, message, fields) => void lines.push(`${level} ${message} ${fields?.error ?? ''}`),
    }
    const running = await startTestServer({ log })
    t.after(() => running.close())
    await running.service.startMetrics()
    await using client = new Client({ ...running, retry: { attempts: 1 } })
    const { keyMetadata } = await client.createKey({})
    const { ciphertextBlob } = await client.encrypt({ keyId: keyMetadata.keyId, plaintext: 'x' })
    const get = async (path: string) => {
      const answer = await fetch(`${running.httpEndpoint}${path}`)
      return { status: answer.status, text: await answer.text() }
    }
    truncateSync(join(running.data, 'audit/00000001.log'), 0)
    const calls = [
      () => client.encrypt({ keyId: keyMetadata.keyId, plaintext: 'x' }),
      () => client.decrypt({ ciphertextBlob }),
      () => client.createKey({}),
      () => client.listKeys(),
    ]
    for (const call of [...calls, ...calls])
      await assert.rejects(call(), { code: 'ServiceUnavailableTemporary', status: 503 })
    for (const path of ['/healthz', '/readyz']) {
      const { status, text } = await get(path)
      assert.deepEqual([status, JSON.parse(text).auditProblem], [503, 'damaged'])
    }
    assert.match((await get('/metrics')).text, /keyhaven_audit_healthy 0/)
    assert.equal(running.service.status().auditProblem, 'damaged')
    const told = lines.filter((line) => line.startsWith('error'))
    assert.equal(told.length, 1)
    assert.match(
      told[0] ?? '',
      /the audit log was changed: all calls are refused .*it has 0 bytes, not \d+.*accept-loss/,
    )
  })
})

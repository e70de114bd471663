import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { chmodSync, copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { after, before, type TestContext, test } from 'node:test'
import { promisify } from 'node:util'
import { temporaryFolder } from './kit/audit.ts'
import { pagesToRun } from './kit/guides.ts'
import { PostgresPair } from './kit/postgres-pair.ts'
import { runKeyhaven, spawnServer } from './kit/process.ts'

const root = join(import.meta.dirname, '..')
const unit = readFileSync(join(root, 'deploy/systemd/keyhaven.service'), 'utf8')

let pair: PostgresPair
before(async () => {
  pair = await PostgresPair.start()
})
after(() => pair[Symbol.asyncDispose]())

type MachineName = 'kms-1' | 'kms-2'

/** A machine whose files are below a folder, and on which systemd is played. */
class Machine {
  readonly folder: string
  readonly #t: TestContext
  readonly #name: MachineName
  #server: Awaited<ReturnType<typeof spawnServer>> | undefined

  constructor(t: TestContext, folder: string, name: MachineName) {
    this.folder = join(folder, name)
    this.#t = t
    this.#name = name
    mkdirSync(join(this.folder, 'etc/keyhaven'), { recursive: true })
    mkdirSync(join(this.folder, 'var/lib'), { recursive: true })
  }

  /** @returns the address that its server listens at, while it runs */
  get port(): string | undefined {
    return /https:\/\/[^\s,]+:(\d+)/.exec(this.#server?.output().stdout ?? '')?.[1]
  }

  here(text: string): string {
    return text.replaceAll(/(?<=^|\s|=|")\/(?=(?:etc|var\/lib)\/keyhaven|backup)/g, `${this.folder}/`)
  }

  async systemctl(verb: string): Promise<void> {
    if (verb === 'stop') {
      await this.#server?.stop()
      this.#server = undefined
      return
    }
    const [, words = ''] = /^ExecStart=.* \S+keyhaven\.js (.*)$/m.exec(unit) ?? []
    const [, credential = '', source = ''] = /^LoadCredential=([\w.]+):(\S+)$/m.exec(unit) ?? []
    const env = [...unit.matchAll(/^Environment=(\w+)=(.*)$/gm)].map(([, variable = '', value = '']) => [
      variable,
      this.here(value.replace('%S', '/var/lib').replace(`%d/${credential}`, source)),
    ])
    this.#server = await spawnServer(this.#t, this.here(words).split(' '), {
      env: { ...Object.fromEntries(env), KEYHAVEN_NODE: this.#name },
    })
  }
}

/** Programs of which this machine has no use: there is no account, and one machine is two. */
function played(t: TestContext): string {
  const folder = temporaryFolder(t)
  for (const [name, script] of [
    ['chown', 'exit 0'],
    ['scp', 'exec cp "$@"'],
  ]) {
    writeFileSync(join(folder, `${name}`), `#!/bin/sh\n${script}\n`)
    chmodSync(join(folder, `${name}`), 0o755)
  }
  return folder
}

/** Runs a command to its end. */
async function printedBy(command: string, where: { cwd: string; env: Record<string, string> }): Promise<string> {
  const [program, ...words] = (command.match(/"[^"]*"|\S+/g) ?? []).map((word) => word.replaceAll('"', ''))
  if (program !== 'keyhaven') {
    const { stdout } = await promisify(execFile)(program ?? '', words, where)
    return stdout
  }
  const { status, stdout, stderr } = await runKeyhaven(words, where)
  assert.equal(status, 0, `${command}: ${stderr}`)
  return stdout
}

/** The steps of the guide. */
const stepsOf = (page: string): readonly string[] =>
  readFileSync(join(root, 'docs/guides', page), 'utf8')
    .split(/^## \d\. /m)
    .slice(1)

const blocksIn = (section: string, language: string): readonly string[] =>
  [...section.matchAll(new RegExp(`^\`\`\`${language}\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map(([, text = '']) => text)

for (const page of pagesToRun('production'))
  test(`every command of docs/guides/${page} works, step by step`, async (t) => {
    const folder = temporaryFolder(t)
    const one = new Machine(t, folder, 'kms-1')
    const two = new Machine(t, folder, 'kms-2')
    const cwd = join(folder, 'administrator')
    mkdirSync(cwd)
    let env: Record<string, string> = { PATH: [played(t), process.env.PATH].join(delimiter), HOME: cwd }
    let accessKey: readonly string[] = []
    /** Runs a command on a machine, or where the administrator is, whom one name leads to a server that runs. */
    const run = async (line: string, machine?: Machine): Promise<string> => {
      const command = line.replace(/ +# .*$/, '')
      const [program, ...words] = command.split(' ')
      if (program === 'systemctl') {
        await machine?.systemctl(words[0] ?? '')
        return ''
      }
      if (program === 'export') {
        const told = words.map((word) => word.split('='))
        const [id, secret] = accessKey
        const given = {
          KEYHAVEN_ACCESS_KEY_ID: id,
          KEYHAVEN_ACCESS_KEY_SECRET: secret,
          KEYHAVEN_CA_FILE: join(cwd, 'ca.pem'),
        }
        env = {
          ...env,
          ...Object.fromEntries(told.map(([name = '', value]) => [name, Reflect.get(given, name) ?? value])),
        }
        return ''
      }
      const living = machine?.port ?? one.port ?? two.port
      const address = env.KEYHAVEN_ENDPOINT && { KEYHAVEN_ENDPOINT: `https://localhost:${living}` }
      const text = command
        .replaceAll(/(kms-\d):(?=\/)/g, `${folder}/$1`)
        .replace('https://localhost:8443', `https://localhost:${living}`)
      const stdout = await printedBy(machine?.here(text) ?? text, { cwd, env: { ...env, ...address } })
      accessKey = /AccessKeyId\s+(\S+)\s+AccessKeySecret\s+(\S+)/.exec(stdout)?.slice(1) ?? accessKey
      return stdout
    }
    const runAll = async (section = '', machine?: Machine): Promise<string> => {
      const printed: string[] = []
      for (const line of blocksIn(section, 'sh').join('').trim().split('\n')) printed.push(await run(line, machine))
      return printed.join('')
    }
    const [database = '', first = '', second, , administrators, key, backup, metrics, checks = ''] = stepsOf(page)

    for (const statement of blocksIn(database, 'sql').join('').trim().split('\n')) await pair.ask(statement)
    const [config = ''] = blocksIn(first, 'json')
    const store = `postgres://kms:secret@${new URL(pair.urlOf(0)).host},${new URL(pair.urlOf(1)).host}/kms`
    const here = config
      .replace('postgres://kms:secret@db1:5432,db2:5432/kms', store)
      .replace('0.0.0.0:8443', '127.0.0.1:0')
    assert.notEqual(here, config)
    writeFileSync(join(one.folder, 'etc/keyhaven/server.json'), here)
    assert.match(await runAll(first, one), /^state +unsealed$/m)
    assert.match(await runAll(second, two), /ok/)

    copyFileSync(join(one.folder, 'var/lib/keyhaven/tls/ca.pem'), join(cwd, 'ca.pem'))
    const nodes = [...(await runAll(administrators)).matchAll(/"Name": "(kms-\d)"/g)].map(([, name]) => name)
    assert.deepEqual(new Set(nodes), new Set(['kms-1', 'kms-2']))
    await runAll(key)
    assert.equal(readdirSync(join(cwd, 'shop')).length, 4)
    for (const machine of [one, two]) {
      assert.match(await runAll(backup, machine), /is whole/)
      assert.match(await runAll(metrics, machine), /^keyhaven_sealed 0$/m)
    }
    const looked: string[] = []
    for (const line of blocksIn(checks, 'sh').join('').trim().split('\n'))
      looked.push(await run(line, line.startsWith('keyhaven key') ? undefined : one))
    assert.match(looked[0] ?? '', /the log is what was written/)
    assert.match(looked[2] ?? '', /alias\/orders/)
    for (const machine of [one, two]) await machine.systemctl('stop')
  })

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { temporaryFolder } from './kit/audit.ts'
import { pagesToRun } from './kit/guides.ts'
import { PostgresPair } from './kit/postgres-pair.ts'
import { runKeyhaven, spawnServer } from './kit/process.ts'

let pair: PostgresPair
before(async () => {
  pair = await PostgresPair.start()
})
after(() => pair[Symbol.asyncDispose]())

for (const page of pagesToRun('several-nodes'))
  test(`every command of docs/guides/${page} works, in its order, with the database failing over where it says so`, async (t) => {
    const folder = temporaryFolder(t)
    for (const path of ['etc/keyhaven', 'var/lib']) mkdirSync(join(folder, path), { recursive: true })
    const here = (text: string): string =>
      text
        .replaceAll(/\/(?=(?:etc|var\/lib)\/keyhaven)/g, `${folder}/`)
        .replace('postgres://kms:secret@db1:5432,db2:5432/kms', pair.url)
        .replace(/127\.0\.0\.1:\d443/, '127.0.0.1:0')
    const guide = readFileSync(join(import.meta.dirname, '../docs/guides', page), 'utf8')
    const [, config = ''] = /^```json\n([\s\S]*?)^```$/m.exec(guide) ?? []
    writeFileSync(join(folder, 'etc/keyhaven/server.json'), here(config), { mode: 0o600 })
    const blocks = [...guide.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, text = '']) => text.trim().split('\n'))
    const endpoints: string[] = []
    let env: Record<string, string> = {}
    const run = async (command: string): Promise<string> => {
      const [program = '', ...words] = here(command).split(' ')
      if (program !== 'keyhaven') {
        assert.equal(spawnSync(program, words).status, 0, command)
        return ''
      }
      if (words[0] === 'server') {
        const { stdout } = (await spawnServer(t, words)).output()
        endpoints.push(/https:\/\/[^\s,]+/.exec(stdout)?.[0] ?? '')
        return ''
      }
      const { status, stdout, stderr } = await runKeyhaven(words, { env })
      assert.equal(status, 0, `${command}: ${stderr}`)
      return stdout
    }
    const [deployment = [], status = [], drill = [], afterwards = []] = blocks
    for (const command of deployment) {
      const printed = await run(command)
      const [, accessKeyId, accessKeySecret] = /AccessKeyId\s+(\S+)\s+AccessKeySecret\s+(\S+)/.exec(printed) ?? []
      if (!accessKeyId || !accessKeySecret) continue
      env = { KEYHAVEN_ACCESS_KEY_ID: accessKeyId, KEYHAVEN_ACCESS_KEY_SECRET: accessKeySecret }
    }
    const caFile = join(folder, 'var/lib/keyhaven-1/tls/ca.pem')
    const atBoth = async (commands: readonly string[]): Promise<string[]> => {
      const printed: string[] = []
      for (const endpoint of endpoints) {
        env = { ...env, KEYHAVEN_ENDPOINT: endpoint, KEYHAVEN_CA_FILE: caFile }
        for (const command of commands) printed.push(await run(command))
      }
      return printed
    }
    for (const printed of await atBoth(status))
      assert.deepEqual(
        JSON.parse(printed)
          .Nodes.map(({ Name }: { Name: string }) => Name)
          .sort(),
        ['kms-1', 'kms-2'],
      )
    const [create = '', show = ''] = drill
    env = { ...env, KEYHAVEN_ENDPOINT: endpoints[0] ?? '', KEYHAVEN_CA_FILE: caFile }
    await run(create)
    const before = await atBoth([show])
    await pair.kill(pair.primary)
    await pair.promote()
    const [first = '', ...more] = afterwards
    assert.deepEqual(await atBoth([first]), before)
    await atBoth(more)
    assert.equal(blocks.length, 4)
  })

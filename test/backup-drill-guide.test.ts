import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { temporaryFolder } from './kit/audit.ts'
import { pagesToRun } from './kit/guides.ts'
import { pathWithKeyhaven } from './kit/keyhaven-on-path.ts'
import { printedAccessKey } from './kit/printed.ts'
import { runKeyhaven, spawnServer } from './kit/process.ts'

for (const page of pagesToRun('backup-drill'))
  test(`every command of docs/guides/${page} works, in its order`, async (t) => {
    const folder = temporaryFolder(t)
    for (const path of ['etc/keyhaven', 'var/lib', 'backup', 'media', 'shell']) {
      mkdirSync(join(folder, path), { recursive: true, mode: 0o700 })
    }
    const here = (text: string): string =>
      text.replaceAll(/(?<=^|\s|=)\/(?=(?:etc|var\/lib)\/keyhaven|backup\/|media\/)/g, `${folder}/`)
    const place = ['--data', join(folder, 'var/lib/keyhaven'), '--key-file', join(folder, 'etc/keyhaven/root.key')]
    const { stdout } = await runKeyhaven(['init', ...place])
    const { accessKeyId: id, accessKeySecret: secret } = printedAccessKey(stdout)
    cpSync(join(folder, 'etc/keyhaven'), join(folder, 'media/safe'), { recursive: true })
    const served = async (words: readonly string[]): Promise<string> => {
      const server = await spawnServer(t, words)
      const [, port] = /https:\/\/[^\s,]+:(\d+)/.exec(server.output().stdout) ?? []
      return `https://localhost:${port}`
    }
    const cwd = join(folder, 'shell')
    let env: Record<string, string> = {
      ...{ PATH: pathWithKeyhaven(), HOME: cwd, KEYHAVEN_ACCESS_KEY_ID: id, KEYHAVEN_ACCESS_KEY_SECRET: secret },
      ...{
        KEYHAVEN_ENDPOINT: await served(['server', ...place]),
        KEYHAVEN_CA_FILE: join(place[1] ?? '', 'tls/ca.pem'),
      },
    }
    const printed: string[] = []
    const guide = readFileSync(join(import.meta.dirname, '../docs/guides', page), 'utf8')
    const lines = [...guide.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].flatMap(([, text = '']) => text.trim().split('\n'))
    let restored = ''
    for (const line of lines) {
      const [program, ...words] = here(line).replace('127.0.0.1:9443', '127.0.0.1:0').split(' ')
      if (program === 'keyhaven' && words[0] === 'server') restored = await served(words)
      else if (program === 'export') {
        const told = words.map((word) => word.replace('https://localhost:9443', restored).split('='))
        env = { ...env, ...Object.fromEntries(told) }
      } else {
        const ran = promisify(execFile)('sh', ['-euc', here(line)], { cwd, env })
        const output = await ran.catch(({ stderr }) => assert.fail(`${line}: ${stderr}`))
        printed.push(output.stdout + output.stderr)
      }
    }
    const all = printed.join('')
    for (const told of [/is whole/, /is damaged or was altered/, /^Restored to /m, /the log is what was written/])
      assert.match(all, told)
    for (const told of [/holds this very deployment/, /^it came back$/m, /too-late/]) assert.match(all, told)
    assert.equal(existsSync(join(folder, 'var/lib/keyhaven-drill')), false)
  })

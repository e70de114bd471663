import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { parse } from 'yaml'
import { folderWith } from './kit/cli.ts'
import { pagesToRun } from './kit/guides.ts'
import { pathWithKeyhaven } from './kit/keyhaven-on-path.ts'

const root = join(import.meta.dirname, '..')
const run = promisify(execFile)

interface Step {
  readonly env: Readonly<Record<string, string>>
  readonly run: string
}

interface Action {
  readonly inputs: Readonly<Record<string, { readonly default: string }>>
  readonly runs: { readonly steps: readonly Step[] }
}

/** Runs the steps as a runner does: inputs are put in, and what a step writes into files is what the next ones find. */
async function runAction(given: Readonly<Record<string, string>>) {
  const action: Action = parse(readFileSync(join(root, 'action.yml'), 'utf8'))
  const cwd = folderWith({ env: '', output: '', 'seed.yaml': 'keys: [{ id: seeded, aliases: [alias/orders] }]' })
  const input = (text: string): string =>
    text.replace(/\$\{\{ inputs\.(\w+) \}\}/g, (_, name: string) => given[name] ?? action.inputs[name]?.default ?? '')
  const base = {
    ...{ PATH: pathWithKeyhaven(), HOME: cwd, RUNNER_TEMP: cwd },
    ...{ GITHUB_ENV: join(cwd, 'env'), GITHUB_OUTPUT: join(cwd, 'output') },
  }
  for (const step of action.runs.steps) {
    const env = Object.fromEntries(Object.entries(step.env).map(([name, value]) => [name, input(value)]))
    await run('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', step.run], { env: { ...base, ...env }, cwd })
  }
  const lines = readFileSync(join(cwd, 'env'), 'utf8').trim().split('\n')
  const exported = Object.fromEntries(lines.map((line) => line.split(/=(.*)/s)))
  return { cwd, env: { ...base, ...exported } as Record<string, string> }
}

test('the steps of the action start a server that later steps find', async () => {
  const { cwd, env } = await runAction({ seed: 'seed.yaml', port: '0' })
  try {
    assert.match(env.KEYHAVEN_ENDPOINT ?? '', /^https:\/\/127\.0\.0\.1:\d+$/)
    const { stdout } = await run('keyhaven', ['kms', 'DescribeKey', '--KeyId', 'alias/orders'], { env, cwd })
    assert.equal(JSON.parse(stdout).KeyMetadata.KeyId, 'seeded')
    assert.match(readFileSync(join(cwd, 'output'), 'utf8'), /^log=.*keyhaven\.log\n$/)
  } finally {
    process.kill(Number(readFileSync(join(cwd, 'keyhaven-data/server.pid'), 'utf8')), 'SIGTERM')
  }
})

test('the action fails with what the server says when it cannot start', async () => {
  await assert.rejects(runAction({ seed: 'none.yaml', port: '0' }), /none\.yaml does not exist/)
})

for (const page of pagesToRun('testing'))
  test(`the GitLab job of ${page} runs its tests beside a server`, async () => {
    const text = readFileSync(join(root, 'docs/guides', page), 'utf8')
    const [, snippet = ''] = /`\.gitlab-ci\.yml`[^\n]*\n\n```yaml\n([\s\S]*?)^```$/m.exec(text) ?? []
    const { test: job }: { test: { script: readonly string[] } } = parse(snippet)
    const scripts = { test: 'node -e "console.log(process.env.KEYHAVEN_ENDPOINT)"' }
    const seed = 'keys: [{ id: seeded }]'
    const cwd = folderWith({ 'package.json': JSON.stringify({ scripts }), 'seed.yaml': seed })
    const env = { PATH: pathWithKeyhaven(), HOME: cwd }
    const { stdout } = await run('bash', ['-eo', 'pipefail', '-c', job.script.join('\n')], { env, cwd })
    assert.match(stdout, /^https:\/\/localhost:\d+$/m)
  })

import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { pagesToRun } from './kit/guides.ts'
import { jwkOf, newSigningKey, tokenOf } from './kit/issuer.ts'
import { programFile, runKeyhaven } from './kit/process.ts'
import { startTestServer, type TestServer } from './kit/server.ts'

/*
 * The guide as it is written: what stands after `$` as the administrator, the shell of each job with the environment that
 * the block before it gives. Of the platforms, only the tokens are made here.
 */
const github = 'https://token.actions.githubusercontent.com'
const gitlab = 'https://gitlab.example.com'
const cluster = 'https://kubernetes.default.svc.cluster.local'
const accountId = '1000000000000001'
const key = newSigningKey('platform')

interface Block {
  readonly language: string
  readonly text: string
}
const blocksOf = (guide: string): Block[] =>
  [
    ...readFileSync(join(import.meta.dirname, '../docs/guides', guide), 'utf8').matchAll(
      /^```(\w+)\n([\s\S]*?)^```$/gm,
    ),
  ].map(([, language = '', text = '']) => ({ language, text }))

/** The variables of a job or container, in either notation. */
function variablesIn(yaml: string): Record<string, string> {
  const plain = yaml.matchAll(/^ +([A-Z_]+): (\S+)$/gm)
  const flow = yaml.matchAll(/\{ name: ([A-Z_]+), value: "?([^"\s]+)"? \}/g)
  return Object.fromEntries([...plain, ...flow].map(([, name = '', value = '']) => [name, value]))
}

const token = (iss: string, sub: string): string => {
  const now = Math.floor(Date.now() / 1000)
  return tokenOf(key, { iss, sub, aud: 'keyhaven', iat: now, nbf: now, exp: now + 300 })
}

/** Programs that the shell finds: this `keyhaven`, and a `kubectl` of a cluster that signs with our key. */
function makePrograms(folder: string): string {
  const bin = join(folder, 'bin')
  mkdirSync(bin)
  const write = (name: string, text: string): void => {
    writeFileSync(join(bin, name), `#!/bin/sh\n${text}\n`)
    chmodSync(join(bin, name), 0o755)
  }
  write('keyhaven', `exec "${process.execPath}" "${programFile}" "$@"`)
  writeFileSync(join(folder, 'jwks.json'), JSON.stringify({ keys: [jwkOf(key)] }))
  write('kubectl', `test "$*" = 'get --raw /openid/v1/jwks' && cat "${folder}/jwks.json"`)
  return bin
}

async function shell(script: string, cwd: string, env: Readonly<Record<string, string>>): Promise<string> {
  const child = spawn('sh', ['-e', '-c', script], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Uint8Array) => {
      output += chunk
    })
  const [status] = await once(child, 'close')
  assert.equal(status, 0, `${script}\n${output}`)
  return output
}

async function asAdministrator(server: TestServer, cwd: string, block: string): Promise<number> {
  const env = {
    ...{ KEYHAVEN_ENDPOINT: server.endpoint, KEYHAVEN_CA_FILE: server.caFile },
    ...{ KEYHAVEN_ACCESS_KEY_ID: server.accessKeyId, KEYHAVEN_ACCESS_KEY_SECRET: server.accessKeySecret },
  }
  const commands = block.split('\n').flatMap((line) => (line.startsWith('$ keyhaven ') ? [line.slice(11)] : []))
  for (const command of commands) {
    const words = [...command.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? '')
    const { status, stderr } = await runKeyhaven(words, { env, cwd })
    assert.equal(status, 0, `${command}: ${stderr}`)
  }
  return commands.length
}

/** What a runner of GitHub asks for the token of its job. */
async function tokenService(): Promise<{ readonly url: string; close(): void }> {
  const service = createServer((request, response) => {
    const isAsked = request.url === '/token?api-version=2.0&audience=keyhaven'
    if (!isAsked || request.headers.authorization !== 'bearer of-the-job') return void response.writeHead(403).end()
    response.end(JSON.stringify({ value: token(github, 'repo:shop/web:ref:refs/heads/main') }))
  })
  await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve))
  const { port } = service.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}/token?api-version=2.0`, close: () => void service.close() }
}

const isMissing = (program: string): boolean => spawnSync(program, ['--version']).error !== undefined

for (const guide of pagesToRun('oidc')) {
  test(`what docs/guides/${guide} says is done, in its order, and each job reads the secret`, async (t) => {
    const missing = ['sh', 'curl', 'jq'].filter(isMissing)
    if (missing.length > 0) return t.skip(`the guide needs ${missing.join(', ')}`)
    const folder = mkdtempSync(join(tmpdir(), 'keyhaven-oidc-guide-'))
    await using held = new AsyncDisposableStack()
    held.defer(() => rmSync(folder, { recursive: true, force: true }))
    const PATH = `${makePrograms(folder)}:${process.env.PATH}`
    const blocks = blocksOf(guide)
    const scripts = blocks.filter(({ language }) => language === 'sh').map(({ text }) => text)
    const [ofGithub = '', ofGitlab = '', ofKeys = '', ofPod = ''] = scripts
    assert.equal(scripts.length, 4)

    await shell(ofKeys, folder, { PATH })
    const oidcKeysFile = join(folder, 'oidc-keys.json')
    const given = JSON.parse(readFileSync(oidcKeysFile, 'utf8'))
    assert.deepEqual(Object.keys(given), [cluster])
    // The two others would be asked: no test goes there.
    writeFileSync(oidcKeysFile, JSON.stringify({ ...given, [github]: given[cluster], [gitlab]: given[cluster] }))
    const server = held.adopt(await startTestServer({ config: { oidcKeysFile, accountId } }), (one) => one.close())

    const [policy = '', trust = ''] = blocks.filter(({ language }) => language === 'json').map(({ text }) => text)
    writeFileSync(join(folder, 'read-app-db.json'), policy)
    writeFileSync(join(folder, 'secret'), 'a password')
    await asAdministrator(server, folder, '$ keyhaven secret create app/db secret\n')
    let count = 0
    for (const { text } of blocks.filter(({ language }) => language === 'console'))
      count += await asAdministrator(server, folder, text)
    assert.equal(count, 11)
    writeFileSync(join(folder, 'trust.json'), trust)
    await asAdministrator(server, folder, '$ keyhaven role create by-hand --trust trust.json\n')

    const [github_ = '', gitlab_ = '', pod = ''] = blocks
      .filter(({ language }) => language === 'yaml')
      .map(({ text }) => text)
    const environment = (yaml: string): Record<string, string> => ({
      ...{ PATH, HOME: folder, ...variablesIn(yaml) },
      ...{ KEYHAVEN_ENDPOINT: server.endpoint, KEYHAVEN_CA_FILE: server.caFile },
    })
    const service = held.adopt(await tokenService(), (one) => one.close())
    const ofRunner = { ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'of-the-job', ACTIONS_ID_TOKEN_REQUEST_URL: service.url }
    await shell(ofGithub, folder, { ...environment(github_), ...ofRunner })
    const KEYHAVEN_TOKEN = token(gitlab, 'project_path:shop/web:ref_type:branch:ref:main')
    await shell(ofGitlab, folder, { ...environment(gitlab_), KEYHAVEN_TOKEN })
    const { ALIBABA_CLOUD_OIDC_TOKEN_FILE: mounted, ...ofContainer } = environment(pod)
    assert.equal(mounted, '/var/run/keyhaven/token')
    const tokenFile = join(folder, 'mounted')
    writeFileSync(tokenFile, token(cluster, 'system:serviceaccount:shop:web'))
    const read = await shell(ofPod, folder, { ...ofContainer, ALIBABA_CLOUD_OIDC_TOKEN_FILE: tokenFile })
    assert.equal(read.trim(), 'a password')
  })
}

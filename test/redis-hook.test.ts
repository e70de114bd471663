import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import { folderWith } from './kit/cli.ts'

const hook = join(import.meta.dirname, '../examples/redis-acl-hook.mjs')
const isInstalled = spawnSync('redis-server', ['--version']).status === 0

const ask = (request: object, ...servers: readonly string[]) =>
  spawnSync(process.execPath, [hook, ...servers], { input: JSON.stringify(request), encoding: 'utf8', timeout: 20_000 })

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  return typeof address === 'object' && address ? address.port : 0
}

test('the Redis hook of the examples connects to no server but those that its command names', () => {
  const value = '{"AccountName":"app","AccountPassword":"x"}'
  const named = ['redis.internal:6379', '10.0.0.1:6379']
  for (const CustomData of [
    { Endpoint: '127.0.0.1', Port: '25' },
    { Endpoint: 'redis.internal', Port: '22' },
    { Endpoint: 'redis.internal.evil', Port: '6379' },
    { Endpoint: '10.0.0.10', Port: '6379' },
    {},
  ]) {
    const { status, stderr, stdout } = ask({ action: 'test', config: { CustomData }, value }, ...named)
    assert.deepEqual([status, stdout], [1, ''])
    assert.match(stderr, /not one of those that the command names/)
  }
})

test('the Redis hook of the examples changes a password of a real Redis', {
  skip: isInstalled ? false : 'no redis-server',
}, async (t) => {
  const port = await freePort()
  const options = ['--port', String(port), '--save', '', '--requirepass', 'admin-password', '--bind', '127.0.0.1']
  const redis = spawn('redis-server', options, { cwd: folderWith(), stdio: ['ignore', 'pipe', 'inherit'] })
  t.after(() => redis.kill())
  let said = ''
  for await (const chunk of redis.stdout) {
    said += String(chunk)
    if (said.includes('Ready to accept connections')) break
  }
  const config = { AccountName: 'app', CustomData: { Endpoint: '127.0.0.1', Port: String(port) } }
  const account = (AccountPassword: string) => JSON.stringify({ AccountName: 'app', AccountPassword })
  const admin = JSON.stringify({ username: 'default', password: 'admin-password' })
  const server = `127.0.0.1:${port}`
  const tested = (password: string) => ask({ action: 'test', config, value: account(password) }, server).stdout
  assert.equal(tested('one'), '{"accepted":false}')
  for (const password of ['one', 'two']) {
    assert.equal(ask({ action: 'set', config, admin, next: account(password) }, server).status, 0)
    assert.equal(tested(password), '{"accepted":true}')
  }
  assert.equal(tested('one'), '{"accepted":false}')
  const wrong = JSON.stringify({ username: 'default', password: 'wrong' })
  assert.notEqual(ask({ action: 'set', config, admin: wrong, next: account('three') }, server).status, 0)
  assert.equal(tested('two'), '{"accepted":true}')
})

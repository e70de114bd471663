import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import { folderWith, keyhaven } from '../../../test/kit/cli.ts'
import { startKeyhaven } from '../../../test/kit/process.ts'

/** A port that was free just now. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

test('init --save writes the profile that commands use once the server runs, and shows no secret', async () => {
  const home = folderWith()
  const cwd = folderWith()
  const address = `127.0.0.1:${await freePort()}`
  const settings = ['--data', join(cwd, 'keyhaven-data'), '--https', address]
  const init = (...words: readonly string[]) =>
    keyhaven(['init', ...settings, '--key-file', join(home, 'root.key'), ...words], { home, cwd })
  const made = await init('--save')
  assert.equal(made.status, 0, made.err)
  const file = join(home, '.keyhaven/config.json')
  assert.equal(statSync(file).mode & 0o777, 0o600)
  const { current, profiles } = JSON.parse(readFileSync(file, 'utf8'))
  assert.deepEqual([current, profiles.length, profiles[0].endpoint], ['default', 1, `https://${address}`])
  assert.match(made.out, /The AccessKey, which may do everything in the account, is in profile "default" of /)
  assert.ok(made.out.includes(profiles[0].access_key_id))
  assert.ok(!made.out.includes(profiles[0].access_key_secret))

  const again = await init('--save')
  assert.deepEqual([again.status, again.err.split(':')[1]], [1, ' profileExists'])

  const flags = ['server', ...settings, '--key-file', join(home, 'root.key')]
  const server = await startKeyhaven(flags, {}, 'ready')
  try {
    const created = await keyhaven(['key', 'create'], { home, cwd })
    assert.deepEqual([created.status, created.err], [0, ''])
  } finally {
    await server.stop()
  }
})

test('init --save refuses what it could not keep, and shows what it cannot keep after all', async () => {
  const home = folderWith()
  const init = (...words: readonly string[]) =>
    keyhaven(['init', '--data', join(home, 'data'), '--key-file', join(home, 'root.key'), '--save', ...words], { home })
  const without = await init('--https', '127.0.0.1:0')
  assert.deepEqual(
    [without.status, without.err],
    [2, 'keyhaven: usage: --save needs to know where the server will be: give --https a port\n'],
  )
  writeFileSync(join(home, '.keyhaven'), 'no folder')
  const made = await init()
  assert.equal(made.status, 1)
  assert.match(made.out, /AccessKeySecret {2}\S{20}/)
  assert.match(made.err, /^keyhaven: \w+: .+\n$/)
})

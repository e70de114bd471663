import assert from 'node:assert/strict'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { accessKeyOf, against, envFor, folderWith, keyhaven } from '../../../test/kit/cli.ts'

const identity = { body: { AccountId: '1234567890123456', Arn: 'a', IdentityType: 'Account', RequestId: 'R' } }
const aliases = { body: { Aliases: { Alias: [] }, PageNumber: 1, PageSize: 100, TotalCount: 0, RequestId: 'R' } }

describe('keyhaven configure', () => {
  test('writes a profile that the other commands then use, and that only its owner can read', async () => {
    await against([identity, aliases], async (server) => {
      const home = folderWith()
      const words = ['configure', '--endpoint', server.endpoint, '--access-key-id', 'own-id']
      const outcome = await keyhaven(words, { home, stdin: 'own-secret\n' })
      assert.equal(outcome.err, '')
      assert.match(outcome.out, /Account\s+1234567890123456/)
      assert.doesNotMatch(outcome.out, /own-secret/)
      const file = join(home, '.keyhaven/config.json')
      assert.equal(statSync(file).mode & 0o777, 0o600)
      assert.deepEqual(readdirSync(join(home, '.keyhaven')), ['config.json'])
      assert.equal((await keyhaven(['alias', 'list'], { home })).err, '')
      assert.equal(accessKeyOf(server), 'own-id')
    })
  })

  test('leaves what else is in the file', async () => {
    const other = { name: 'other', mode: 'AK', access_key_id: 'x', access_key_secret: 'y', language: 'zh' }
    const before = { current: 'other', profiles: [other, { name: 'mine', mode: 'AK', language: 'en' }], meta_path: 'p' }
    const home = folderWith({ '.keyhaven/config.json': `\uFEFF${JSON.stringify(before)}` })
    const env = { KEYHAVEN_ACCESS_KEY_ID: 'id', KEYHAVEN_ACCESS_KEY_SECRET: 's' }
    const words = ['configure', '--no-check', '--profile', 'mine', '--endpoint', 'kms.example.com:8443', '--json']
    const outcome = await keyhaven(words, { home, env })
    assert.equal(outcome.err, '')
    assert.equal(JSON.parse(outcome.out).Server, 'kms.example.com:8443')
    const after = JSON.parse(readFileSync(join(home, '.keyhaven/config.json'), 'utf8'))
    assert.deepEqual([after.current, after.meta_path, after.profiles[0]], ['mine', 'p', other])
    const [, mine] = after.profiles
    assert.deepEqual([mine.endpoint, mine.access_key_id, mine.language], ['kms.example.com:8443', 'id', 'en'])
  })

  test('takes server and CA from a data folder', async () => {
    const data = folderWith({ 'client.json': '{"endpoint":"https://localhost:8443","caFile":"tls/ca.pem"}' })
    const home = folderWith()
    const env = { KEYHAVEN_ACCESS_KEY_ID: 'id', KEYHAVEN_ACCESS_KEY_SECRET: 's' }
    assert.equal((await keyhaven(['configure', '--no-check', '--data', data], { home, env })).err, '')
    const [profile] = JSON.parse(readFileSync(join(home, '.keyhaven/config.json'), 'utf8')).profiles
    assert.deepEqual([profile.endpoint, profile.ca_file], ['https://localhost:8443', join(data, 'tls/ca.pem')])
  })

  test('is what login does, too', async () => {
    const home = folderWith()
    const env = { KEYHAVEN_ACCESS_KEY_ID: 'id', KEYHAVEN_ACCESS_KEY_SECRET: 's' }
    const words = ['login', '--no-check', '--endpoint', 'kms.example.com']
    assert.equal((await keyhaven(words, { home, env })).err, '')
    assert.equal(JSON.parse(readFileSync(join(home, '.keyhaven/config.json'), 'utf8')).current, 'default')
  })

  test('writes nothing that does not work', async () => {
    const body = { Code: 'InvalidAccessKeyId.NotFound', Message: 'No such AccessKey.', RequestId: 'R' }
    await against([{ status: 404, body }], async (server) => {
      const home = folderWith()
      const outcome = await keyhaven(['configure'], { home, env: envFor(server), cwd: folderWith() })
      assert.match(outcome.err, /^keyhaven: usage: give --endpoint and --ca-file, or --data: .*\n$/)
      const refused = await keyhaven(['configure', '--endpoint', server.endpoint], { home, env: envFor(server) })
      assert.match(refused.err, /^keyhaven: InvalidAccessKeyId\.NotFound: .*--no-check writes them nevertheless\.\n$/)
      assert.deepEqual(readdirSync(home), [])
    })
  })

  test('says what is missing', async () => {
    const words = ['configure', '--endpoint', 'h']
    assert.match((await keyhaven(words)).err, /^keyhaven: usage: give --access-key-id, or set .*\n$/)
    assert.match((await keyhaven([...words, '--access-key-id', 'x'])).err, /^keyhaven: noSecret: .*\n$/)
  })
})

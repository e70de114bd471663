import assert from 'node:assert/strict'
import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { folderWith, keyhaven } from './kit/cli.ts'
import { pagesToRun } from './kit/guides.ts'
import { openssl, opensslMissing } from './kit/openssl.ts'
import { startTestServer, type TestServer } from './kit/server.ts'

let server: TestServer
before(async () => {
  server = await startTestServer()
})
after(() => server.close())

const guides = join(import.meta.dirname, '../docs/guides')
const partner = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ format: 'pem', type: 'spki' })

for (const guide of pagesToRun('signing'))
  test(`every command of docs/guides/${guide} works, in its order`, async (t) => {
    const text = readFileSync(join(guides, guide), 'utf8')
    const [, claims = ''] = /```json\n([\s\S]*?)```/.exec(text) ?? []
    const files = { 'claims.json': claims, 'message.txt': 'a message', 'partner.pem': partner.toString() }
    const cwd = folderWith({ ...files, 'app.tar': randomBytes(100_000), 'data.key': randomBytes(32) })
    const commands = text.split('\n').flatMap((line) => (line.startsWith('$ keyhaven ') ? [line.slice(11)] : []))
    assert.ok(commands.length > 20)
    for (const command of commands) {
      const { status, out, err } = await call(command, cwd)
      assert.equal(status, 0, `${command}: ${err}`)
      // the guide says that this file holds what the command printed
      if (command.startsWith('key public ')) writeFileSync(join(cwd, 'release.pem'), out)
      if (command === 'jwks') assert.ok(JSON.parse(out).keys.length > 0)
    }
    t.diagnostic(`${commands.length} commands`)
    assert.deepEqual(readFileSync(join(cwd, 'decrypted_data.key')), readFileSync(join(cwd, 'data.key')))
    for (const name of ['app.tar.sig', 'claims.json.jwt', 'first.exported', 'second.exported'])
      assert.ok(existsSync(join(cwd, name)), name)
    if (opensslMissing) t.diagnostic(opensslMissing)
    else opensslAccepts(cwd, text)
    // what the other language's guide makes again
    for (const alias of ['release', 'inbox', 'webhook', 'brought', 'vault']) await call(`alias delete ${alias}`, cwd)
  })

const call = (command: string, cwd: string) =>
  keyhaven(command.split(' '), {
    cwd,
    env: {
      KEYHAVEN_ENDPOINT: server.endpoint,
      KEYHAVEN_CA_FILE: server.caFile,
      KEYHAVEN_ACCESS_KEY_ID: server.accessKeyId,
      KEYHAVEN_ACCESS_KEY_SECRET: server.accessKeySecret,
    },
  })

/** The command of openssl that stands in the guide, as it stands there. */
function opensslAccepts(cwd: string, text: string): void {
  const [, words = ''] = /`openssl (dgst -sha256 [^`]+)`/.exec(text) ?? []
  const names = ['release.pem', 'app.tar.sig', 'app.tar']
  const files = Object.fromEntries(names.map((name) => [name, readFileSync(join(cwd, name))]))
  assert.match(String(openssl(words.split(' '), files)), /Verified OK/)
}

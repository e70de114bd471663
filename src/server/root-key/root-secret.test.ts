import assert from 'node:assert/strict'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { configuredSecret, type SecretSettings } from './root-secret.ts'

const folder = mkdtempSync(join(tmpdir(), 'keyhaven-root-secret-'))
after(() => rmSync(folder, { recursive: true }))
const data = join(folder, 'data')
mkdirSync(data)

let files = 0
function secretFile(content: string, { within = folder, mode = 0o600 } = {}): string {
  const path = join(within, `secret-${++files}`)
  writeFileSync(path, content)
  chmodSync(path, mode)
  return path
}

const settings: Readonly<Record<string, (path: string) => SecretSettings>> = {
  'passphrase file': (passphraseFile) => ({ data, passphraseFile }),
  'file of shares': (sharesFile) => ({ data, sharesFile }),
  'seal file': (sealFile) => ({ data, sealFile }),
  'key file': (keyFile) => ({ data, keyFile }),
}

for (const [what, naming] of Object.entries(settings))
  test(`a ${what} that cannot be used is told in one line, with why`, async () => {
    const refused = (path: string, why: string) =>
      assert.rejects(configuredSecret(naming(path), {}), ({ name, message }: Error) => {
        assert.equal(name, 'ConfigError')
        assert.ok(message.startsWith(`The ${what} ${path} ${why}`), message)
        assert.ok(!message.includes('\n'))
        return true
      })
    await refused(join(folder, 'missing'), 'cannot be read (ENOENT)')
    await refused(secretFile('x'.repeat(70_000)), 'is too long: it has ')
    if (process.platform !== 'win32') await refused(secretFile('x', { mode: 0o644 }), 'can be read by others')
    await refused(secretFile('x', { within: data }), 'is inside the data directory')
  })

test('the first line of a file is the passphrase', async () => {
  const secret = 'correct horse battery staple'
  const passphraseFile = secretFile(`\uFEFF${secret}\r\nnot this`)
  assert.deepEqual(await configuredSecret({ data, passphraseFile }, {}), { kind: 'passphrase', secret })
})

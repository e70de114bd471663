import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { jwkOf, newSigningKey, startIssuer } from '../../../test/kit/issuer.ts'
import { configSchema } from '../config/schema.ts'
import { issuerKeys } from './configured.ts'
import { keysFile } from './keys-file.ts'

const folder = mkdtempSync(join(tmpdir(), 'keyhaven-issuers-'))
after(() => rmSync(folder, { recursive: true, force: true }))

const written = (text: string): string => {
  const file = join(folder, 'keys.json')
  writeFileSync(file, text)
  return file
}
const opened = (settings: object, loopbackHttp = false) =>
  issuerKeys(configSchema.parse({ data: folder, ...settings }), undefined, loopbackHttp)
const issuerUrl = 'https://kubernetes.default.svc'

test('keys that are given by file need no network, and the file is read anew each time', async () => {
  const [first, next] = [newSigningKey('first', 'ES256'), newSigningKey('next', 'ES256')]
  const oidcKeysFile = written(JSON.stringify({ [issuerUrl]: { keys: [jwkOf(first)] } }))
  const issuer = { issuerUrl, fingerprints: ['ab'.repeat(20)] }
  assert.deepEqual(
    (await opened({ oidcKeysFile }).keysOf(issuer, 'first')).map((key) => key.kid),
    ['first'],
  )
  const given = keysFile(oidcKeysFile)
  written(JSON.stringify({ [issuerUrl]: { keys: [jwkOf(next)] } }))
  assert.deepEqual(given(issuerUrl), { keys: [jwkOf(next)] })
  assert.equal(given('https://other.example'), undefined)
})

test('a file that is missing or no list of key sets is refused at the start, saying what is wrong', () => {
  assert.throws(() => opened({ oidcKeysFile: join(folder, 'absent') }), /oidcKeysFile: .* cannot be read \(ENOENT\)/)
  assert.throws(() => opened({ oidcCaFile: join(folder, 'absent') }), /oidcCaFile: .* cannot be read \(ENOENT\)/)
  const cases = [
    ['{', /is not valid JSON/],
    ['[]', /is no JSON object of key sets by issuer/],
    [JSON.stringify({ [issuerUrl]: {} }), /https:\/\/kubernetes\.default\.svc: it is no key set/],
  ] as const
  for (const [text, reason] of cases) assert.throws(() => opened({ oidcKeysFile: written(text) }), reason)
})

test('an issuer on this machine is asked without TLS in development mode only', async () => {
  const server = await startIssuer()
  try {
    server.keys = [jwkOf(newSigningKey('k', 'ES256'))]
    const issuer = { issuerUrl: server.url, fingerprints: [] }
    const settings = { oidcHosts: '127.0.0.1:*' }
    assert.equal((await opened(settings, true).keysOf(issuer, 'k')).length, 1)
    await assert.rejects(opened(settings, false).keysOf(issuer, 'k'), { fault: 'unreachable' })
    assert.equal(server.asked.length, 2)
  } finally {
    await server.close()
  }
})

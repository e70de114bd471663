import assert from 'node:assert/strict'
import { execFile, spawnSync } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { startTestServer } from '../kit/server.ts'

/*
 * The official Go clients, unchanged. `go -C test/compatibility/go mod download` fetches them once; the test itself
 * works offline.
 */
const folder = mkdtempSync(join(tmpdir(), 'keyhaven-go-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
const program = join(folder, 'check')

function missing(): string | false {
  const source = join(import.meta.dirname, 'go')
  const env = { ...process.env, GOPROXY: 'off', GOFLAGS: '-mod=readonly' }
  const built = spawnSync('go', ['build', '-C', source, '-o', program, '.'], { encoding: 'utf8', env })
  if (built.error) return 'there is no go'
  return built.status === 0 ? false : 'the modules are not downloaded: go -C test/compatibility/go mod download'
}

test('the official Go clients, legacy and generated, work unchanged', {
  skip: missing(),
  timeout: 60_000,
}, async () => {
  const server = await startTestServer()
  try {
    const { privateKey } = generateKeyPairSync('rsa', {
      modulusLength: 2048,
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    })
    const env = {
      ...process.env,
      KEYHAVEN_HOST: new URL(server.httpEndpoint).host,
      KEYHAVEN_ACCESS_KEY_ID: server.accessKeyId,
      KEYHAVEN_ACCESS_KEY_SECRET: server.accessKeySecret,
      KEYHAVEN_PEM: privateKey,
    }
    const { stdout } = await promisify(execFile)(program, { env, timeout: 30_000 }).catch((failure) => {
      throw new Error(`the program failed:\n${failure.stdout}\n${failure.stderr}`)
    })
    assert.match(stdout, /all checks passed\n$/)
  } finally {
    await server.close()
  }
})

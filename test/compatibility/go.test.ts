import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { asTheCloud, passes, secretsClientEnvironment, secretsClients, withApplication } from './application.ts'

/*
 * The official Go SDKs, unchanged, in the versions of go/go.mod. `go -C test/compatibility/go mod download` fetches them
 * once into the module cache; the test itself works offline. Nothing is written beside the sources.
 */
const programs = [
  ['first', 'the first generation works over HTTP and HTTPS, in JSON and XML, and diagnoses a wrong secret'],
  ['second', 'the second generation works over HTTP and HTTPS, and with SM3'],
  ['instance', 'an issued ClientKey opens in Go, for the instance SDK and the transfer client across both gateways'],
  ['seal', 'the wrapper with which Vault and OpenBao unseal themselves works'],
] as const

const output = mkdtempSync(join(tmpdir(), 'keyhaven-go-'))
after(() => rmSync(output, { recursive: true, force: true }))

const go = (...parameters: readonly string[]) =>
  spawnSync('go', ['-C', join(import.meta.dirname, 'go'), ...parameters], {
    encoding: 'utf8',
    env: { ...process.env, GOPROXY: 'off', GOFLAGS: '-mod=readonly' },
  })

function built(program: string): string {
  const command = join(output, program)
  const { status, stderr } = go('build', '-o', command, `./${program}`)
  if (status !== 0) throw new Error(stderr)
  return command
}

/** Why nothing can be tested here. A program that does not compile although its modules are there is a failure. */
function missing(): string | false {
  if (spawnSync('go', ['version']).error) return 'go is not installed'
  const { status } = go('list', '-deps', './...')
  return status === 0 ? false : 'modules are missing: go -C test/compatibility/go mod download'
}

const skip = missing()

describe('official Go SDKs of both gateways', () => {
  for (const [program, promise] of programs) {
    test(promise, { skip }, async () => {
      const command = built(program)
      await withApplication((environment) => passes(command, [], environment))
    })
  }

  test('the SDKs, as written for the cloud, come here under keyhaven run', { skip }, async () => {
    const command = built('ascloud')
    await withApplication((environment) => passes(command, [], asTheCloud(environment)))
  })

  test('the secrets client reads secrets, with an AccessKey and with the ClientKey of an instance', {
    skip,
  }, async () => {
    const command = built('secrets')
    await withApplication(async (environment) => {
      // It takes a ClientKey for the public gateway to an address of the cloud, which no setting changes.
      for (const [name, way] of Object.entries(secretsClients))
        if (way !== 'client_key') await passes(command, [name], secretsClientEnvironment(environment, way))
    })
  })
})

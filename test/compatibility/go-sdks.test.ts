import { execFile, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { promisify } from 'node:util'
import { passes, withApplication } from './application.ts'

/*
 * The official Go SDKs, unchanged, in the versions of go-sdks/go.mod. KEYHAVEN_TEST_GO=1 opts in, because Go then downloads
 * them into its module cache; Go from 1.24 on must be installed. Nothing is written beside the sources.
 */
const programs = [
  ['first', 'the first generation works over HTTP and HTTPS, in JSON and XML, and diagnoses a wrong secret'],
  ['second', 'the second generation works over HTTP and HTTPS, and with SM3'],
  ['instance', 'an issued ClientKey opens in Go, for the instance SDK and the transfer client across both gateways'],
] as const

function missing(): string | false {
  if (process.env.KEYHAVEN_TEST_GO !== '1') return 'KEYHAVEN_TEST_GO is not 1'
  return spawnSync('go', ['version']).error ? 'go is not installed' : false
}

describe('official Go SDKs of both gateways', { skip: missing() }, () => {
  const output = mkdtempSync(join(tmpdir(), 'keyhaven-go-sdks-'))

  before(async () => {
    const module = new URL('go-sdks', import.meta.url).pathname
    await promisify(execFile)('go', ['build', '-o', `${output}/`, './...'], { cwd: module, timeout: 600_000 })
  })
  after(() => rmSync(output, { recursive: true, force: true }))

  for (const [program, promise] of programs) {
    test(promise, () => withApplication((environment) => passes(join(output, program), [], environment)))
  }
})

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { Service } from './service.ts'

interface Answer {
  readonly version?: string
  readonly healthz?: string
  readonly keyId?: string
  readonly stored?: string
  readonly text?: string
  readonly stale?: boolean
  readonly err?: string
}

/** What an API server does with its plugin, done by its own library: `k8s.io/apiserver`, unmodified. */
export async function checkLibrary(program: string, service: Service, report: (line: string) => void): Promise<void> {
  const child = spawn(program, [service.socket], { stdio: ['pipe', 'pipe', 'inherit'] })
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
  const ask = async (command: string): Promise<Answer> => {
    child.stdin.write(`${command}\n`)
    return JSON.parse((await lines.next()).value ?? '{}')
  }
  const store = async (text: string): Promise<string> => JSON.stringify((await ask(`store ${text}`)).stored)
  try {
    const { keyId, ...status } = await ask('status')
    assert.deepEqual(status, { version: 'v2', healthz: 'ok' })
    assert.deepEqual(await ask('generate'), { keyId })
    const before = await store('a secret of the cluster')
    assert.ok(!Buffer.from(JSON.parse(before), 'base64').includes('secret'))
    assert.deepEqual(await ask(`load ${before}`), { text: 'a secret of the cluster' })
    report(`library: stored and loaded under ${keyId}`)

    const next = await service.rotate()
    assert.deepEqual(await ask('generate'), { keyId: next })
    assert.equal((await ask('status')).keyId, next)
    const afterwards = await store('a secret of the cluster')
    assert.deepEqual(await ask(`load ${before}`), { text: 'a secret of the cluster', stale: true })
    assert.deepEqual(await ask(`load ${afterwards}`), { text: 'a secret of the cluster' })
    report(`library: rotated to ${next}; what was stored before is loaded, and known as stale`)

    await service.setUsable(false)
    assert.match((await ask(`load ${before}`)).err ?? '', /FailedPrecondition.*Rejected\.Disabled/)
    assert.match((await ask('status')).healthz ?? '', /^Rejected\.Disabled/)
    await service.setUsable(true)
    await service.endPlugin('SIGKILL')
    assert.match((await ask('status')).err ?? '', /Unavailable|DeadlineExceeded/)
    await service.startPlugin()
    let again = await ask(`load ${before}`)
    while (/Unavailable|DeadlineExceeded/.test(again.err ?? '')) again = await ask(`load ${before}`)
    assert.equal(again.text, 'a secret of the cluster')
    report('library: the key disabled is told; a plugin that was killed is back under the same socket')
  } finally {
    child.stdin.end()
    child.kill()
  }
}

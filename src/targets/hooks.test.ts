import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { folderWith } from '../../test/kit/cli.ts'
import { answering } from '../../test/kit/loopback-server.ts'
import { RotationFailure } from '../core/rotation-target.ts'
import { findTarget } from './find-target.ts'
import type { Hook } from './hooks.ts'

const now = () => new Date('2026-11-21T22:00:00Z')
const state = {
  ...{
    accountId: '1',
    secretName: 'redis',
    secretType: 'Redis',
    current: '{"AccountName":"app","AccountPassword":"old"}',
  },
  config: { SecretSubType: 'DoubleUsers', CustomData: { Hook: 'mine' } },
}

function targetWith(hook: Hook) {
  const randomBytes = (length: number) => crypto.getRandomValues(new Uint8Array(length))
  const target = findTarget({ allowedHosts: [], hooks: new Map([['mine', hook]]), randomBytes, now })(state)
  assert.ok(target)
  return target
}
const isFailure = (message: RegExp) => (error: unknown) =>
  error instanceof RotationFailure && message.test(error.message)

describe('a hook at an HTTP address', () => {
  const hookAt = (endpoint: string): Hook => ({
    url: `${endpoint}/hook`,
    hmacKey: 'k'.repeat(16),
    timeoutSeconds: 5,
    attempts: 2,
  })

  test('is asked with a signature over body and time, and its word counts', async (t) => {
    const server = await answering(
      { body: { next: 'made' } },
      { body: {} },
      { body: { accepted: true } },
      { body: { accepted: false } },
    )
    t.after(() => server.close())
    const target = targetWith(hookAt(server.endpoint))
    assert.equal(await target.prepare(state), 'made')
    await target.apply(state, 'made')
    assert.equal(await target.accepts(state, 'made'), true)
    assert.equal(await target.accepts(state, 'other'), false)
    assert.deepEqual(
      server.seen.map(({ body }) => JSON.parse(body).action),
      ['prepare', 'set', 'test', 'test'],
    )
    const { headers, body = '' } = server.seen[1] ?? {}
    const [, t1, v1] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(headers?.['x-keyhaven-signature'])) ?? []
    assert.equal(Number(t1), now().getTime() / 1000)
    assert.equal(v1, createHmac('sha256', 'k'.repeat(16)).update(`${t1}.${body}`).digest('hex'))
    assert.deepEqual(JSON.parse(body), {
      ...{
        action: 'set',
        secretName: 'redis',
        secretType: 'Redis',
        config: state.config,
        current: state.current,
        next: 'made',
      },
    })
  })

  test('that prepares nothing gets the current value with another password', async (t) => {
    const server = await answering({ body: '' })
    t.after(() => server.close())
    const next = JSON.parse(await targetWith(hookAt(server.endpoint)).prepare(state))
    assert.equal(next.AccountName, 'app')
    assert.match(next.AccountPassword, /^[A-Za-z0-9]{32}$/)
  })

  test('that fails is asked again, so often and no more; its words are not passed on', async (t) => {
    const server = await answering({ status: 500, body: 'the password is old' })
    t.after(() => server.close())
    await assert.rejects(targetWith(hookAt(server.endpoint)).apply(state, 'n'), isFailure(/^The hook answered 500\.$/))
    assert.equal(server.seen.length, 2)
  })

  test('that answers nonsense, sends on, or is not there is a failure', async (t) => {
    const server = await answering(
      { body: 'no' },
      { body: 'no' },
      { status: 302, headers: { location: '/x' }, body: '' },
    )
    const target = targetWith(hookAt(server.endpoint))
    await assert.rejects(target.accepts(state, 'x'), isFailure(/no JSON/))
    await assert.rejects(target.accepts(state, 'x'), isFailure(/cannot be reached/))
    await server.close()
    await assert.rejects(target.accepts(state, 'x'), isFailure(/cannot be reached/))
    t.diagnostic('refused after closing, too')
  })

  test('that answers without end is not read to it', async (t) => {
    const server = await answering({ body: 'x'.repeat(257 * 1024) })
    t.after(() => server.close())
    await assert.rejects(targetWith(hookAt(server.endpoint)).prepare(state), isFailure(/is too long/))
  })
})

describe('a hook that is a command', () => {
  const command = (script: string, timeoutSeconds = 20): Hook => ({
    command: ['sh', '-c', script],
    timeoutSeconds,
    attempts: 1,
  })

  test('reads the request from standard input and says what it has to say', async () => {
    const folder = folderWith()
    const target = targetWith(command(`cat > ${join(folder, 'seen')}; echo '{"accepted":true}'`))
    assert.equal(await target.accepts(state, 'value'), true)
    assert.equal(JSON.parse(readFileSync(join(folder, 'seen'), 'utf8')).value, 'value')
  })

  test('has none of this server’s environment', async () => {
    process.env.KEYHAVEN_TEST_SECRET = 'x'
    const target = targetWith(command('printf \'{"next":"%s"}\' "$KEYHAVEN_TEST_SECRET-"'))
    assert.equal(await target.prepare(state), '-')
    delete process.env.KEYHAVEN_TEST_SECRET
  })

  test('that fails, hangs, reads nothing, or does not exist is a failure', async () => {
    await assert.rejects(targetWith(command('exit 3')).apply(state, 'n'), isFailure(/^The hook ended with 3\.$/))
    await assert.rejects(targetWith(command('exec sleep 60', 1)).apply(state, 'n'), isFailure(/took too long/))
    // What it has started holds its output, and outlives it.
    for (const script of ['sleep 20; true', 'sleep 20 &'])
      await assert.rejects(targetWith(command(script, 1)).apply(state, 'n'), isFailure(/took too long/))
    const none: Hook = { command: ['/no/such/program'], timeoutSeconds: 5, attempts: 1 }
    await assert.rejects(targetWith(none).apply(state, 'n'), isFailure(/cannot be run/))
    await targetWith(command('exec <&-; true')).apply({ ...state, current: 'x'.repeat(200_000) }, 'n')
  })
})

test('a secret names what is configured and nothing else', () => {
  const find = findTarget({ allowedHosts: [], hooks: new Map(), randomBytes: () => new Uint8Array(), now })
  assert.equal(find(state), undefined)
  assert.equal(find({ ...state, config: {} }), undefined)
  assert.equal(find({ ...state, secretType: 'Rds', config: { CustomData: { Engine: 'SQLServer' } } }), undefined)
  assert.equal(find({ ...state, secretType: 'ECS', config: { CustomData: { Engine: 'MySQL' } } }), undefined)
  for (const Engine of ['MySQL', 'mariadb', 'PostgreSQL', undefined])
    assert.ok(find({ ...state, secretType: 'Rds', config: { CustomData: { Engine } } }))
})

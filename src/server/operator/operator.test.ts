import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdirSync, statSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import { temporaryFolder } from '../../../test/kit/audit.ts'
import { operatorAddress } from './address.ts'
import { askOperator } from './client.ts'
import { openOperatorSocket } from './socket.ts'

const skip = process.platform === 'win32' && 'no socket files here'
const describe = (error: unknown): string => (error instanceof SyntaxError ? 'not JSON' : 'failed')

test('an operator asks and gets the answer of the command', async (t) => {
  const data = temporaryFolder(t)
  const echo = ({ secret }: { secret?: string }) => ({ length: secret?.length })
  const server = await openOperatorSocket(data, { echo }, describe)
  t.after(() => server.close())
  assert.deepEqual(await askOperator(data, { command: 'echo', secret: 'öffne dich' }), { length: 10 })
  await assert.rejects(askOperator(data, { command: 'toString' }), { name: 'ConfigError', message: 'unknown command' })
})

test('the socket is for its owner only', { skip }, async (t) => {
  const data = temporaryFolder(t)
  const server = await openOperatorSocket(data, {}, describe)
  t.after(() => server.close())
  assert.equal(statSync(join(data, 'operator.sock')).mode & 0o777, 0o600)
})

test('a data directory with a path too long for a socket is served all the same', { skip }, async (t) => {
  const data = join(temporaryFolder(t), 'x'.repeat(120))
  mkdirSync(data)
  assert.ok(Buffer.byteLength(operatorAddress(data)) <= 103)
  const server = await openOperatorSocket(data, { ping: () => ({ pong: true }) }, describe)
  t.after(() => server.close())
  assert.deepEqual(await askOperator(data, { command: 'ping' }), { pong: true })
})

test('without a server, or without a data directory, one line says so', async (t) => {
  const data = temporaryFolder(t)
  await assert.rejects(askOperator(data, { command: 'status' }), { message: `no server is running on ${data}` })
  await assert.rejects(askOperator(join(data, 'no'), { command: 'status' }), { message: /there is no data directory/ })
})

test('a connection that could not be accepted, and a peer that breaks off, leave the socket as it was', async (t) => {
  const data = temporaryFolder(t)
  const answered = Promise.withResolvers<Record<string, never>>()
  const server = await openOperatorSocket(
    data,
    { wait: () => answered.promise, ping: () => ({ pong: true }) },
    describe,
  )
  t.after(() => server.close())
  // as Node does when accept(2) fails
  server.emit('error', new Error('accept EMFILE'))
  const gone = connect(operatorAddress(data))
  gone.write('{"command":"wait"}\n', () => gone.destroy())
  await once(gone, 'close')
  answered.resolve({})
  assert.deepEqual(await askOperator(data, { command: 'ping' }), { pong: true })
})

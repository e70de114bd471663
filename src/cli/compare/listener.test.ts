import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { compareListener } from './listener.ts'

test('a body that is too long is refused in words that reach whoever sent it', async (t) => {
  const server = compareListener({
    accessKeyId: 'id',
    answer: async ({ parameters }) => ({ status: 200, code: 'Success', body: parameters }),
  })
  t.after(() => server.close())
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  const call = 'Action=Encrypt&Version=2016-01-20&AccessKeyId=id&Plaintext='
  const send = async (init: RequestInit) => {
    const response = await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', ...init })
    const { RequestId: _, ...told } = (await response.json()) as Record<string, unknown>
    return { status: response.status, told }
  }
  const long = call + 'a'.repeat(2 * 1024 * 1024)
  const told = { Code: 'InvalidParameter', Message: 'the body is longer than 1048576 bytes' }
  // with its length, and in chunks
  assert.deepEqual(await send({ body: long }), { status: 400, told })
  assert.deepEqual(await send({ body: new Blob([long]).stream(), duplex: 'half' }), { status: 400, told })
  assert.deepEqual(await send({ body: `${call}short` }), { status: 200, told: { Plaintext: 'short' } })
})

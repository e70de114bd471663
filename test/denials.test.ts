import assert from 'node:assert/strict'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { Client } from '../src/sdk/client.ts'
import { RamClient } from '../src/sdk/ram-client.ts'
import { queryAudit } from '../src/server/audit/query.ts'
import { startTestServer } from './kit/server.ts'

test('a caller without any right does not fill the disk; what is permitted is recorded each time, also when it fails', async (t) => {
  const server = await startTestServer()
  t.after(() => server.close())
  const { endpoint, caFile } = server
  const once = { retry: { attempts: 1 } }
  await using admin = new Client({ ...server, ...once })
  await using ram = new RamClient({ ...server, ...once })
  await ram.createUser({ userName: 'nobody' })
  const { accessKey } = await ram.createAccessKey({ userName: 'nobody' })
  const { accessKeyId, accessKeySecret } = accessKey
  await using nobody = new Client({ endpoint, caFile, accessKeyId, accessKeySecret, ...once })
  const { keyMetadata } = await admin.createKey({})
  const { keyId } = keyMetadata
  const segment = join(server.data, 'audit/00000001.log')
  const before = statSync(segment).size
  const calls = [
    () => nobody.createKey({}),
    () => nobody.encrypt({ keyId, plaintext: 'x' }),
    () => nobody.disableKey({ keyId }),
  ]
  for (let round = 0; round < 100; round++)
    for (const call of calls) await assert.rejects(call(), { code: 'Forbidden.NoPermission' })
  const bytes = statSync(segment).size - before
  assert.ok(bytes < 3 * 1024, `${bytes} bytes`)

  for (let round = 0; round < 5; round++)
    await assert.rejects(admin.decrypt({ ciphertextBlob: Buffer.alloc(80) }), { name: 'ServiceError' })
  await server.service.seal()
  const records = [...queryAudit(join(server.data, 'audit'), { principal: 'user/nobody' })]
  assert.deepEqual(
    records.map(({ phase, action, count }) => [phase, action, count]),
    [
      ['response', 'CreateKey', undefined],
      ['response', 'Encrypt', undefined],
      ['response', 'DisableKey', undefined],
      ['response', 'CreateKey', 99],
      ['response', 'Encrypt', 99],
      ['response', 'DisableKey', 99],
    ],
  )
})

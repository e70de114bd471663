import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { Client } from '../src/sdk/client.ts'
import { openStore } from '../src/store/open-store.ts'
import { startTestServer, type TestServer } from './kit/server.ts'

/** Names of everything whose last use stands in the store of a server that is no longer running. */
async function keptIn({ data }: TestServer): Promise<readonly string[]> {
  const store = await openStore({ engine: 'sqlite', path: join(data, 'keyhaven.db') })
  const { items } = await store.list('last-use', {}, { offset: 0, limit: 100 })
  await store.close()
  return items.map(({ id }) => id)
}

async function useAKey(server: TestServer): Promise<string> {
  await using client = new Client({ ...server, retry: false })
  const { keyId } = (await client.createKey()).keyMetadata
  await client.encrypt({ keyId, plaintext: 'x' })
  return keyId
}

describe('what was used last is not lost', () => {
  test('when a server stops', async (context) => {
    const server = await startTestServer()
    context.after(() => rmSync(server.data, { recursive: true }))
    const keyId = await useAKey(server)
    await server.service.close()
    assert.deepEqual(new Set(await keptIn(server)), new Set([`key/${keyId}`, `access-key/${server.accessKeyId}`]))
    assert.deepEqual(server.problems, [])
  })

  test('when a server is sealed and then stops', async (context) => {
    const server = await startTestServer()
    context.after(() => rmSync(server.data, { recursive: true }))
    const keyId = await useAKey(server)
    await server.service.seal()
    await server.service.close()
    assert.ok((await keptIn(server)).includes(`key/${keyId}`))
    assert.deepEqual(server.problems, [])
  })
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { answering, type LoopbackAnswer } from '../../test/kit/loopback-server.ts'
import { operations } from '../api/operations.ts'
import { Client } from './client.ts'
import type { ConnectionOptions } from './connection-options.ts'
import { everyItem, listIn } from './every-item.ts'
import { RamClient } from './ram-client.ts'

async function asked(
  bodies: readonly object[],
  work: (options: ConnectionOptions) => Promise<void>,
): Promise<URLSearchParams[]> {
  const answers = bodies.map((body): LoopbackAnswer => ({ body: { RequestId: 'r', ...body } }))
  const server = await answering(...answers)
  try {
    await work({ endpoint: server.endpoint, accessKeyId: 'id', accessKeySecret: 'secret' })
    return server.seen.map(({ target, body }) => new URLSearchParams(body || target.replace(/^[^?]*\?/, '')))
  } finally {
    await server.close()
  }
}

test('every operation that lists has one list, whose items can be had', () => {
  const lists = operations.filter(({ name }) => /^(List|Query)/.test(name))
  assert.ok(lists.length > 20)
  assert.deepEqual(
    lists.filter(({ response }) => listIn(response) === undefined).map(({ name }) => name),
    [],
  )
})

test('pages that are counted are asked for one after the other, as large as they can be', async () => {
  const page = (PageNumber: number, ...ids: readonly string[]) => ({
    ...{ PageNumber, PageSize: 100, TotalCount: 101 },
    Keys: { Key: ids.map((KeyId) => ({ KeyId, KeyArn: 'arn' })) },
  })
  const found: string[] = []
  const requests = await asked([page(1, 'a', 'b'), page(2, 'c')], async (options) => {
    await using client = new Client(options)
    for await (const { keyId } of everyItem(client.listKeys)) found.push(keyId)
  })
  assert.deepEqual(found, ['a', 'b', 'c'])
  assert.deepEqual(
    requests.map((request) => [request.get('PageNumber'), request.get('PageSize')]),
    [
      [null, '100'],
      ['2', '100'],
    ],
  )
})

test('a list of RAM goes on at its marker, with what was asked for', async () => {
  const user = (UserName: string) => ({ UserName, UserId: '1', CreateDate: 'd', DisplayName: '', Comments: '' })
  const bodies = [
    { IsTruncated: true, Marker: 'm', Users: { User: [user('a')] } },
    { IsTruncated: false, Users: { User: [user('b')] } },
  ]
  const found: string[] = []
  const requests = await asked(bodies, async (options) => {
    await using ram = new RamClient(options)
    for await (const { userName } of everyItem(ram.listUsers, { maxItems: 1 })) found.push(userName)
  })
  assert.deepEqual(found, ['a', 'b'])
  assert.deepEqual(
    requests.map((request) => [request.get('Marker'), request.get('MaxItems')]),
    [
      [null, '1'],
      ['m', '1'],
    ],
  )
})

test('nothing is asked for that nobody takes', async () => {
  const body = { NextToken: 't', TagResources: { TagResource: [{ TagKey: 'a' }, { TagKey: 'b' }] } }
  const requests = await asked([body], async (options) => {
    await using client = new Client(options)
    for await (const _ of everyItem(client.listTagResources, { resourceType: 'key', regionId: 'cn-hangzhou' })) break
  })
  assert.equal(requests.length, 1)
})

test('what lists nothing is refused', async () => {
  await using client = new Client({ endpoint: '127.0.0.1:1', accessKeyId: 'a', accessKeySecret: 's' })
  for (const list of [client.describeKey, async () => ({}), undefined, 5])
    await assert.rejects(everyItem(list as typeof client.listKeys).next(), {
      code: 'invalidRequest',
      parameter: 'list',
    })
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Client } from './client.ts'
import { newestKeyVersion } from './newest-key-version.ts'

const version = (keyVersionId: string, second: number) => ({
  keyId: 'k',
  keyVersionId,
  creationDate: `2026-01-01T00:00:${String(second).padStart(2, '0')}Z`,
})

/** A service that lists versions in this order. */
const listing = (all: readonly ReturnType<typeof version>[]): Pick<Client, 'listKeyVersions'> => ({
  listKeyVersions: async ({ pageNumber = 1, pageSize = 10 }) => ({
    keyVersions: { keyVersion: all.slice((pageNumber - 1) * pageSize, pageNumber * pageSize) },
    pageNumber,
    pageSize,
    totalCount: all.length,
    requestId: 'r',
  }),
})

test('the newest version is found in either order, among those of one second, and on any page', async () => {
  const three = [version('a', 1), version('b', 2), version('c', 2)]
  const newest = (all: typeof three) => newestKeyVersion(listing(all), 'k')
  assert.equal(await newest(three), 'c')
  assert.equal(await newest(three.toReversed()), 'c')
  assert.equal(await newest([version('a', 1), version('b', 1)]), 'b')
  const many = Array.from({ length: 230 }, (_, index) => version(`v${index}`, Math.floor(index / 10)))
  assert.equal(await newest(many), 'v229')
  assert.equal(await newest(many.toReversed()), 'v229')
  assert.equal(await newest([]), undefined)
})

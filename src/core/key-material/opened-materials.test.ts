import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testKms } from '../../../test/kit/kms.ts'
import { KmsError } from '../errors.ts'
import { type KeyVersion, keyVersions } from '../keys/key.ts'
import type { Sealing, Stored } from '../records.ts'
import { type OpenedMaterialsOptions, openedMaterials } from './opened-materials.ts'

const body: KeyVersion = {
  accountId: '1000000000000001',
  keyId: 'key',
  keySpec: 'Aliyun_AES_256',
  keyUsage: 'ENCRYPT/DECRYPT',
  origin: 'Aliyun_KMS',
  createdAt: '2026-11-21T22:00:00Z',
}
const material = (fill: number) => new Uint8Array(32).fill(fill)
const isCode = (code: string) => (error: unknown) => error instanceof KmsError && error.code === code

/** A cache over real sealing that counts how often a secret is opened, and keeps what it handed out. */
async function fixture(options: Partial<OpenedMaterialsOptions> = {}) {
  const { kms, advance: advanceWall, records } = await testKms()
  const clock = { ms: 0 }
  const advance = (ms: number) => {
    clock.ms += ms
  }
  const opened: Uint8Array[] = []
  const sealing: Sealing = {
    derive: (label) => kms.sealing.derive(label),
    get isSealed() {
      return kms.sealing.isSealed
    },
    async open(kind, record) {
      const secret = await kms.sealing.open(kind, record)
      opened.push(secret)
      return secret
    },
  }
  const insert = (id: string, secret = material(1), changes: Partial<KeyVersion> = {}) =>
    kms.records.transaction((transaction) => transaction.insert(keyVersions, id, { ...body, ...changes }, secret))
  const cache = openedMaterials({ sealing, monotonicMs: () => clock.ms, ...options })
  const bytesOf = async (version: Stored<KeyVersion>) => {
    const key = await cache.open(keyVersions, version)
    return key.kind === 'symmetric' ? new Uint8Array(key.secret.export()) : undefined
  }
  return { kms, advance, advanceWall, records, cache, insert, bytesOf, opened }
}

test('material is opened once while it is used, and what it was read from is erased', async () => {
  const { insert, bytesOf, opened } = await fixture()
  const version = await insert('v')
  for (let n = 0; n < 3; n++) assert.deepEqual(await bytesOf(version), material(1))
  assert.equal(opened.length, 1)
  assert.ok(opened[0]?.every((byte) => byte === 0))
})

test('of many that need it at once only the first opens it', async () => {
  const { insert, cache, opened } = await fixture()
  const version = await insert('v')
  await Promise.all(Array.from({ length: 20 }, () => cache.open(keyVersions, version)))
  assert.equal(opened.length, 1)
})

test('material goes after its time, however much it is used, and sooner when nobody uses it', async () => {
  const { insert, cache, advance, opened } = await fixture()
  const version = await insert('v')
  await cache.open(keyVersions, version)
  for (let at = 0; at + 59_000 < 300_000; at += 59_000) {
    advance(59_000)
    await cache.open(keyVersions, version)
  }
  assert.equal(opened.length, 1)
  advance(5_000)
  await cache.open(keyVersions, version)
  assert.equal(opened.length, 2)
  advance(59_999)
  await cache.open(keyVersions, version)
  assert.equal(opened.length, 2)
  advance(60_000)
  await cache.open(keyVersions, version)
  assert.equal(opened.length, 3)
})

test('a clock that is set back does not keep material open for longer', async () => {
  const { insert, cache, advance, advanceWall, opened } = await fixture()
  const version = await insert('v')
  await cache.open(keyVersions, version)
  advanceWall(-86_400_000)
  advance(300_000)
  await cache.open(keyVersions, version)
  assert.equal(opened.length, 2)
})

test('a time of zero keeps nothing', async () => {
  for (const options of [{ ttlMs: 0 }, { idleMs: 0 }]) {
    const { insert, cache, opened } = await fixture(options)
    const version = await insert('v')
    await cache.open(keyVersions, version)
    await cache.open(keyVersions, version)
    assert.equal(opened.length, 2)
  }
})

test('material serves one revision of its record only', async () => {
  const { kms, insert, bytesOf } = await fixture()
  const first = await insert('v')
  assert.deepEqual(await bytesOf(first), material(1))
  const second = await kms.records.transaction((transaction) =>
    transaction.update(keyVersions, first, first.body, material(2)),
  )
  assert.deepEqual(await bytesOf(second), material(2))
  const emptied = await kms.records.transaction((transaction) =>
    transaction.update(keyVersions, second, second.body, null),
  )
  await assert.rejects(bytesOf(emptied), isCode('Rejected.PendingImport'))
})

test('no more is kept than asked for, the least recently used going first', async () => {
  const { insert, cache, opened } = await fixture({ maxEntries: 2 })
  const [a, b, c] = [await insert('a'), await insert('b'), await insert('c')]
  for (const version of [a, b, a, c, a]) await cache.open(keyVersions, version)
  assert.equal(opened.length, 3)
  await cache.open(keyVersions, b)
  assert.equal(opened.length, 4)
})

test('nothing opens while sealed, and nothing opened before comes back afterwards', async () => {
  const { records, insert, cache, opened } = await fixture()
  const version = await insert('v')
  await cache.open(keyVersions, version)
  const { rootKey } = records.keyring
  records.keyring.seal()
  await assert.rejects(cache.open(keyVersions, version), isCode('ServiceUnavailableTemporary'))
  cache.clear()
  records.keyring.unseal({ rootKey })
  await cache.open(keyVersions, version)
  assert.equal(opened.length, 2)
})

test('a failure is not kept: the next use looks again', async () => {
  const { insert, cache, bytesOf } = await fixture()
  const version = await insert('v')
  const moved = { ...version, body: { ...version.body, keyId: 'another' } }
  await assert.rejects(cache.open(keyVersions, moved), isCode('InternalFailure'))
  assert.deepEqual(await bytesOf(version), material(1))
})

test('material that is none of its spec is refused and erased', async () => {
  const { insert, cache, opened } = await fixture()
  const version = await insert('v', new Uint8Array(31).fill(1))
  await assert.rejects(cache.open(keyVersions, version), isCode('InternalFailure'))
  assert.ok(opened[0]?.every((byte) => byte === 0))
})

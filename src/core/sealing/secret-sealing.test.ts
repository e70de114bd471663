import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { testKms } from '../../../test/kit/kms.ts'
import { KmsError } from '../errors.ts'
import { recordKind, type Stored } from '../records.ts'

interface Credential {
  readonly accountId?: string
  readonly owner: string
  readonly note: string
}

import type { SubKeyLabel } from '../sub-key-labels.ts'

const credentials = recordKind<Credential>({
  name: 'credential',
  indexes: () => [],
  binding: ({ owner }) => [owner],
})
const body: Credential = { accountId: '1', owner: 'alice', note: 'first' }
const secret = new TextEncoder().encode('a secret of some length')

const isRefused = (error: unknown) => error instanceof KmsError && error.code === 'InternalFailure'

async function fixture() {
  const { kms, ...rest } = await testKms()
  const insert = (id: string, changes: Partial<Credential> = {}, bytes = secret) =>
    kms.records.transaction((transaction) => transaction.insert(credentials, id, { ...body, ...changes }, bytes))
  const open = async (record: Stored<Credential>) => new Uint8Array(await kms.sealing.open(credentials, record))
  return { kms, ...rest, insert, open }
}

describe('the secret of a record', () => {
  test('opens to the bytes that were sealed, of any length, and leaves the caller its buffer', async () => {
    const { insert, open } = await fixture()
    for (const length of [0, 1, 32, 5000]) {
      const bytes = new Uint8Array(length).fill(7)
      const record = await insert(`of ${length}`, {}, bytes)
      assert.deepEqual(await open(record), new Uint8Array(length).fill(7))
      assert.deepEqual(bytes, new Uint8Array(length).fill(7))
      assert.ok(!Buffer.from(record.sealed ?? []).includes(new Uint8Array(8).fill(7)))
    }
  })

  test('stays through an update, is replaced by another, and is destroyed by null', async () => {
    const { kms, insert, open, store } = await fixture()
    const first = await insert('a')
    const update = (record: Stored<Credential>, bytes?: Uint8Array | null) =>
      kms.records.transaction((transaction) => transaction.update(credentials, record, { ...body, note: 'new' }, bytes))
    const kept = await update(first)
    assert.deepEqual(await open(kept), secret)
    const replaced = await update(kept, new Uint8Array([1]))
    assert.deepEqual(await open(replaced), new Uint8Array([1]))
    const destroyed = await update(replaced, null)
    assert.equal(destroyed.sealed, undefined)
    assert.equal((await store.get('credential', 'a'))?.sealed, undefined)
    await assert.rejects(open(destroyed), isRefused)
  })

  test('refuses to be kept under a binding that it was not sealed to', async () => {
    const { kms, insert } = await fixture()
    const record = await insert('a')
    for (const change of [{ owner: 'bob' }, { accountId: '2' }]) {
      const work = kms.records.transaction((transaction) =>
        transaction.update(credentials, record, { ...body, ...change }),
      )
      await assert.rejects(work, TypeError)
    }
  })

  test('never opens in another place than its own', async () => {
    const { kms, insert, open, tampered } = await fixture()
    const record = await insert('a')
    const places: Stored<Credential>[] = [
      { ...record, id: 'b' },
      { ...record, body: { ...body, owner: 'bob' } },
      { ...record, body: { ...body, accountId: '2' } },
      { ...record, body: { owner: 'alice', note: 'first' } },
    ]
    await insert('of account 2', { accountId: '2' })
    for (const place of places) await assert.rejects(open(place), isRefused)
    const otherKind = recordKind<Credential>({ ...credentials, name: 'other' })
    await assert.rejects(kms.sealing.open(otherKind, record), isRefused)
    assert.equal(tampered.length, places.length + 1)
    assert.deepEqual(await open({ ...record, body: { ...body, note: 'not bound' } }), secret)
  })

  test('never opens once any byte of it is changed, cut off or added', async () => {
    const { insert, open } = await fixture()
    const record = await insert('a')
    const sealed = record.sealed ?? new Uint8Array()
    await fc.assert(
      fc.asyncProperty(fc.nat(sealed.length - 1), fc.integer({ min: 1, max: 255 }), async (index, flip) => {
        const altered = sealed.slice()
        altered[index] = (altered[index] ?? 0) ^ flip
        await assert.rejects(open({ ...record, sealed: altered }), isRefused)
        await assert.rejects(open({ ...record, sealed: sealed.subarray(0, index) }), isRefused)
        await assert.rejects(open({ ...record, sealed: Buffer.concat([sealed, new Uint8Array([flip])]) }), isRefused)
      }),
    )
  })

  test('does not open under the root key of another deployment', async () => {
    const { insert } = await fixture()
    const stranger = await fixture()
    const record = await insert('a')
    await stranger.insert('a')
    await assert.rejects(stranger.open(record), isRefused)
  })

  test('cannot be read by anybody once the key of its account is gone', async () => {
    const { insert, open, store, records } = await fixture()
    const record = await insert('a')
    await store.commit([{ type: 'delete', kind: 'kek', id: '1/1', revision: 1 }])
    assert.deepEqual(await open(record), secret)
    const { rootKey } = records.keyring
    records.keyring.seal()
    records.keyring.unseal({ rootKey })
    await assert.rejects(open(record), isRefused)
  })
})

test('every account has one key, also when its first secrets are sealed at once', async () => {
  const { insert, open, store } = await fixture()
  const written = await Promise.all(Array.from({ length: 5 }, (_, n) => insert(`a${n}`)))
  await insert('system', { accountId: undefined as unknown as string })
  const { items } = await store.list('kek', {}, { offset: 0, limit: 10 })
  assert.deepEqual(
    items.map(({ id }) => id),
    ['1/1', 'system/1'],
  )
  for (const record of written) assert.deepEqual(await open(record), secret)
})

test('two nodes that seal the first secret of an account at once can read each other', async () => {
  const node = await testKms({ seed: 'one root key' })
  const other = await testKms({ seed: 'one root key', store: node.store })
  const written = await Promise.all(
    [node, other].map(({ kms }, n) =>
      kms.records.transaction((transaction) => transaction.insert(credentials, `a${n}`, body, secret)),
    ),
  )
  for (const { kms } of [node, other]) {
    for (const record of written) assert.deepEqual(new Uint8Array(await kms.sealing.open(credentials, record)), secret)
  }
})

test('each label derives another key, the same one every time, and none of the sub-keys of sealing itself', async () => {
  const { kms } = await testKms()
  const derive = (label: SubKeyLabel) => Buffer.from(kms.sealing.derive(label)).toString('hex')
  assert.equal(derive('challenge').length, 64)
  assert.equal(derive('challenge'), derive('challenge'))
  assert.notEqual(derive('challenge'), derive('import-token'))
  assert.throws(() => derive('keyhaven/root/record-mac' as SubKeyLabel), RangeError)
})

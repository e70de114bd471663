import assert from 'node:assert/strict'
import { test } from 'node:test'
import { actor, answerOf } from '../../../test/kit/calls.ts'
import { importMaterial, sm2Parameters } from '../../../test/kit/import.ts'
import { GatedProcess } from '../../../test/kit/interleaving.ts'
import { testKms } from '../../../test/kit/kms.ts'
import { CreateAlias } from '../../api/aliases.ts'
import { DeleteKeyMaterial } from '../../api/key-material.ts'
import {
  CancelKeyDeletion,
  CreateKey,
  DescribeKey,
  DisableKey,
  EnableKey,
  ListKeyVersions,
  ScheduleKeyDeletion,
} from '../../api/keys.ts'
import { createAlias } from '../aliases/create-alias.ts'
import { encryptionCounts } from '../cryptography/encryption-counts.ts'
import { deleteKeyMaterial } from '../key-material/delete-key-material.ts'
import { importTokens } from '../key-material/import-token.ts'
import { aliases, aliasId } from '../keys/alias.ts'
import { cancelKeyDeletion } from '../keys/cancel-key-deletion.ts'
import { createKey } from '../keys/create-key.ts'
import { describeKey } from '../keys/describe-key.ts'
import { disableKey } from '../keys/disable-key.ts'
import { enableKey } from '../keys/enable-key.ts'
import { keys, keyTombstones, keyVersions } from '../keys/key.ts'
import { listKeyVersions } from '../keys/list-key-versions.ts'
import { scheduleKeyDeletion } from '../keys/schedule-key-deletion.ts'
import { type DueWork, runDueWork } from './schedule.ts'

const hour = 3_600_000
const day = 24 * hour
const material = Buffer.from('0123456789abcdef0123456789abcdef')

const rootKey = new Uint8Array(32)

async function fixture() {
  const { kms, advance, store } = await testKms({ rootKey })
  const account = actor(kms)
  const create = async (input = {}) => (await account(CreateKey, createKey, input)).keyMetadata.keyId
  return {
    ...{ kms, account, advance, create, store },
    rotating: () => create({ enableAutomaticRotation: true, rotationInterval: '7d' }),
    external: () => create({ origin: 'EXTERNAL' }),
    schedule: (keyId: string, pendingWindowInDays = 7) =>
      account(ScheduleKeyDeletion, scheduleKeyDeletion, { keyId, pendingWindowInDays }),
    describe: async (keyId: string) => (await account(DescribeKey, describeKey, { keyId })).keyMetadata,
    versionsOf: async (keyId: string) =>
      (await account(ListKeyVersions, listKeyVersions, { keyId })).keyVersions.keyVersion.length,
    run: async () => {
      const { rotated, deleted, expired, failed } = await runDueWork(kms)
      assert.deepEqual(failed, [])
      return [rotated.length, deleted.length, expired.length]
    },
    unixIn: (milliseconds: number) => Math.floor((kms.now().getTime() + milliseconds) / 1000),
  }
}

test('a key rotates when its time has come, not a second before, and once', async () => {
  const { rotating, run, advance, versionsOf, describe } = await fixture()
  const keyId = await rotating()
  advance(7 * day - 1000)
  assert.deepEqual(await run(), [0, 0, 0])
  advance(1000)
  assert.deepEqual(await run(), [1, 0, 0])
  assert.deepEqual(await run(), [0, 0, 0])
  assert.equal(await versionsOf(keyId), 2)
  const { lastRotationDate, creationDate } = await describe(keyId)
  assert.equal(Date.parse(lastRotationDate) - Date.parse(creationDate), 7 * day)
})

test('a key that missed several rotations rotates once and goes on from there', async () => {
  const { rotating, run, advance, describe, kms } = await fixture()
  const keyId = await rotating()
  advance(800 * day)
  assert.deepEqual(await run(), [1, 0, 0])
  const next = Date.parse((await describe(keyId)).nextRotationDate ?? '')
  assert.equal(next, Math.floor(kms.now().getTime() / 1000) * 1000 + 7 * day)
})

test('rotation waits while the key is disabled, and is made up for when it is enabled again', async () => {
  const { account, rotating, run, advance } = await fixture()
  const keyId = await rotating()
  await account(DisableKey, disableKey, { keyId })
  advance(30 * day)
  assert.deepEqual(await run(), [0, 0, 0])
  await account(EnableKey, enableKey, { keyId })
  assert.deepEqual(await run(), [1, 0, 0])
})

test('a key is deleted when its time has come, not a second before, with all that belongs to it', async () => {
  const { kms, account, external, schedule, run, advance } = await fixture()
  const keyId = await external()
  await importMaterial(account, keyId, material)
  await account(CreateAlias, createAlias, { aliasName: 'alias/doomed', keyId })
  await schedule(keyId)
  const { items } = await kms.records.list(keyVersions, { key: [keyId] }, { offset: 0, limit: 10 })
  advance(7 * day - hour)
  await sm2Parameters(account, keyId)
  advance(hour - 1000)
  assert.deepEqual(await run(), [0, 0, 0])
  advance(1000)
  assert.deepEqual(await run(), [0, 1, 0])
  assert.equal(await answerOf(account(DescribeKey, describeKey, { keyId })), 'Forbidden.KeyNotFound')
  assert.equal(await kms.records.get(keys, keyId), undefined)
  assert.equal(items.length, 1)
  for (const { id } of items) assert.equal(await kms.records.get(keyVersions, id), undefined)
  assert.equal(await kms.records.get(aliases, aliasId(kms.settings.accountId, 'alias/doomed')), undefined)
  assert.equal((await kms.records.list(importTokens, { key: [keyId] }, { offset: 0, limit: 1 })).total, 0)
  assert.deepEqual((await kms.records.get(keyTombstones, keyId))?.body, {
    accountId: kms.settings.accountId,
    deletedAt: `${kms.now().toISOString().slice(0, 19)}Z`,
  })
})

test('the alias of a deleted key is free again', async () => {
  const { account, create, schedule, run, advance } = await fixture()
  const keyId = await create()
  await account(CreateAlias, createAlias, { aliasName: 'alias/reused', keyId })
  await schedule(keyId)
  advance(7 * day)
  await run()
  const next = await create()
  assert.equal(await answerOf(account(CreateAlias, createAlias, { aliasName: 'alias/reused', keyId: next })), 'ok')
})

test('a cancelled deletion does not happen', async () => {
  const { account, create, schedule, run, advance } = await fixture()
  const keyId = await create()
  await schedule(keyId)
  await account(CancelKeyDeletion, cancelKeyDeletion, { keyId })
  advance(400 * day)
  assert.deepEqual(await run(), [0, 0, 0])
})

test('a deletion cancelled while it is being made either holds or comes too late, never half', async () => {
  const { kms, account, create, schedule, advance } = await fixture()
  for (let round = 0; round < 20; round++) {
    const keyId = await create()
    await schedule(keyId)
    advance(7 * day)
    const [done, answer] = await Promise.all([
      runDueWork(kms),
      answerOf(account(CancelKeyDeletion, cancelKeyDeletion, { keyId })),
    ])
    assert.equal(answer, done.deleted.length === 1 ? 'Forbidden.KeyNotFound' : 'ok')
    const { total } = await kms.records.list(keyVersions, { key: [keyId] }, { offset: 0, limit: 1 })
    assert.equal(total, done.deleted.length === 1 ? 0 : 1)
  }
})

test('imported material that has expired counts as gone at once, and the schedule destroys it', async () => {
  const { kms, account, external, run, advance, describe, unixIn } = await fixture()
  const keyId = await external()
  await importMaterial(account, keyId, material, { keyMaterialExpireUnix: unixIn(hour) })
  const before = await describe(keyId)
  assert.equal(before.keyState, 'Enabled')
  assert.equal(Date.parse(before.materialExpireTime), unixIn(hour) * 1000)
  advance(hour - 1000)
  assert.deepEqual(await run(), [0, 0, 0])
  advance(1000)
  assert.equal((await describe(keyId)).keyState, 'PendingImport')
  assert.deepEqual(await run(), [0, 0, 1])
  assert.deepEqual(await run(), [0, 0, 0])
  const after = await describe(keyId)
  assert.deepEqual([after.keyState, after.materialExpireTime], ['PendingImport', ''])
  const version = await kms.records.get(keyVersions, before.primaryKeyVersion ?? '')
  assert.equal(version?.sealed, undefined)
  await importMaterial(account, keyId, material)
  assert.equal((await describe(keyId)).primaryKeyVersion, before.primaryKeyVersion)
})

test('material expires while a deletion is planned, and the plan stays', async () => {
  const { account, external, schedule, run, advance, describe, unixIn } = await fixture()
  const keyId = await external()
  await importMaterial(account, keyId, material, { keyMaterialExpireUnix: unixIn(hour) })
  await schedule(keyId)
  const { deleteDate } = await describe(keyId)
  advance(hour)
  assert.deepEqual(await run(), [0, 0, 1])
  const after = await describe(keyId)
  assert.deepEqual([after.keyState, after.deleteDate], ['PendingDeletion', deleteDate])
  await account(CancelKeyDeletion, cancelKeyDeletion, { keyId })
  assert.equal((await describe(keyId)).keyState, 'PendingImport')
})

test('an import without expiry and deleted material leave nothing to do', async () => {
  const { account, external, run, advance, unixIn } = await fixture()
  const keyId = await external()
  await importMaterial(account, keyId, material, { keyMaterialExpireUnix: unixIn(hour) })
  await account(DeleteKeyMaterial, deleteKeyMaterial, { keyId })
  await importMaterial(account, keyId, material)
  advance(1000 * day)
  assert.deepEqual(await run(), [0, 0, 0])
})

test('wrapping keys are forgotten when their tokens expire', async () => {
  const { kms, account, external, run, advance } = await fixture()
  const keyId = await external()
  await sm2Parameters(account, keyId)
  const count = async () => (await kms.records.list(importTokens, { key: [keyId] }, { offset: 0, limit: 1 })).total
  advance(day - 1000)
  await run()
  assert.equal(await count(), 1)
  advance(1000)
  await run()
  assert.equal(await count(), 0)
})

test('several nodes at work at once do everything once', async () => {
  const { kms, rotating, create, schedule, advance, versionsOf } = await fixture()
  const rotated = await Promise.all(Array.from({ length: 5 }, rotating))
  for (let nth = 0; nth < 5; nth++) await schedule(await create())
  advance(7 * day)
  const nodes = await Promise.all([runDueWork(kms), runDueWork(kms), runDueWork(kms)])
  const sum = (list: 'rotated' | 'deleted' | 'failed') => nodes.flatMap((node) => node[list] as unknown[]).length
  assert.deepEqual([sum('rotated'), sum('deleted'), sum('failed')], [5, 5, 0])
  for (const keyId of rotated) assert.equal(await versionsOf(keyId), 2)
})

test('a node that was paused before whatever change of its due work finds it done when it wakes', async () => {
  const { kms, store, rotating, create, schedule, advance, versionsOf } = await fixture()
  const rotated = await rotating()
  await schedule(await create())
  advance(7 * day)
  const paused = await GatedProcess.start({ store, rootKey, time: kms.now().getTime() })
  let done: DueWork | undefined
  paused.begin(async () => {
    done = await runDueWork(paused.kms)
  })
  while ((await paused.stopped()) === 'read') paused.goOn()
  const other = await runDueWork(kms)
  while ((await paused.stopped()) !== undefined) paused.goOn()
  assert.deepEqual([other.rotated.length, other.deleted.length], [1, 1])
  assert.deepEqual([done?.rotated, done?.deleted, done?.failed], [[], [], []])
  assert.equal(await versionsOf(rotated), 2)
})

test('while the clock is in doubt keys rotate but nothing is destroyed', async () => {
  const { kms, account, rotating, external, create, schedule, advance, unixIn } = await fixture()
  await rotating()
  await schedule(await create())
  await importMaterial(account, await external(), material, { keyMaterialExpireUnix: unixIn(hour) })
  advance(7 * day)
  const { rotated, deleted, expired } = await runDueWork(kms, { destroy: false })
  assert.deepEqual([rotated.length, deleted.length, expired.length], [1, 0, 0])
})

test('a key that cannot rotate does not keep the others from their turn, and is reported', async () => {
  const { kms, rotating, create, schedule, advance } = await fixture()
  const stuck = await rotating()
  await schedule(await create())
  advance(7 * day)
  const settings = { ...kms.settings, limits: { ...kms.settings.limits, keyVersions: 1 } }
  const { deleted, failed } = await runDueWork({ ...kms, settings })
  assert.equal(deleted.length, 1)
  assert.deepEqual(
    failed.map(({ resource }) => resource),
    [stuck],
  )
})

test('the counts of encryptions go with the key', async () => {
  const { kms, create, schedule, advance, run } = await fixture()
  const keyId = await create()
  const version = (await kms.records.get(keys, keyId))?.body.primaryVersionId ?? ''
  const counts = [version, `${version}/GCM_GIVEN_IV`, `${version}/CBC`, `${version}/CTR`, `${version}/ECB`]
  for (const count of counts) {
    await kms.encryptions.count(count)
    assert.ok(await kms.records.get(encryptionCounts, count))
  }
  await schedule(keyId)
  advance(7 * day)
  assert.deepEqual(await run(), [0, 1, 0])
  for (const count of counts) assert.equal(await kms.records.get(encryptionCounts, count), undefined)
})

test('each piece of work is told before the next one begins', async () => {
  const { kms, create, rotating, schedule, advance } = await fixture()
  for (const keyId of [await create(), await create()]) await schedule(keyId)
  await rotating()
  advance(7 * day)
  const left: string[] = []
  const record = async ({ action }: { action: string }) => {
    const { total } = await kms.records.list(keyTombstones, {}, { offset: 0, limit: 0 })
    left.push(`${action} ${total}`)
  }
  await runDueWork(kms, { record })
  assert.deepEqual(left, ['DeleteKey 1', 'DeleteKey 2', 'RotateKey 2'])
})

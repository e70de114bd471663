import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testKms } from '../../../test/kit/kms.ts'
import { openapiFixture } from '../../../test/kit/openapi.ts'
import { runDueWork } from '../../core/schedule/schedule.ts'
import { EventWatch } from './event-watch.ts'
import { Webhooks } from './webhooks.ts'

test('what an event tells of is pending as long as it is so, told before or not, to the hour', async () => {
  const { kms, advance } = await testKms()
  const { succeed } = await openapiFixture(kms)
  const { KeyId } = (await succeed('CreateKey')).KeyMetadata
  const webhooks = new Webhooks({ webhooks: [], log: { write: () => {} }, now: kms.now })
  const watch = new EventWatch({ kms, webhooks, certificateEnd: () => undefined })
  const look = async () => {
    await watch.look(await runDueWork(kms))
    return watch.pending.map(({ type, level, resource }) => [type, level, resource])
  }
  const planned = [['KeyDeletionScheduled', 'Warning', `key/${KeyId}`]]
  assert.deepEqual(watch.pending, [])
  await succeed('ScheduleKeyDeletion', { KeyId, PendingWindowInDays: '30' })
  assert.deepEqual(await look(), planned)
  advance(3_600_000)
  assert.deepEqual(await look(), planned)
  await succeed('CancelKeyDeletion', { KeyId })
  assert.deepEqual(await look(), planned)
  advance(3_600_000)
  assert.deepEqual(await look(), [])
})

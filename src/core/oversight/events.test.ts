import assert from 'node:assert/strict'
import { test } from 'node:test'
import { actor, answerOf, userCaller } from '../../../test/kit/calls.ts'
import { testKms } from '../../../test/kit/kms.ts'
import { openapiFixture } from '../../../test/kit/openapi.ts'
import { ListEvents } from '../../api/oversight.ts'
import { runDueWork } from '../schedule/schedule.ts'
import { forgetOldEvents, keepEvents } from './events.ts'
import { listEvents } from './list-events.ts'
import { occasionsNow, occasionsOf } from './occasions.ts'

const dayMs = 86_400_000

test('each occasion is told once: what ends, what is to be deleted, what is nearly full, what was done', async () => {
  const { kms, advance } = await testKms({
    settings: {
      limits: { keys: 5, aliases: 9, secrets: 9, keyVersions: 99, encryptionsPerVersion: 2 ** 32 },
    },
  })
  const fixture = await openapiFixture(kms)
  const { KeyMetadata } = await fixture.succeed('CreateKey', {
    RotationInterval: '30d',
    EnableAutomaticRotation: 'true',
  })
  for (let count = 0; count < 2; count++) await fixture.succeed('CreateKey')
  await fixture.succeed('CreateSecret', { SecretName: 'gone', SecretData: 'x', VersionId: 'v1' })
  await fixture.succeed('DeleteSecret', { SecretName: 'gone', RecoveryWindowInDays: '7' })
  const end = new Date(kms.now().getTime() + 100 * dayMs)
  const look = async () => (await keepEvents(kms, await occasionsNow(kms, end))).map(({ type, level }) => [type, level])
  assert.deepEqual(await look(), [
    ['SecretDeletionScheduled', 'Warning'],
    ['CertificateExpiring', 'Info'],
    ['QuotaNearlyReached', 'Warning'],
  ])
  assert.deepEqual(await look(), [])
  advance(31 * dayMs)
  assert.deepEqual(await look(), [['CertificateExpiring', 'Info']])
  const done = await runDueWork(kms)
  const kept = await keepEvents(kms, occasionsOf(done, '2026-12-22T22:00:00Z'))
  assert.deepEqual(
    kept.map(({ type, resource }) => [type, resource]),
    [
      ['KeyRotated', `key/${KeyMetadata.KeyId}`],
      ['SecretDeleted', 'secret/gone'],
    ],
  )
  advance(63 * dayMs)
  assert.deepEqual(await look(), [['CertificateExpiring', 'Critical']])

  const list = (input: object) => actor(kms)(ListEvents, listEvents, input)
  assert.equal((await list({})).totalCount, 7)
  assert.deepEqual(
    (await list({ type: 'KeyRotated' })).events.map(({ resource }) => resource),
    [`key/${KeyMetadata.KeyId}`],
  )
  assert.equal((await list({})).events[0]?.level, 'Critical')
  const stranger = actor(kms, userCaller(kms))(ListEvents, listEvents, {})
  assert.equal(await answerOf(stranger), 'Forbidden.NoPermission')
  advance(400 * dayMs)
  await forgetOldEvents(kms)
  assert.equal((await list({})).totalCount, 0)
})

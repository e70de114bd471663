import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seeded } from './crash/workload.ts'
import { failOver } from './failover/rounds.ts'

// `npm run failover` does the same twenty times, and looks how soon the servers serve again.
test('the primary of two busy servers may die and come back: its standby is used, and nothing acknowledged is lost', async () => {
  const { acknowledged } = await failOver({ rounds: 1, random: seeded(1), callsBetween: 30 })
  assert.ok(acknowledged > 0)
})

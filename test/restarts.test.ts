import assert from 'node:assert/strict'
import { test } from 'node:test'
import { restartDatabase } from './crash/restarts.ts'
import { seeded } from './crash/workload.ts'

// `npm run crash` does the same ten times, and looks how soon the servers serve again.
test('PostgreSQL may be restarted and killed under two busy servers: none ends, nothing acknowledged is lost', async () => {
  const { acknowledged } = await restartDatabase({ restarts: 2, random: seeded(1), callsBetween: 40 })
  assert.ok(acknowledged > 0)
})

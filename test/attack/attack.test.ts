import { test } from 'node:test'
import { assertHarmless, attack } from './attack.ts'

test('thousands of requests that were damaged before they were signed are done or refused, and every operation is reached', async () => {
  assertHarmless(await attack({ requests: 3000, seed: 7 }))
})

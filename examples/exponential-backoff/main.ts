/**
 * Shows what happens when the service says "not so fast": calls that may be repeated are repeated with growing, random
 * waits, and every attempt is reported. Start the server with `--throttle service`, or with a low limit, to see it at
 * work; without throttling each call needs one attempt.
 */
import { type AttemptEvent, Client, ServiceError } from '../../src/sdk/index.ts'
import { check, example, flags } from '../example.ts'
import { keyId, publicGateway } from '../settings.ts'

await example(async () => {
  const given = flags({ key: keyId, calls: '100' })
  const attempts: AttemptEvent[] = []
  await using client = new Client({
    ...publicGateway(),
    // The waits of the official samples: 200 ms, doubled each time, at most 10 s, five attempts; here with full jitter.
    retry: { attempts: 5, baseDelayMs: 200, maxDelayMs: 10_000, onAttempt: (event) => attempts.push(event) },
  })
  const calls = Array.from({ length: Number(given.calls) }, () =>
    client.encrypt({ keyId: given.key, plaintext: 'aGVsbG8=' }, { timeoutMs: 30_000 }),
  )
  const outcomes = await Promise.allSettled(calls)
  const refused = outcomes.filter(({ status }) => status === 'rejected')
  const again = attempts.filter(({ retryInMs }) => retryInMs !== undefined)
  console.log(
    `${calls.length} calls, ${attempts.length} attempts, ${again.length} repeated, ${refused.length} given up`,
  )
  for (const code of new Set(again.map(({ error }) => (error instanceof ServiceError ? error.code : error?.code)))) {
    console.log(`repeated after ${code}`)
  }
  check(refused.length === 0, 'every call was carried out in the end')
})

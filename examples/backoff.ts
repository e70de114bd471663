/**
 * Shows what happens when the service says "not so fast": calls that may be repeated are repeated with growing, random
 * waits, and every attempt is reported. Start the server with `--throttle service`, or with a low limit, to see it at
 * work; without throttling each call needs one attempt.
 *
 * Needs a running server and a key with the alias `alias/Apollo/WorkKey`.
 */
import { readFile } from 'node:fs/promises'
import { type AttemptEvent, Client, ServiceError } from '../src/sdk/index.ts'

const settings = JSON.parse(await readFile(process.env.KEYHAVEN_CLIENT ?? 'keyhaven-data/client.json', 'utf8'))
const attempts: AttemptEvent[] = []

const client = new Client({
  ...settings,
  // The waits of the official samples: 200 ms, doubled each time, at most 10 s, five attempts; here with full jitter.
  retry: { attempts: 5, baseDelayMs: 200, maxDelayMs: 10_000, onAttempt: (event) => attempts.push(event) },
})
try {
  const calls = Array.from({ length: Number(process.env.CALLS ?? 100) }, () =>
    client.encrypt({ keyId: 'alias/Apollo/WorkKey', plaintext: 'aGVsbG8=' }, { timeoutMs: 30_000 }),
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
} finally {
  await client.close()
}

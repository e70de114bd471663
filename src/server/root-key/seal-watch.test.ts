import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { changeSeal } from '../../core/sealing/change-seal.ts'
import { type Seal, UnsealFailure } from '../../core/sealing/seal.ts'
import { initialise, requireStored, unseal } from '../../core/sealing/unseal.ts'
import { openStore } from '../../store/open-store.ts'
import { developmentSeal } from './root-secret.ts'
import { SealWatch, type SealWatchOptions } from './seal-watch.ts'

const [first, second, third] = ['11', '22', '33'].map((byte) => developmentSeal(byte.repeat(32))) as [Seal, Seal, Seal]

async function resealed(options: Partial<SealWatchOptions> = {}) {
  const store = await openStore({ engine: 'sqlite', path: ':memory:' })
  const facts = {
    deploymentId: 'd',
    accountId: '1234567890123456',
    mode: 'production',
    now: new Date(),
    randomBytes,
  } as const
  await initialise(store, first, facts)
  const logged: string[] = []
  const taken: Seal[] = []
  const seal = first
  const watch = new SealWatch({
    ...{ store, seal, log: { write: (level, message) => logged.push(`${level} ${message}`) } },
    take: (other) => taken.push(other),
    ...options,
  })
  const opened = await unseal(store, first)
  watch.hasOpened(first, opened.revision)
  const reseal = async (next: Seal): Promise<number> => {
    await changeSeal(store, opened.rootKey, next)
    return (await requireStored(store)).revision
  }
  return { watch, logged, taken, reseal, revision: opened.revision ?? 0 }
}

test('a server whose seal opens nothing any more says so once, and where the seal is from', async () => {
  const source = { name: 'the key file /etc/key (keyFile)', changed: async () => undefined }
  const { watch, logged, reseal, revision } = await resealed({ source })
  await watch.see(revision)
  assert.deepEqual([watch.isOutdated, logged], [false, []])
  await watch.see(await reseal(second))
  await watch.see(await reseal(third))
  assert.equal(watch.isOutdated, true)
  assert.equal(logged.length, 1)
  assert.match(
    logged[0] ?? '',
    /^error the deployment was resealed, and the key file \/etc\/key \(keyFile\) does not open it/,
  )
  watch.stop()
})

test('what the settings hold by then is taken up, whether at once or later', async () => {
  const held: (Seal | undefined)[] = [second, undefined, undefined, third]
  const source = { name: 'a file', changed: async () => held.shift() }
  const { watch, logged, taken, reseal } = await resealed({ source, againMs: 1 })
  await watch.see(await reseal(second))
  assert.deepEqual([watch.isOutdated, taken, logged], [false, [second], []])
  const isTaken = Promise.withResolvers<void>()
  taken.push = (seal) => {
    if (seal === third) isTaken.resolve()
    return 0
  }
  await watch.see(await reseal(third))
  assert.equal(watch.isOutdated, true)
  await isTaken.promise
  assert.equal(watch.isOutdated, false)
  assert.deepEqual(logged.at(-1), 'info what the settings name opens the deployment again')
})

test('while who would have to be asked is away, nothing is said; a token that refused the PIN is not asked again', async () => {
  const reasons: UnsealFailure['reason'][] = ['unavailable', 'wrong-pin']
  const token: Seal = {
    ...first,
    unwrap: async () => {
      throw new UnsealFailure(reasons.shift() ?? 'corrupt', 'no')
    },
  }
  const { watch, logged, reseal } = await resealed({ seal: token })
  await watch.see(await reseal(second))
  assert.deepEqual([watch.isOutdated, logged], [false, []])
  for (const next of [third, second]) await watch.see(await reseal(next))
  assert.deepEqual([watch.isOutdated, logged.length, reasons], [true, 1, []])
  watch.stop()
})

test('where an operator opens it, there is nothing to look at', async () => {
  const { watch, logged, reseal } = await resealed({ seal: undefined })
  await watch.see(await reseal(second))
  assert.deepEqual([watch.isOutdated, logged], [false, []])
})

test('two changes seen during one look are looked at once, after it', async () => {
  const { promise: answered, resolve: answer } = Promise.withResolvers<void>()
  let [asked, mostAtOnce, atOnce] = [0, 0, 0]
  const slow: Seal = {
    ...first,
    unwrap: async () => {
      asked++
      mostAtOnce = Math.max(mostAtOnce, ++atOnce)
      await answered
      atOnce--
      throw new UnsealFailure('unavailable', 'no')
    },
  }
  const { watch, reseal } = await resealed({ seal: slow })
  const looks = [watch.see(await reseal(second)), watch.see(await reseal(third)), watch.see(await reseal(second))]
  answer()
  await Promise.all(looks)
  assert.deepEqual([asked, mostAtOnce], [2, 1])
  watch.stop()
})

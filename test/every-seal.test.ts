import assert from 'node:assert/strict'
import { test } from 'node:test'
import { askOperator } from '../src/server/operator/client.ts'
import { resealableDeployment } from './kit/every-seal.ts'
import { startKeyhaven } from './kit/process.ts'

/** A way along every ordered pair of kinds once, that ends where it began. */
function everyPair(kinds: readonly string[]): readonly string[] {
  const [home = '', ...others] = kinds
  return others
    .flatMap((kind, index) => [home, kind, ...others.slice(index + 1).flatMap((partner) => [partner, kind])])
    .concat(home)
}

test('the way along every pair goes along every pair, once', () => {
  const way = everyPair(['a', 'b', 'c', 'd'])
  const pairs = way.slice(1).map((kind, index) => `${way[index]}${kind}`)
  assert.equal(pairs.length, 12)
  assert.equal(new Set(pairs.filter(([from, to]) => from !== to)).size, 12)
})

test('every seal is changed to every other one under a running server, which then opens with that', async (t) => {
  const { data, kinds, namingOf, reseal } = await resealableDeployment(t)
  const server = await startKeyhaven(['server', '--data', data, ...namingOf('passphrase').present])
  const way = everyPair(kinds)
  for (const [index, to] of way.slice(1).entries()) {
    await reseal(way[index] ?? '', to)
    await askOperator(data, { command: 'seal' })
    const secret = namingOf(to).secret()
    const { state, seal } = await askOperator(data, { command: 'unseal', ...(secret === undefined ? {} : { secret }) })
    assert.deepEqual([state, seal], ['unsealed', to])
  }
  assert.equal((await server.stop()).status, 0)
})

test('every seal is changed without a server, too, and opens the next start', async (t) => {
  const { data, kinds, namingOf, reseal } = await resealableDeployment(t)
  const way = [...kinds, kinds[0] ?? '']
  for (const [index, to] of way.slice(1).entries()) {
    await reseal(way[index] ?? '', to)
    const { present, presentEnv = {} } = namingOf(to)
    const server = await startKeyhaven(['server', '--data', data, ...present], { env: presentEnv })
    assert.equal((await server.stop()).status, 0)
  }
})

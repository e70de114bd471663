import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { against, envFor, keyhaven, type Surroundings } from '../../test/kit/cli.ts'

/** @returns how the command ended, and how many calls it made */
async function deleting(words: readonly string[], around: Surroundings = {}) {
  let calls = 0
  let outcome = { status: 0, out: '', err: '' }
  await against([{ body: { RequestId: 'R' } }], async (server) => {
    outcome = await keyhaven(['alias', 'delete', 'alias/a', ...words], { env: envFor(server), ...around })
    calls = server.seen.length
  })
  return { ...outcome, calls }
}

describe('a word that takes something away', () => {
  test('asks a person, and does nothing unless the answer is yes', async () => {
    const question = 'delete alias alias/a? [y/N] '
    for (const stdin of ['n\n', '\n', '', 'yesterday\n']) {
      const { status, err, calls } = await deleting([], { stdin, isTerminal: true })
      assert.equal(err, `${question}keyhaven: notDone: delete alias alias/a: not done, since the answer was not yes\n`)
      assert.deepEqual([status, calls], [1, 0])
    }
    for (const stdin of ['y\n', 'YES\n']) {
      const { status, err, calls } = await deleting([], { stdin, isTerminal: true })
      assert.deepEqual([status, err, calls], [0, question, 1])
    }
  })

  test('asks nobody with --yes, and no script', async () => {
    assert.equal((await deleting(['--yes'], { isTerminal: true, stdin: 'n\n' })).calls, 1)
    assert.equal((await deleting([], { stdin: 'n\n' })).calls, 1)
  })

  test('says with --dry-run what it would do', async () => {
    const { status, out, calls } = await deleting(['--dry-run'])
    assert.deepEqual([status, out, calls], [0, 'Would be done  delete alias alias/a\n', 0])
  })

  test('is each "delete" of every family', async () => {
    const families = ['key', 'alias', 'secret', 'user', 'group', 'role', 'policy', 'app', 'access-key', 'oidc-provider']
    for (const family of families) {
      const { out } = await keyhaven([family, 'delete', '--help'])
      assert.match(out, /--dry-run/, family)
    }
  })
})

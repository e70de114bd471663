import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { folderWith, keyhaven } from '../../../test/kit/cli.ts'
import { shells } from './scripts.ts'

const script = async (shell: string): Promise<string> => (await keyhaven(['completion', shell])).out
const missing = (shell: string): string | false =>
  spawnSync(shell, ['-c', 'true']).error ? `${shell} is not here` : false

describe('keyhaven completion', () => {
  test('offers in bash what may come next', { skip: missing('bash') }, async () => {
    const cwd = folderWith({ 'keyhaven.bash': await script('bash') })
    const offered = (...words: readonly string[]): readonly string[] => {
      const typed = ['keyhaven', ...words].map((word) => `'${word}'`).join(' ')
      const ask = `. ./keyhaven.bash; COMP_WORDS=(${typed}); COMP_CWORD=${words.length}; _keyhaven; printf '%s\\n' "\${COMPREPLY[@]}"`
      return execFileSync('bash', ['-c', ask], { cwd, encoding: 'utf8' }).split('\n').filter(Boolean)
    }
    assert.deepEqual(offered('ke'), ['key'])
    assert.deepEqual(offered('key', 'dele'), ['delete'])
    assert.deepEqual(offered('key', 'delete', '--dr'), ['--dry-run'])
    assert.deepEqual(offered('--data', 'x', 'kms', 'DescribeK'), ['DescribeKey', 'DescribeKeyVersion'])
    assert.deepEqual(offered('key', 'create', '--outp'), ['--output'])
    assert.deepEqual(offered('nothing', 'zzz'), [])
  })

  for (const shell of shells)
    test(`writes for ${shell} what ${shell} can read`, { skip: missing(shell) }, async () => {
      const file = join(folderWith({ script: await script(shell) }), 'script')
      execFileSync(shell, ['-n', file])
    })

  test('knows these shells, and says so', async () => {
    const { status, err } = await keyhaven(['completion', 'tcsh'])
    assert.match(err, /^keyhaven: usage: .*bash, zsh, fish/)
    assert.equal(status, 2)
  })
})

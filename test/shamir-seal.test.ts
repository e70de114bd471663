import assert from 'node:assert/strict'
import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { readShare, writeShare } from '../src/seals/shamir/share.ts'
import { askOperator } from '../src/server/operator/client.ts'
import { temporaryFolder } from './kit/audit.ts'
import { runKeyhaven, spawnKeyhaven, startKeyhaven } from './kit/process.ts'

const sharesIn = (printed: string): readonly string[] =>
  [...printed.matchAll(/^ +\d+ {2}(KHS1-\S+)$/gm)].map(([, share = '']) => share)

async function initialised(t: TestContext) {
  const folder = temporaryFolder(t)
  const data = join(folder, 'data')
  const { stdout, stderr } = await runKeyhaven(['init', '--data', data, '--shares', '5', '--threshold', '3'])
  assert.match(stdout, /^Any 3 of these 5 shares will open the deployment\. They are shown only now/, stderr)
  assert.match(stdout, /sealed by shamir\.\n/)
  const shares = sharesIn(stdout)
  assert.equal(shares.length, 5)
  const file = (lines: readonly string[], name = 'shares'): string => {
    writeFileSync(join(folder, name), lines.join('\n'), { mode: 0o600 })
    return join(folder, name)
  }
  return { folder, data, shares, file }
}

/** What was written below a folder. */
function contents(folder: string): string {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name))
  return files
    .filter((path) => statSync(path).isFile())
    .map((path) => readFileSync(path, 'latin1'))
    .join('\n')
}

test('operators open it with one share each; slips, strays and the same one again are told and leave it sealed', async (t) => {
  const { data, shares, file } = await initialised(t)
  const server = await startKeyhaven(['server', '--data', data], {}, 'Keyhaven is sealed')
  const give = async (share: string) => askOperator(data, { command: 'unseal', secret: share })
  const [first = '', second = '', third = '', fourth = ''] = shares
  const stateOf = async (answer: ReturnType<typeof give>) => {
    const { state, shares: given } = await answer
    return [state, given]
  }
  assert.deepEqual(await stateOf(give(first)), ['sealed', '1 of 3'])
  await assert.rejects(give(first), { message: 'The same share was given twice.' })
  await assert.rejects(give(`${second.slice(0, -1)}${second.endsWith('0') ? 'G' : '0'}`), { message: /slip/ })
  const stray = writeShare({ ...readShare(second), set: 'ffffffff' })
  await assert.rejects(give(stray), {
    message: /^The share is of another set, ffffffff: this takes those of set \w{8}\.$/,
  })
  await assert.rejects(give('correct horse battery staple'), { message: /is no share/ })
  const { stdout } = await runKeyhaven(['unseal', '--data', data, '--shares-file', file([second]), '--json'])
  assert.deepEqual([JSON.parse(stdout).State, JSON.parse(stdout).Shares], ['sealed', '2 of 3'])
  assert.equal((await askOperator(data, { command: 'status' })).shares, '2 of 3')

  // a share that fits and was never given out
  const point = readShare(third).point.map((byte, index) => (index === 0 ? byte ^ 1 : byte))
  await assert.rejects(give(writeShare({ ...readShare(third), point })), {
    message: 'Together these shares open nothing; all were dropped.',
  })
  assert.equal((await askOperator(data, { command: 'status' })).shares, undefined)

  assert.deepEqual(await stateOf(give(second)), ['sealed', '1 of 3'])
  const reset = await runKeyhaven(['unseal', '--data', data, '--reset', '--json'])
  assert.deepEqual([JSON.parse(reset.stdout).State, JSON.parse(reset.stdout).Shares], ['sealed', undefined])
  await give(fourth)
  await give(first)
  // as an operator types it
  const typed = await spawnKeyhaven(['unseal', '--data', data, '--json'], { input: `${third}\n` })
  assert.equal(JSON.parse(typed.stdout).State, 'unsealed', typed.stderr)
  const { stderr } = await server.stop()
  const written = `${contents(data)}${server.output().stdout}${stderr}`
  for (const share of shares)
    for (const form of [
      share,
      share.slice(5).replaceAll('-', ''),
      Buffer.from(readShare(share).point).toString('latin1'),
    ])
      assert.ok(!written.includes(form))
})

test('what needs the root secret takes shares from a file, a descriptor or standard input', async (t) => {
  const { folder, data, shares, file } = await initialised(t)
  const backup = join(folder, 'backup')
  const enough = file(shares.slice(2))
  const written = await runKeyhaven(['backup', backup, '--data', data, '--shares-file', enough])
  assert.equal(written.status, 0, written.stderr)
  const restored = ['restore', backup, '--data', join(folder, 'restored'), '--shares-fd', '3']
  const ended = await spawnKeyhaven(restored, { descriptor3: shares.slice(0, 3).join('\n') })
  assert.match(ended.stdout, /^Restored to /, ended.stderr)
  const rotated = await spawnKeyhaven(['rotate-root-key', '--data', data], { input: shares.slice(1, 4).join('\n') })
  assert.match(rotated.stdout, /^Root key 2 has taken over/, rotated.stderr)
  const resealed = await runKeyhaven([
    ...['reseal', '--data', data, '--shares-file', enough],
    ...['--new-shares', '3', '--new-threshold', '2'],
  ])
  assert.match(resealed.stdout, /opens with the new shamir secret only/, resealed.stderr)
  const next = sharesIn(resealed.stdout)
  const former = await runKeyhaven(['rotate-root-key', '--data', data, '--shares-file', enough])
  assert.match(former.stderr, /^keyhaven: wrongSecret: The shares are of set \w{8}: this takes .*\n$/)
  assert.equal(former.status, 1)
  const server = await startKeyhaven(['server', '--data', data, '--shares-file', file(next.slice(1), 'next')])
  assert.equal((await server.stop()).status, 0)
})

test('shares that make no sense are refused in one line', async (t) => {
  const { folder, data, shares, file } = await initialised(t)
  const said = async (...words: string[]): Promise<string> => {
    const { status, stdout, stderr } = await runKeyhaven(words)
    assert.notEqual(status, 0)
    assert.equal(stdout, '')
    return stderr
  }
  const init = ['init', '--data', join(folder, 'other')]
  assert.match(await said(...init, '--shares', '5'), /^keyhaven: usage: --threshold: is a number from 2 to 5\n$/)
  assert.match(await said(...init, '--threshold', '2'), /^keyhaven: usage: --shares: is a number from 2 to 255\n$/)
  for (const [count, threshold] of [
    ['256', '3'],
    ['3', '4'],
    ['3', '1'],
    ['x', '2'],
  ] as const)
    assert.match(
      await said(...init, '--shares', count, '--threshold', threshold),
      /^keyhaven: usage: --\w+: is a .*\n$/,
    )
  const few = ['rotate-root-key', '--data', data, '--shares-file', file(shares.slice(0, 2))]
  assert.match(await said(...few), /^keyhaven: configuration: The root secret takes 3 shares; 2 were given\.\n$/)
  for (const [option, what] of [
    ['--shares-file', 'file of shares'],
    ['--passphrase-file', 'passphrase file'],
  ] as const) {
    const missing = join(folder, 'missing')
    const line = await said('unseal', '--data', data, option, missing)
    assert.equal(line, `keyhaven: configuration: The ${what} ${missing} cannot be read (ENOENT).\n`)
    const open = file(shares, 'open')
    chmodSync(open, 0o644)
    if (process.platform !== 'win32')
      assert.match(await said('unseal', '--data', data, option, open), /^keyhaven: .* can be read by others\. .*\n$/)
  }
  const twice = file([shares[0] ?? '', shares[0] ?? '', shares[1] ?? ''])
  assert.match(await said('server', '--data', data, '--shares-file', twice), /: The same share was given twice\.\n$/)
})

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { against, envFor, keyhaven } from '../../test/kit/cli.ts'

const groups = {
  Groups: {
    Group: [
      { GroupName: 'a', GroupId: '1', CreateDate: '2026-01-01T00:00:00Z', Comments: '' },
      { GroupName: 'b', GroupId: '2', CreateDate: '2026-01-02T00:00:00Z', Comments: 'x' },
    ],
  },
  IsTruncated: false,
  RequestId: 'R',
}

async function printed(...words: readonly string[]): Promise<string> {
  let out = ''
  await against([{ body: groups }], async (server) => {
    const outcome = await keyhaven(['group', 'list', ...words], { env: envFor(server) })
    assert.equal(outcome.status, 0, outcome.err)
    out = outcome.out
  })
  return out
}

describe('results', () => {
  test('are printed in the form that is asked for', async () => {
    assert.match(await printed('--output', 'table'), /^Group {2}Id {2}Created/)
    const json = await printed('--output', 'json')
    assert.equal(json, await printed('--json'))
    assert.equal(JSON.parse(json).Groups[1].GroupName, 'b')
    assert.match(await printed('--output', 'yaml'), /^Groups:\n {2}- GroupId: "1"\n {4}GroupName: a\n/)
    assert.equal(await printed('--quiet'), '')
    assert.equal(await printed('-q', '--json'), '')
  })

  test('are asked for parts: texts as they are, everything else as JSON or YAML', async () => {
    assert.equal(await printed('--query', 'Groups[].GroupName'), 'a\nb\n')
    assert.equal(await printed('--query', "Groups[?Comments=='x'].GroupId | [0]"), '2\n')
    assert.equal(await printed('--query', 'Groups[].GroupName', '--json'), '[\n\t"a",\n\t"b"\n]\n')
    assert.equal(await printed('--query', 'Groups[].{n: GroupName}', '--output', 'yaml'), '- n: a\n- n: b\n')
    assert.equal(await printed('--query', 'Nothing'), 'null\n')
  })

  test('of calls by their wire names are asked for parts, too', async () => {
    await against([{ body: { KeyId: 'k', RequestId: 'R' } }], async (server) => {
      const argv = ['kms', 'DescribeKey', '--KeyId', 'k', '--query', 'KeyId']
      assert.deepEqual(await keyhaven(argv, { env: envFor(server) }), { status: 0, out: 'k\n', err: '' })
    })
  })

  test('in a form or of a part that there is not are refused before anything is called', async () => {
    for (const [words, message] of [
      [['--output', 'xml'], /--output.*table, json, yaml/],
      [['--query', 'Groups['], /--query "Groups\[": /],
      [['--json', '--output', 'yaml'], /--json and --output yaml are two forms/],
      [['--query', 'a', '--output', 'table'], /a table is no result of a --query/],
    ] as const) {
      const { status, err } = await keyhaven(['group', 'list', ...words])
      assert.match(err, message)
      assert.equal(err.trim().split('\n').length, 1)
      assert.equal(status, 2)
    }
  })
})

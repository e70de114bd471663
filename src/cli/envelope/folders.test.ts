import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { envFor, folderWith, keyhaven } from '../../../test/kit/cli.ts'
import { MemoryKms } from '../../../test/kit/envelope-kms.ts'
import { serving } from '../../../test/kit/envelope-service.ts'
import type { LoopbackServer } from '../../../test/kit/loopback-server.ts'
import { encrypt, inspectFile } from '../../sdk/envelope/index.ts'

const keyId = 'alias/Apollo/WorkKey'
const kms = new MemoryKms(keyId, 'alias/other')
let server: LoopbackServer
before(async () => {
  server = await serving(kms)
})
after(() => server.close())

const envelope = (cwd: string, ...argv: readonly string[]) =>
  keyhaven(['envelope', ...argv], { cwd, env: envFor(server) })
const sealed = async (text: string): Promise<Uint8Array> =>
  (await encrypt(Buffer.from(text), { kms, keyId })).ciphertext
const below = (...path: readonly string[]): string[] =>
  (readdirSync(join(...path), { recursive: true }) as string[]).sort((a, b) => (a < b ? -1 : 1))
const keyOf = async (...path: readonly string[]): Promise<string | undefined> =>
  (await inspectFile(join(...path))).keys[0]?.name

/** A folder with one file and every kind of link, beside a folder that is none of its business. */
async function withLinks(name: string): Promise<string> {
  const content = name.endsWith('.cipher') ? await sealed('inside') : 'inside'
  const outside = name.endsWith('.cipher') ? await sealed('outside') : 'outside'
  const cwd = folderWith({ [`in/${name}`]: content, [`outside/${name}`]: outside })
  const links: Readonly<Record<string, string>> = {
    folder: '../outside',
    itself: '.',
    parent: '..',
    loop: 'loop',
    dangling: '../nowhere',
    'dangling.cipher': '../nowhere.cipher',
    'file.txt': `../outside/${name}`,
    'file.cipher': `../outside/${name}`,
  }
  for (const [link, target] of Object.entries(links)) symlinkSync(target, join(cwd, 'in', link))
  return cwd
}

describe('links in a folder are left alone', () => {
  test('by encrypt', async () => {
    const cwd = await withLinks('a.txt')
    const { status, out, err } = await envelope(cwd, 'encrypt', 'in', '--recursive', '--out', 'sealed')
    assert.equal(status, 0)
    assert.equal(out.match(/^Encrypted/gm)?.length, 1)
    assert.equal(err, 'keyhaven: left out: 8 links\n')
    assert.deepEqual(below(cwd, 'sealed'), ['a.txt.cipher'])
    assert.deepEqual(readdirSync(cwd).sort(), ['in', 'outside', 'sealed'])
    assert.deepEqual(readdirSync(join(cwd, 'outside')), ['a.txt'])
  })

  test('by decrypt', async () => {
    const cwd = await withLinks('a.txt.cipher')
    const { status, err } = await envelope(cwd, 'decrypt', 'in', '--recursive')
    assert.equal(status, 0)
    assert.equal(err, 'keyhaven: left out: 8 links\n')
    assert.equal(readFileSync(join(cwd, 'in/decrypted_a.txt'), 'utf8'), 'inside')
    assert.deepEqual(readdirSync(cwd).sort(), ['in', 'outside'])
    assert.deepEqual(readdirSync(join(cwd, 'outside')), ['a.txt.cipher'])
  })

  test('by rewrap: what lies elsewhere keeps its key', async () => {
    const cwd = await withLinks('a.txt.cipher')
    const before = readFileSync(join(cwd, 'outside/a.txt.cipher'))
    const { status, out, err } = await envelope(cwd, 'rewrap', 'in', '--recursive', '--to', 'alias/other')
    assert.equal(status, 0)
    assert.equal(out.match(/^Rewrapped/gm)?.length, 1)
    assert.equal(err, 'keyhaven: left out: 8 links\n')
    assert.equal(await keyOf(cwd, 'in/a.txt.cipher'), 'alias/other')
    assert.ok(readFileSync(join(cwd, 'outside/a.txt.cipher')).equals(before))
    assert.equal(lstatSync(join(cwd, 'in/file.cipher')).isSymbolicLink(), true)
  })

  test('but one that is named is followed', async () => {
    const cwd = folderWith({ 'real/a.txt': 'a' })
    symlinkSync('real', join(cwd, 'link'))
    assert.equal((await envelope(cwd, 'encrypt', 'link', '--recursive', '--out', 'sealed')).status, 0)
    assert.deepEqual(below(cwd, 'sealed'), ['a.txt.cipher'])
  })
})

describe('a folder that goes into another one and back', () => {
  test('is as it was: names, empty folders, permissions', async () => {
    const cwd = folderWith({
      'in/a.txt': 'a',
      'in/.hidden': 'h',
      'in/deep/er/b.txt': 'b',
      'in/名前/c': 'c',
      'in/decrypted_x': 'x',
    })
    mkdirSync(join(cwd, 'in/empty'))
    chmodSync(join(cwd, 'in/deep'), 0o700)
    chmodSync(join(cwd, 'in/a.txt'), 0o640)
    assert.equal((await envelope(cwd, 'encrypt', 'in', '--recursive', '--out', 'sealed')).err, '')
    assert.equal((await envelope(cwd, 'decrypt', 'sealed', '--recursive', '--out', 'back')).err, '')
    assert.deepEqual(below(cwd, 'back'), below(cwd, 'in'))
    for (const path of below(cwd, 'in')) {
      const [was, is] = [statSync(join(cwd, 'in', path)), statSync(join(cwd, 'back', path))]
      assert.equal(is.mode, was.mode, path)
      if (was.isFile()) assert.deepEqual(readFileSync(join(cwd, 'back', path)), readFileSync(join(cwd, 'in', path)))
    }
  })

  test('what is left out is counted, on the way there and back', async () => {
    const cwd = folderWith({
      'in/a.txt': 'a',
      'in/old.cipher': 'o',
      'in/deep/older.cipher': 'o',
      'in/.a.1.partial': 'p',
    })
    symlinkSync('a.txt', join(cwd, 'in/link'))
    execFileSync('mkfifo', [join(cwd, 'in/pipe')])
    const there = await envelope(cwd, 'encrypt', 'in', '--recursive', '--out', 'sealed')
    assert.equal(there.err, 'keyhaven: left out: 1 unfinished, 2 named *.cipher, 1 link, 1 neither file nor folder\n')
    assert.equal(there.status, 0)
    writeFileSync(join(cwd, 'sealed/note.txt'), 'n')
    const back = await envelope(cwd, 'decrypt', 'sealed', '--recursive', '--out', 'back', '--json')
    assert.equal(back.err, 'keyhaven: left out: 1 not named *.cipher\n')
    assert.equal(JSON.parse(back.out).length, 1)
    assert.deepEqual(below(cwd, 'back'), ['a.txt', 'deep'])
  })

  test('does not lose what lies where it goes', async () => {
    const cwd = folderWith({ 'in/a.txt': 'a', 'in/b.txt': 'b', 'back/a.txt': 'other' })
    await envelope(cwd, 'encrypt', 'in', '--recursive', '--out', 'sealed')
    const { status, err } = await envelope(cwd, 'decrypt', 'sealed', '--recursive', '--out', 'back')
    assert.equal(status, 1)
    assert.match(
      err,
      /^keyhaven: sealed\/a\.txt\.cipher: .*exists already.*\nkeyhaven: someFailed: 1 of 2 files failed\n$/,
    )
    assert.equal(readFileSync(join(cwd, 'back/a.txt'), 'utf8'), 'other')
    assert.equal(readFileSync(join(cwd, 'back/b.txt'), 'utf8'), 'b')
  })
})

test('a folder of one file makes a list in JSON, as every folder does', async () => {
  const cwd = folderWith({ 'in/a.txt': 'a' })
  const { out } = await envelope(cwd, 'encrypt', 'in', '--recursive', '--json')
  assert.deepEqual(
    JSON.parse(out).map(({ To }: { To: string }) => To),
    ['in/a.txt.cipher'],
  )
})

/** Some file systems take any bytes for a name. */
function makeForeignName(folder: string, content: Uint8Array): boolean {
  try {
    writeFileSync(Buffer.concat([Buffer.from(`${folder}/caf`), Buffer.of(0xe9), Buffer.from('.cipher')]), content)
    writeFileSync(Buffer.concat([Buffer.from(`${folder}/caf`), Buffer.of(0xe9)]), content)
    mkdirSync(Buffer.concat([Buffer.from(`${folder}/`), Buffer.of(0xff)]))
    return true
  } catch {
    return false
  }
}
const isForeignPossible = makeForeignName(folderWith(), Buffer.from('x'))

describe('a name that is not UTF-8', { skip: !isForeignPossible && 'this file system takes no such names' }, () => {
  for (const [command, more] of [
    ['encrypt', ['--out', 'out']],
    ['decrypt', ['--out', 'out']],
    ['rewrap', ['--to', 'alias/other']],
  ] as const)
    test(`is reported by ${command}, and the rest is done`, async () => {
      const content = await sealed('x')
      const cwd = folderWith({ 'in/a.txt': 'a', 'in/b.cipher': content, 'in/z/c.cipher': content, 'in/z/d.txt': 'd' })
      makeForeignName(join(cwd, 'in'), content)
      const { status, err } = await envelope(cwd, command, 'in', '--recursive', ...more)
      assert.equal(status, 1)
      const lines = err.trimEnd().split('\n')
      assert.deepEqual(lines.filter((line) => line.endsWith(': badName: its name is not UTF-8')).length, 3, err)
      assert.equal(lines.at(-1), 'keyhaven: someFailed: 3 of 5 files failed')
      if (command === 'encrypt') assert.deepEqual(below(cwd, 'out'), ['a.txt.cipher', 'z', 'z/d.txt.cipher'])
      if (command === 'decrypt') assert.deepEqual(below(cwd, 'out'), ['b', 'z', 'z/c'])
      if (command === 'rewrap') assert.equal(await keyOf(cwd, 'in/z/c.cipher'), 'alias/other')
    })
})

test('a folder that may not be read is reported, and the rest is done', {
  skip: process.getuid?.() === 0 && 'root may read anything',
}, async () => {
  const cwd = folderWith({ 'in/a.txt': 'a', 'in/closed/b.txt': 'b' })
  chmodSync(join(cwd, 'in/closed'), 0o000)
  const { status, err } = await envelope(cwd, 'encrypt', 'in', '--recursive')
  chmodSync(join(cwd, 'in/closed'), 0o700)
  assert.equal(status, 1)
  assert.match(err, /^keyhaven: in\/closed: EACCES: .*\nkeyhaven: someFailed: 1 of 2 files failed\n$/)
  assert.ok(existsSync(join(cwd, 'in/a.txt.cipher')))
})

describe('small files at once', () => {
  const names = Array.from({ length: 30 }, (_, index) => `${String(index).padStart(2, '0')}.txt`)

  test('are told of in the order they have, and one that fails stops no other', async () => {
    const cwd = folderWith(Object.fromEntries(names.map((name) => [`in/${name}`, name])))
    writeFileSync(join(cwd, 'in/07.txt.cipher'), 'here already')
    const { status, out, err } = await envelope(cwd, 'encrypt', 'in', '--recursive', '--cache')
    assert.equal(status, 1)
    const done = names.filter((name) => name !== '07.txt')
    assert.deepEqual(
      [...out.matchAll(/^Encrypted +in\/(.+)$/gm)].map(([, name]) => name),
      done,
    )
    assert.match(err, /^keyhaven: in\/07\.txt: .* exists already/)
    assert.equal(readFileSync(join(cwd, 'in/07.txt.cipher'), 'utf8'), 'here already')
    const back = await envelope(cwd, 'decrypt', 'in', '--recursive', '--out', 'back')
    assert.equal(back.status, 1, '07.txt.cipher is no envelope')
    assert.deepEqual(below(cwd, 'back'), done)
    for (const name of done) assert.equal(readFileSync(join(cwd, 'back', name), 'utf8'), name)
  })

  test('wait for each other where one writes what another reads', async () => {
    const cwd = folderWith({ a: 'once' })
    assert.equal((await envelope(cwd, 'encrypt', 'a', 'a.cipher', './a')).status, 1)
    assert.deepEqual(below(cwd), ['a', 'a.cipher', 'a.cipher.cipher'])
    await envelope(cwd, 'decrypt', 'a.cipher.cipher')
    assert.deepEqual(readFileSync(join(cwd, 'decrypted_a.cipher')), readFileSync(join(cwd, 'a.cipher')))
    const twice = await envelope(cwd, 'rewrap', 'a.cipher', './a.cipher', '--to', 'alias/other')
    assert.equal(twice.status, 0, twice.err)
    assert.equal(await keyOf(cwd, 'a.cipher'), 'alias/other')
  })
})

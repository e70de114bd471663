import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync, watch, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'

const program = join(import.meta.dirname, '../../../test/kit/envelope-program.ts')
const folders: string[] = []
after(() => {
  for (const folder of folders) rmSync(folder, { recursive: true })
})

function freshFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'keyhaven-cli-'))
  folders.push(folder)
  return folder
}

for (const signal of ['SIGINT', 'SIGTERM'] as const)
  test(`${signal} in the middle of a file leaves no output, and the source as it was`, async () => {
    const cwd = freshFolder()
    writeFileSync(join(cwd, 'big.bin'), Buffer.alloc(64 << 20))
    const started = Promise.withResolvers<void>()
    const watcher = watch(cwd, (_, name) => {
      if (name?.endsWith('.partial')) started.resolve()
    })
    // SM4 is slow enough to be interrupted.
    const child = spawn(process.execPath, [program, 'encrypt', 'big.bin', '--algorithm', 'SM4_GCM'], {
      cwd,
      stdio: 'pipe',
    })
    const said: Buffer[] = []
    child.stderr.on('data', (chunk: Buffer) => said.push(chunk))
    const ended = once(child, 'close')
    await started.promise
    watcher.close()
    child.kill(signal)
    const [status, by] = await ended
    assert.deepEqual([status, by], [null, signal], String(Buffer.concat(said)))
    assert.match(String(Buffer.concat(said)), /^keyhaven: Aborted: the work was stopped\n$/)
    assert.deepEqual(readdirSync(cwd), ['big.bin'])
  })

/** A private file system of 4 MiB, if this user may have one here; the command runs in it. */
function onSmallDisk(cwd: string, command: readonly string[]): { status: number | null; stderr: string } {
  const script = 'mount -t tmpfs -o size=4m tmpfs "$0" && cd "$0" && exec "$@"'
  const options = process.getuid?.() === 0 ? ['--mount'] : ['--user', '--map-root-user', '--mount']
  const { status, stderr } = spawnSync('unshare', [...options, 'sh', '-c', script, cwd, ...command])
  return { status, stderr: String(stderr) }
}

const cannotMount =
  onSmallDisk(freshFolder(), ['true']).status === 0 ? false : 'this system lets the test mount no small file system'

test('a full disk is one clear line, and what was written is removed', { skip: cannotMount }, () => {
  const inner = `
    head -c 3000000 /dev/zero > big.bin
    "$0" "$1" encrypt big.bin
    status=$?
    ls -A >&2
    exit $status`
  const { status, stderr } = onSmallDisk(freshFolder(), ['sh', '-c', inner, process.execPath, program])
  assert.equal(status, 1)
  assert.match(stderr, /^keyhaven: FileFailed: cannot make .*big\.bin\.cipher: no space left on device\nbig\.bin\n$/)
})

test('a file system that cannot be written is one clear line', { skip: cannotMount }, () => {
  const inner = 'echo x > a.txt; mount -o remount,ro .; "$0" "$1" encrypt a.txt; status=$?; ls -A >&2; exit $status'
  const { status, stderr } = onSmallDisk(freshFolder(), ['sh', '-c', inner, process.execPath, program])
  assert.equal(status, 1)
  assert.match(stderr, /^keyhaven: FileFailed: cannot write .*a\.txt\.cipher: read-only file system\na\.txt\n$/)
})

test('a folder that cannot be written is one clear line', {
  skip: process.getuid?.() === 0 && 'root may write anywhere',
}, () => {
  const cwd = freshFolder()
  writeFileSync(join(cwd, 'a.txt'), 'x')
  chmodSync(cwd, 0o500)
  const { status, stderr } = spawnSync(process.execPath, [program, 'encrypt', 'a.txt'], { cwd })
  chmodSync(cwd, 0o700)
  assert.equal(status, 1)
  assert.match(String(stderr), /^keyhaven: FileFailed: cannot write .*a\.txt\.cipher: permission denied\n$/)
})

test('a pipe into a reader that stops early ends quietly', { skip: !existsSync('/dev/zero') }, () => {
  const command = 'head -c 3000000 /dev/zero | "$0" "$1" encrypt - | head -c 1000 | wc -c'
  const { stdout } = spawnSync('sh', ['-c', command, process.execPath, program])
  assert.equal(String(stdout).trim(), '1000')
})

test('a long pipe comes out with the length that the format says', () => {
  const command = 'head -c 40000000 /dev/zero | "$0" "$1" encrypt - | wc -c'
  const { stdout } = spawnSync('sh', ['-c', command, process.execPath, program])
  assert.equal(Number(String(stdout).trim()), 4096 + 40_000_000 + 16 * Math.ceil(40_000_000 / 262_144))
})

import assert from 'node:assert/strict'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, before, test } from 'node:test'
import { MemoryKms } from '../../../test/kit/envelope-kms.ts'
import { serving } from '../../../test/kit/envelope-service.ts'
import type { LoopbackServer } from '../../../test/kit/loopback-server.ts'
import { run } from '../program.ts'

const kms = new MemoryKms('alias/Apollo/WorkKey', 'alias/backup', 'alias/closed')
kms.setState('alias/closed', 'Disabled')
let server: LoopbackServer
const folders: string[] = []
before(async () => {
  server = await serving(kms)
})
after(async () => {
  await server.close()
  for (const folder of folders) rmSync(folder, { recursive: true })
})

function folderWith(files: Readonly<Record<string, string | Uint8Array>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'keyhaven-cli-'))
  folders.push(folder)
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), content)
  }
  return folder
}

interface Outcome {
  readonly status: number
  readonly out: Buffer
  readonly err: string
}

async function keyhaven(
  cwd: string,
  argv: readonly string[],
  around: { stdin?: Uint8Array; isTTY?: boolean } = {},
): Promise<Outcome> {
  const out: Uint8Array[] = []
  const err: string[] = []
  const status = await run(['envelope', ...argv], {
    stdin: (async function* () {
      yield around.stdin ?? new Uint8Array(0)
    })(),
    stdout: { write: (chunk) => out.push(Buffer.from(chunk as string)) },
    stderr: { write: (chunk) => err.push(String(chunk)), isTTY: around.isTTY, columns: 100 },
    env: { KEYHAVEN_ENDPOINT: server.endpoint, KEYHAVEN_ACCESS_KEY_ID: 'id', KEYHAVEN_ACCESS_KEY_SECRET: 'secret' },
    cwd,
    home: '/nowhere',
  })
  return { status, out: Buffer.concat(out), err: err.join('') }
}

/** One line that says what is wrong; status 2 if the call itself is, 1 otherwise. */
function assertFails(outcome: Outcome, expected: RegExp): void {
  assert.equal(outcome.status, /^keyhaven: (?:usage|InvalidArgument): /.test(outcome.err) ? 2 : 1)
  assert.match(outcome.err, expected)
  assert.equal(outcome.err.trimEnd().split('\n').length, 1, outcome.err)
}

const csv = '日期,地区,金额\n2024-01-01,杭州,12345.67\n'

test('data/sales.csv becomes data/sales.csv.cipher and then data/decrypted_sales.csv', async () => {
  const cwd = folderWith({ 'data/sales.csv': csv })
  const sealed = await keyhaven(cwd, ['encrypt', 'data/sales.csv'])
  assert.equal(sealed.status, 0, sealed.err)
  assert.match(sealed.out.toString(), /Format\s+keyhaven\n/)
  const opened = await keyhaven(cwd, ['decrypt', 'data/sales.csv.cipher'])
  assert.equal(opened.status, 0, opened.err)
  assert.equal(readFileSync(join(cwd, 'data/decrypted_sales.csv'), 'utf8'), csv)
})

for (const format of ['python-eax-4line', 'java-go-gcm-3line', 'sdk-message', 'sdk-stream', 'java-v2-object', 'auto'])
  test(`--format ${format} is written, and opened without being told`, async () => {
    const cwd = folderWith({ 'sales.csv': csv })
    assert.equal((await keyhaven(cwd, ['encrypt', 'sales.csv', '--format', format])).status, 0)
    assert.equal((await keyhaven(cwd, ['decrypt', 'sales.csv.cipher'])).status, 0)
    assert.equal(readFileSync(join(cwd, 'decrypted_sales.csv'), 'utf8'), csv)
  })

test('auto says that it chose to do without an envelope', async () => {
  const cwd = folderWith({ 'sales.csv': csv })
  assert.match((await keyhaven(cwd, ['encrypt', 'sales.csv', '--format', 'auto'])).out.toString(), /Format\s+online/)
})

test('pipes carry data both ways', async () => {
  const cwd = folderWith({})
  const sealed = await keyhaven(cwd, ['encrypt', '-'], { stdin: Buffer.from(csv) })
  assert.equal(sealed.status, 0, sealed.err)
  const opened = await keyhaven(cwd, ['decrypt', '-'], { stdin: sealed.out })
  assert.equal(opened.out.toString(), csv)
})

test('a pipe into a file and a file into a pipe', async () => {
  const cwd = folderWith({})
  assert.equal((await keyhaven(cwd, ['encrypt', '-', '--out', 'x.cipher'], { stdin: Buffer.from(csv) })).status, 0)
  assert.equal((await keyhaven(cwd, ['decrypt', 'x.cipher', '--out', '-'])).out.toString(), csv)
})

test('an existing output is replaced only with --force', async () => {
  const cwd = folderWith({ 'a.txt': 'new', 'a.txt.cipher': 'old' })
  assertFails(await keyhaven(cwd, ['encrypt', 'a.txt']), /a\.txt\.cipher exists already/)
  assert.equal(readFileSync(join(cwd, 'a.txt.cipher'), 'utf8'), 'old')
  assert.equal((await keyhaven(cwd, ['encrypt', 'a.txt', '--force'])).status, 0)
})

test('a folder is done file by file, into itself or into another folder', async () => {
  const cwd = folderWith({
    'in/a.txt': 'a',
    'in/deep/b.txt': 'b',
    'in/old.cipher': 'not ours',
    'in/.c.txt.0123.partial': 'left over',
  })
  symlinkSync('/etc/passwd', join(cwd, 'in/link'))
  assertFails(await keyhaven(cwd, ['encrypt', 'in']), /in is a folder; use --recursive/)
  assert.equal((await keyhaven(cwd, ['encrypt', 'in', '--recursive', '--out', 'out', '--cache'])).status, 0)
  assert.deepEqual(readdirSync(join(cwd, 'out'), { recursive: true }).sort(), [
    'a.txt.cipher',
    'deep',
    'deep/b.txt.cipher',
  ])
  assert.equal((await keyhaven(cwd, ['decrypt', 'out', '--recursive'])).status, 0)
  assert.equal(readFileSync(join(cwd, 'out/deep/decrypted_b.txt'), 'utf8'), 'b')
})

test('one bad file among several is reported, the others are done, and the status says so', async () => {
  const cwd = folderWith({ 'a.txt': 'a', 'b.txt': 'b', 'b.txt.cipher': 'old' })
  const outcome = await keyhaven(cwd, ['encrypt', 'a.txt', 'b.txt', 'missing.txt'])
  assert.equal(outcome.status, 1)
  assert.match(outcome.err, /b\.txt: .*exists already/)
  assert.match(outcome.err, /missing\.txt: .*no such file/)
  assert.match(outcome.err, /2 of 3 files failed/)
  assert.ok(existsSync(join(cwd, 'a.txt.cipher')))
})

test('inspect names format, keys and context without a server', async () => {
  const cwd = folderWith({ 'sales.csv': csv })
  await keyhaven(cwd, [
    'encrypt',
    'sales.csv',
    '--key',
    'alias/Apollo/WorkKey',
    '--key',
    'alias/backup',
    '--context',
    'file=sales',
  ])
  const calls = kms.calls.length
  const shown = (await keyhaven(cwd, ['inspect', 'sales.csv.cipher'])).out.toString()
  assert.match(shown, /Key 1\s+alias\/Apollo\/WorkKey, id /)
  assert.match(shown, /Key 2\s+alias\/backup/)
  assert.match(shown, /Context\s+file=sales/)
  assert.match(shown, new RegExp(`Content\\s+${Buffer.byteLength(csv)} bytes`))
  assert.equal(kms.calls.length, calls)
})

test('inspect prints JSON on request', async () => {
  const cwd = folderWith({ 'sales.csv': csv })
  await keyhaven(cwd, ['encrypt', 'sales.csv', '--format', 'python-eax-4line'])
  const description = JSON.parse((await keyhaven(cwd, ['inspect', 'sales.csv.cipher', '--json'])).out.toString())
  assert.equal(description.Format, 'python-4line')
  assert.equal(description.IsAuthenticated, true)
})

test('rewrap moves a file to another key', async () => {
  const cwd = folderWith({ 'sales.csv': csv })
  await keyhaven(cwd, ['encrypt', 'sales.csv'])
  const outcome = await keyhaven(cwd, ['rewrap', 'sales.csv.cipher', '--to', 'alias/backup'])
  assert.equal(outcome.status, 0, outcome.err)
  assert.match(outcome.out.toString(), /the header only/)
  assert.match((await keyhaven(cwd, ['inspect', 'sales.csv.cipher'])).out.toString(), /Key\s+alias\/backup/)
  assert.equal((await keyhaven(cwd, ['decrypt', 'sales.csv.cipher', '--out', '-'])).out.toString(), csv)
})

test('rewrap works as a pipe', async () => {
  const cwd = folderWith({})
  const sealed = await keyhaven(cwd, ['encrypt', '-'], { stdin: Buffer.from(csv) })
  const rewrapped = await keyhaven(cwd, ['rewrap', '-', '--to', 'alias/backup'], { stdin: sealed.out })
  assert.equal(rewrapped.err, '')
  writeFileSync(join(cwd, 'a.cipher'), rewrapped.out)
  assert.match((await keyhaven(cwd, ['inspect', 'a.cipher'])).out.toString(), /Key\s+alias\/backup/)
  assert.equal((await keyhaven(cwd, ['decrypt', 'a.cipher', '--out', '-'])).out.toString(), csv)
})

test('a range of the content is written alone', async () => {
  const cwd = folderWith({ 'numbers.txt': '0123456789' })
  await keyhaven(cwd, ['encrypt', 'numbers.txt'])
  assert.equal((await keyhaven(cwd, ['decrypt', 'numbers.txt.cipher', '--range', '3:6'])).out.toString(), '345')
  assert.equal((await keyhaven(cwd, ['decrypt', 'numbers.txt.cipher', '--range', '7:', '--out', 'end.txt'])).status, 0)
  assert.equal(readFileSync(join(cwd, 'end.txt'), 'utf8'), '789')
  assertFails(await keyhaven(cwd, ['decrypt', 'numbers.txt.cipher', '--range', '1KiB:2KiB']), /outside the 10 bytes/)
  assertFails(await keyhaven(cwd, ['decrypt', 'numbers.txt.cipher', '--range', 'all']), /START:END/)
})

test('progress appears on a terminal, is taken away again, and appears nowhere else', async () => {
  const cwd = folderWith({ 'big.bin': Buffer.alloc(3 << 20) })
  const shown = await keyhaven(cwd, ['encrypt', 'big.bin'], { isTTY: true })
  assert.match(shown.err, /^\rbig\.bin {2}[█░]+ {2}\d+% {2}/)
  assert.ok(shown.err.endsWith('\r\u001b[K'))
  assert.equal((await keyhaven(cwd, ['encrypt', 'big.bin', '--force'])).err, '')
})

const failures: readonly [string, (cwd: string) => Promise<Outcome>, RegExp][] = [
  [
    'an unknown key',
    (cwd) => keyhaven(cwd, ['encrypt', 'a.txt', '--key', 'alias/none']),
    /key alias\/none: .*Forbidden\.KeyNotFound/,
  ],
  ['a disabled key', (cwd) => keyhaven(cwd, ['encrypt', 'a.txt', '--key', 'alias/closed']), /Rejected\.Disabled/],
  ['a missing file', (cwd) => keyhaven(cwd, ['encrypt', 'none.txt']), /cannot read .*none\.txt: no such file/],
  ['something that is no envelope', (cwd) => keyhaven(cwd, ['decrypt', 'a.txt']), /no envelope of a format/],
  ['an unknown format', (cwd) => keyhaven(cwd, ['encrypt', 'a.txt', '--format', 'zip']), /'zip' is invalid/],
  [
    'a target folder that is not there',
    (cwd) => keyhaven(cwd, ['encrypt', 'a.txt', '--out', 'no/where']),
    /cannot write .*no such file/,
  ],
  [
    'a context that is not name=value',
    (cwd) => keyhaven(cwd, ['encrypt', 'a.txt', '--context', 'x']),
    /not of the form name=value/,
  ],
]

for (const [name, attempt, expected] of failures)
  test(`${name} is one clear line, and nothing is written`, async () => {
    const cwd = folderWith({ 'a.txt': 'hello, this is text\n' })
    assertFails(await attempt(cwd), expected)
    assert.deepEqual(readdirSync(cwd), ['a.txt'])
    assert.equal(readFileSync(join(cwd, 'a.txt'), 'utf8'), 'hello, this is text\n')
  })

test('a KMS that is away is one clear line', async () => {
  const cwd = folderWith({ 'a.txt': 'x' })
  kms.isAway = true
  assertFails(await keyhaven(cwd, ['encrypt', 'a.txt']), /key alias\/Apollo\/WorkKey: /)
  kms.isAway = false
  assert.deepEqual(readdirSync(cwd), ['a.txt'])
})

test('a damaged envelope is one clear line, and nothing is written', async () => {
  const cwd = folderWith({ 'a.txt': csv })
  await keyhaven(cwd, ['encrypt', 'a.txt'])
  const path = join(cwd, 'a.txt.cipher')
  const altered = readFileSync(path)
  altered[altered.length - 3] = (altered.at(-3) ?? 0) ^ 4
  writeFileSync(path, altered)
  assertFails(await keyhaven(cwd, ['decrypt', 'a.txt.cipher']), /could not be authenticated/)
  writeFileSync(path, altered.subarray(0, 2000))
  assertFails(await keyhaven(cwd, ['decrypt', 'a.txt.cipher']), /header cannot be read/)
  assert.deepEqual(readdirSync(cwd).sort(), ['a.txt', 'a.txt.cipher'])
})

test('outputs keep the permissions of their source', async () => {
  const cwd = folderWith({ 'secret.txt': 'x' })
  chmodSync(join(cwd, 'secret.txt'), 0o600)
  await keyhaven(cwd, ['encrypt', 'secret.txt'])
  await keyhaven(cwd, ['decrypt', 'secret.txt.cipher'])
  assert.equal(statSync(join(cwd, 'decrypted_secret.txt')).mode & 0o777, 0o600)
})

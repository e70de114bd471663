import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { appendFileSync, existsSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { envFor, folderWith, keyhaven } from '../../test/kit/cli.ts'
import { MemoryKms } from '../../test/kit/envelope-kms.ts'
import { serving } from '../../test/kit/envelope-service.ts'
import type { LoopbackServer } from '../../test/kit/loopback-server.ts'
import { run as program } from './program.ts'

/*
 * Every command that reads a file, and every kind of file. Each command passes on what it read, so that the service or
 * the way back shows it.
 */
const kms = new MemoryKms('alias/a')
let server: LoopbackServer
before(async () => {
  server = await serving(kms)
})
after(() => server.close())

/** Runs a command on the file, and gives what it read of it. */
type Reader = (file: string, cwd: string) => Promise<Buffer>

const run = async (argv: readonly string[], cwd: string): Promise<void> => {
  const { status, err } = await keyhaven(argv, { cwd, env: envFor(server) })
  assert.equal(status, 0, err)
}
const decrypted = async (sealed: string): Promise<Buffer> => {
  const { plaintext } = await kms.decrypt({ ciphertextBlob: Buffer.from(sealed, 'base64') })
  return Buffer.from(plaintext, 'base64')
}

const readers: Readonly<Record<string, Reader>> = {
  encrypt: async (file, cwd) => {
    await run(['encrypt', '--key', 'alias/a', '--out', 'sealed', '--force', file], cwd)
    return decrypted(readFileSync(join(cwd, 'sealed'), 'utf8'))
  },
  'kms Encrypt --Plaintext base64@FILE': async (file, cwd) => {
    const argv = ['kms', 'Encrypt', '--KeyId', 'alias/a', '--Plaintext', `base64@${file}`]
    const { out, err } = await keyhaven(argv, { cwd, env: envFor(server) })
    assert.equal(err, '')
    return decrypted(JSON.parse(out).CiphertextBlob)
  },
  'envelope encrypt': async (file, cwd) => {
    await run(['envelope', 'encrypt', '--key', 'alias/a', '--out', 'sealed', '--force', file], cwd)
    await run(['envelope', 'decrypt', '--out', 'opened', '--force', 'sealed'], cwd)
    return readFileSync(join(cwd, 'opened'))
  },
  'envelope encrypt --out -': async (file, cwd) => {
    const { out, err } = await keyhaven(
      ['envelope', 'encrypt', '--key', 'alias/a', '--format', 'java-go-gcm-3line', '--out', '-', file],
      { cwd, env: envFor(server) },
    )
    assert.equal(err, '')
    writeFileSync(join(cwd, 'sealed'), out)
    await run(['envelope', 'decrypt', '--out', 'opened', '--force', 'sealed'], cwd)
    return readFileSync(join(cwd, 'opened'))
  },
}

const procfs = '/proc/version'
const page = '/sys/kernel/mm/transparent_hugepage/enabled'

for (const [name, read] of Object.entries(readers))
  describe(`keyhaven ${name}`, () => {
    for (const path of [procfs, page])
      test(`reads ${path}, whose size is another, to its end`, {
        skip: !existsSync(path) && `${path} is not here`,
      }, async () => {
        assert.deepEqual(await read(path, folderWith()), readFileSync(path))
      })

    test('reads a named pipe to its end', { skip: process.platform === 'win32' }, async () => {
      const cwd = folderWith()
      execFileSync('mkfifo', [join(cwd, 'pipe')])
      const writing = async (): Promise<void> => {
        const pipe = await open(join(cwd, 'pipe'), 'w')
        await pipe.writeFile('first ')
        await pipe.writeFile('second')
        await pipe.close()
      }
      const [content] = await Promise.all([read('pipe', cwd), writing()])
      assert.equal(content.toString(), 'first second')
    })

    test('reads the holes of a sparse file as zeros', async () => {
      const cwd = folderWith({ sparse: 'start' })
      truncateSync(join(cwd, 'sparse'), 5000)
      assert.deepEqual(await read('sparse', cwd), readFileSync(join(cwd, 'sparse')))
    })
  })

describe('a device without an end', { skip: !existsSync('/dev/zero') && 'there is no /dev/zero' }, () => {
  for (const argv of [
    ['encrypt', '--key', 'alias/a', '/dev/zero', '--out', 'x'],
    ['decrypt', '/dev/zero', '--out', 'x'],
    ['kms', 'Encrypt', '--KeyId', 'alias/a', '--Plaintext', '@/dev/zero'],
    ['policy', 'create', 'p', '/dev/zero'],
    ['role', 'create', 'r', '--trust', '/dev/zero'],
    ['mac', 'generate', '/dev/zero', '--key', 'k'],
    ['asymmetric', 'encrypt', '/dev/zero', '--key', 'k'],
    ['import', '/dev/zero', '--key', 'k'],
    ['data-key', 'export', '/dev/zero', '--public-key', 'k'],
    ['data-key', 'generate-and-export', '--key', 'k', '--exported', 'x', '--public-key', '/dev/zero'],
    ['verify', 'x', '--signature', '/dev/zero', '--key', 'k'],
    ['verify', '/dev/zero', '--form', 'jws', '--key', 'k'],
  ])
    test(`is read no further than ${argv.slice(0, 2).join(' ')} can use`, async () => {
      const { status, err } = await keyhaven(argv, { env: envFor(server) })
      assert.notEqual(status, 0)
      assert.match(err, /^keyhaven: \w+: [^\n]*\/dev\/zero[^\n]*\n$/)
    })
})

test('a file that grows while it is read is refused', async () => {
  const cwd = folderWith({ log: 'x'.repeat(1_000_000) })
  const slow = new MemoryKms('alias/a')
  const { generateDataKey } = slow
  slow.generateDataKey = (request) => {
    appendFileSync(join(cwd, 'log'), 'more')
    return generateDataKey.call(slow, request)
  }
  const growing = await serving(slow)
  try {
    const outcome = await keyhaven(['envelope', 'encrypt', '--key', 'alias/a', 'log'], { cwd, env: envFor(growing) })
    assert.equal(outcome.status, 1)
    assert.match(outcome.err, /^keyhaven: [^\n]*log changed while it was read\n$/)
    assert.ok(!existsSync(join(cwd, 'log.cipher')))
  } finally {
    await growing.close()
  }
})

test('a file that grows on its way into a pipe makes the command fail', async () => {
  const cwd = folderWith({ log: 'x'.repeat(1_000_000) })
  let writes = 0
  const err: string[] = []
  const status = await program(['envelope', 'encrypt', '--key', 'alias/a', 'log', '--out', '-'], {
    stdin: (async function* () {})(),
    stdout: {
      write: () => {
        writes += 1
        if (writes === 2) appendFileSync(join(cwd, 'log'), 'more')
      },
    },
    stderr: { write: (line) => err.push(String(line)) },
    env: envFor(server),
    cwd,
    home: cwd,
  })
  assert.equal(status, 1)
  assert.match(err.join(''), /^keyhaven: [^\n]*log changed while it was read\n$/)
})

test('no output takes the place of a device', {
  skip: !existsSync('/dev/null') && 'there is no /dev/null',
}, async () => {
  const cwd = folderWith({ a: 'x' })
  for (const command of [
    ['encrypt', '--key', 'alias/a'],
    ['envelope', 'encrypt', '--key', 'alias/a'],
  ]) {
    const { status, err } = await keyhaven([...command, 'a', '--out', '/dev/null', '--force'], {
      cwd,
      env: envFor(server),
    })
    assert.notEqual(status, 0)
    assert.match(err, /\/dev\/null.* is a device, pipe or socket; .*--out -/)
  }
  assert.ok(statSync('/dev/null').isCharacterDevice())
})

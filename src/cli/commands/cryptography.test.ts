import assert from 'node:assert/strict'
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { envFor, folderWith, form, keyhaven } from '../../../test/kit/cli.ts'
import { behaving, type LoopbackServer } from '../../../test/kit/loopback-server.ts'

/** Encrypts by reversing, so that a test can see what was sent and what came back. */
const reversing = (): Promise<LoopbackServer> =>
  behaving((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const sent = form(Buffer.concat(chunks).toString())
      const reverse = (bytes: Buffer): Buffer => Buffer.from(bytes.toReversed())
      const answer =
        request.headers['x-acs-action'] === 'Encrypt'
          ? { CiphertextBlob: reverse(Buffer.from(sent.Plaintext ?? '')).toString('base64') }
          : { Plaintext: reverse(Buffer.from(sent.CiphertextBlob ?? '', 'base64')).toString() }
      response.end(JSON.stringify({ KeyId: 'k', KeyVersionId: 'v', RequestId: 'R', ...answer }))
    })
  })

describe('encrypt and decrypt', () => {
  const withServer = async (work: (env: Record<string, string>) => Promise<void>): Promise<void> => {
    const server = await reversing()
    try {
      await work(envFor(server))
    } finally {
      await server.close()
    }
  }
  const cipherOf = (plaintext: string): string => Buffer.from([...plaintext].toReversed().join('')).toString('base64')
  const pem = '-----BEGIN PRIVATE KEY-----\nAAEC\n-----END PRIVATE KEY-----\n'

  test('put the ciphertext beside the file, and the plaintext back, as the official samples do', () =>
    withServer(async (env) => {
      const cwd = folderWith({ 'certs/key.pem': pem })
      const encrypted = await keyhaven(['encrypt', '--key', 'alias/Apollo/WorkKey', 'certs/key.pem'], { cwd, env })
      assert.equal(encrypted.status, 0, encrypted.err)
      const cipher = readFileSync(join(cwd, 'certs/key.pem.cipher'), 'utf8')
      assert.equal(cipher, cipherOf(Buffer.from(pem).toString('base64')))
      const decrypted = await keyhaven(['decrypt', 'certs/key.pem.cipher'], { cwd, env })
      assert.equal(decrypted.status, 0, decrypted.err)
      assert.equal(readFileSync(join(cwd, 'certs/decrypted_key.pem'), 'utf8'), pem)
      assert.equal(statSync(join(cwd, 'certs/decrypted_key.pem')).mode & 0o777, 0o600)
      assert.deepEqual(readdirSync(join(cwd, 'certs')).sort(), ['decrypted_key.pem', 'key.pem', 'key.pem.cipher'])
    }))

  test('work as pipes', () =>
    withServer(async (env) => {
      const encrypted = await keyhaven(['encrypt', '--key', 'k', '-'], { env, stdin: 'hello' })
      assert.equal(encrypted.out, cipherOf('aGVsbG8='))
      const decrypted = await keyhaven(['decrypt', '-'], { env, stdin: `${encrypted.out}\n` })
      assert.equal(decrypted.out, 'hello')
    }))

  test('read files of the Java sample, which encrypts the text itself', () =>
    withServer(async (env) => {
      const cwd = folderWith({ 'a.cipher': `${cipherOf(pem)}\r\n`, 'b.cipher': cipherOf('test') })
      await keyhaven(['decrypt', 'a.cipher'], { cwd, env })
      assert.equal(readFileSync(join(cwd, 'decrypted_a'), 'utf8'), pem)
      assert.equal((await keyhaven(['decrypt', '--text', '--out', '-', 'b.cipher'], { cwd, env })).out, 'test')
    }))

  test('write files for the Java sample, which decrypts to the text itself', () =>
    withServer(async (env) => {
      const texts = [pem, '\ufeff测试\r\n', 'dGVzdA==']
      for (const text of texts) {
        const cwd = folderWith({ a: text })
        await keyhaven(['encrypt', '--key', 'k', '--text', 'a'], { cwd, env })
        // The service gets and gives the text itself, which the Java sample writes into its file.
        const sealed = Buffer.from(readFileSync(join(cwd, 'a.cipher'), 'utf8'), 'base64')
        assert.equal(Buffer.from(sealed.toReversed()).toString(), text)
        await keyhaven(['decrypt', '--text', 'a.cipher'], { cwd, env })
        assert.equal(readFileSync(join(cwd, 'decrypted_a'), 'utf8'), text)
      }
      const cwd = folderWith({ a: Buffer.of(0xff, 0xfe) })
      const refused = await keyhaven(['encrypt', '--key', 'k', '--text', 'a'], { cwd, env })
      assert.match(refused.err, /^keyhaven: notText: a is no UTF-8 text; encrypt it without --text\n$/)
      assert.deepEqual(readdirSync(cwd), ['a'])
    }))

  test('read a ciphertext that was wrapped, as the service does', () =>
    withServer(async (env) => {
      const content = Buffer.alloc(6144, 'content ')
      const cwd = folderWith({ 'p.cipher': cipherOf(content.toString('base64')) })
      const text = readFileSync(join(cwd, 'p.cipher'), 'utf8')
      for (const [width, ending] of [
        [64, '\n'],
        [76, '\r\n'],
        [1, '\n'],
        [100_000, ' \n\t\n'],
      ] as const) {
        writeFileSync(join(cwd, 'q'), text.replaceAll(new RegExp(`.{1,${width}}`, 'g'), `$&${ending}`))
        const { status, err } = await keyhaven(['decrypt', 'q', '--force'], { cwd, env })
        assert.equal(status, 0, err)
        assert.deepEqual(readFileSync(join(cwd, 'decrypted_q')), content)
      }
    }))

  test('replace a file only when told to', () =>
    withServer(async (env) => {
      const cwd = folderWith({ a: 'new', 'a.cipher': 'old' })
      const refused = await keyhaven(['encrypt', '--key', 'k', 'a'], { cwd, env })
      assert.match(refused.err, /^keyhaven: fileExists: a\.cipher exists; use --force to replace it\n$/)
      assert.equal(readFileSync(join(cwd, 'a.cipher'), 'utf8'), 'old')
      await keyhaven(['encrypt', '--key', 'k', '--force', 'a'], { cwd, env })
      assert.equal(readFileSync(join(cwd, 'a.cipher'), 'utf8'), cipherOf('bmV3'))
      assert.deepEqual(readdirSync(cwd).sort(), ['a', 'a.cipher'])
    }))

  const refusals: [string, readonly string[], RegExp][] = [
    [
      'a file over the limit',
      ['encrypt', '--key', 'k', 'big'],
      /^keyhaven: tooLarge: big .*keyhaven envelope encrypt big"\n$/,
    ],
    ['a missing file', ['encrypt', '--key', 'k', 'missing'], /^keyhaven: ENOENT: .*missing does not exist\.\n$/],
    ['a folder', ['encrypt', '--key', 'k', '.'], /^keyhaven: .*folder\.\n$/],
    [
      'something that is no ciphertext',
      ['decrypt', 'plain'],
      /^keyhaven: notCiphertext: plain .*envelope decrypt plain"\n$/,
    ],
    ['an empty ciphertext', ['decrypt', 'empty'], /^keyhaven: notCiphertext: .*\n$/],
    [
      'a target folder that does not exist',
      ['encrypt', '--key', 'k', 'a', '--out', 'no/x'],
      /^keyhaven: ENOENT: no\/x .*\n$/,
    ],
  ]
  for (const [what, argv, line] of refusals)
    test(`refuse ${what} in one line`, () =>
      withServer(async (env) => {
        const cwd = folderWith({ big: Buffer.alloc(6145), plain: 'no base64!', empty: '\n', a: 'a' })
        const outcome = await keyhaven(argv, { cwd, env })
        assert.equal(outcome.status, 1)
        assert.match(outcome.err, line)
        assert.deepEqual(readdirSync(cwd).sort(), ['a', 'big', 'empty', 'plain'])
      }))
})

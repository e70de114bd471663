import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { Client } from '../src/sdk/client.ts'
import { SigningError } from '../src/signing/errors.ts'
import { createCertificateRequest, heldKey, localKey, parseCertificateRequest } from '../src/signing/index.ts'
import { folderWith, keyhaven, type Outcome } from './kit/cli.ts'
import { pagesToRun } from './kit/guides.ts'
import { opensslMissing } from './kit/openssl.ts'
import { startTestServer, type TestServer } from './kit/server.ts'
import { newSigner } from './kit/signers.ts'

let server: TestServer
let client: Client
before(async () => {
  server = await startTestServer()
  const { endpoint, caFile, accessKeyId, accessKeySecret } = server
  client = new Client({ endpoint, caFile, accessKeyId, accessKeySecret, retry: false })
})
after(async () => {
  await client.close()
  await server.close()
})

const call = (words: readonly string[], cwd: string): Promise<Outcome> =>
  keyhaven(words, {
    cwd,
    env: {
      KEYHAVEN_ENDPOINT: server.endpoint,
      KEYHAVEN_CA_FILE: server.caFile,
      KEYHAVEN_ACCESS_KEY_ID: server.accessKeyId,
      KEYHAVEN_ACCESS_KEY_SECRET: server.accessKeySecret,
    },
  })
async function succeed(words: readonly string[], cwd: string): Promise<string> {
  const { status, out, err } = await call(words, cwd)
  assert.equal(status, 0, `${words.join(' ')}: ${err}`)
  return out
}
const newKey = async (keySpec: 'RSA_2048' | 'EC_P256' | 'EC_SM2' = 'EC_P256', keyUsage = 'SIGN/VERIFY') =>
  (await client.createKey({ keySpec, keyUsage: keyUsage as 'SIGN/VERIFY' })).keyMetadata.keyId

for (const guide of pagesToRun('certificates'))
  test(`every command of docs/guides/${guide} works, in its order`, { skip: opensslMissing }, async (t) => {
    const cwd = folderWith()
    const text = readFileSync(join(import.meta.dirname, '../docs/guides', guide), 'utf8')
    const commands = text.split('\n').flatMap((line) => (line.startsWith('$ ') ? [line.slice(2)] : []))
    assert.ok(commands.length > 10)
    for (const command of commands) {
      const [program = '', ...words] = [...command.matchAll(/"([^"]*)"|(\S+)/g)].map(
        ([, quoted, bare]) => quoted ?? bare ?? '',
      )
      if (program === 'keyhaven') await succeed(words, cwd)
      else execFileSync(program, words, { cwd, stdio: 'pipe' })
    }
    t.diagnostic(`${commands.length} commands`)
    for (const alias of ['web', 'seal', 'contracts', 'root']) await client.deleteAlias({ aliasName: `alias/${alias}` })
  })

describe('what is given wrongly', () => {
  const subject = ['--subject', 'CN=a']
  const create = (key: string, ...words: string[]) => ['csr', 'create', '--key', key, ...words, '--out', 'out.pem']
  const selfSign = (key: string, ...words: string[]) => [
    'certificate',
    'self-sign',
    '--key',
    key,
    ...subject,
    '--usage',
    'pdf',
    ...words,
    '--out',
    'out.pem',
  ]

  /** One line that begins so, and no file. */
  async function refused(words: readonly string[], expected: RegExp, files: Readonly<Record<string, string>> = {}) {
    const cwd = folderWith(files)
    const { status, out, err } = await call(words, cwd)
    assert.notEqual(status, 0, words.join(' '))
    assert.equal(out, '')
    assert.match(err, expected)
    assert.match(err, /^keyhaven: [^\n]+\n$/)
    assert.deepEqual(readdirSync(cwd).sort(), Object.keys(files).sort())
  }

  test('a key that cannot sign, or not now, or not so', async () => {
    const symmetric = (await client.createKey()).keyMetadata.keyId
    await refused(create(symmetric, ...subject), /^keyhaven: \S*UnsupportedOperation/)
    await refused(create(await newKey('RSA_2048', 'ENCRYPT/DECRYPT'), ...subject), /^keyhaven: \S*UnsupportedOperation/)
    const disabled = await newKey()
    await client.disableKey({ keyId: disabled })
    await refused(create(disabled, ...subject), /^keyhaven: Rejected.Disabled/)
    await refused(create('alias/nobody', ...subject), /^keyhaven: Forbidden.AliasNotFound/)
    await refused(
      create(await newKey(), ...subject, '--algorithm', 'RSA_PSS_SHA_256'),
      /^keyhaven: algorithm: .*ECDSA_SHA_256/,
    )
    await refused(create(await newKey(), ...subject, '--algorithm', 'MD5'), /^keyhaven: algorithm: .*not with MD5/)
  })

  test('a subject, name, usage or time that is none', async () => {
    const key = await newKey()
    await refused(create(key, '--subject', 'example.com'), /^keyhaven: certificate: .*TYPE=value/)
    await refused(create(key, '--subject', 'C=China'), /two letters/)
    await refused(create(key, ...subject, '--san', 'IP:1.2'), /is not an IP address/)
    await refused(create(key, ...subject, '--key-usage', 'signing'), /no key usage/)
    await refused(create(key, ...subject, '--ext-key-usage', 'servers'), /no purpose/)
    await refused(selfSign(key, '--usage', 'web'), /"web" is no usage/)
    await refused(selfSign(key, '--usage', 'tls-server'), /needs alternative names/)
    await refused(selfSign(key, '--days', '0'), /days of validity/)
    await refused(selfSign(key, '--days', 'many'), /days of validity/)
    await refused(selfSign(key, '--usage', 'ca', '--path-length', '-1'), /path length/)
  })

  test('a request or certificate that is broken, of another key, or out of date', async () => {
    const [ca, other] = [await newKey(), await newKey('RSA_2048')]
    const cwd = folderWith()
    await succeed(
      ['certificate', 'self-sign', '--key', ca, ...subject, '--usage', 'ca', '--days', '2', '--out', 'ca.pem'],
      cwd,
    )
    await succeed(['certificate', 'self-sign', '--key', ca, ...subject, '--usage', 'pdf', '--out', 'end.pem'], cwd)
    await succeed(['csr', 'create', '--key', other, ...subject, '--out', 'a.csr'], cwd)
    const read = (name: string): string => readFileSync(join(cwd, name), 'utf8')
    const files = {
      'ca.pem': read('ca.pem'),
      'end.pem': read('end.pem'),
      'a.csr': read('a.csr'),
      'cut.csr': read('a.csr').slice(0, 200),
      'changed.csr': read('a.csr').replace(/(.{10})\n-----END/, 'AAAAAAAAAA\n-----END'),
      'none.pem': 'hello',
    }
    const issue = (key: string, certificate: string, request: string, ...words: string[]) => [
      'certificate',
      'issue',
      '--key',
      key,
      '--ca',
      certificate,
      request,
      '--usage',
      'code',
      ...words,
      '--out',
      'out.pem',
    ]
    await refused(issue(ca, 'ca.pem', 'cut.csr'), /^keyhaven: certificate: .*damaged/, files)
    await refused(issue(ca, 'ca.pem', 'changed.csr'), /^keyhaven: certificate: The request is/, files)
    await refused(issue(ca, 'ca.pem', 'none.pem'), /no PEM text with a block CERTIFICATE REQUEST/, files)
    await refused(issue(ca, 'none.pem', 'a.csr'), /CA certificate is no PEM text/, files)
    await refused(issue(other, 'ca.pem', 'a.csr'), /is not of the key that is to sign/, files)
    await refused(issue(ca, 'end.pem', 'a.csr'), /is not one of a CA/, files)
    await refused(issue(ca, 'ca.pem', 'a.csr', '--days', '3'), /ends before/, files)
    await refused(issue(ca, 'ca.pem', 'missing.csr'), /^keyhaven: ENOENT/, files)
    const verify = (...words: string[]) => ['certificate', 'verify', 'ca.pem', '--trust', 'ca.pem', ...words]
    await refused(verify('--at', '2040-01-01'), /expired on/, files)
    await refused(verify('--at', 'tomorrow'), /^keyhaven: badTime/, files)
    await refused(verify('--key', other), /is about another key/, files)
    await refused(verify('--usage', 'pdf'), /certificate of CN=a may not sign/, files)
    await refused(
      ['certificate', 'verify', 'end.pem', '--trust', 'none.pem'],
      /The list of trusted certificates is no PEM text/,
      files,
    )
    for (const command of [
      ['csr', 'show'],
      ['csr', 'verify'],
      ['certificate', 'show'],
    ])
      await refused([...command, 'none.pem'], /^keyhaven: certificate: .*no PEM text/, files)
  })

  test('a file that is there is kept unless it is to be replaced', async () => {
    const cwd = folderWith({ 'out.pem': 'kept' })
    const words = create(await newKey(), ...subject)
    assert.match((await call(words, cwd)).err, /^keyhaven: fileExists/)
    assert.equal(readFileSync(join(cwd, 'out.pem'), 'utf8'), 'kept')
    await succeed([...words, '--force'], cwd)
    assert.match(readFileSync(join(cwd, 'out.pem'), 'utf8'), /^-----BEGIN CERTIFICATE REQUEST-----\n/)
  })
})

test('what is right is shown to people and to programs', async () => {
  const cwd = folderWith()
  const key = await newKey('EC_SM2')
  const words = ['csr', 'create', '--key', key, '--subject', 'CN=测试', '--san', 'a.cn', '--san', 'IP:10.0.0.1']
  writeFileSync(join(cwd, 'a.csr'), await succeed([...words, '--key-usage', 'digitalSignature,nonRepudiation'], cwd))
  const shown = await succeed(['csr', 'show', 'a.csr'], cwd)
  assert.match(
    shown,
    /^Subject +CN=测试\nKey +SM2\nNames +DNS:a.cn, IP:10.0.0.1\nKey usage +digitalSignature, nonRepudiation\n/,
  )
  const { Signature } = JSON.parse(await succeed(['csr', 'show', 'a.csr', '--json'], cwd))
  assert.equal(Signature, 'SM2-with-SM3, verified')
  const options = ['--usage', 'pdf', '--subject', 'CN=测试', '--out', 'a.pem']
  await succeed(['certificate', 'self-sign', '--key', key, ...options], cwd)
  const [certificate] = JSON.parse(await succeed(['certificate', 'show', 'a.pem', '--json'], cwd)).Certificates
  assert.equal(certificate.Purposes, 'documentSigning, emailProtection')
  assert.ok(!existsSync(join(cwd, 'keyhaven-data')))
})

test('a request of a held key is that of a local one but for key and signature, and errors are SigningErrors', async () => {
  const options = { subject: 'CN=a,O=示例', alternativeNames: ['a.cn'], extendedKeyUsage: ['clientAuth'] }
  const held = parseCertificateRequest(
    await createCertificateRequest(await heldKey(client, { keyId: await newKey() }), options),
  )
  const local = parseCertificateRequest(await createCertificateRequest(await newSigner('EC_P256'), options))
  const said = ({ subject, extensions, signatureAlgorithm }: typeof held) => ({
    subject,
    extensions,
    signatureAlgorithm,
  })
  assert.deepEqual(said(held), said(local))
  await assert.rejects(
    createCertificateRequest(await newSigner('EC_P256'), { subject: 'a' }),
    (error) => error instanceof SigningError && error.code === 'certificate' && error.parameter === 'subject',
  )
  assert.throws(() => localKey(''), SigningError)
})

import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { SignatureAlgorithm } from '../src/crypto/public-key.ts'
import { Client } from '../src/sdk/client.ts'
import { selfSignedCertificate } from '../src/signing/certificates.ts'
import { heldKey } from '../src/signing/held-key.ts'
import { verifyPdfFile } from '../src/signing/pdf/verify.ts'
import { folderWith } from './kit/cli.ts'
import { pagesToRun } from './kit/guides.ts'
import { opensslMissing } from './kit/openssl.ts'
import { handmadePdf, missing, pdfsig } from './kit/pdf.ts'
import { revocationList, startServices, type TestServices } from './kit/pdf-authorities.ts'
import { type Ended, runKeyhaven } from './kit/process.ts'
import { startTestServer, type TestServer } from './kit/server.ts'

const pdfsigMissing = missing('pdfsig', '-v')

describe('keyhaven pdf', () => {
  let server: TestServer
  let client: Client
  let folder: string
  const keyIds = new Map<string, string>()

  before(async () => {
    server = await startTestServer()
    const { endpoint, caFile, accessKeyId, accessKeySecret } = server
    client = new Client({ endpoint, caFile, accessKeyId, accessKeySecret, retry: false })
    folder = folderWith({ 'contract.pdf': handmadePdf() })
    for (const keySpec of ['RSA_2048', 'EC_P256', 'EC_SM2'] as const) {
      const { keyMetadata } = await client.createKey({ keySpec, keyUsage: 'SIGN/VERIFY' })
      const signer = await heldKey(client, { keyId: keyMetadata.keyId })
      const certificate = await selfSignedCertificate(signer, { subject: `CN=${keySpec}`, usage: 'pdf' })
      writeFileSync(join(folder, `${keySpec}.pem`), certificate)
      keyIds.set(keySpec, keyMetadata.keyId)
    }
  })
  after(async () => {
    await client.close()
    await server.close()
  })

  const keyhaven = (...words: readonly string[]): Promise<Ended> => keyhavenIn(folder, ...words)
  const keyhavenIn = (cwd: string, ...words: readonly string[]): Promise<Ended> =>
    runKeyhaven(words, {
      cwd,
      env: {
        KEYHAVEN_ENDPOINT: server.endpoint,
        KEYHAVEN_CA_FILE: server.caFile,
        KEYHAVEN_ACCESS_KEY_ID: server.accessKeyId,
        KEYHAVEN_ACCESS_KEY_SECRET: server.accessKeySecret,
      },
    })
  const succeed = async (...words: readonly string[]): Promise<string> => {
    const { status, stdout, stderr } = await keyhaven(...words)
    assert.equal(status, 0, stderr)
    return stdout
  }
  const keyOf = (spec: string): string => keyIds.get(spec) ?? assert.fail()
  const algorithms: Readonly<Record<string, SignatureAlgorithm>> = {
    ...{ RSA_2048: 'RSA_PKCS1_SHA_256', EC_P256: 'ECDSA_SHA_256', EC_SM2: 'SM2DSA' },
  }

  test('signs with held keys of every kind, one after the other', async () => {
    let file = 'contract.pdf'
    for (const [spec, algorithm] of Object.entries(algorithms)) {
      const out = `by-${spec}.pdf`
      const report = await succeed(
        ...['pdf', 'sign', file, '--key', keyOf(spec), '--cert', `${spec}.pem`, '--out', out],
        ...['--reason', '同意', '--position', '20,20,100,40'],
      )
      assert.match(report, new RegExp(`Level +PAdES B-B\nAlgorithm +${algorithm}\n`))
      file = out
    }
    if (pdfsigMissing === false)
      assert.deepEqual(pdfsig(readFileSync(join(folder, file))).slice(0, 2), Array(2).fill('Signature is Valid.'))
  })

  test('takes the certificates from a secret, as the official sample keeps them', async () => {
    const pem = readFileSync(join(folder, 'RSA_2048.pem'), 'utf8')
    const secretData = JSON.stringify({ Certificate: pem, CertificateChain: pem })
    await client.createSecret({ secretName: 'pdfSignCert', versionId: 'v1', secretData })
    const words = ['pdf', 'sign', 'contract.pdf', '--key', keyOf('RSA_2048'), '--cert-secret', 'pdfSignCert']
    await succeed(...words)
    assert.ok(existsSync(join(folder, 'contract-signed.pdf')))
    const again = await keyhaven(...words)
    assert.equal(again.status, 1)
    assert.match(again.stderr, /^keyhaven: TargetExists: [^\n]*--force[^\n]*\n$/)
    await succeed(...words, '--force')
    await client.createSecret({ secretName: 'other', versionId: 'v1', secretData: 'a password' })
    const other = await keyhaven(...words.slice(0, -1), 'other', '--out', 'x.pdf')
    assert.match(other.stderr, /^keyhaven: certificate: The secret other is no JSON object/)
  })

  test('verifies what was signed, for people and for programs, and says so by its status', async () => {
    await succeed('pdf', 'sign', 'contract.pdf', '--key', keyOf('EC_SM2'), '--cert', 'EC_SM2.pem', '--out', 'sm2.pdf')
    const report = await succeed('pdf', 'verify', 'sm2.pdf', '--ca', 'EC_SM2.pem')
    assert.match(report, /^Signature +Signature1\nVerdict +valid\n/)
    const { Signatures } = JSON.parse(await succeed('--json', 'pdf', 'verify', 'sm2.pdf', '--ca', 'EC_SM2.pem'))
    assert.match(Signatures[0].SignedAt, /^\d{4}-\d\d-\d\dT/)
    assert.deepEqual([Signatures[0].IsValid, Signatures[0].Signer, Signatures[0].Level], [true, 'CN=EC_SM2', 'B-B'])
    const unknown = await keyhaven('pdf', 'verify', 'sm2.pdf')
    assert.equal(unknown.status, 1)
    assert.match(unknown.stdout, /Verdict +NOT VALID\nProblem +No certificate authority is trusted/)
    await succeed('pdf', 'verify', 'sm2.pdf', '--any-signer')
    const content = Buffer.from(readFileSync(join(folder, 'sm2.pdf'))).toString('latin1')
    writeFileSync(join(folder, 'changed.pdf'), Buffer.from(content.replace('100 100 l', '100 900 l'), 'latin1'))
    for (const option of [['--ca', 'EC_SM2.pem'], ['--any-signer']]) {
      const changed = await keyhaven('pdf', 'verify', 'changed.pdf', ...option)
      assert.equal(changed.status, 1)
      assert.match(changed.stdout, /The content is not what was signed/)
    }
    const unsigned = await keyhaven('pdf', 'verify', 'contract.pdf', '--any-signer')
    assert.deepEqual([unsigned.status, unsigned.stderr], [1, 'keyhaven: notSigned: contract.pdf has no signature\n'])
  })

  for (const keySpec of ['RSA_2048', 'EC_P256', 'EC_SM2'])
    test(`shows it all with keys of ${keySpec} of its own, again and again`, async () => {
      const words = ['pdf', 'demo', `demo-${keySpec}`, '--key-spec', keySpec]
      assert.match(await succeed(...words), /Verdict +valid\nSigner +CN=Zhang San/)
      assert.equal((await keyhaven(...words)).status, 1)
      await succeed(...words, '--force')
      await succeed('pdf', 'verify', `demo-${keySpec}/contract-signed.pdf`, '--ca', `demo-${keySpec}/ca.pem`)
      if (pdfsigMissing === false && keySpec !== 'EC_SM2')
        assert.deepEqual(pdfsig(readFileSync(join(folder, `demo-${keySpec}/contract-signed.pdf`))), [
          'Signature is Valid.',
        ])
    })

  test('what cannot be is one line, and leaves no file', async () => {
    const files = {
      'damaged.pdf': Buffer.from(handmadePdf()).subarray(0, 200),
      'no.pdf': Buffer.from('hello'),
      'encrypted.pdf': handmadePdf({ trailer: '/Encrypt 4 0 R' }),
      'gif.png': Buffer.from('GIF89a'),
    }
    for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content)
    const key = ['--key', keyOf('RSA_2048'), '--cert', 'RSA_2048.pem']
    const { keyMetadata: symmetric } = await client.createKey({})
    const { keyMetadata: disabled } = await client.createKey({ keySpec: 'RSA_2048', keyUsage: 'SIGN/VERIFY' })
    const its = await selfSignedCertificate(await heldKey(client, { keyId: disabled.keyId }), {
      ...{ subject: 'CN=disabled', usage: 'pdf' },
    })
    writeFileSync(join(folder, 'disabled.pem'), its)
    await client.disableKey({ keyId: disabled.keyId })
    const ended = { subject: 'CN=ended', usage: 'pdf', days: 1, now: new Date(Date.now() - 10 * 86_400_000) } as const
    const signer = await heldKey(client, { keyId: keyOf('RSA_2048') })
    writeFileSync(join(folder, 'ended.pem'), await selfSignedCertificate(signer, ended))
    const cases: readonly (readonly [readonly string[], number, RegExp])[] = [
      [['contract.pdf', '--key', symmetric.keyId, '--cert', 'RSA_2048.pem'], 1, /^keyhaven: \w[\w.]*: /],
      [['contract.pdf', '--key', disabled.keyId, '--cert', 'disabled.pem'], 1, /^keyhaven: Rejected\.Disabled: /],
      [
        ['contract.pdf', ...key.slice(0, 3), 'ended.pem'],
        1,
        /^keyhaven: certificate: The certificate of CN=ended expired/,
      ],
      [
        ['contract.pdf', ...key, '--tsa', 'https://shop:secret@tsa.example.com/'],
        2,
        /^keyhaven: usage: name and password/,
      ],
      [['damaged.pdf', ...key], 1, /^keyhaven: document: The PDF is damaged: its end is missing/],
      [['no.pdf', ...key], 1, /^keyhaven: document: The PDF is damaged: it does not begin with %PDF-/],
      [['encrypted.pdf', ...key], 1, /^keyhaven: document: The PDF is encrypted\./],
      [['absent.pdf', ...key], 1, /^keyhaven: ENOENT: [^\n]*absent\.pdf does not exist\./],
      [['contract.pdf', ...key, '--image', 'gif.png'], 1, /^keyhaven: document: The image is neither PNG nor JPEG\./],
      [['contract.pdf', ...key, '--page', '2'], 1, /^keyhaven: document: The PDF has no page 2, but 1\./],
      [['contract.pdf', ...key, '--position', '1,2,3'], 2, /^keyhaven: usage: "1,2,3" is not of the form/],
      [['contract.pdf', ...key, '--level', 'B-T'], 1, /^keyhaven: signature: The level B-T needs a time-stamping/],
      [
        ['contract.pdf', ...key.slice(0, 2)],
        2,
        /^keyhaven: usage: give the certificates by --cert or by --cert-secret/,
      ],
      [
        ['contract.pdf', ...key.slice(0, 3), 'EC_P256.pem'],
        1,
        /^keyhaven: certificate: The first certificate is not of/,
      ],
      [['contract.pdf', ...key.slice(0, 3), 'no.pdf'], 1, /^keyhaven: certificate: The certificate is no PEM text/],
    ]
    for (const [words, status, line] of cases) {
      const ended = await keyhaven('pdf', 'sign', ...words, '--out', 'result.pdf')
      assert.match(ended.stderr, line)
      assert.match(ended.stderr, /^[^\n]+\n$/)
      assert.equal(ended.status, status, ended.stderr)
    }
    assert.deepEqual(
      readdirSync(folder).filter((name) => name.includes('result')),
      [],
    )
  })

  for (const guide of pagesToRun('pdf-signing'))
    test(`every command of docs/guides/${guide} works, in its order`, { skip: opensslMissing }, async () => {
      const services = await startServices()
      const cwd = folderWith({ 'authority.crl': revocationList(services.authority) })
      try {
        const text = readFileSync(join(import.meta.dirname, '../docs/guides', guide), 'utf8')
        const commands = text.split('\n').flatMap((line) => (line.startsWith('$ keyhaven ') ? [line.slice(11)] : []))
        assert.ok(commands.length > 10)
        for (const command of commands) {
          // The authority of the guide is one on this machine.
          const own = command.replace('http://timestamp.example.com/tsa', services.tsa)
          const words = [...own.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? '')
          const { status, stderr } = await keyhavenIn(cwd, ...words)
          assert.equal(status, 0, `${command}: ${stderr}`)
        }
        const { signatures } = await verifyPdfFile(join(cwd, 'kept.pdf'), { trusted: trustedIn(cwd, services) })
        assert.equal(signatures[0]?.level, 'B-LT')
      } finally {
        await services.close()
        await client.deleteAlias({ aliasName: 'alias/contracts' })
      }
    })
})

/** The signer of the guide and its time stamps have authorities of their own. */
const trustedIn = (cwd: string, { authority }: TestServices): string =>
  readFileSync(join(cwd, 'contracts.pem'), 'utf8') + authority.certificate
